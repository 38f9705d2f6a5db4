//! A session against a real server.

use std::time::{Duration, Instant};

use droveway_core::{
    bookkeeping::Tables,
    engine::{Dialect, EngineErrorKind, Limits, LockAttempt, Session},
    sql::statement::StatementKind,
};
use droveway_postgres::PostgresDialect;
use droveway_testkit::{Database, postgres};

use crate::ground::{by_url, connect_bare, copy, of_kind, plain, refusal, session};

const NO_LIMITS: Limits = Limits { lock_timeout: None, statement_timeout: None };

async fn value(session: &mut dyn Session, sql: &str) -> Option<String> {
    let rows = session.query(sql).await.expect("the query is well formed").rows;
    rows.into_iter().next().and_then(|row| row.into_iter().next()).flatten()
}

fn database(hint: &str) -> Database {
    postgres().database(hint)
}

#[tokio::test]
async fn the_facts_are_known_once_connected() {
    let database = database("facts");
    let session = session(&database).await;
    let facts = session.facts();
    assert!(facts.product.starts_with(&format!("PostgreSQL {}", facts.major)), "{facts:?}");
    assert!(facts.major >= 13 && facts.max_connections.is_some());
    assert_eq!(facts.database, database.name());
    assert_eq!(facts.user.as_deref(), Some(postgres().superuser()));
    assert!(!facts.pooled && !facts.read_only);
}

#[tokio::test]
async fn a_probe_tells_an_empty_a_foreign_an_adopted_and_an_own_database_apart() {
    let database = database("probe");
    let mut session = session(&database).await;
    let tables = Tables::default();

    let empty = session.probe(&tables).await.expect("an empty database can be probed");
    assert_eq!((empty.version_rows, empty.last_entry, empty.holds_tables), (None, None, false));

    database.psql("CREATE TABLE customer (id int)");
    assert!(session.probe(&tables).await.expect("probed").holds_tables);

    session.execute(&PostgresDialect.create_version_table(&tables)).await.expect("the version table is made");
    database.psql("INSERT INTO alembic_version VALUES ('a1'), ('b2')");
    let adopted = session.probe(&tables).await.expect("probed");
    assert_eq!(adopted.version_rows, Some(vec!["a1".to_owned(), "b2".to_owned()]));
    assert_eq!(adopted.last_entry, None);

    session.execute(&PostgresDialect.create_journal(&tables)).await.expect("the journal is made");
    assert_eq!(session.probe(&tables).await.expect("probed").last_entry, None);
    database.psql(
        "INSERT INTO drove_journal (tree, action, outcome, revision, statement, checksum, token, who, tool)
         VALUES ('infra', 'upgrade', 'trying', 'a1', 3, 'abc', 't', 'w', 'd')",
    );
    let own = session.probe(&tables).await.expect("probed").last_entry.expect("there is an entry");
    assert_eq!((own.tree.as_str(), own.statement, own.checksum.as_deref()), ("infra", Some(3), Some("abc")));
}

#[tokio::test]
async fn a_probe_inside_a_transaction_leaves_it_whole() {
    let database = database("probe_inside");
    let mut session = session(&database).await;
    session.begin(&NO_LIMITS).await.expect("begun");
    let probe = session.probe(&Tables::default()).await.expect("probed");
    assert_eq!(probe.version_rows, None);
    session.execute("CREATE TABLE t ()").await.expect("the transaction has not failed");
    assert!(session.probe(&Tables::default()).await.expect("probed").holds_tables);
    session.commit().await.expect("committed");
}

#[tokio::test]
async fn the_tables_may_live_in_a_schema_of_their_own() {
    let database = database("schema");
    let mut session = session(&database).await;
    let tables = Tables { schema: Some("Our schema".to_owned()), ..Tables::default() };
    let empty = session.probe(&tables).await.expect("there is not even the schema");
    assert_eq!((empty.version_rows, empty.holds_tables), (None, false));
    session.execute("CREATE SCHEMA \"Our schema\"").await.expect("made");
    for sql in [PostgresDialect.create_version_table(&tables), PostgresDialect.create_journal(&tables)] {
        session.execute(&sql).await.expect("made");
        session.execute(&sql).await.expect("nothing to be made");
    }
    assert_eq!(session.probe(&tables).await.expect("probed").version_rows, Some(Vec::new()));
    assert!(!session.probe(&Tables::default()).await.expect("probed").holds_tables);
}

#[tokio::test]
async fn an_extensions_tables_are_not_the_owners() {
    let database = database("extension");
    database.psql("CREATE TABLE t (id int)");
    database.psql("ALTER EXTENSION plpgsql ADD TABLE t");
    let mut session = session(&database).await;
    assert!(!session.probe(&Tables::default()).await.expect("probed").holds_tables);
}

#[tokio::test]
async fn limits_hold_inside_the_transaction_only() {
    let database = database("limits");
    let mut session = session(&database).await;
    let limits =
        Limits { lock_timeout: Some(Duration::from_millis(1500)), statement_timeout: Some(Duration::from_secs(7)) };
    session.begin(&limits).await.expect("begun");
    assert_eq!(value(&mut *session, "SHOW lock_timeout").await.as_deref(), Some("1500ms"));
    assert_eq!(value(&mut *session, "SHOW statement_timeout").await.as_deref(), Some("7s"));
    session.rollback().await.expect("rolled back");
    assert_eq!(value(&mut *session, "SHOW lock_timeout").await.as_deref(), Some("0"));
    session.prepare_alone(&limits).await.expect("set");
    assert_eq!(value(&mut *session, "SHOW lock_timeout").await.as_deref(), Some("1500ms"));
    session.prepare_alone(&NO_LIMITS).await.expect("reset");
    assert_eq!(value(&mut *session, "SHOW lock_timeout").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn a_lock_that_is_not_to_be_had_in_time_is_a_lock_timeout() {
    let database = database("lock_timeout");
    database.psql("CREATE TABLE t (id int)");
    let mut reader = session(&database).await;
    reader.begin(&NO_LIMITS).await.expect("begun");
    reader.query("SELECT * FROM t").await.expect("read");
    let mut writer = session(&database).await;
    let limits = Limits { lock_timeout: Some(Duration::from_millis(20)), statement_timeout: None };
    writer.begin(&limits).await.expect("begun");
    let error = writer.run(&[plain("ALTER TABLE t ADD COLUMN x int")]).await.expect_err("the reader is in the way");
    assert_eq!(error.error.kind, EngineErrorKind::LockTimeout);
    writer.rollback().await.expect("rolled back");
}

#[tokio::test]
async fn a_batch_is_one_transaction_and_its_error_names_the_statement_and_the_place() {
    let database = database("batch");
    let mut session = session(&database).await;
    let statements = [
        plain("CREATE TABLE a (t text DEFAULT 'äöü€😀')"),
        plain("INSERT INTO a VALUES ('ß€😀'), ('x')"),
        plain("SELECT 'ä€', nonsense FROM a"),
        plain("CREATE TABLE b ()"),
    ];
    let failed = session.run(&statements).await.expect_err("there is no such column");
    assert_eq!((failed.index, failed.error.position), (2, Some("SELECT 'ä€', ".chars().count())));
    assert_eq!(failed.error.code.as_deref(), Some("42703"));
    assert_eq!(database.psql("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')").trim(), "0");
}

#[tokio::test]
async fn a_syntax_error_is_found_in_its_statement_though_nothing_ran() {
    let database = database("syntax");
    let mut session = session(&database).await;
    let statements = [plain("SELECT 'äöü'"), plain("SELECT 1 -- it's"), plain("CREATE TABEL t ()")];
    let failed = session.run(&statements).await.expect_err("TABEL is no word");
    assert_eq!((failed.index, failed.error.position), (2, Some(7)));
}

#[tokio::test]
async fn an_error_without_a_place_is_the_first_unfinished_statements() {
    let database = database("no_place");
    let mut session = session(&database).await;
    let statements = [plain("SELECT 1"), plain("DO $$ BEGIN PERFORM 1/0; END $$"), plain("SELECT 2")];
    let failed = session.run(&statements).await.expect_err("division by zero");
    assert_eq!((failed.index, failed.error.position), (1, None));
    assert!(failed.error.context.is_some());
}

#[tokio::test]
async fn copy_data_reaches_its_table_between_other_statements() {
    let database = database("copy");
    let mut session = session(&database).await;
    let large: String = (0..60_000).map(|number| format!("{number}\tname {number}\n")).collect();
    let statements = [
        plain("CREATE TABLE a (id int, name text)"),
        copy("COPY a FROM stdin", "1\tä€\n2\t\\N"),
        plain("CREATE TABLE b (id int, name text)"),
        of_kind("\\restrict abc", StatementKind::ClientCommand),
        copy("COPY b (id, name) FROM stdin", &large),
        copy("COPY a FROM stdin", ""),
        plain("INSERT INTO a VALUES (3, 'c')"),
    ];
    session.run(&statements).await.expect("all of it runs");
    assert_eq!(database.psql("SELECT count(*), max(name) FILTER (WHERE id = 1) FROM a").trim(), "3|ä€");
    assert_eq!(database.psql("SELECT count(*), max(id) FROM b").trim(), "60000|59999");
}

#[tokio::test]
async fn bad_copy_data_is_that_statements_error_and_the_session_lives() {
    let database = database("copy_error");
    let mut session = session(&database).await;
    let large: String = (0..60_000).map(|number| format!("{number}\n")).collect();
    let statements = [
        plain("CREATE TABLE a (id int)"),
        copy("COPY a FROM stdin", &format!("1\nnot a number\n{large}")),
        plain("SELECT 1"),
    ];
    let failed = session.run(&statements).await.expect_err("not a number");
    assert_eq!((failed.index, failed.error.code.as_deref()), (1, Some("22P02")));
    assert!(failed.error.context.as_deref().is_some_and(|context| context.contains("COPY a, line 2")));
    assert_eq!(value(&mut *session, "SELECT 1").await.as_deref(), Some("1"));
    let missing = session.run(&[copy("COPY missing FROM stdin", "1\n")]).await.expect_err("no such table");
    assert_eq!(missing.error.code.as_deref(), Some("42P01"));
    assert_eq!(value(&mut *session, "SELECT 2").await.as_deref(), Some("2"));
}

#[tokio::test]
async fn a_copy_without_data_is_refused_and_does_not_hang() {
    let database = database("copy_trap");
    database.psql("CREATE TABLE a (id int)");
    let mut session = session(&database).await;
    let failed = session.run(&[plain("COPY a FROM stdin")]).await.expect_err("there is no data");
    assert_eq!(failed.error.code.as_deref(), Some("57014"));
    session.run(&[plain("COPY a TO stdout")]).await.expect("what comes out is let go");
    assert_eq!(value(&mut *session, "SELECT 1").await.as_deref(), Some("1"));
    session.close().await;
}

#[tokio::test]
async fn a_script_that_ends_the_transaction_is_noticed() {
    let database = database("chain");
    let mut session = session(&database).await;
    for (script, first, any) in [
        ("SELECT 1", true, true),
        ("RESET ALL", true, true),
        ("SAVEPOINT s; ROLLBACK TO s", true, true),
        ("COMMIT", false, false),
        ("COMMIT; BEGIN", false, true),
        ("COMMIT AND CHAIN", false, true),
        ("ROLLBACK AND CHAIN", false, true),
    ] {
        session.begin(&NO_LIMITS).await.expect("begun");
        session.run(&[plain(script)]).await.expect("the script runs");
        assert_eq!(session.in_first_transaction().await.expect("asked"), first, "{script}");
        assert_eq!(session.in_transaction().await.expect("asked"), any, "{script}");
        session.rollback().await.expect("rolled back");
        assert!(!session.in_transaction().await.expect("asked"), "{script}");
    }
    assert_eq!(session.take_notices(), Vec::<String>::new());
}

#[tokio::test]
async fn committing_a_failed_transaction_is_an_error() {
    let database = database("failed");
    let mut session = session(&database).await;
    session.begin(&NO_LIMITS).await.expect("begun");
    session.run(&[plain("CREATE TABLE t ()")]).await.expect("made");
    session.run(&[plain("SELECT 1/0")]).await.expect_err("division by zero");
    assert!(session.in_transaction().await.expect("known without asking"));
    assert!(!session.in_first_transaction().await.expect("known without asking"));
    let error = session.commit().await.expect_err("there is nothing left to commit");
    assert!(error.message.contains("rolled it back"), "{error}");
    assert!(!session.in_transaction().await.expect("asked"));
    session.rollback().await.expect("nothing to roll back");
    assert_eq!(database.psql("SELECT to_regclass('t') IS NULL").trim(), "t");
}

#[tokio::test]
async fn one_holds_the_lock_and_the_other_learns_who() {
    let database = database("lock");
    let (mut one, mut other) = (session(&database).await, session(&database).await);
    assert_eq!(one.try_lock("infra").await.expect("tried"), LockAttempt::Held);
    let LockAttempt::Busy { holder: Some(holder) } = other.try_lock("infra").await.expect("tried") else {
        panic!("two sessions hold one lock");
    };
    assert!(holder.starts_with("pid ") && holder.contains("(drove/test), for "), "{holder}");
    assert_eq!(other.try_lock("another").await.expect("tried"), LockAttempt::Held);
    one.unlock("infra").await.expect("freed");
    assert_eq!(other.try_lock("infra").await.expect("tried"), LockAttempt::Held);
    one.unlock("infra").await.expect_err("it is not held any more");
    other.close().await;
    assert_eq!(one.try_lock("infra").await.expect("tried"), LockAttempt::Held);
}

#[tokio::test]
async fn a_running_statement_can_be_cancelled() {
    let database = database("cancel");
    let mut session = session(&database).await;
    let canceller = session.canceller();
    let started = Instant::now();
    let cancel = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        (canceller.0)().await;
    });
    let failed = session.run(&[plain("SELECT pg_sleep(60)")]).await.expect_err("cancelled");
    cancel.await.expect("the request was sent");
    assert_eq!(failed.error.kind, EngineErrorKind::Cancelled);
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(value(&mut *session, "SELECT 1").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_call_that_was_dropped_leaves_the_status_known() {
    let database = database("dropped");
    let mut session = session(&database).await;
    session.begin(&NO_LIMITS).await.expect("begun");
    let canceller = session.canceller();
    let sleep = [plain("SELECT pg_sleep(60)")];
    tokio::time::timeout(Duration::from_millis(100), session.run(&sleep)).await.expect_err("it sleeps on");
    (canceller.0)().await;
    session.rollback().await.expect("rolled back once the statement was cancelled");
    assert!(!session.in_transaction().await.expect("asked"));
    assert_eq!(value(&mut *session, "SELECT 1").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn notices_are_kept_with_their_severity() {
    let database = database("notices");
    let mut session = session(&database).await;
    session
        .run(&[
            plain("CREATE TABLE IF NOT EXISTS t ()"),
            plain("CREATE TABLE IF NOT EXISTS t ()"),
            plain("DO $$ BEGIN RAISE WARNING 'mind the gap' USING HINT = 'jump'; END $$"),
            plain("COMMIT"),
        ])
        .await
        .expect("all of it runs");
    assert_eq!(
        session.take_notices(),
        ["NOTICE: relation \"t\" already exists, skipping", "WARNING: mind the gap\nHINT: jump"]
    );
    assert!(session.take_notices().is_empty());
}

#[tokio::test]
async fn a_terminated_session_is_a_lost_connection_and_says_why() {
    let database = database("lost");
    let mut session = session(&database).await;
    let pid = value(&mut *session, "SELECT pg_backend_pid()").await.expect("a number");
    session.begin(&NO_LIMITS).await.expect("begun");
    database.psql(&format!("SELECT pg_terminate_backend({pid})"));
    for _ in 0..2 {
        let error = session.commit().await.expect_err("nobody is there");
        assert_eq!(error.kind, EngineErrorKind::ConnectionLost);
        assert!(error.message.contains("terminating connection"), "{error}");
    }
    session.close().await;
}

#[tokio::test]
async fn a_connection_that_only_reads_cannot_write() {
    let database = database("read_only");
    let options = droveway_core::engine::ConnectOptions { read_only: true, ..crate::ground::options() };
    let mut session =
        droveway_postgres::connect_from(&by_url(database.url()), &options, &crate::ground::bare()).await.expect("open");
    let error = session.execute("CREATE TABLE t ()").await.expect_err("it only reads");
    assert_eq!(error.kind, EngineErrorKind::ReadOnly);
}

#[tokio::test]
async fn server_errors_have_the_kind_that_their_cause_has() {
    let database = database("kinds");
    let mut session = session(&database).await;
    session.execute("CREATE TABLE t (id int)").await.expect("made");
    let error = session.execute("CREATE TABLE t (id int)").await.expect_err("it is there");
    assert_eq!(error.kind, EngineErrorKind::AlreadyExists);
    assert_eq!(session.execute("INSERT INTO t VALUES (1), (2)").await.expect("inserted"), 2);
    let limited = postgres().url_as(droveway_testkit::LIMITED_USER, database.name());
    let mut limited = connect_bare(&by_url(limited)).await.expect("may connect");
    let error = limited.execute("DROP TABLE t").await.expect_err("not the owner");
    assert_eq!(error.kind, EngineErrorKind::Permission);
}

#[tokio::test]
async fn a_missing_database_is_said_and_not_made() {
    let error = refusal(&by_url(postgres().url("nowhere_to_be_found"))).await;
    assert_eq!(error.kind, EngineErrorKind::DatabaseMissing);
}
