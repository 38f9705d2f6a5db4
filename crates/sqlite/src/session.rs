//! One connection, as the runner knows it: each call is sent to the session's thread and awaited.

use std::sync::Arc;

use droveway_core::{
    bookkeeping::Tables,
    engine::{
        BatchError, BoxFuture, BrokenKey, Canceller, ConnectOptions, EngineError, Limits, LockAttempt, Probe, Rows,
        Session, SessionFacts,
    },
    sql::statement::Statement,
};

use crate::{
    address::Place,
    batch,
    connect::{self, Opening},
    database::Database,
    foreign_key,
    lock::Watch,
    probe,
    thread::Thread,
};

pub(crate) struct SqliteSession {
    facts: SessionFacts,
    watch: Arc<Watch>,
    thread: Thread,
}

impl SqliteSession {
    pub(crate) async fn open(place: Place, options: &ConnectOptions) -> Result<Self, EngineError> {
        let watch = Arc::new(Watch::default());
        let opening = Opening { read_only: options.read_only || place.read_only, timeout: options.connect_timeout };
        let seen = watch.clone();
        let open = move || {
            let connection = connect::open(&place, &opening, &seen)?;
            let read_only = opening.read_only || connection.is_readonly("main").unwrap_or(false);
            let facts = facts(place.database(), read_only);
            Ok((Database::new(connection, seen, place.busy_timeout, read_only), facts))
        };
        let (thread, facts) = Thread::start(watch.clone(), open).await?;
        Ok(SqliteSession { facts, watch, thread })
    }

    /// Sends work that can fail to the thread.
    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Database) -> Result<T, EngineError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, EngineError>> {
        let answer = self.thread.call(work);
        Box::pin(async move { answer.await? })
    }
}

fn facts(database: String, read_only: bool) -> SessionFacts {
    SessionFacts {
        product: format!("SQLite {}", rusqlite::version()),
        major: 3,
        database,
        read_only,
        ..SessionFacts::default()
    }
}

impl Session for SqliteSession {
    fn facts(&self) -> &SessionFacts {
        &self.facts
    }

    fn probe<'a>(&'a mut self, tables: &'a Tables) -> BoxFuture<'a, Result<Probe, EngineError>> {
        let tables = tables.clone();
        self.ask(move |database| probe::probe(database, &tables))
    }

    /// Always held. SQLite has no lock that outlives a transaction and ends with its holder (a lock file or a lock
    /// row stays behind when its holder dies). None is needed: a step begins with the file's one write lock, and the
    /// compare-and-set on the version rows refuses whoever planned from an older state.
    fn try_lock<'a>(&'a mut self, _name: &'a str) -> BoxFuture<'a, Result<LockAttempt, EngineError>> {
        Box::pin(async { Ok(LockAttempt::Held) })
    }

    fn unlock<'a>(&'a mut self, _name: &'a str) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async { Ok(()) })
    }

    fn begin<'a>(&'a mut self, limits: &'a Limits) -> BoxFuture<'a, Result<(), EngineError>> {
        let limits = limits.clone();
        self.ask(move |database| database.begin(limits))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<(), EngineError>> {
        self.ask(Database::commit)
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<(), EngineError>> {
        self.ask(Database::rollback)
    }

    fn in_first_transaction(&mut self) -> BoxFuture<'_, Result<bool, EngineError>> {
        self.ask(|database| Ok(database.in_first_transaction()))
    }

    fn in_transaction(&mut self) -> BoxFuture<'_, Result<bool, EngineError>> {
        self.ask(|database| Ok(database.in_transaction()))
    }

    fn prepare_alone<'a>(&'a mut self, limits: &'a Limits) -> BoxFuture<'a, Result<(), EngineError>> {
        let limits = limits.clone();
        self.ask(move |database| {
            database.set_session_limits(limits);
            Ok(())
        })
    }

    fn run<'a>(&'a mut self, statements: &'a [Statement]) -> BoxFuture<'a, Result<(), BatchError>> {
        let statements = statements.to_vec();
        let done = self.thread.call(move |database| batch::run(database, &statements));
        Box::pin(async move { done.await.map_err(|error| BatchError { index: 0, error })? })
    }

    fn execute<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<u64, EngineError>> {
        let sql = sql.to_owned();
        self.ask(move |database| database.execute(&sql))
    }

    fn query<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<Rows, EngineError>> {
        let sql = sql.to_owned();
        self.ask(move |database| database.query(&sql))
    }

    fn enforce_foreign_keys(&mut self, on: bool) -> BoxFuture<'_, Result<bool, EngineError>> {
        self.ask(move |database| foreign_key::enforce(database, on))
    }

    fn broken_foreign_keys(&mut self) -> BoxFuture<'_, Result<Vec<BrokenKey>, EngineError>> {
        self.ask(foreign_key::broken)
    }

    fn canceller(&self) -> Canceller {
        let watch = self.watch.clone();
        Canceller(Arc::new(move || {
            watch.cancel();
            Box::pin(async {})
        }))
    }

    /// SQLite says nothing on the side.
    fn take_notices(&mut self) -> Vec<String> {
        Vec::new()
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(self.thread.end())
    }
}
