//! Another process that wants the same file. Locks work differently there: a process loses all of its own on a file
//! when it closes any handle on it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use droveway_core::engine::EngineErrorKind as Kind;
use rusqlite::Connection;

use crate::workbench::{NO_LIMITS, Workbench, open, refused, value, within};

/// The file that the other process works on. The other process is this program, with the first of the stories below
/// alone; that this is set tells it which of the two it is.
const FILE: &str = "DROVE_TEST_FILE";
const STORY: &str = "processes::the_lock_of_a_process_ends_with_it_and_leaves_no_half_work";

/// Takes the write lock if it is to be had, leaves work half done, says what it could do, and waits to be killed.
fn be_the_other_process(path: &str) {
    let connection = Connection::open(path).expect("SQLite opens the file");
    connection.busy_timeout(Duration::ZERO).expect("a timeout of nothing");
    let taken = connection.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE; DELETE FROM a").is_ok();
    println!("{}", if taken { "\nhas the lock" } else { "\nis locked out" });
    thread::sleep(Duration::from_secs(60));
}

/// Starts the other process on a file and waits until it has said what it could do there.
fn another_process(path: &Path) -> (Child, String) {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", STORY, "--nocapture"])
        .env(FILE, path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the other process starts");
    let mut said = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let outcome = said.find(|line| line == "has the lock" || line == "is locked out");
    (child, outcome.expect("it says what it could do"))
}

fn kill(mut process: Child) {
    process.kill().expect("it waits to be killed");
    process.wait().expect("it is our child");
}

const ROWS: &str = "CREATE TABLE a (x); INSERT INTO a SELECT randomblob(3000) FROM json_each('[1,2,3,4,5,6,7,8,9,10]')";

#[tokio::test]
async fn the_lock_of_a_process_ends_with_it_and_leaves_no_half_work() {
    if let Ok(path) = std::env::var(FILE) {
        return be_the_other_process(&path);
    }
    for mode in ["delete", "wal"] {
        let bench = Workbench::new();
        let mut session = bench.session(&format!("PRAGMA journal_mode = {mode}; {ROWS}")).await;
        let (process, said) = another_process(&bench.path("app.db"));
        assert_eq!(said, "has the lock");

        assert_eq!(refused(session.begin(&within(100)).await).kind, Kind::LockTimeout, "{mode}");
        kill(process);
        session.begin(&within(100)).await.unwrap();
        assert_eq!(value(&mut session, "SELECT count(*) FROM a").await.as_deref(), Some("10"), "{mode}");
    }
}

#[tokio::test]
async fn nothing_else_that_is_done_with_the_file_loses_a_sessions_lock() {
    let bench = Workbench::new();
    let mut session = bench.session(ROWS).await;
    session.begin(&NO_LIMITS).await.unwrap();
    let (engine, place) = (droveway_sqlite::engine(), bench.address("app.db"));
    engine.locate(&place).unwrap();
    assert!(!engine.create_database(&place).await.unwrap());
    open(&place, true).await.unwrap().close().await;
    open(&place, false).await.unwrap().close().await;

    let (process, said) = another_process(&bench.path("app.db"));
    assert_eq!(said, "is locked out");
    kill(process);
}
