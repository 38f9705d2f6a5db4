//! One step on one database: its section, its version rows and its journal row, together or not at all.
//!
//! How a section runs whose statements cannot share one transaction is told in `progress`.

use std::time::{Duration, Instant};

use droveway_core::{
    bookkeeping::{self, Entry, Outcome, Tables, Unfinished},
    diagnostic::{Diagnostic, count},
    engine::{BatchError, BrokenKey, EngineError, EngineErrorKind, Session},
    event::EventKind,
    revision::RevisionId,
    sql::quote,
};

use crate::{
    chance,
    fleet::{
        executor::Context,
        prepare::{Mode, PreparedStep, direction_name},
        progress::Progress,
        refusal::{Refusal, StatementProblem},
    },
    problem::{Exit, Problem, Result},
    target::Target,
};

/// What one step works with.
pub struct StepRun<'a, 'b> {
    pub context: &'a Context<'b>,
    pub target: &'a Target,
    /// The target's bookkeeping tables with the schema in which they are.
    pub tables: &'a Tables,
    pub prepared: &'a PreparedStep<'a>,
    /// The version rows that the database must have when the step begins.
    pub expected: &'a [RevisionId],
    /// Whether the bookkeeping tables have to be made first.
    pub make_tables: bool,
    /// Where an earlier run of this very step stopped.
    pub resume: Option<&'a Unfinished>,
}

/// How a step ended when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEnd {
    Done,
    /// It is done, but the connection was lost over it.
    DoneAndCutOff,
    /// Somebody else has changed the version rows meanwhile: plan anew.
    Overtaken,
}

/// Why an attempt stopped, before it is decided whether to try again.
pub(super) enum Stop {
    /// Trying again may help, if the problem is a passing one.
    Problem(Problem),
    /// Trying again would not be right, whatever the problem is.
    Final(Problem),
    Overtaken,
    /// The reply to COMMIT was lost.
    CommitUnknown {
        token: String,
        error: EngineError,
    },
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        Stop::Problem(Problem::new(Exit::SomeFailed, error))
    }
}

impl StepRun<'_, '_> {
    /// Runs the step, trying again while the reason is a passing one and the budget lasts.
    pub async fn run(&self, session: &mut Box<dyn Session>) -> Result<StepEnd> {
        let began = Instant::now();
        let mut progress = Progress::new(self.resume);
        let mut attempt = 1;
        loop {
            let stop = match self.attempt(session, &mut progress).await {
                Ok(()) => return Ok(StepEnd::Done),
                Err(stop) => stop,
            };
            // Whatever is open goes; on a lost connection there is nothing left to roll back.
            let _ = session.rollback().await;
            let problem = match stop {
                Stop::Overtaken => return Ok(StepEnd::Overtaken),
                Stop::CommitUnknown { token, error } => return self.settle(&token, error).await,
                Stop::Final(problem) => return Err(problem),
                Stop::Problem(problem) => problem,
            };
            if !is_passing(&problem) || began.elapsed() >= self.context.budget() {
                return Err(problem);
            }
            self.wait(attempt, &problem).await?;
            attempt += 1;
        }
    }

    async fn wait(&self, attempt: u32, problem: &Problem) -> Result<()> {
        let wait = chance::wait_up_to(Duration::from_millis(200 << attempt.min(6)));
        self.context.tell(self.target, EventKind::Retry { attempt, wait, reason: problem.to_string() });
        tokio::time::sleep(wait).await;
        self.context.stop_if_interrupted()
    }

    async fn attempt(&self, session: &mut Box<dyn Session>, progress: &mut Progress) -> Result<(), Stop> {
        let enforced = match self.prepared.without_foreign_keys {
            true => Some(session.enforce_foreign_keys(false).await?),
            false => None,
        };
        let result = match self.prepared.mode {
            Mode::OneTransaction => self.in_one_transaction(session).await,
            Mode::OneByOne => self.one_by_one(session, progress).await,
        };
        if let Some(enforced) = enforced {
            let _ = session.rollback().await;
            session.enforce_foreign_keys(enforced).await?;
        }
        result
    }

    async fn in_one_transaction(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        self.begin_guarded(session).await?;
        let broken_before = self.broken_keys(session).await?;
        session.run(&self.prepared.statements).await.map_err(|error| self.refused(error))?;
        self.check_keys(session, &broken_before).await?;
        // Bookkeeping never takes it for granted that its transaction is still the first one.
        if !session.in_first_transaction().await? {
            session.rollback().await?;
            session.begin(&self.context.limits()).await?;
            self.guard(session).await?;
        }
        self.record(session).await
    }

    pub(super) async fn begin_guarded(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        session.begin(&self.context.limits()).await?;
        if self.make_tables {
            self.context.pass_notices(self.target, session);
            let dialect = self.target.engine.dialect();
            session.execute(&dialect.create_version_table(self.tables)).await?;
            session.execute(&dialect.create_journal(self.tables)).await?;
            // That a table of ours is there already is no news to anybody.
            session.take_notices();
        }
        self.guard(session).await
    }

    /// Compares the version rows with what the plan was made for, inside the transaction that will change them.
    pub(super) async fn guard(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        let answer = session.query(&self.tables.version_rows_query()).await?;
        let mut rows: Vec<&str> = answer.rows.iter().filter_map(|row| row.first()?.as_deref()).collect();
        let mut expected: Vec<&str> = self.expected.iter().map(RevisionId::as_str).collect();
        rows.sort_unstable();
        expected.sort_unstable();
        if rows == expected { Ok(()) } else { Err(Stop::Overtaken) }
    }

    /// The foreign keys that rows break now, if the section switches their enforcement off.
    pub(super) async fn broken_keys(&self, session: &mut Box<dyn Session>) -> Result<Vec<BrokenKey>, Stop> {
        match self.prepared.without_foreign_keys {
            true => Ok(session.broken_foreign_keys().await?),
            false => Ok(Vec::new()),
        }
    }

    /// Refuses to leave more rows that break a foreign key than there were before.
    pub(super) async fn check_keys(&self, session: &mut Box<dyn Session>, before: &[BrokenKey]) -> Result<(), Stop> {
        let newly_broken = newly_broken(before, &self.broken_keys(session).await?);
        if newly_broken.is_empty() {
            return Ok(());
        }
        Err(Stop::Problem(Problem::plain(
            Exit::SomeFailed,
            "broken-foreign-keys",
            format!("{} leaves rows that break a foreign key: {}", self.prepared.file.path, newly_broken.join("; ")),
            "what the section did in this transaction was rolled back. Mend it so that every reference has its row again",
        )))
    }

    /// Writes the version rows and the journal row and commits, in the transaction that is open.
    pub(super) async fn record(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        let token = chance::token();
        session.reset_settings(&self.context.limits()).await?;
        for change in bookkeeping::step_changes(self.tables, self.prepared.step) {
            if session.execute(&change).await? != 1 {
                return Err(Stop::Overtaken);
            }
        }
        let checksum = self.prepared.file.checksum();
        let parents = self.parents();
        let entry = Entry {
            message: Some(&self.prepared.file.revision.message),
            parents: Some(&parents),
            body: Some(&self.prepared.file.text),
            ..self.entry(Outcome::Applied, &checksum, &token)
        };
        session.execute(&entry.insert(self.tables)).await?;
        session.commit().await.map_err(|error| match error.kind {
            EngineErrorKind::ConnectionLost => Stop::CommitUnknown { token, error },
            _ => self.commit_refused(error),
        })
    }

    fn parents(&self) -> String {
        let parents = &self.prepared.file.revision.parents;
        parents.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(",")
    }

    pub(super) fn entry<'e>(&'e self, outcome: Outcome, checksum: &'e str, token: &'e str) -> Entry<'e> {
        Entry {
            tree: &self.target.tree.name,
            action: direction_name(self.prepared.step.direction),
            outcome,
            revision: Some(self.prepared.step.revision.as_str()),
            statement: None,
            checksum: Some(checksum),
            message: None,
            parents: None,
            body: None,
            token,
            who: &self.context.who,
            tool: TOOL,
        }
    }

    pub(super) fn refused(&self, error: BatchError) -> Stop {
        Stop::Problem(Problem::new(Exit::SomeFailed, StatementProblem::new(self, error, Refusal::RolledBack)))
    }

    /// A deferred constraint speaks up at the very end.
    pub(super) fn commit_refused(&self, error: EngineError) -> Stop {
        let problem = CommitProblem { path: self.prepared.file.path.clone(), error };
        Stop::Problem(Problem::new(Exit::SomeFailed, problem))
    }

    /// After a lost reply to COMMIT: the journal row's token tells whether the step is there.
    async fn settle(&self, token: &str, error: EngineError) -> Result<StepEnd> {
        let Ok(mut session) = self.target.connect(self.context.workspace, true).await else {
            return Err(self.commit_unknown(&error));
        };
        let sql = format!("SELECT 1 FROM {} WHERE token = {}", self.tables.journal_name(), quote::literal(token));
        let answer = session.query(&sql).await;
        session.close().await;
        match answer {
            Ok(rows) if !rows.rows.is_empty() => {
                let text = "the connection was lost at COMMIT; the database says that the step is applied".to_owned();
                self.context.tell(self.target, EventKind::Notice { text });
                Ok(StepEnd::DoneAndCutOff)
            }
            Ok(_) => Err(Problem::new(Exit::SomeFailed, error)),
            Err(_) => Err(self.commit_unknown(&error)),
        }
    }

    fn commit_unknown(&self, error: &EngineError) -> Problem {
        Problem::plain(
            Exit::Unknown,
            "commit-unknown",
            format!(
                "the connection was lost while revision {} was being committed ({error})",
                self.prepared.step.revision
            ),
            "run the same command again when the server answers: it reads from the database what was done",
        )
    }
}

/// The name and version that the journal notes.
pub const TOOL: &str = concat!("drove ", env!("CARGO_PKG_VERSION"));

fn is_passing(problem: &Problem) -> bool {
    matches!(problem.diagnostic.code(), "lock-timeout" | "retriable")
}

/// What rows that broke a key before say of the section: nothing. More of them say that it lost something.
fn newly_broken(before: &[BrokenKey], after: &[BrokenKey]) -> Vec<String> {
    let rows_before = |key: &BrokenKey| before.iter().find(|old| old.text == key.text).map_or(0, |old| old.rows);
    let newly = after.iter().filter(|key| key.rows > rows_before(key));
    newly.map(|key| format!("{} ({})", key.text, count((key.rows - rows_before(key)) as usize, "row"))).collect()
}

/// A step whose statements ran and whose COMMIT was refused.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {error}")]
struct CommitProblem {
    path: String,
    error: EngineError,
}

impl Diagnostic for CommitProblem {
    fn code(&self) -> &'static str {
        self.error.code()
    }

    fn help(&self) -> Option<String> {
        self.error.help.clone()
    }

    fn notes(&self) -> Vec<String> {
        let mut notes =
            vec!["the statements ran, and the COMMIT behind them was refused: nothing of them stays".to_owned()];
        notes.extend(self.error.notes());
        notes
    }
}
