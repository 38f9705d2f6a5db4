//! A section that runs statement by statement: `transaction: off`, or a script with transactions of its own.
//!
//! How far it came is written to the journal, each note in the transaction of the work that it tells of. Inside the
//! script's own transactions nothing is noted until their COMMIT: they are done as a whole or not at all. Only a
//! statement that cannot be in a transaction has a note before it and one behind it.

use droveway_core::{
    bookkeeping::{LastEntry, Outcome, Unfinished},
    engine::{BatchError, BrokenKey, EngineErrorKind, Limits, Session},
    event::EventKind,
    sql::statement::{Statement, StatementKind, TransactionControl},
};

use crate::{
    chance,
    fleet::{
        prepare::is_setting,
        refusal::{Refusal, StatementProblem},
        step::{StepRun, Stop},
    },
    problem::{Exit, Problem},
};

/// How far a section is known to have come.
pub(super) struct Progress {
    begun: bool,
    /// Statements that are done for good.
    done: usize,
}

impl Progress {
    pub(super) fn new(resume: Option<&Unfinished>) -> Self {
        Progress { begun: resume.is_some(), done: resume.map_or(0, |unfinished| unfinished.done as usize) }
    }
}

const NO_LIMITS: Limits = Limits { lock_timeout: None, statement_timeout: None };

impl StepRun<'_, '_> {
    pub(super) async fn one_by_one(&self, session: &mut Box<dyn Session>, progress: &mut Progress) -> Result<(), Stop> {
        self.begin_or_resume(session, progress).await?;
        let broken_before = self.broken_keys(session).await?;
        self.limit_session(session, &self.context.limits()).await?;
        if self.prepared.is_open_before(progress.done) {
            session.begin(&self.context.limits()).await?;
        }
        let statements = &self.prepared.statements;
        for (index, statement) in statements.iter().enumerate().skip(progress.done) {
            let (revision, of) = (self.prepared.step.revision.clone(), statements.len());
            let summary = statement.summary(60);
            self.context.tell(self.target, EventKind::StatementStarted { revision, number: index + 1, of, summary });
            self.one(session, statement, index, progress, &broken_before).await?;
        }
        self.finish(session, progress, &broken_before).await
    }

    /// Writes the first note, or takes up the thread where an earlier run let go of it.
    async fn begin_or_resume(&self, session: &mut Box<dyn Session>, progress: &mut Progress) -> Result<(), Stop> {
        if !progress.begun {
            self.begin_guarded(session).await?;
            // Another runner may have begun since this one looked, where no lock keeps them apart.
            if self.last_unfinished(session).await?.is_some() {
                return Err(Stop::Overtaken);
            }
            self.note(session, Outcome::Began, None).await?;
            session.commit().await?;
            progress.begun = true;
            return Ok(());
        }
        if self.resume.is_some() && self.is_in_doubt(session).await? {
            // A person has said what became of it; from now on the journal says so too.
            session.begin(&self.context.limits()).await?;
            self.note_progress(session, progress.done).await?;
            session.commit().await?;
        }
        let settings = self.prepared.statements.iter().take(progress.done).filter(|statement| is_setting(statement));
        for setting in settings {
            session.run(std::slice::from_ref(setting)).await.map_err(|error| self.refused(error))?;
        }
        Ok(())
    }

    async fn is_in_doubt(&self, session: &mut Box<dyn Session>) -> Result<bool, Stop> {
        Ok(self.last_unfinished(session).await?.is_some_and(|unfinished| unfinished.in_doubt.is_some()))
    }

    async fn last_unfinished(&self, session: &mut Box<dyn Session>) -> Result<Option<Unfinished>, Stop> {
        let answer = session.query(&self.tables.last_entry_query()).await?;
        Ok(answer.rows.into_iter().next().map(LastEntry::from_values).and_then(|entry| entry.unfinished()))
    }

    /// Compares the journal with what this run has written to it: another runner may have taken up the same thread.
    async fn check_thread(&self, session: &mut Box<dyn Session>, progress: &Progress) -> Result<(), Stop> {
        let is_ours = self.last_unfinished(session).await?.is_some_and(|last| {
            last.revision == self.prepared.step.revision.as_str()
                && last.done as usize == progress.done
                && last.in_doubt.is_none()
        });
        if is_ours { Ok(()) } else { Err(Stop::Overtaken) }
    }

    /// Limits that also hold in the script's own transactions, unless it sets its own.
    async fn limit_session(&self, session: &mut Box<dyn Session>, limits: &Limits) -> Result<(), Stop> {
        let sets_own = |statement: &Statement| is_setting(statement) && statement.text.contains("_timeout");
        if !self.prepared.statements.iter().any(sets_own) {
            session.prepare_alone(limits).await?;
        }
        Ok(())
    }

    /// Runs one statement: in the script's transaction if it has opened one, by itself if it cannot be in one, and
    /// otherwise in a transaction of its own together with its note.
    async fn one(
        &self,
        session: &mut Box<dyn Session>,
        statement: &Statement,
        index: usize,
        progress: &mut Progress,
        broken_before: &[BrokenKey],
    ) -> Result<(), Stop> {
        let open = session.in_transaction().await?;
        match &statement.kind {
            StatementKind::Transaction(control) if ends_well(*control) && open => {
                self.check_keys(session, broken_before).await?;
                self.check_thread(session, progress).await?;
                self.note_progress(session, index + 1).await?;
                self.send(session, statement, index).await?;
                progress.done = index + 1;
                Ok(())
            }
            // There is nothing to end; a server would only warn.
            StatementKind::Transaction(TransactionControl::Commit | TransactionControl::Rollback) if !open => Ok(()),
            StatementKind::Transaction(_) => self.send(session, statement, index).await,
            _ if open => self.send(session, statement, index).await,
            StatementKind::Alone => self.alone(session, statement, index, progress).await,
            StatementKind::Setting => {
                self.send(session, statement, index).await?;
                self.note_done(session, index, progress).await
            }
            _ => self.by_itself(session, statement, index, progress).await,
        }
    }

    async fn by_itself(
        &self,
        session: &mut Box<dyn Session>,
        statement: &Statement,
        index: usize,
        progress: &mut Progress,
    ) -> Result<(), Stop> {
        session.begin(&NO_LIMITS).await?;
        self.check_thread(session, progress).await?;
        match session.run(std::slice::from_ref(statement)).await {
            Ok(()) => {}
            // Only the server knows of some statements (a DO with COMMIT in it, the CLUSTER of a partitioned table)
            // that they cannot be in a transaction; it has done nothing of them.
            Err(error) if wants_no_transaction(&error) => {
                session.rollback().await?;
                return self.alone(session, statement, index, progress).await;
            }
            Err(error) => return Err(self.refused(BatchError { index, ..error })),
        }
        self.note_progress(session, index + 1).await?;
        session.commit().await.map_err(|error| self.commit_refused(error))?;
        progress.done = index + 1;
        Ok(())
    }

    async fn alone(
        &self,
        session: &mut Box<dyn Session>,
        statement: &Statement,
        index: usize,
        progress: &mut Progress,
    ) -> Result<(), Stop> {
        session.begin(&NO_LIMITS).await?;
        self.check_thread(session, progress).await?;
        self.note(session, Outcome::Trying, Some(index + 1)).await?;
        session.commit().await?;
        // A lock timeout would strike at the waits of CREATE INDEX CONCURRENTLY and leave an invalid index.
        let limits = self.context.limits();
        self.limit_session(session, &Limits { lock_timeout: None, ..limits.clone() }).await?;
        if let Err(error) = session.run(std::slice::from_ref(statement)).await {
            return Err(self.alone_refused(session, BatchError { index, ..error }, progress).await);
        }
        self.limit_session(session, &limits).await?;
        self.note_progress(session, index + 1).await?;
        progress.done = index + 1;
        Ok(())
    }

    /// A server that refuses a statement has answered, so nothing is in doubt; a lost connection leaves the doubt.
    async fn alone_refused(&self, session: &mut Box<dyn Session>, error: BatchError, progress: &Progress) -> Stop {
        let lost = error.error.kind == EngineErrorKind::ConnectionLost;
        if !lost {
            let _ = session.rollback().await;
            let _ = self.note_progress(session, progress.done).await;
        }
        let refusal = if lost { Refusal::InDoubt } else { Refusal::Alone };
        Stop::Final(Problem::new(Exit::SomeFailed, StatementProblem::new(self, error, refusal)))
    }

    async fn send(&self, session: &mut Box<dyn Session>, statement: &Statement, index: usize) -> Result<(), Stop> {
        let sent = session.run(std::slice::from_ref(statement)).await;
        sent.map_err(|error| self.refused(BatchError { index, ..error }))
    }

    /// Writes the version rows, in the script's own transaction if the section leaves one open that is meant to be
    /// committed.
    async fn finish(
        &self,
        session: &mut Box<dyn Session>,
        progress: &Progress,
        broken_before: &[BrokenKey],
    ) -> Result<(), Stop> {
        if session.in_transaction().await? && !self.prepared.file.transaction {
            if progress.done < self.prepared.statements.len() {
                return Err(Stop::Final(self.left_open()));
            }
            session.rollback().await?;
        }
        if !session.in_transaction().await? {
            session.begin(&self.context.limits()).await?;
        }
        if let Err(Stop::Problem(problem)) = self.check_keys(session, broken_before).await {
            // What is committed stays: the step is as done as it can be, and said to be wrong.
            self.context.tell(self.target, EventKind::Notice { text: problem.to_string() });
        }
        self.check_thread(session, progress).await?;
        self.guard(session).await?;
        self.record(session).await
    }

    fn left_open(&self) -> Problem {
        Problem::plain(
            Exit::SomeFailed,
            "open-transaction",
            format!("{} ends inside a transaction that it has opened", self.prepared.file.path),
            "what it did in there was rolled back, as psql would have done. Close it with COMMIT, then run again",
        )
    }

    /// Notes a statement that is done already, outside of any transaction.
    async fn note_done(
        &self,
        session: &mut Box<dyn Session>,
        index: usize,
        progress: &mut Progress,
    ) -> Result<(), Stop> {
        self.note_progress(session, index + 1).await?;
        progress.done = index + 1;
        Ok(())
    }

    async fn note_progress(&self, session: &mut Box<dyn Session>, done: usize) -> Result<(), Stop> {
        match done {
            0 => self.note(session, Outcome::Began, None).await,
            _ => self.note(session, Outcome::Done, Some(done)).await,
        }
    }

    async fn note(
        &self,
        session: &mut Box<dyn Session>,
        outcome: Outcome,
        statement: Option<usize>,
    ) -> Result<(), Stop> {
        let (token, checksum) = (chance::token(), self.prepared.file.checksum());
        let entry = droveway_core::bookkeeping::Entry { statement, ..self.entry(outcome, &checksum, &token) };
        session.execute(&entry.insert(self.tables)).await?;
        Ok(())
    }
}

/// Whether the statement makes what the transaction did last.
fn ends_well(control: TransactionControl) -> bool {
    matches!(control, TransactionControl::Commit | TransactionControl::CommitAndChain)
}

/// `active_sql_transaction` and `invalid_transaction_termination`.
fn wants_no_transaction(error: &BatchError) -> bool {
    matches!(error.error.code.as_deref(), Some("25001" | "2D000"))
}
