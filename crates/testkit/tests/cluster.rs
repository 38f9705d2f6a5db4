//! The harness holds what it promises: one cluster for all processes, databases of one's own, TLS, nothing left over.

use std::{
    env, fs,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{self, Command, Output},
    thread,
    time::{Duration, Instant},
};

use droveway_testkit::{Cluster, LIMITED_USER, Options, available, postgres};

/// Tells a test that it is the inner process of itself.
const INNER: &str = "TESTKIT_INNER";

/// Runs one test of this file in a process of its own.
fn inner(test: &str) -> Output {
    inner_command(test).output().expect("a test can be run")
}

fn inner_command(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("a test is a program"));
    command.args(["--exact", test, "--nocapture"]).env(INNER, "1");
    command
}

/// What an inner process told: the rest of the line that begins with a word.
fn told(output: &Output, word: &str) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let told = text.lines().find_map(|line| line.split_once(word)).map(|(_, rest)| rest.trim().to_owned());
    told.unwrap_or_else(|| panic!("no {word} in {output:?}"))
}

/// psql over TCP with the given connection settings.
fn over_tcp(cluster: &Cluster, settings: &[(&str, &str)], sql: &str) -> Result<String, String> {
    let mut psql = Command::new("psql");
    psql.args(["-X", "-A", "-t", "-w", "-c", sql]);
    psql.env("PGHOST", "localhost").env("PGPORT", cluster.port().to_string()).env("PGDATABASE", "postgres");
    psql.envs(settings.iter().copied());
    let output = psql.output().expect("psql is installed");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

fn path(path: &Path) -> &str {
    path.to_str().expect("the temporary folder has a plain name")
}

fn gone(folder: &Path) -> bool {
    let until = Instant::now() + Duration::from_secs(30);
    while folder.exists() && Instant::now() < until {
        thread::sleep(Duration::from_millis(100));
    }
    !folder.exists()
}

#[test]
fn processes_share_one_cluster() {
    let here = postgres();
    println!("port: {}", here.port());
    if env::var_os(INNER).is_some() {
        return;
    }
    let there: Vec<_> = (0..2).map(|_| thread::spawn(|| inner("processes_share_one_cluster"))).collect();
    for output in there {
        assert_eq!(told(&output.join().unwrap(), "port:"), here.port().to_string());
    }
}

#[test]
fn databases_are_apart_and_go_with_their_owner() {
    let cluster = postgres();
    let (one, other) = (cluster.database("Same Hint!"), cluster.database("Same Hint!"));
    one.psql("CREATE TABLE only_here (id integer); INSERT INTO only_here VALUES (7);");
    assert_eq!(one.psql("SELECT id, 'x' FROM only_here"), "7|x\n");
    assert!(other.try_psql("TABLE only_here").unwrap_err().contains("does not exist"));

    let name = one.name().to_owned();
    drop(one);
    let left = cluster.psql("postgres", &format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'"));
    assert_eq!(left, "0\n");
}

#[test]
fn a_dump_shows_the_schema_and_nothing_that_changes_from_call_to_call() {
    let database = postgres().database("dump");
    database.psql("CREATE TABLE kept (id integer)");
    let dump = database.pg_dump(&["--schema-only"]).expect("a server installed with its programs has pg_dump");
    assert!(dump.contains("CREATE TABLE public.kept"), "{dump}");
    assert_eq!(Some(dump), database.pg_dump(&["--schema-only"]));
}

#[test]
fn a_password_is_asked_for_over_tcp() {
    let cluster = postgres();
    let user = ("PGUSER", cluster.superuser());
    assert_eq!(over_tcp(&cluster, &[user, ("PGPASSWORD", cluster.password())], "SELECT 1"), Ok("1".to_owned()));
    assert!(over_tcp(&cluster, &[user, ("PGPASSWORD", "wrong")], "SELECT 1").unwrap_err().contains("password"));
}

#[test]
fn the_limited_user_may_create_nothing() {
    let cluster = postgres();
    let limited = [("PGUSER", LIMITED_USER), ("PGPASSWORD", cluster.password())];
    let database = cluster.database("limited");
    let settings = [&limited[..], &[("PGDATABASE", database.name())]].concat();
    assert_eq!(over_tcp(&cluster, &settings, "SELECT current_user"), Ok(LIMITED_USER.to_owned()));
    assert!(over_tcp(&cluster, &settings, "CREATE TABLE t ()").unwrap_err().contains("permission denied"));
    assert!(over_tcp(&cluster, &settings, "CREATE SCHEMA s").unwrap_err().contains("permission denied"));
}

#[test]
fn tls_is_verified_by_the_right_authority_alone() {
    let cluster = postgres();
    let files = cluster.certificates();
    let attempt = |authority: &Path, host: &str| {
        let settings = [
            ("PGUSER", cluster.superuser()),
            ("PGPASSWORD", cluster.password()),
            ("PGHOST", host),
            ("PGSSLMODE", "verify-full"),
            ("PGSSLROOTCERT", path(authority)),
        ];
        over_tcp(&cluster, &settings, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    };
    assert_eq!(attempt(&files.ca, "localhost"), Ok("t".to_owned()));
    assert_eq!(attempt(&files.ca, "127.0.0.1"), Ok("t".to_owned()));
    assert!(attempt(&files.other_ca, "localhost").unwrap_err().contains("certificate verify failed"));
}

#[test]
fn a_client_certificate_signs_in_its_user_alone() {
    let cluster = postgres();
    let files = cluster.certificates();
    let attempt = |user: &str, certificate: bool| {
        let mut settings = vec![("PGUSER", user), ("PGSSLMODE", "require")];
        if certificate {
            settings.extend([("PGSSLCERT", path(&files.client_cert)), ("PGSSLKEY", path(&files.client_key))]);
        }
        over_tcp(&cluster, &settings, "SELECT current_user")
    };
    assert_eq!(attempt("drove_cert", true), Ok("drove_cert".to_owned()));
    assert!(attempt("drove_cert", false).unwrap_err().contains("certificate"));
    assert!(attempt("postgres", true).unwrap_err().contains("password"));
}

#[test]
fn a_cluster_of_ones_own_has_its_settings_and_comes_back_after_a_crash() {
    let options = Options { tls: false, settings: vec![("max_connections".into(), "17".into())], ..Options::default() };
    let cluster = Cluster::start(&options);
    assert_eq!(cluster.psql("postgres", "SHOW ssl; SHOW max_connections"), "off\n17\n");
    let port = cluster.port();

    cluster.stop_immediate();
    assert!(cluster.try_psql("postgres", "SELECT 1").is_err());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());

    cluster.restart();
    assert_eq!(cluster.psql("postgres", "SELECT 1"), "1\n");
    assert_eq!(cluster.port(), port);
    assert!(cluster.log().contains("database system was interrupted"), "{}", cluster.log());

    let folder = cluster.socket_dir();
    drop(cluster);
    assert!(!folder.exists(), "{} is left", folder.display());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_process_that_crashes_leaves_neither_server_nor_folder() {
    if env::var_os(INNER).is_some() {
        let cluster = Cluster::start(&Options::default());
        println!("folder: {}\nport: {}", cluster.socket_dir().display(), cluster.port());
        process::abort();
    }
    let output = inner("a_process_that_crashes_leaves_neither_server_nor_folder");
    assert!(!output.status.success());
    let folder = PathBuf::from(told(&output, "folder:"));
    let port: u16 = told(&output, "port:").parse().expect("a port is a number");
    assert!(gone(&folder), "{} is left", folder.display());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_shared_cluster_goes_after_the_run_and_one_without_watchdog_is_not_joined() {
    const NAME: &str = "a_shared_cluster_goes_after_the_run_and_one_without_watchdog_is_not_joined";
    if env::var_os(INNER).is_some() {
        println!("folder: {}", postgres().socket_dir().display());
        return;
    }
    // A target folder of its own is a test run of its own.
    let target = tempfile::tempdir().unwrap();
    let user = || {
        let output = inner_command(NAME).env("CARGO_TARGET_DIR", target.path()).output().unwrap();
        PathBuf::from(told(&output, "folder:"))
    };
    let folder = user();
    let watchdog = fs::read_to_string(folder.join("watchdog.pid")).expect("a cluster stays for a moment");
    let killed = Command::new("sh").args(["-c", &format!("kill -KILL {watchdog}")]).status().unwrap();
    assert!(killed.success());

    let next = user();
    assert_ne!(next, folder);
    assert!(gone(&folder), "{} is left", folder.display());
    assert!(gone(&next), "{} is left", next.display());
}

#[test]
fn every_version_of_the_server_takes_databases() {
    for server in available() {
        let database = server.cluster().database("version");
        let version = database.psql("SHOW server_version_num");
        assert_eq!(version.trim().parse::<u32>().expect("a number") / 10_000, server.major);
    }
}
