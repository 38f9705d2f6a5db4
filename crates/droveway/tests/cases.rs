//! Case folders, run through the library against real databases. Each folder of `tests/cases` is one story:
//!
//! - `versions/*.sql`: a tree of revisions. A case runs on the engines for which its first revision has a section.
//! - `before.sql` (optional): what the database holds before.
//! - `check.sql`: one query; after `upgrade heads` its rows must be `expected.txt` (one row a line, values between `|`).
//! - `error.txt` instead of `expected.txt`: the upgrade must fail with this code, and `check.sql` must still answer as
//!   in `unchanged.txt`.
//!
//! Every case that succeeds is also taken down to base and up again, and must answer the same.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use droveway::{
    config::Environment,
    core::event::Silent,
    fleet::executor::{Goal, migrate},
    model::Caller,
    selection::Choice,
    target::Target,
    workspace::{OpenOptions, Workspace},
};

fn main_tree(folder: &Path, connection: &str) -> String {
    format!(
        "[connection]\n{connection}\n[group.main]\ntree = {:?}\ndatabase = \"case\"\n",
        folder.display().to_string()
    )
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn read(path: PathBuf) -> Option<String> {
    fs::read_to_string(path).ok()
}

async fn rows(workspace: &Workspace, target: &Target, query: &str) -> Result<String, String> {
    let mut session = target.connect(workspace, true).await.map_err(|problem| format!("{problem:?}"))?;
    let answer = session.query(query).await;
    session.close().await;
    let answer = answer.map_err(|error| error.message)?;
    let line =
        |row: Vec<Option<String>>| row.into_iter().map(|value| value.unwrap_or_default()).collect::<Vec<_>>().join("|");
    Ok(answer.rows.into_iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// Runs one case; `None` if it is not for this engine.
async fn run(case: &Path, engine: &str, connection: &str) -> Option<Result<(), String>> {
    let place = tempfile::tempdir().unwrap();
    let config = place.path().join("drove.toml");
    fs::write(&config, main_tree(case, &connection.replace("{folder}", &place.path().display().to_string()))).unwrap();
    let options = OpenOptions {
        workspace: Some(place.path().to_owned()),
        profile: None,
        dotenv: false,
        start: case.to_owned(),
        environment: Environment::default(),
    };
    let workspace = Workspace::open(options).unwrap();
    let target = workspace.select(&Choice { all: true, ..Choice::default() }).await.unwrap().remove(0);
    let tree = workspace.load_tree(&target.tree).unwrap();
    let first = tree.files.first()?;
    first.section(droveway::core::plan::Direction::Upgrade, engine)?;
    Some(story(case, &workspace, &target, &tree).await)
}

async fn story(case: &Path, workspace: &Workspace, target: &Target, tree: &droveway::tree::Tree) -> Result<(), String> {
    target.engine.create_database(&target.address).await.map_err(|error| error.message)?;
    if let Some(before) = read(case.join("before.sql")) {
        let statements = droveway::core::sql::split::split(&before, target.engine.dialect().syntax()).unwrap();
        let mut session = target.connect(workspace, false).await.map_err(|problem| problem.to_string())?;
        session.run(&statements).await.map_err(|failed| failed.error.message)?;
        session.close().await;
    }
    let caller =
        Caller { reporter: Arc::new(Silent), who: "test".into(), interrupted: Arc::new(AtomicBool::new(false)) };
    let go = async |goal: Goal| migrate(&caller.context(workspace, goal, false), target, tree).await;
    let check = read(case.join("check.sql")).ok_or("the case has no check.sql")?;
    let compare = async |file: &str| {
        let wanted = read(case.join(file)).ok_or(format!("the case has no {file}"))?;
        let found = rows(workspace, target, &check).await?;
        if found.trim() == wanted.trim() { Ok(()) } else { Err(format!("{file}: wanted\n{wanted}\nfound\n{found}")) }
    };
    if let Some(code) = read(case.join("error.txt")) {
        let problem = go(Goal::Upgrade("heads".into())).await.err().ok_or("it succeeded, and should have failed")?;
        let found = problem.diagnostic.code();
        if found != code.trim() {
            return Err(format!("wanted the error {}, found {problem:?}", code.trim()));
        }
        return compare("unchanged.txt").await;
    }
    for _ in 0..2 {
        go(Goal::Upgrade("heads".into())).await.map_err(|problem| format!("up: {problem:?}"))?;
        compare("expected.txt").await?;
        go(Goal::Downgrade("base".into())).await.map_err(|problem| format!("down: {problem:?}"))?;
    }
    Ok(())
}

async fn run_all(engine: &str, connection: impl AsyncFn() -> String) {
    let (mut passed, mut failures) = (0, Vec::new());
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        match run(&case, engine, &connection().await).await {
            None => {}
            Some(Ok(())) => passed += 1,
            Some(Err(why)) => failures.push(format!("{name}: {why}")),
        }
    }
    failures.iter().for_each(|failure| println!("{failure}\n"));
    println!("cases on {engine}: {passed} passed, {} failed", failures.len());
    assert!(passed > 0 && failures.is_empty());
}

#[tokio::test]
async fn every_case_runs_on_sqlite() {
    run_all("sqlite", async || "engine = \"sqlite\"\npath = \"{folder}/{database}.sqlite\"".to_owned()).await;
}

#[tokio::test]
async fn every_case_runs_on_every_postgresql() {
    for server in droveway_testkit::available() {
        let Some(cluster) = droveway_testkit::postgres_version(server.major) else { continue };
        let databases = std::sync::Mutex::new(Vec::new());
        run_all("postgres", async || {
            let database = cluster.database("case");
            let url = database.url();
            databases.lock().unwrap().push(database);
            format!("url = {url:?}")
        })
        .await;
    }
}
