//! One connection to one database.

use std::{collections::BTreeSet, sync::Arc};

use droveway_core::{
    bookkeeping::Tables,
    engine::{
        BatchError, BoxFuture, BrokenKey, Canceller, Dialect, EngineError, EngineErrorKind, Limits, LockAttempt, Probe,
        Rows, Session, SessionFacts,
    },
    schema::Schema,
    sql::{quote, statement::Statement},
};
use tokio::time::timeout;

use crate::{
    batch,
    connect::{Route, own_settings},
    dialect::{PostgresDialect, milliseconds},
    introspect,
    link::{FAREWELL, Keep, Link},
    lock, probe,
    tap::Status,
};

/// When the present transaction began, in microseconds by the server's clock.
///
/// It tells one transaction from the next: the time stands still inside a transaction and is taken anew by each
/// that follows, also after COMMIT AND CHAIN. A setting made with SET LOCAL would tell as much, but RESET ALL in a
/// script would take it away.
const TRANSACTION_START: &str =
    "SELECT (pg_catalog.date_part('epoch', pg_catalog.transaction_timestamp()) * 1000000)::pg_catalog.int8";

pub(crate) struct PostgresSession {
    link: Link,
    facts: SessionFacts,
    /// The way that was taken to the server, for a cancel request to take again.
    route: Arc<Route>,
    first_transaction: Option<String>,
    /// The locks that are held, by name: the server would count a lock that is taken twice.
    locks: BTreeSet<String>,
}

impl PostgresSession {
    pub(crate) fn new(link: Link, facts: SessionFacts, route: Arc<Route>) -> Self {
        PostgresSession { link, facts, route, first_transaction: None, locks: BTreeSet::new() }
    }

    async fn begin_under(&mut self, limits: &Limits) -> Result<(), EngineError> {
        if self.link.status().await? != Status::Idle {
            return Err(EngineError::new(EngineErrorKind::Statement, "a transaction is open already"));
        }
        let mut statements = vec![PostgresDialect.begin().to_owned()];
        statements.extend(PostgresDialect.limits(limits));
        statements.push(TRANSACTION_START.to_owned());
        self.first_transaction = self.link.send(&statements.join(";\n"), Keep::Rows).await.value()?;
        Ok(())
    }

    /// The server answers the COMMIT of a failed transaction with ROLLBACK, and calls that a success.
    async fn commit_or_say(&mut self) -> Result<(), EngineError> {
        self.first_transaction = None;
        if self.link.status().await? == Status::Idle {
            return Err(EngineError::new(EngineErrorKind::Statement, "there is no transaction to commit"));
        }
        self.link.send("COMMIT", Keep::Nothing).await.all()?;
        if self.link.tag() == "ROLLBACK" {
            return Err(EngineError::new(
                EngineErrorKind::Statement,
                "the transaction had failed, so the server rolled it back instead of committing it",
            ));
        }
        Ok(())
    }

    async fn roll_back(&mut self) -> Result<(), EngineError> {
        self.first_transaction = None;
        match self.link.status().await? {
            Status::Idle => Ok(()),
            Status::InTransaction | Status::Failed => self.link.send("ROLLBACK", Keep::Nothing).await.all().map(|_| ()),
        }
    }

    async fn is_in_first_transaction(&mut self) -> Result<bool, EngineError> {
        match (self.link.status().await?, self.first_transaction.clone()) {
            (Status::InTransaction, Some(first)) => {
                let now = self.link.send(TRANSACTION_START, Keep::Rows).await.value()?;
                Ok(now == Some(first))
            }
            // Nothing can be asked in a failed transaction, and nothing but ROLLBACK can be done with it.
            _ => Ok(false),
        }
    }

    async fn set_limits(&mut self, limits: &Limits) -> Result<(), EngineError> {
        let settings = [("lock_timeout", limits.lock_timeout), ("statement_timeout", limits.statement_timeout)];
        let sql = settings.map(|(name, limit)| match limit {
            Some(limit) => format!("SET {name} = '{}ms'", milliseconds(limit)),
            None => format!("RESET {name}"),
        });
        self.link.send(&sql.join(";\n"), Keep::Nothing).await.all().map(|_| ())
    }

    async fn placed(&mut self, tables: &Tables) -> Result<Tables, EngineError> {
        if tables.schema.is_some() {
            return Ok(tables.clone());
        }
        let sql = format!(
            "SELECT COALESCE(
    (SELECT n.nspname
     FROM pg_catalog.pg_class AS c
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.oid = pg_catalog.to_regclass({})),
    pg_catalog.current_schema())",
            quote::literal(&tables.version_name())
        );
        Ok(Tables { schema: self.link.send(&sql, Keep::Rows).await.value()?, ..tables.clone() })
    }

    async fn reset(&mut self, limits: &Limits) -> Result<(), EngineError> {
        let mut statements = PostgresDialect.reset_settings();
        statements.extend(own_settings(self.link.backend_pid()));
        if self.link.status().await? == Status::InTransaction {
            statements.extend(PostgresDialect.limits(limits));
        }
        self.link.send(&statements.join(";\n"), Keep::Nothing).await.all().map(|_| ())
    }

    async fn lock(&mut self, name: &str) -> Result<LockAttempt, EngineError> {
        if self.locks.contains(name) {
            return Ok(LockAttempt::Held);
        }
        let attempt = lock::try_lock(&mut self.link, name).await?;
        if attempt == LockAttempt::Held {
            self.locks.insert(name.to_owned());
        }
        Ok(attempt)
    }

    /// The server lets go of a session's locks some time after the connection has ended; whoever waits for one should
    /// not wait for that.
    async fn end(mut self) {
        if !self.locks.is_empty() {
            let _freed = timeout(FAREWELL, lock::unlock_all(&mut self.link)).await;
        }
        self.link.close().await;
    }

    async fn last_rows(&mut self, sql: &str) -> Result<Rows, EngineError> {
        Ok(self.link.send(sql, Keep::Rows).await.all()?.pop().unwrap_or_default().rows)
    }

    async fn changed_rows(&mut self, sql: &str) -> Result<u64, EngineError> {
        Ok(self.link.send(sql, Keep::Nothing).await.all()?.pop().unwrap_or_default().affected)
    }
}

impl Session for PostgresSession {
    fn facts(&self) -> &SessionFacts {
        &self.facts
    }

    fn probe<'a>(&'a mut self, tables: &'a Tables) -> BoxFuture<'a, Result<Probe, EngineError>> {
        Box::pin(probe::probe(&mut self.link, tables))
    }

    fn try_lock<'a>(&'a mut self, name: &'a str) -> BoxFuture<'a, Result<LockAttempt, EngineError>> {
        Box::pin(self.lock(name))
    }

    fn unlock<'a>(&'a mut self, name: &'a str) -> BoxFuture<'a, Result<(), EngineError>> {
        self.locks.remove(name);
        Box::pin(lock::unlock(&mut self.link, name))
    }

    fn begin<'a>(&'a mut self, limits: &'a Limits) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(self.begin_under(limits))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<(), EngineError>> {
        Box::pin(self.commit_or_say())
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<(), EngineError>> {
        Box::pin(self.roll_back())
    }

    fn in_first_transaction(&mut self) -> BoxFuture<'_, Result<bool, EngineError>> {
        Box::pin(self.is_in_first_transaction())
    }

    fn in_transaction(&mut self) -> BoxFuture<'_, Result<bool, EngineError>> {
        Box::pin(async { Ok(self.link.status().await? != Status::Idle) })
    }

    fn prepare_alone<'a>(&'a mut self, limits: &'a Limits) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(self.set_limits(limits))
    }

    fn run<'a>(&'a mut self, statements: &'a [Statement]) -> BoxFuture<'a, Result<(), BatchError>> {
        Box::pin(batch::run(&mut self.link, statements))
    }

    fn execute<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<u64, EngineError>> {
        Box::pin(self.changed_rows(sql))
    }

    fn query<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<Rows, EngineError>> {
        Box::pin(self.last_rows(sql))
    }

    fn enforce_foreign_keys(&mut self, _on: bool) -> BoxFuture<'_, Result<bool, EngineError>> {
        Box::pin(async { Ok(true) })
    }

    fn broken_foreign_keys(&mut self) -> BoxFuture<'_, Result<Vec<BrokenKey>, EngineError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn place_tables<'a>(&'a mut self, tables: &'a Tables) -> BoxFuture<'a, Result<Tables, EngineError>> {
        Box::pin(self.placed(tables))
    }

    fn reset_settings<'a>(&'a mut self, limits: &'a Limits) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(self.reset(limits))
    }

    fn introspect(&mut self) -> BoxFuture<'_, Result<Schema, EngineError>> {
        Box::pin(introspect::introspect(&mut self.link, self.facts.major))
    }

    fn canceller(&self) -> Canceller {
        let (route, token) = (Arc::clone(&self.route), self.link.cancel_token());
        Canceller(Arc::new(move || {
            let (route, token) = (Arc::clone(&route), token.clone());
            Box::pin(async move { route.cancel(token).await })
        }))
    }

    fn take_notices(&mut self) -> Vec<String> {
        self.link.take_notices()
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(self.end())
    }
}
