//! Which transaction is open, and what a script can do to it.

use std::time::{Duration, Instant};

use droveway_core::engine::{EngineErrorKind as Kind, Limits, LockAttempt};

use crate::workbench::{NO_LIMITS, Workbench, refused, run, value};

#[tokio::test]
async fn a_transaction_is_kept_on_commit_and_gone_after_rollback() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x)").await;
    for (keep, rows) in [(false, "0"), (true, "1")] {
        session.begin(&NO_LIMITS).await.unwrap();
        assert!(session.in_transaction().await.unwrap());
        assert_eq!(session.execute("INSERT INTO a VALUES (1)").await.unwrap(), 1);
        if keep {
            session.commit().await.unwrap()
        } else {
            session.rollback().await.unwrap()
        }
        assert!(!session.in_transaction().await.unwrap());
        assert_eq!(value(&mut session, "SELECT count(*) FROM a").await.as_deref(), Some(rows));
    }
}

#[tokio::test]
async fn rolling_back_without_a_transaction_does_nothing() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    session.rollback().await.unwrap();
    session.rollback().await.unwrap();
}

#[tokio::test]
async fn a_script_that_commits_and_begins_again_is_found_out() {
    let scripts: [(&[&str], bool, bool); 7] = [
        (&["CREATE TABLE b (x)"], true, true),
        (&["SAVEPOINT s", "CREATE TABLE b (x)", "ROLLBACK TO s", "RELEASE s"], true, true),
        (&["COMMIT"], false, false),
        (&["COMMIT", "BEGIN"], false, true),
        (&["ROLLBACK", "BEGIN IMMEDIATE", "CREATE TABLE b (x)"], false, true),
        (&["CREATE TABLE b (x)", "END", "SAVEPOINT s"], false, true),
        (&["COMMIT", "BEGIN", "COMMIT"], false, false),
    ];
    for (script, first, open) in scripts {
        let bench = Workbench::new();
        let mut session = bench.session("").await;
        session.begin(&NO_LIMITS).await.unwrap();
        assert!(session.in_first_transaction().await.unwrap());
        run(&mut session, script).await.unwrap();
        assert_eq!(session.in_first_transaction().await.unwrap(), first, "{script:?}");
        assert_eq!(session.in_transaction().await.unwrap(), open, "{script:?}");

        session.rollback().await.unwrap();
        session.begin(&NO_LIMITS).await.unwrap();
        assert!(session.in_first_transaction().await.unwrap(), "after {script:?}");
    }
}

#[tokio::test]
async fn a_conflict_that_rolls_back_by_itself_ends_the_first_transaction() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x UNIQUE ON CONFLICT ROLLBACK); INSERT INTO a VALUES (1)").await;
    session.begin(&NO_LIMITS).await.unwrap();
    let error = refused(session.execute("INSERT INTO a VALUES (1)").await);
    assert_eq!(error.code.as_deref(), Some("SQLITE_CONSTRAINT_UNIQUE"));
    assert!(!session.in_first_transaction().await.unwrap());
}

#[tokio::test]
async fn a_second_begin_is_refused_and_changes_nothing() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    session.begin(&NO_LIMITS).await.unwrap();
    let error = refused(session.begin(&NO_LIMITS).await);
    assert_eq!(error.message, "cannot start a transaction within a transaction");
    assert!(session.in_first_transaction().await.unwrap());
}

#[tokio::test]
async fn closing_in_the_middle_rolls_back_and_frees_the_file() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x)").await;
    session.begin(&NO_LIMITS).await.unwrap();
    session.execute("INSERT INTO a VALUES (1)").await.unwrap();
    session.close().await;

    let after = bench.database("app.db", "BEGIN EXCLUSIVE");
    assert_eq!(after.query_row("SELECT count(*) FROM a", [], |row| row.get::<_, i64>(0)), Ok(0));
    drop(after);
    assert_eq!(bench.files(), ["app.db"]);
}

#[tokio::test]
async fn the_lock_between_runners_is_always_to_be_had() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let mut other = bench.open("app.db").await.unwrap();
    assert_eq!(session.try_lock("drove").await.unwrap(), LockAttempt::Held);
    assert_eq!(other.try_lock("drove").await.unwrap(), LockAttempt::Held);
    session.unlock("drove").await.unwrap();
}

const ENDLESS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_statement_can_be_cancelled_from_another_task() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let cancel = session.canceller();
    let canceller = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        (cancel.0)().await;
    });
    let error = run(&mut session, &["SELECT 1", ENDLESS, "CREATE TABLE never (x)"]).await.unwrap_err();
    canceller.await.unwrap();
    assert_eq!((error.index, error.error.kind), (1, Kind::Cancelled));
    assert_eq!(value(&mut session, "SELECT count(*) FROM sqlite_schema").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn a_cancel_with_nothing_running_hits_nothing() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    (session.canceller().0)().await;
    assert_eq!(value(&mut session, "SELECT 1").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_future_that_is_dropped_calls_its_statement_off_and_the_session_goes_on() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x)").await;
    session.begin(&NO_LIMITS).await.unwrap();
    session.execute("INSERT INTO a VALUES (1)").await.unwrap();
    let given_up = tokio::time::timeout(Duration::from_millis(50), session.query(ENDLESS)).await;
    assert!(given_up.is_err());

    assert!(session.in_first_transaction().await.unwrap());
    session.commit().await.unwrap();
    assert_eq!(value(&mut session, "SELECT count(*) FROM a").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_statement_ends_at_its_timeout_and_only_under_that_limit() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let limits = Limits { lock_timeout: None, statement_timeout: Some(Duration::from_millis(50)) };
    let start = Instant::now();

    session.begin(&limits).await.unwrap();
    let error = refused(session.query(ENDLESS).await);
    assert_eq!((error.kind, error.code.as_deref()), (Kind::Cancelled, Some("SQLITE_INTERRUPT")));
    assert_eq!(error.message, "the statement ran into statement_timeout");
    session.rollback().await.unwrap();

    session.prepare_alone(&limits).await.unwrap();
    assert_eq!(refused(session.query(ENDLESS).await).kind, Kind::Cancelled);
    assert!(start.elapsed() < Duration::from_secs(5));

    session.begin(&NO_LIMITS).await.unwrap();
    let counting = ENDLESS.replace("FROM n)", "FROM n WHERE i < 1000000)");
    assert_eq!(value(&mut session, &counting).await.as_deref(), Some("1000000"));
}

/// SQLite's own rule: to stop a writing statement is to undo the whole transaction.
#[tokio::test]
async fn a_write_that_is_stopped_takes_its_transaction_with_it() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x)").await;
    session.begin(&Limits { lock_timeout: None, statement_timeout: Some(Duration::from_millis(50)) }).await.unwrap();
    session.execute("INSERT INTO a VALUES (1)").await.unwrap();
    let endless = format!("INSERT INTO a {}", ENDLESS.replace("count(*)", "i"));
    assert_eq!(refused(session.execute(&endless).await).kind, Kind::Cancelled);
    assert!(!session.in_first_transaction().await.unwrap());
    session.rollback().await.unwrap();
    assert_eq!(value(&mut session, "SELECT count(*) FROM a").await.as_deref(), Some("0"));
}
