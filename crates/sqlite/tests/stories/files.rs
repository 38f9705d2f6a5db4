//! Files that are databases, files that are none, and files that are not there.

use std::fs;

use droveway_core::engine::EngineErrorKind as Kind;

use crate::workbench::{NO_LIMITS, Workbench, address, open, refused, url, value};

#[tokio::test]
async fn a_missing_file_is_an_error_that_says_the_path_and_is_not_created() {
    let bench = Workbench::new();
    for read_only in [false, true] {
        let error = refused(open(&bench.address("gone.db"), read_only).await);
        assert_eq!(error.kind, Kind::DatabaseMissing);
        assert!(error.message.ends_with("gone.db"), "{}", error.message);
    }
    assert!(bench.files().is_empty());
}

#[tokio::test]
async fn a_missing_folder_is_a_missing_database_too() {
    let bench = Workbench::new();
    let error = refused(bench.open("no/such/folder/app.db").await);
    assert_eq!(error.kind, Kind::DatabaseMissing);
    assert!(bench.files().is_empty());
}

#[tokio::test]
async fn an_empty_file_is_an_empty_database() {
    let bench = Workbench::new();
    fs::write(bench.path("empty.db"), "").unwrap();
    let mut session = bench.open("empty.db").await.unwrap();
    assert!(!session.probe(&Default::default()).await.unwrap().holds_tables);
    session.close().await;
    assert_eq!(fs::metadata(bench.path("empty.db")).unwrap().len(), 0);
}

#[tokio::test]
async fn what_is_no_database_says_so() {
    let bench = Workbench::new();
    fs::write(bench.path("letter.txt"), "Dear Sir or Madam,\n").unwrap();
    fs::write(bench.path("novel.txt"), "It was a dark and stormy night. ".repeat(1000)).unwrap();
    fs::create_dir(bench.path("folder")).unwrap();
    drop(bench.database("cut.db", "CREATE TABLE a (x); INSERT INTO a VALUES (randomblob(100000))"));
    let whole = fs::read(bench.path("cut.db")).unwrap();
    fs::write(bench.path("cut.db"), &whole[..whole.len() / 2]).unwrap();
    fs::write(bench.path("stub.db"), &whole[..50]).unwrap();
    fs::write(bench.path("scratched.db"), [&whole[..100], &[0xAA; 4000], &whole[4100..]].concat()).unwrap();

    for name in ["letter.txt", "novel.txt", "folder", "cut.db", "stub.db", "scratched.db"] {
        let error = refused(bench.open(name).await);
        assert_eq!(error.kind, Kind::NotADatabase, "{name}: {error}");
        assert!(error.message.contains(name), "{}", error.message);
    }
    assert_eq!(refused(open(&address("/dev/null"), false).await).kind, Kind::NotADatabase);
}

#[tokio::test]
async fn creating_makes_folders_and_an_empty_file_once() {
    let bench = Workbench::new();
    let (engine, place) = (droveway_sqlite::engine(), bench.address("data/models/blub.db"));
    assert!(engine.create_database(&place).await.unwrap());
    assert!(!engine.create_database(&place).await.unwrap());

    let mut session = open(&place, false).await.unwrap();
    assert_eq!(value(&mut session, "SELECT count(*) FROM sqlite_schema").await.as_deref(), Some("0"));
    assert_eq!(session.facts().database, "blub");
}

#[tokio::test]
async fn creating_leaves_what_is_there_alone() {
    let bench = Workbench::new();
    drop(bench.database("app.db", "CREATE TABLE a (x)"));
    fs::create_dir(bench.path("folder")).unwrap();
    let before = fs::read(bench.path("app.db")).unwrap();
    let engine = droveway_sqlite::engine();

    assert!(!engine.create_database(&bench.address("app.db")).await.unwrap());
    assert_eq!(fs::read(bench.path("app.db")).unwrap(), before);
    assert_eq!(refused(engine.create_database(&bench.address("folder")).await).kind, Kind::NotADatabase);
}

#[tokio::test]
async fn dropping_removes_the_file_and_its_companions() {
    let bench = Workbench::new();
    for name in ["app.db", "app.db-wal", "app.db-shm", "app.db-journal", "app.db-notes"] {
        fs::write(bench.path(name), "").unwrap();
    }
    let engine = droveway_sqlite::engine();
    assert!(engine.drop_database(&bench.address("app.db")).await.unwrap());
    assert_eq!(bench.files(), ["app.db-notes"]);
    assert!(!engine.drop_database(&bench.address("app.db")).await.unwrap());
}

#[tokio::test]
async fn the_journal_mode_stays_as_it_was_found() {
    for (mode, version) in [("wal", [2, 2]), ("delete", [1, 1])] {
        let bench = Workbench::new();
        drop(bench.database("app.db", &format!("PRAGMA journal_mode = {mode}; CREATE TABLE a (x)")));
        let mut session = bench.open("app.db").await.unwrap();
        session.begin(&NO_LIMITS).await.unwrap();
        session.execute("CREATE TABLE b (x)").await.unwrap();
        session.commit().await.unwrap();
        session.close().await;
        assert_eq!(fs::read(bench.path("app.db")).unwrap()[18..20], version, "{mode}");
        assert_eq!(bench.files(), ["app.db"], "{mode}");
    }
}

#[tokio::test]
async fn reading_leaves_no_trace_in_either_journal_mode() {
    for mode in ["wal", "delete"] {
        let bench = Workbench::new();
        drop(bench.database("app.db", &format!("PRAGMA journal_mode = {mode}; CREATE TABLE a (x)")));
        let before = fs::read(bench.path("app.db")).unwrap();
        let mut session = open(&bench.address("app.db"), true).await.unwrap();
        assert!(session.probe(&Default::default()).await.unwrap().holds_tables);
        session.close().await;
        assert_eq!(fs::read(bench.path("app.db")).unwrap(), before, "{mode}");
        assert_eq!(bench.files(), ["app.db"], "{mode}");
    }
}

#[tokio::test]
async fn a_session_for_reading_writes_nothing() {
    let bench = Workbench::new();
    drop(bench.database("app.db", "CREATE TABLE a (x)"));
    let by_url = url(&format!("sqlite:///{}?mode=ro", bench.path("app.db").display()));
    for place in [(bench.address("app.db"), true), (by_url, false)] {
        let mut session = open(&place.0, place.1).await.unwrap();
        assert!(session.facts().read_only);
        assert_eq!(refused(session.execute("INSERT INTO a VALUES (1)").await).kind, Kind::ReadOnly);
        assert_eq!(refused(session.begin(&NO_LIMITS).await).kind, Kind::ReadOnly);
    }
}

#[tokio::test]
async fn a_crashed_writer_is_cleaned_up_after_even_by_a_reader() {
    let bench = Workbench::new();
    let writer = bench.database("app.db", "CREATE TABLE a (x); INSERT INTO a VALUES (1)");
    // A cache of one page makes SQLite write into the file before the commit, with the old pages in the journal.
    writer.execute_batch("PRAGMA cache_size = 1; BEGIN; INSERT INTO a SELECT randomblob(3000) FROM (VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9)), (VALUES (1),(2),(3))").unwrap();
    for name in ["app.db", "app.db-journal"] {
        fs::copy(bench.path(name), bench.path(&name.replace("app", "crashed"))).unwrap();
    }
    assert!(fs::metadata(bench.path("crashed.db-journal")).unwrap().len() > 0);

    let mut reader = open(&bench.address("crashed.db"), true).await.unwrap();
    assert_eq!(value(&mut reader, "SELECT count(*) FROM a").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_full_file_says_so_and_loses_nothing() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x)").await;
    session.query("PRAGMA max_page_count = 10").await.unwrap();
    session.begin(&NO_LIMITS).await.unwrap();
    session.execute("INSERT INTO a VALUES (1)").await.unwrap();
    let error = refused(session.execute("INSERT INTO a VALUES (randomblob(100000))").await);
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Statement, Some("SQLITE_FULL")));
    assert!(error.help.is_some_and(|help| help.starts_with("free some space")));
    session.rollback().await.unwrap();
    assert_eq!(value(&mut session, "SELECT count(*) FROM a").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn a_file_that_is_taken_away_while_it_is_open_takes_no_more_writes() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x)").await;
    fs::rename(bench.path("app.db"), bench.path("elsewhere.db")).unwrap();
    let error = refused(session.execute("INSERT INTO a VALUES (1)").await);
    assert_eq!((error.kind, error.code.as_deref()), (Kind::ReadOnly, Some("SQLITE_READONLY_DBMOVED")));
    assert_eq!(error.help.as_deref(), Some("the file was moved or removed while it was open"));
}
