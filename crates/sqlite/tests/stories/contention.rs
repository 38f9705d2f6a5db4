//! Two who want the same file at the same time.

use std::{
    thread,
    time::{Duration, Instant},
};

use droveway_core::engine::EngineErrorKind as Kind;

use crate::workbench::{NO_LIMITS, Workbench, open, refused, run, within};

#[tokio::test]
async fn a_lock_that_is_held_too_long_is_a_lock_timeout_within_the_limit() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x)").await;
    let holder = bench.database("app.db", "BEGIN IMMEDIATE");
    let start = Instant::now();
    let error = refused(session.begin(&within(200)).await);
    let waited = start.elapsed();

    assert_eq!((error.kind, error.code.as_deref()), (Kind::LockTimeout, Some("SQLITE_BUSY")));
    assert!(waited >= Duration::from_millis(200) && waited < Duration::from_secs(3), "{waited:?}");
    assert!(!session.in_transaction().await.unwrap());
    assert!(!session.in_first_transaction().await.unwrap());

    holder.execute_batch("COMMIT").unwrap();
    session.begin(&within(200)).await.unwrap();
}

#[tokio::test]
async fn a_lock_that_is_freed_in_time_is_waited_for() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x)").await;
    let holder = bench.database("app.db", "BEGIN IMMEDIATE; INSERT INTO a VALUES (1)");
    let release = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        holder.execute_batch("COMMIT").unwrap();
    });
    session.begin(&within(10_000)).await.unwrap();
    assert_eq!(session.execute("UPDATE a SET x = 2").await.unwrap(), 1);
    session.commit().await.unwrap();
    release.join().unwrap();
}

#[tokio::test]
async fn a_commit_waits_for_a_reader_and_may_be_tried_again() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x); INSERT INTO a VALUES (1)").await;
    let reader = bench.database("app.db", "BEGIN; SELECT * FROM a");
    session.begin(&within(100)).await.unwrap();
    session.execute("INSERT INTO a VALUES (2)").await.unwrap();

    assert_eq!(refused(session.commit().await).kind, Kind::LockTimeout);
    assert!(session.in_first_transaction().await.unwrap());
    reader.execute_batch("COMMIT").unwrap();
    session.commit().await.unwrap();
    assert_eq!(reader.query_row("SELECT count(*) FROM a", [], |row| row.get::<_, i64>(0)), Ok(2));
}

#[tokio::test]
async fn waiting_for_a_lock_can_be_cancelled() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let _holder = bench.database("app.db", "BEGIN IMMEDIATE");
    let cancel = session.canceller();
    let start = Instant::now();
    let limits = within(60_000);
    let (begun, ()) = tokio::join!(session.begin(&limits), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        (cancel.0)().await;
    });
    assert_eq!(refused(begun).kind, Kind::Cancelled);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_scripts_own_busy_timeout_does_not_outlive_its_transaction() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    run(&mut session, &["PRAGMA busy_timeout = 0"]).await.unwrap();
    let holder = bench.database("app.db", "BEGIN IMMEDIATE");
    let release = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        holder.execute_batch("COMMIT").unwrap();
    });
    session.begin(&within(10_000)).await.unwrap();
    release.join().unwrap();
}

#[tokio::test]
async fn the_addresss_busy_timeout_holds_where_no_limit_is_given() {
    let bench = Workbench::new();
    drop(bench.session("").await);
    let _holder = bench.database("app.db", "BEGIN IMMEDIATE");
    let mut place = bench.address("app.db");
    place.parameters.insert("busy_timeout".into(), "50".into());
    let mut session = open(&place, false).await.unwrap();
    let start = Instant::now();
    assert_eq!(refused(session.begin(&NO_LIMITS).await).kind, Kind::LockTimeout);
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_file_that_is_locked_whole_cannot_be_opened_and_says_why() {
    let bench = Workbench::new();
    let _holder = bench.database("app.db", "CREATE TABLE a (x); BEGIN EXCLUSIVE");
    let mut place = bench.address("app.db");
    place.parameters.insert("busy_timeout".into(), "50".into());
    let error = refused(open(&place, false).await);
    assert_eq!(error.kind, Kind::LockTimeout);
    assert!(error.message.contains("app.db"), "{}", error.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_runners_add_up_without_losing_one() {
    let bench = Workbench::new();
    drop(bench.database("app.db", "CREATE TABLE counter (n); INSERT INTO counter VALUES (0)"));
    let runners: Vec<_> = (0..8)
        .map(|_| {
            let place = bench.address("app.db");
            tokio::spawn(async move {
                let mut session = open(&place, false).await.unwrap();
                for _ in 0..10 {
                    session.begin(&within(60_000)).await.unwrap();
                    session.execute("UPDATE counter SET n = n + 1").await.unwrap();
                    session.commit().await.unwrap();
                }
            })
        })
        .collect();
    for runner in runners {
        runner.await.unwrap();
    }
    let after = bench.database("app.db", "");
    assert_eq!(after.query_row("SELECT n FROM counter", [], |row| row.get::<_, i64>(0)), Ok(80));
}

#[tokio::test]
async fn a_snapshot_that_has_grown_old_asks_for_a_new_transaction() {
    let bench = Workbench::new();
    let mut session = bench.session("PRAGMA journal_mode = wal; CREATE TABLE a (x)").await;
    run(&mut session, &["BEGIN", "SELECT * FROM a"]).await.unwrap();
    drop(bench.database("app.db", "INSERT INTO a VALUES (1)"));
    let error = refused(session.execute("INSERT INTO a VALUES (2)").await);
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Retriable, Some("SQLITE_BUSY_SNAPSHOT")));
}
