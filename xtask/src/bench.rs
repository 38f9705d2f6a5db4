//! How long the sizes take that nobody has yet: `cargo run -q -p xtask --release -- bench`.
//!
//! Each line is a time, its limit and the ratio of the two: a machine may be slow, but nothing that is said to be
//! instant may come near its limit. The binary is built by cargo in the release profile; everything else happens in a
//! temporary folder.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

mod checking;
mod ground;
mod introspection;
mod schemas;
mod server;

use ground::Ground;

/// What is measured.
struct Case {
    name: &'static str,
    workspace: PathBuf,
    arguments: &'static [&'static str],
    limit: Duration,
    /// How often; the fastest run counts, since what disturbs a run only makes it longer.
    runs: usize,
}

const SECOND: Duration = Duration::from_secs(1);
const START: Duration = Duration::from_millis(10);

/// Builds the program, measures, and says whether every limit was kept.
pub fn run() -> ExitCode {
    match measure_all() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(2)
        }
    }
}

fn measure_all() -> io::Result<bool> {
    let binary = build()?;
    let ground = Ground::make()?;
    let mut kept = start_up(&binary, &ground)?;
    let cluster = server::start();
    kept &= introspection::measure(&ground, &cluster)?;
    kept &= checking::measure(&binary, &ground, &cluster)?;
    kept &= say("diff of 100,000 objects with 1,000 changes", schemas::measure()?, SECOND * 2);
    for case in cases(&ground)? {
        if case.name.starts_with("no-op") {
            run_once(&binary, &case)?;
        }
        let mut times = (0..case.runs).map(|_| run_once(&binary, &case)).collect::<io::Result<Vec<_>>>()?;
        times.sort();
        kept &= say(case.name, times[0], case.limit);
    }
    Ok(kept)
}

fn cases(ground: &Ground) -> io::Result<Vec<Case>> {
    let (tree, big, fleet) = (ground.long_tree(20_000)?, ground.big_revision(330_000)?, ground.fleet(500)?);
    let case = |name, workspace: &Path, arguments, limit| Case {
        name,
        workspace: workspace.to_owned(),
        arguments,
        limit,
        runs: 3,
    };
    Ok(vec![
        case("20,000 revisions: heads", &tree, &["heads"], SECOND),
        case("20,000 revisions: history", &tree, &["history"], SECOND),
        case("20,000 revisions: history --json", &tree, &["history", "--json"], SECOND),
        case("20,000 revisions: history -v", &tree, &["history", "-v"], SECOND),
        case("20,000 revisions: upgrade --sql", &tree, &["upgrade", "--sql", "base:head"], SECOND),
        case("20,000 revisions: plan", &tree, &["plan"], SECOND),
        case("10 MB revision: heads", &big, &["heads"], SECOND),
        case("10 MB revision: upgrade --sql", &big, &["upgrade", "--sql", "base:head"], SECOND),
        case("10 MB revision: plan", &big, &["plan"], SECOND),
        Case { runs: 1, ..case("10 MB revision: up", &big, &["up", "--quiet"], SECOND * 10) },
        case("no-op up of 501 SQLite targets", &fleet, &["up", "--quiet"], SECOND * 2),
    ])
}

/// The start of the program beyond what any process costs here.
fn start_up(binary: &Path, ground: &Ground) -> io::Result<bool> {
    let small = ground.long_tree(2)?;
    let fastest = |command: &dyn Fn() -> Command| -> io::Result<Duration> {
        let times = (0..30).map(|_| time(&mut command())).collect::<io::Result<Vec<_>>>()?;
        Ok(times.into_iter().min().unwrap_or_default())
    };
    let nothing = fastest(&|| Command::new("/bin/true"))?;
    let version = fastest(&|| drove(binary, &small, &["--version"]))?;
    let heads = fastest(&|| drove(binary, &small, &["heads"]))?;
    println!("/bin/true takes {:.2} ms", nothing.as_secs_f64() * 1e3);
    let version = say("start-up: --version, beyond /bin/true", version.saturating_sub(nothing), START);
    let heads = say("start-up: heads of 2 revisions, beyond it", heads.saturating_sub(nothing), START);
    Ok(version && heads)
}

fn run_once(binary: &Path, case: &Case) -> io::Result<Duration> {
    time(&mut drove(binary, &case.workspace, case.arguments))
}

fn drove(binary: &Path, workspace: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments).current_dir(workspace);
    command
}

/// Exit code 1 is an answer too: a plan that has steps.
fn time(command: &mut Command) -> io::Result<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let began = Instant::now();
    let status = command.status()?;
    let elapsed = began.elapsed();
    match status.code() {
        Some(0 | 1) => Ok(elapsed),
        _ => Err(io::Error::other(format!("{command:?} ended with {status}"))),
    }
}

fn say(name: &str, time: Duration, limit: Duration) -> bool {
    let ratio = time.as_secs_f64() / limit.as_secs_f64();
    let mark = if ratio <= 1.0 { "" } else { "  TOO SLOW" };
    println!("{name:<42} {:>9.1} ms of {:>6} ms, ratio {ratio:.2}{mark}", time.as_secs_f64() * 1e3, limit.as_millis());
    ratio <= 1.0
}

/// One time as a multiple of another that was measured beside it.
fn compare(name: &str, time: Duration, other: Duration, is_kept: impl Fn(f64) -> bool, limit: &str) -> bool {
    let ratio = time.as_secs_f64() / other.as_secs_f64();
    let mark = if is_kept(ratio) { "" } else { "  TOO SLOW" };
    let [time, other] = [time, other].map(|time| time.as_secs_f64() * 1e3);
    println!("{name:<42} {time:>9.1} ms to {other:>6.1} ms, ratio {ratio:.2} ({limit}){mark}");
    is_kept(ratio)
}

fn build() -> io::Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or_else(|| io::Error::other("no root"))?;
    let built =
        Command::new(cargo).args(["build", "--release", "-q", "-p", "droveway-cli"]).current_dir(root).status()?;
    if !built.success() {
        return Err(io::Error::other("the program cannot be built"));
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    fs::canonicalize(target.join("release/drove"))
}
