//! What the rest of the program needs of an engine: a `Dialect` for text, an `Engine` to reach databases, and a
//! `Session` to speak with one. Each engine crate implements these three; nothing else knows which engine it is.

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use crate::{
    bookkeeping::{LastEntry, Tables},
    diagnostic::Diagnostic,
    schema::{Kinds, Schema},
    secret::Secret,
    sql::{split::Syntax, statement::Statement},
};

/// A future that may be sent between threads; `core` needs no runtime to name it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// How an engine writes what droveway itself needs. Pure text: the offline mode uses it as the runner does.
pub trait Dialect: Send + Sync {
    /// `postgres`, `sqlite`: as in `drove.toml` and in `-- drove:upgrade postgres`.
    fn name(&self) -> &'static str;

    fn syntax(&self) -> Syntax;

    /// `BEGIN`, in the form that takes what it needs at once.
    fn begin(&self) -> &'static str;

    /// Statements for the start of a transaction that set its limits (`SET LOCAL lock_timeout = …`).
    fn limits(&self, limits: &Limits) -> Vec<String>;

    /// `CREATE TABLE IF NOT EXISTS` for the version table: exactly Alembic's own.
    fn create_version_table(&self, tables: &Tables) -> String;

    /// `CREATE TABLE IF NOT EXISTS` for the journal.
    fn create_journal(&self, tables: &Tables) -> String;

    /// The first lines of an offline script: settings that its quoting relies on.
    fn script_preamble(&self) -> Vec<String>;

    /// Statements that take back what a script has set for the session; none where a script can set nothing.
    fn reset_settings(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A product that keeps databases.
pub trait Engine: Send + Sync {
    fn dialect(&self) -> &'static dyn Dialect;

    /// Says where an address leads, without connecting. Never shows a secret.
    fn locate(&self, address: &Address) -> Result<Location, EngineError>;

    /// Opens one connection. A database that does not exist is an error of kind `DatabaseMissing`, never created.
    fn connect<'a>(
        &'a self,
        address: &'a Address,
        options: &'a ConnectOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Session>, EngineError>>;

    /// Creates the database that the address names; false if it was there already.
    fn create_database<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<bool, EngineError>>;

    /// Removes the database that the address names (for scratch databases); false if it was not there.
    fn drop_database<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<bool, EngineError>>;

    /// Creates the database that the address names for a short life: empty, or a copy of another database of the
    /// server that nobody uses meanwhile. It is an error if it is there already.
    fn create_scratch<'a>(
        &'a self,
        address: &'a Address,
        copy_of: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        let _ = (address, copy_of);
        Box::pin(async { Err(no_scratch()) })
    }

    /// Removes a scratch database with whatever holds it; false if it was not there.
    fn drop_scratch<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<bool, EngineError>> {
        self.drop_database(address)
    }

    /// The databases of the server whose names begin with `prefix` and that nobody is connected to.
    fn idle_databases<'a>(
        &'a self,
        address: &'a Address,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<String>, EngineError>> {
        let _ = (address, prefix);
        Box::pin(async { Ok(Vec::new()) })
    }

    /// The address as a connection string for other programs.
    fn url(&self, address: &Address) -> Result<Secret, EngineError> {
        address
            .url
            .clone()
            .ok_or_else(|| EngineError::new(EngineErrorKind::Address, "this address has no connection string"))
    }

    /// What of a server the reading of the same SQL depends on: its version, the user, the extensions at hand.
    fn fingerprint<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<String, EngineError>> {
        let _ = address;
        Box::pin(async { Ok(String::new()) })
    }

    /// The kinds of objects that schemas of this engine consist of; `None` while it has no autogenerate.
    fn kinds(&self) -> Option<&'static Kinds> {
        None
    }
}

fn no_scratch() -> EngineError {
    EngineError::new(EngineErrorKind::Statement, "this engine has no scratch databases yet")
        .with_help("autogenerate works on PostgreSQL")
}

/// One connection to one database.
pub trait Session: Send {
    fn facts(&self) -> &SessionFacts;

    /// Reads what the bookkeeping tables say, in one round trip where they all exist. Writes nothing.
    fn probe<'a>(&'a mut self, tables: &'a Tables) -> BoxFuture<'a, Result<Probe, EngineError>>;

    /// Tries to become the one runner of this database; never waits.
    fn try_lock<'a>(&'a mut self, name: &'a str) -> BoxFuture<'a, Result<LockAttempt, EngineError>>;

    fn unlock<'a>(&'a mut self, name: &'a str) -> BoxFuture<'a, Result<(), EngineError>>;

    /// Begins a transaction under the given limits.
    fn begin<'a>(&'a mut self, limits: &'a Limits) -> BoxFuture<'a, Result<(), EngineError>>;

    /// Commits. If the connection is lost here the outcome is unknown: kind `ConnectionLost`.
    fn commit(&mut self) -> BoxFuture<'_, Result<(), EngineError>>;

    /// Rolls back whatever transaction is open; with none open it does nothing.
    fn rollback(&mut self) -> BoxFuture<'_, Result<(), EngineError>>;

    /// Whether the transaction that `begin` opened is still the one that is open: false once a script has ended it.
    fn in_first_transaction(&mut self) -> BoxFuture<'_, Result<bool, EngineError>>;

    /// Whether any transaction block is open (also one that a script has opened).
    fn in_transaction(&mut self) -> BoxFuture<'_, Result<bool, EngineError>>;

    /// Applies a session-wide setting outside of any transaction (`StatementKind::ForeignKeys`, limits of steps that run without a transaction).
    fn prepare_alone<'a>(&'a mut self, limits: &'a Limits) -> BoxFuture<'a, Result<(), EngineError>>;

    /// Runs the statements in order, in one round trip where the engine allows. Client commands are left out, and
    /// COPY data goes through the COPY protocol. Stops at the first error.
    fn run<'a>(&'a mut self, statements: &'a [Statement]) -> BoxFuture<'a, Result<(), BatchError>>;

    /// Runs one statement of droveway's own and returns the number of rows it changed.
    fn execute<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<u64, EngineError>>;

    /// Runs one query and returns every value as text.
    fn query<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<Rows, EngineError>>;

    /// Switches the enforcement of foreign keys and returns what it was (SQLite, outside a transaction; elsewhere
    /// it does nothing and returns true).
    fn enforce_foreign_keys(&mut self, on: bool) -> BoxFuture<'_, Result<bool, EngineError>>;

    /// The foreign keys that rows break, each with the number of these rows (SQLite, around work with enforcement
    /// off; elsewhere none).
    fn broken_foreign_keys(&mut self) -> BoxFuture<'_, Result<Vec<BrokenKey>, EngineError>>;

    /// The same tables with the schema in which they are, or would be made: a script that changes `search_path` must
    /// not hide them. Engines without such a setting have nothing to add.
    fn place_tables<'a>(&'a mut self, tables: &'a Tables) -> BoxFuture<'a, Result<Tables, EngineError>> {
        Box::pin(async { Ok(tables.clone()) })
    }

    /// Takes back what a script has set for the session (settings, roles) and sets the limits of the open transaction
    /// again, so that neither the bookkeeping nor the next script depends on it.
    fn reset_settings<'a>(&'a mut self, limits: &'a Limits) -> BoxFuture<'a, Result<(), EngineError>> {
        let _ = limits;
        Box::pin(async { Ok(()) })
    }

    /// Reads the whole schema in one round trip, as of one moment. No transaction may be open.
    fn introspect(&mut self) -> BoxFuture<'_, Result<Schema, EngineError>> {
        Box::pin(async {
            Err(EngineError::new(EngineErrorKind::Statement, "schemas of this engine cannot be read yet")
                .with_help("autogenerate works on PostgreSQL"))
        })
    }

    /// A handle that stops the statement which runs now, from another task.
    fn canceller(&self) -> Canceller;

    /// What the server said on the side (notices, warnings) since the last call.
    fn take_notices(&mut self) -> Vec<String>;

    /// Closes the connection in an orderly way.
    fn close(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// A foreign key that rows break.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrokenKey {
    /// `orders: customer_id refers to missing rows of customers`
    pub text: String,
    pub rows: u64,
}

/// Stops the running statement of one session.
#[derive(Clone)]
pub struct Canceller(pub Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

/// Where a database is and as whom to open it, before any default of the engine is applied.
#[derive(Debug, Clone, Default)]
pub struct Address {
    /// A whole connection string. It wins over `parameters`; `database` wins over the database in it.
    pub url: Option<Secret>,
    /// libpq's keywords (`host`, `port`, `user`, `sslmode`, …); for SQLite `path`, `foreign_keys`, `busy_timeout`.
    pub parameters: BTreeMap<String, String>,
    pub password: Option<Secret>,
    /// The database's name; for SQLite it has already become part of `path`.
    pub database: Option<String>,
}

/// Where an address leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// For people: `postgres://user@host:5432/database`, or a file's path. No password.
    pub display: String,
    /// The server (or folder) that the database lives on: targets of one server share its connections.
    pub server: String,
    /// Equal for two addresses that lead to the same database.
    pub identity: String,
    /// The database's own name.
    pub database: String,
}

#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// Shown by the server beside the connection: `drove/<target>`.
    pub application_name: String,
    pub connect_timeout: Duration,
    /// Open for reading only where the engine can promise it.
    pub read_only: bool,
}

/// What bounds a piece of work on a database. `None` leaves the server's own setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub lock_timeout: Option<Duration>,
    pub statement_timeout: Option<Duration>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionFacts {
    /// For people: `PostgreSQL 15.18`, `SQLite 3.50.4`.
    pub product: String,
    /// Major version: 15, 3.
    pub major: u32,
    pub database: String,
    pub user: Option<String>,
    /// Connections that the server allows in all, if it says so.
    pub max_connections: Option<u32>,
    /// True if the connection goes through a pooler that may change servers between transactions.
    pub pooled: bool,
    /// True if the database takes no writes (a standby, a read-only file).
    pub read_only: bool,
}

/// What a database says about itself before anything is done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probe {
    /// The rows of the version table in the order the query gave them; `None` if there is no version table.
    pub version_rows: Option<Vec<String>>,
    /// The journal's newest row; `None` if there is no journal or it is empty.
    pub last_entry: Option<LastEntry>,
    /// Whether the database holds tables of its owner's (asked only when there is no version table).
    pub holds_tables: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockAttempt {
    Held,
    /// Somebody else has it: who, in words (`pid 4711 (drove/infra), for 12 s`).
    Busy {
        holder: Option<String>,
    },
}

/// The result of a query, every value as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

/// What kind of trouble an engine reports: what the caller may do next depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineErrorKind {
    /// The address itself is wrong: an unknown parameter, a bad URL, an unreadable service file.
    Address,
    /// Nobody answers at that address.
    Unreachable,
    /// The server's certificate was not accepted, or TLS was asked for and is not to be had.
    Tls,
    /// Wrong user or password.
    Authentication,
    DatabaseMissing,
    /// The database is there and is not one (a damaged or foreign file).
    NotADatabase,
    Permission,
    /// A lock was not to be had within the limit (55P03, SQLITE_BUSY).
    LockTimeout,
    /// Deadlock or serialization failure: the whole transaction may be tried again.
    Retriable,
    /// The server has no room for a further connection.
    TooManyConnections,
    /// `relation already exists` and its kin.
    AlreadyExists,
    /// Cancelled on request, or by statement_timeout.
    Cancelled,
    ReadOnly,
    /// The connection ended in the middle: what was under way may or may not have happened.
    ConnectionLost,
    /// Everything else: the statement was refused.
    Statement,
}

/// What an engine said when something failed.
#[derive(Debug, Clone)]
pub struct EngineError {
    pub kind: EngineErrorKind,
    /// The server's own words, without a position or code.
    pub message: String,
    /// SQLSTATE, or SQLite's extended code by name (`SQLITE_BUSY`).
    pub code: Option<String>,
    pub detail: Option<String>,
    pub hint: Option<String>,
    /// The server's call stack (`PL/pgSQL function f() line 3 at …`).
    pub context: Option<String>,
    /// Characters before the place that is meant, in the statement that was sent.
    pub position: Option<usize>,
    /// What to do next, where the engine crate knows it.
    pub help: Option<String>,
}

impl EngineError {
    pub fn new(kind: EngineErrorKind, message: impl Into<String>) -> Self {
        EngineError {
            kind,
            message: message.into(),
            code: None,
            detail: None,
            hint: None,
            context: None,
            position: None,
            help: None,
        }
    }

    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EngineError {}

impl EngineErrorKind {
    /// What to do next where the engine itself says nothing.
    fn usual_help(self) -> Option<&'static str> {
        match self {
            EngineErrorKind::Permission => Some(
                "grant the right to the user of the connection, or connect as the owner (`drove config show` says who that is)",
            ),
            EngineErrorKind::NotADatabase => Some("check the path: `drove config show` says where it comes from"),
            EngineErrorKind::Address => Some("correct the address: `drove config show` says where it comes from"),
            _ => None,
        }
    }
}

impl Diagnostic for EngineError {
    fn code(&self) -> &'static str {
        match self.kind {
            EngineErrorKind::Address => "bad-address",
            EngineErrorKind::Unreachable => "unreachable",
            EngineErrorKind::Tls => "tls",
            EngineErrorKind::Authentication => "authentication",
            EngineErrorKind::DatabaseMissing => "database-missing",
            EngineErrorKind::NotADatabase => "not-a-database",
            EngineErrorKind::Permission => "permission",
            EngineErrorKind::LockTimeout => "lock-timeout",
            EngineErrorKind::Retriable => "retriable",
            EngineErrorKind::TooManyConnections => "too-many-connections",
            EngineErrorKind::AlreadyExists => "already-exists",
            EngineErrorKind::Cancelled => "cancelled",
            EngineErrorKind::ReadOnly => "read-only",
            EngineErrorKind::ConnectionLost => "connection-lost",
            EngineErrorKind::Statement => "statement",
        }
    }

    fn help(&self) -> Option<String> {
        self.help.clone().or_else(|| self.kind.usual_help().map(str::to_owned))
    }

    fn notes(&self) -> Vec<String> {
        let said = [("detail", &self.detail), ("hint", &self.hint), ("context", &self.context)];
        let mut notes: Vec<String> =
            said.iter().filter_map(|(name, text)| text.as_ref().map(|text| format!("{name}: {text}"))).collect();
        notes.extend(self.code.as_ref().map(|code| format!("code: {code}")));
        notes
    }
}

/// A statement of a batch that failed.
#[derive(Debug, Clone)]
pub struct BatchError {
    /// Its place among the statements that were given, counted from 0.
    pub index: usize,
    /// Its error; `position` counts from the start of that statement's text.
    pub error: EngineError,
}
