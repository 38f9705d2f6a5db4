//! Files and folders that may not be read or written. A privileged user may do everything, so for such a one each of
//! these tests runs once more as a process of `nobody`, and that process's outcome counts.
#![cfg(unix)]

use std::{
    fs::{self, Permissions},
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    process::Command,
};

use droveway_core::engine::EngineErrorKind as Kind;

use crate::workbench::{NO_LIMITS, Workbench, open, refused, value};

const NOBODY: u32 = 65534;

/// Whether this process must leave the test to an unprivileged copy of itself (which has then passed it).
fn is_left_to_nobody(test: &str) -> bool {
    let probe = tempfile::NamedTempFile::new().expect("a file of our own");
    if probe.as_file().metadata().expect("its owner").uid() != 0 {
        return false;
    }
    let name = format!("permissions::{test}");
    // Nobody may be kept out of the folder that this program was built in.
    let folder = tempfile::tempdir().expect("a folder for the copy");
    let copy = folder.path().join("stories");
    fs::copy(std::env::current_exe().expect("this program"), &copy).expect("a copy of this program");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("our own folder");
    let output = Command::new(&copy)
        .args(["--exact", &name])
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .expect("the copy runs as nobody");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "as nobody: {said}");
    true
}

fn set_mode(bench: &Workbench, name: &str, mode: u32) {
    fs::set_permissions(bench.path(name), Permissions::from_mode(mode)).expect("our own file");
}

#[tokio::test]
async fn a_file_that_may_not_be_read_is_a_matter_of_permission() {
    if is_left_to_nobody("a_file_that_may_not_be_read_is_a_matter_of_permission") {
        return;
    }
    let bench = Workbench::new();
    drop(bench.database("app.db", "CREATE TABLE a (x)"));
    set_mode(&bench, "app.db", 0o000);
    let error = refused(bench.open("app.db").await);
    assert_eq!(error.kind, Kind::Permission, "{error}");
    assert!(error.message.ends_with("app.db: unable to open database file"), "{error}");
}

#[tokio::test]
async fn a_file_that_may_not_be_written_can_be_read_and_refuses_writes() {
    if is_left_to_nobody("a_file_that_may_not_be_written_can_be_read_and_refuses_writes") {
        return;
    }
    let bench = Workbench::new();
    drop(bench.database("app.db", "CREATE TABLE a (x)"));
    set_mode(&bench, "app.db", 0o444);
    let mut session = bench.open("app.db").await.unwrap();
    assert!(session.facts().read_only);
    assert_eq!(value(&mut session, "SELECT count(*) FROM a").await.as_deref(), Some("0"));
    assert_eq!(refused(session.begin(&NO_LIMITS).await).kind, Kind::ReadOnly);
    assert_eq!(refused(session.execute("INSERT INTO a VALUES (1)").await).kind, Kind::ReadOnly);
}

#[tokio::test]
async fn a_folder_that_may_not_be_written_refuses_writes_to_its_files() {
    if is_left_to_nobody("a_folder_that_may_not_be_written_refuses_writes_to_its_files") {
        return;
    }
    let bench = Workbench::new();
    fs::create_dir(bench.path("shelf")).unwrap();
    drop(bench.database("shelf/app.db", "CREATE TABLE a (x)"));
    set_mode(&bench, "shelf", 0o555);
    let mut session = bench.open("shelf/app.db").await.unwrap();
    assert_eq!(value(&mut session, "SELECT count(*) FROM a").await.as_deref(), Some("0"));
    session.begin(&NO_LIMITS).await.unwrap();
    let error = refused(session.execute("INSERT INTO a VALUES (1)").await);
    assert_eq!((error.kind, error.code.as_deref()), (Kind::ReadOnly, Some("SQLITE_READONLY_DIRECTORY")));

    let engine = droveway_sqlite::engine();
    assert_eq!(refused(engine.create_database(&bench.address("shelf/new.db")).await).kind, Kind::Permission);
    assert_eq!(refused(engine.create_database(&bench.address("shelf/new/app.db")).await).kind, Kind::Permission);
    assert_eq!(refused(engine.drop_database(&bench.address("shelf/app.db")).await).kind, Kind::Permission);
    set_mode(&bench, "shelf", 0o755);
}

#[tokio::test]
async fn a_wal_database_in_a_folder_that_may_not_be_written_says_what_it_lacks() {
    if is_left_to_nobody("a_wal_database_in_a_folder_that_may_not_be_written_says_what_it_lacks") {
        return;
    }
    let bench = Workbench::new();
    fs::create_dir(bench.path("shelf")).unwrap();
    drop(bench.database("shelf/app.db", "PRAGMA journal_mode = wal; CREATE TABLE a (x)"));
    set_mode(&bench, "shelf", 0o555);
    let error = refused(open(&bench.address("shelf/app.db"), true).await);
    set_mode(&bench, "shelf", 0o755);
    assert_eq!((error.kind, error.code.as_deref()), (Kind::ReadOnly, Some("SQLITE_READONLY_DIRECTORY")));
    assert!(error.help.is_some_and(|help| help.contains("in WAL mode even while it reads")));
}

#[tokio::test]
async fn a_folder_that_may_not_be_entered_is_a_matter_of_permission() {
    if is_left_to_nobody("a_folder_that_may_not_be_entered_is_a_matter_of_permission") {
        return;
    }
    let bench = Workbench::new();
    fs::create_dir(bench.path("vault")).unwrap();
    drop(bench.database("vault/app.db", "CREATE TABLE a (x)"));
    set_mode(&bench, "vault", 0o000);
    let error = refused(bench.open("vault/app.db").await);
    set_mode(&bench, "vault", 0o755);
    assert_eq!(error.kind, Kind::Permission, "{error}");
}
