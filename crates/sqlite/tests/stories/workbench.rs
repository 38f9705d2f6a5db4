//! A folder that goes away with the test, databases in it, and sessions on them.

use std::{path::PathBuf, time::Duration};

use droveway_core::{
    engine::{Address, BatchError, ConnectOptions, EngineError, Limits, Session},
    secret::Secret,
    sql::statement::{Statement, StatementKind, TransactionControl},
};
use rusqlite::Connection;
use tempfile::TempDir;

pub const NO_LIMITS: Limits = Limits { lock_timeout: None, statement_timeout: None };

pub struct Workbench {
    folder: TempDir,
}

impl Workbench {
    pub fn new() -> Self {
        Workbench { folder: tempfile::tempdir().expect("a folder for the test") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The names of the files that lie in the folder.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder is there");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub fn address(&self, name: &str) -> Address {
        address(&self.path(name).to_string_lossy())
    }

    /// Makes a database by plain SQLite, outside of what is tested.
    pub fn database(&self, name: &str, sql: &str) -> Connection {
        let connection = Connection::open(self.path(name)).expect("SQLite opens its file");
        connection.execute_batch(sql).expect("the script runs");
        connection
    }

    pub async fn open(&self, name: &str) -> Result<Box<dyn Session>, EngineError> {
        open(&self.address(name), false).await
    }

    /// A session on a new database that holds what the script makes.
    pub async fn session(&self, sql: &str) -> Box<dyn Session> {
        drop(self.database("app.db", sql));
        self.open("app.db").await.expect("the database opens")
    }
}

pub fn address(path: &str) -> Address {
    Address { parameters: [("path".to_owned(), path.to_owned())].into(), ..Address::default() }
}

pub fn url(text: &str) -> Address {
    Address { url: Some(Secret::new(text)), ..Address::default() }
}

pub async fn open(address: &Address, read_only: bool) -> Result<Box<dyn Session>, EngineError> {
    let options =
        ConnectOptions { application_name: "drove/test".into(), connect_timeout: Duration::from_secs(5), read_only };
    droveway_sqlite::engine().connect(address, &options).await
}

/// The error of what must not succeed.
pub fn refused<T>(result: Result<T, EngineError>) -> EngineError {
    match result {
        Ok(_) => panic!("this must be refused"),
        Err(error) => error,
    }
}

pub fn within(lock_timeout_ms: u64) -> Limits {
    Limits { lock_timeout: Some(Duration::from_millis(lock_timeout_ms)), statement_timeout: None }
}

/// A statement as the splitter would hand it over.
pub fn statement(text: &str) -> Statement {
    let kind = match text.to_ascii_uppercase().as_str() {
        "COMMIT" => StatementKind::Transaction(TransactionControl::Commit),
        "ROLLBACK" => StatementKind::Transaction(TransactionControl::Rollback),
        upper if upper.starts_with("BEGIN") => StatementKind::Transaction(TransactionControl::Begin),
        upper if upper.starts_with("PRAGMA FOREIGN_KEYS") => StatementKind::ForeignKeys { on: upper.ends_with("ON") },
        _ => StatementKind::Plain,
    };
    Statement { text: text.to_owned(), offset: 0, line: 1, kind }
}

pub async fn run(session: &mut Box<dyn Session>, texts: &[&str]) -> Result<(), BatchError> {
    let statements: Vec<Statement> = texts.iter().map(|text| statement(text)).collect();
    session.run(&statements).await
}

/// The one value that a query gives.
pub async fn value(session: &mut Box<dyn Session>, sql: &str) -> Option<String> {
    let rows = session.query(sql).await.expect("the query runs");
    rows.rows[0][0].clone()
}
