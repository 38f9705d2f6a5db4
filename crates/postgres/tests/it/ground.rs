//! What every test here begins with: an address, a session, statements.

use std::{collections::BTreeMap, time::Duration};

use droveway_core::{
    engine::{Address, ConnectOptions, EngineError, Session},
    secret::Secret,
    sql::statement::{Statement, StatementKind},
};
use droveway_postgres::{Environment, connect_from};
use droveway_testkit::Database;

pub fn options() -> ConnectOptions {
    ConnectOptions {
        application_name: "drove/test".to_owned(),
        connect_timeout: Duration::from_secs(10),
        read_only: false,
    }
}

pub fn by_url(url: impl Into<String>) -> Address {
    Address { url: Some(Secret::new(url)), ..Address::default() }
}

/// An environment with nothing in it but a user.
pub fn bare() -> Environment {
    Environment { variables: BTreeMap::new(), user: Some("nobody_in_particular".to_owned()) }
}

pub fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Environment { variables, ..bare() }
}

pub async fn connect_bare(address: &Address) -> Result<Box<dyn Session>, EngineError> {
    connect_from(address, &options(), &bare()).await
}

pub async fn session(database: &Database) -> Box<dyn Session> {
    connect_bare(&by_url(database.url())).await.expect("the test's own database can be reached")
}

/// The error of a connection that must not come about.
pub async fn refusal(address: &Address) -> EngineError {
    match connect_bare(address).await {
        Ok(_) => panic!("a connection came about that must not"),
        Err(error) => error,
    }
}

pub fn plain(text: &str) -> Statement {
    of_kind(text, StatementKind::Plain)
}

pub fn copy(text: &str, data: &str) -> Statement {
    of_kind(text, StatementKind::CopyIn { data: data.to_owned() })
}

pub fn of_kind(text: &str, kind: StatementKind) -> Statement {
    Statement { text: text.to_owned(), offset: 0, line: 1, kind }
}
