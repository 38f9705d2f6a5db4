//! Whole databases, created and dropped.

use droveway_core::engine::{Address, Engine, EngineErrorKind};
use droveway_postgres::Postgres;
use droveway_testkit::{LIMITED_USER, postgres};

use crate::ground::{by_url, connect_bare};

fn named(name: &str) -> Address {
    Address { database: Some(name.to_owned()), ..by_url(postgres().url("ignored")) }
}

#[tokio::test]
async fn a_database_is_created_once_and_dropped_once() {
    let address = named("Odd \"name\" äö; --");
    assert!(Postgres.create_database(&address).await.expect("created"));
    assert!(!Postgres.create_database(&address).await.expect("it is there"));
    let session = connect_bare(&address).await.expect("it can be reached");
    assert_eq!(session.facts().database, "Odd \"name\" äö; --");
    assert!(Postgres.drop_database(&address).await.expect("dropped, whoever is connected"));
    assert!(!Postgres.drop_database(&address).await.expect("it is gone"));
}

#[tokio::test]
async fn databases_created_all_at_once_wait_for_the_template() {
    let addresses: Vec<Address> = (0..6).map(|number| named(&format!("at_once_{}", number / 2))).collect();
    let tasks: Vec<_> = addresses
        .iter()
        .cloned()
        .map(|address| tokio::spawn(async move { Postgres.create_database(&address).await }))
        .collect();
    let mut created = 0;
    for task in tasks {
        created += usize::from(task.await.expect("no panic").expect("created or there"));
    }
    for address in &addresses {
        Postgres.drop_database(address).await.expect("dropped");
    }
    assert_eq!(created, 3);
}

#[tokio::test]
async fn who_may_not_create_a_database_is_told_so() {
    let address = by_url(postgres().url_as(LIMITED_USER, "never_made"));
    let error = Postgres.create_database(&address).await.expect_err("not allowed");
    assert_eq!(error.kind, EngineErrorKind::Permission);
}

#[tokio::test]
async fn a_name_that_the_server_would_cut_is_refused() {
    let error = Postgres.create_database(&named(&"x".repeat(64))).await.expect_err("too long");
    assert_eq!(error.kind, EngineErrorKind::Address);
}
