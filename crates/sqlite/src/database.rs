//! One open database and what its session knows of it: everything that waits, written plainly. It lives on the
//! session's own thread.

use std::{sync::Arc, time::Duration};

use droveway_core::engine::{EngineError, EngineErrorKind as Kind, Limits, Rows};
use rusqlite::{Connection, Row, types::ValueRef};

use crate::{
    error::explain,
    lock::{self, Watch},
};

const NO_LIMITS: Limits = Limits { lock_timeout: None, statement_timeout: None };

pub(crate) struct Database {
    pub(crate) connection: Connection,
    watch: Arc<Watch>,
    /// How long a lock is waited for where no limit says otherwise.
    busy_timeout: Duration,
    /// The limits outside of the transactions that `begin` opens.
    session_limits: Limits,
    limits: Limits,
    in_first_transaction: bool,
    read_only: bool,
}

impl Database {
    pub(crate) fn new(connection: Connection, watch: Arc<Watch>, busy_timeout: Duration, read_only: bool) -> Self {
        let limits = NO_LIMITS;
        Database {
            connection,
            watch,
            busy_timeout,
            session_limits: limits.clone(),
            limits,
            in_first_transaction: false,
            read_only,
        }
    }

    /// Takes the write lock before anything is done, waiting for it within the limits.
    pub(crate) fn begin(&mut self, limits: Limits) -> Result<(), EngineError> {
        if self.read_only {
            let error = EngineError::new(Kind::ReadOnly, "the database is open for reading only");
            return Err(error.with_help("make the file and its folder writable"));
        }
        lock::heed(&mut self.connection, &self.watch).map_err(|error| explain(error, ""))?;
        self.limits = limits;
        let begun = self.execute("BEGIN IMMEDIATE");
        match begun {
            Ok(_) => self.in_first_transaction = true,
            Err(_) => self.limits = self.session_limits.clone(),
        }
        begun.map(drop)
    }

    /// Commits; readers of a rollback-journal database are waited for as for any lock. Where the disk fails, only
    /// the next one who opens the file can tell whether it was done.
    pub(crate) fn commit(&mut self) -> Result<(), EngineError> {
        let committed = self.execute("COMMIT").map_err(|error| match &error.code {
            Some(code) if code.starts_with("SQLITE_IOERR") => EngineError { kind: Kind::ConnectionLost, ..error },
            _ => error,
        });
        committed.map(|_| self.limits = self.session_limits.clone())
    }

    /// Rolls back what is open. It is never called off: there is nothing that it could wait for.
    pub(crate) fn rollback(&mut self) -> Result<(), EngineError> {
        let rolled_back = if self.in_transaction() { self.connection.execute_batch("ROLLBACK") } else { Ok(()) };
        self.see_transaction_end();
        self.limits = self.session_limits.clone();
        rolled_back.map_err(|error| explain(error, ""))
    }

    pub(crate) fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    pub(crate) fn in_first_transaction(&self) -> bool {
        self.in_first_transaction
    }

    /// Sets the limits of what runs outside of a transaction.
    pub(crate) fn set_session_limits(&mut self, limits: Limits) {
        self.session_limits = limits.clone();
        self.limits = limits;
    }

    /// Runs one statement to its end and returns the number of rows it changed.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<u64, EngineError> {
        let before = self.connection.total_changes();
        self.each_row(sql, |_| Ok(()))?;
        // SQLite keeps the last count through statements that change no rows.
        Ok(if self.connection.total_changes() == before { 0 } else { self.connection.changes() })
    }

    pub(crate) fn query(&mut self, sql: &str) -> Result<Rows, EngineError> {
        let mut rows = Vec::new();
        let columns = self.each_row(sql, |row| {
            let count = row.as_ref().column_count();
            rows.push((0..count).map(|column| row.get_ref(column).map(text)).collect::<Result<_, _>>()?);
            Ok(())
        })?;
        Ok(Rows { columns, rows })
    }

    /// The one way to SQLite: steps through one statement under the limits, and returns its columns' names.
    fn each_row(
        &mut self,
        sql: &str,
        on_row: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<Vec<String>, EngineError> {
        if self.watch.is_cancelled() {
            return Err(called_off());
        }
        refuse_nul(sql)?;
        self.watch
            .start_statement(self.limits.lock_timeout.unwrap_or(self.busy_timeout), self.limits.statement_timeout);
        let stepped = step(&self.connection, sql, on_row);
        self.see_transaction_end();
        stepped.map_err(|error| self.tell_why_it_stopped(error))
    }

    /// One statement cannot both end a transaction and open the next, so looking after each of them misses none.
    fn see_transaction_end(&mut self) {
        self.in_first_transaction &= self.in_transaction();
    }

    fn tell_why_it_stopped(&self, error: EngineError) -> EngineError {
        match error.kind {
            Kind::Cancelled | Kind::LockTimeout if self.watch.is_cancelled() => {
                EngineError { code: error.code, ..called_off() }
            }
            Kind::Cancelled => EngineError { message: "the statement ran into statement_timeout".into(), ..error },
            _ => error,
        }
    }
}

fn called_off() -> EngineError {
    EngineError::new(Kind::Cancelled, "the statement was cancelled on request")
}

/// SQLite ends a statement at a NUL without a word, so half of it would run.
fn refuse_nul(sql: &str) -> Result<(), EngineError> {
    let Some(position) = sql.chars().position(|letter| letter == '\0') else { return Ok(()) };
    let error = EngineError::new(Kind::Statement, "the statement holds a NUL character");
    Err(EngineError { position: Some(position), ..error })
}

fn step(
    connection: &Connection,
    sql: &str,
    mut on_row: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<Vec<String>, EngineError> {
    let explained = |error| explain(error, sql);
    let mut statement = connection.prepare(sql).map_err(explained)?;
    if statement.parameter_count() > 0 {
        return Err(unbound(statement.parameter_name(1)));
    }
    let columns = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(explained)? {
        on_row(row).map_err(explained)?;
    }
    Ok(columns)
}

/// SQLite would read a parameter that nobody binds as NULL.
fn unbound(name: Option<&str>) -> EngineError {
    let message = format!("the statement has a parameter `{}` and nothing gives it a value", name.unwrap_or("?"));
    EngineError::new(Kind::Statement, message).with_help("write the value itself; quote it if it is text")
}

/// A value as text: reals as the shortest digits that read back the same, blobs as their literal.
fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(format!("{number:?}")),
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Some(format!("x'{digits}'"))
        }
    }
}
