//! Poolers, silent servers, deadlocks, and servers that take no more.

use std::time::{Duration, Instant};

use droveway_core::engine::{EngineErrorKind, Limits, Session};
use droveway_testkit::postgres;

use crate::{
    ground::{by_url, connect_bare, plain, refusal, session},
    proxy::Proxy,
};

const NO_LIMITS: Limits = Limits { lock_timeout: None, statement_timeout: None };

/// Gives the start-up another process id, as a pooler does.
fn forge_process_id(bytes: &mut [u8]) {
    const KEY_DATA: &[u8] = b"K\0\0\0\x0c";
    if let Some(at) = bytes.windows(KEY_DATA.len()).position(|window| window == KEY_DATA) {
        bytes[at + 5..at + 9].copy_from_slice(&[0x7f, 0, 0, 1]);
    }
}

#[tokio::test]
async fn a_pooler_is_recognised_and_gets_no_settings_to_pass_on() {
    let cluster = postgres();
    let proxy = Proxy::new(&cluster, forge_process_id);
    let mut pooled = connect_bare(&by_url(proxy.url(&cluster))).await.expect("the pooler passes all on");
    assert!(pooled.facts().pooled);
    let limit = "SHOW idle_in_transaction_session_timeout";
    assert_eq!(pooled.query(limit).await.expect("asked").rows[0][0].as_deref(), Some("0"));

    let honest = Proxy::new(&cluster, |_| {});
    let mut direct = connect_bare(&by_url(honest.url(&cluster))).await.expect("the proxy passes all on");
    assert!(!direct.facts().pooled);
    assert_eq!(direct.query(limit).await.expect("asked").rows[0][0].as_deref(), Some("10min"));
}

#[tokio::test]
async fn a_session_of_a_server_that_fell_silent_can_be_closed() {
    let cluster = postgres();
    let proxy = Proxy::new(&cluster, |_| {});
    let mut session = connect_bare(&by_url(proxy.url(&cluster))).await.expect("open");
    session.try_lock("x").await.expect("tried");
    proxy.fall_silent();
    let started = Instant::now();
    tokio::time::timeout(Duration::from_millis(100), session.query("SELECT 1")).await.expect_err("no answer");
    tokio::time::timeout(Duration::from_secs(10), (session.canceller().0)()).await.expect("a cancel does not hang");
    session.close().await;
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_dropped_session_lets_go_of_its_transaction() {
    let database = postgres().database("dropped_session");
    database.psql("CREATE TABLE t (id int)");
    let mut one = session(&database).await;
    one.begin(&NO_LIMITS).await.expect("begun");
    one.run(&[plain("LOCK TABLE t")]).await.expect("locked");
    drop(one);
    let mut other = session(&database).await;
    let limits = Limits { lock_timeout: Some(Duration::from_secs(20)), statement_timeout: None };
    other.begin(&limits).await.expect("begun");
    other.run(&[plain("LOCK TABLE t")]).await.expect("the lock was let go of");
}

#[tokio::test]
async fn a_deadlock_may_be_tried_again() {
    let database = postgres().database("deadlock");
    database.psql("CREATE TABLE a (); CREATE TABLE b ()");
    let (mut one, mut other) = (session(&database).await, session(&database).await);
    for (session, table) in [(&mut one, "a"), (&mut other, "b")] {
        session.begin(&NO_LIMITS).await.expect("begun");
        session.run(&[plain(&format!("LOCK TABLE {table}"))]).await.expect("locked");
    }
    let (b, a) = ([plain("LOCK TABLE b")], [plain("LOCK TABLE a")]);
    let crossed = async {
        let (first, second) = tokio::join!(
            async {
                let result = one.run(&b).await;
                one.rollback().await.expect("rolled back");
                result
            },
            async {
                let result = other.run(&a).await;
                other.rollback().await.expect("rolled back");
                result
            }
        );
        first.err().or(second.err()).expect("one of them had to go")
    };
    let failed = tokio::time::timeout(Duration::from_secs(30), crossed).await.expect("the server finds deadlocks");
    assert_eq!(failed.error.kind, EngineErrorKind::Retriable);
}

#[tokio::test]
async fn a_server_without_room_says_so() {
    let cluster = postgres();
    cluster.psql("postgres", "CREATE ROLE one_too_many LOGIN CONNECTION LIMIT 0 PASSWORD 'x'");
    let error = refusal(&by_url(format!("postgres://one_too_many:x@127.0.0.1:{}/postgres", cluster.port()))).await;
    assert_eq!(error.kind, EngineErrorKind::TooManyConnections);
    cluster.psql("postgres", "DROP ROLE one_too_many");
}

#[tokio::test]
async fn a_database_that_takes_no_writes_is_known_as_such() {
    let database = postgres().database("no_writes");
    database.psql(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name()));
    assert!(session(&database).await.facts().read_only);
    let wanted = format!("{}?target_session_attrs=read-write", database.url());
    assert_eq!(refusal(&by_url(wanted)).await.kind, EngineErrorKind::Unreachable);
}

#[tokio::test]
async fn whatever_the_databases_defaults_are_quotes_mean_what_we_mean() {
    let database = postgres().database("strings");
    database.psql(&format!(
        "ALTER DATABASE {0} SET standard_conforming_strings = off; ALTER DATABASE {0} SET client_encoding = latin1",
        database.name()
    ));
    let mut session: Box<dyn Session> = session(&database).await;
    let rows = session.query(r"SELECT 'a\b', 'ä€'").await.expect("plain text").rows;
    assert_eq!(rows[0], [Some(r"a\b".to_owned()), Some("ä€".to_owned())]);
}
