//! One step on one database: its section, its version rows and its journal row, together or not at all.

use std::time::{Duration, Instant};

use droveway_core::{
    bookkeeping::{self, Entry, Outcome, Unfinished},
    diagnostic::{Diagnostic, Snippet},
    engine::{BatchError, EngineError, EngineErrorKind, Limits, Session},
    event::EventKind,
    revision::RevisionId,
    sql::statement::{Statement, StatementKind},
};

use crate::{
    chance,
    fleet::{
        executor::Context,
        prepare::{Mode, PreparedStep, direction_name},
        standing::Standing,
    },
    problem::{Exit, Problem, Result},
    target::Target,
};

/// What one step works with.
pub struct StepRun<'a, 'b> {
    pub context: &'a Context<'b>,
    pub target: &'a Target,
    pub prepared: &'a PreparedStep<'a>,
    /// The version rows that the database must have when the step begins.
    pub expected: &'a [RevisionId],
    /// Whether the bookkeeping tables have to be made first.
    pub make_tables: bool,
    /// Whether the database had version rows or a version table before this run.
    pub standing: &'a Standing,
    /// Where an earlier run of this very step stopped.
    pub resume: Option<&'a Unfinished>,
}

/// How a step ended when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEnd {
    Done,
    /// Somebody else has changed the version rows meanwhile: plan anew.
    Overtaken,
}

/// Why an attempt stopped, before it is decided whether to try again.
enum Stop {
    Engine(EngineError),
    Problem(Problem),
    Overtaken,
    /// The reply to COMMIT was lost.
    CommitUnknown {
        token: String,
        error: EngineError,
    },
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        Stop::Engine(error)
    }
}

impl StepRun<'_, '_> {
    /// Runs the step, trying again while the reason is a passing one and the budget lasts.
    pub async fn run(&self, session: &mut Box<dyn Session>) -> Result<StepEnd> {
        let began = Instant::now();
        let mut attempt = 1;
        loop {
            let stop = match self.attempt(session).await {
                Ok(()) => return Ok(StepEnd::Done),
                Err(stop) => stop,
            };
            // Whatever is open goes; on a lost connection there is nothing left to roll back.
            let _ = session.rollback().await;
            let error = match stop {
                Stop::Overtaken => return Ok(StepEnd::Overtaken),
                Stop::Problem(problem) => match passing(problem.diagnostic.code()) {
                    true if self.prepared.mode == Mode::OneTransaction && began.elapsed() < self.context.budget() => {
                        problem
                    }
                    _ => return Err(problem),
                },
                Stop::CommitUnknown { token, error } => return self.settle(&token, error).await,
                Stop::Engine(error) if !passing(error.code()) || began.elapsed() >= self.context.budget() => {
                    return Err(Problem::new(Exit::SomeFailed, error));
                }
                Stop::Engine(error) => Problem::new(Exit::SomeFailed, error),
            };
            let wait = chance::wait_up_to(Duration::from_millis(200 << attempt.min(6)));
            self.context.tell(self.target, EventKind::Retry { attempt, wait, reason: error.to_string() });
            tokio::time::sleep(wait).await;
            self.context.stop_if_interrupted()?;
            attempt += 1;
        }
    }

    async fn attempt(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        let enforced = match self.prepared.without_foreign_keys {
            true => Some(session.enforce_foreign_keys(false).await?),
            false => None,
        };
        let result = match self.prepared.mode {
            Mode::OneTransaction => self.in_one_transaction(session).await,
            Mode::OneByOne => self.one_by_one(session).await,
        };
        if let Some(enforced) = enforced {
            let _ = session.rollback().await;
            session.enforce_foreign_keys(enforced).await?;
        }
        result
    }

    async fn in_one_transaction(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        self.begin_guarded(session).await?;
        session.run(&self.prepared.statements).await.map_err(|error| self.statement_stop(error))?;
        self.check_foreign_keys(session).await?;
        self.record(session).await
    }

    async fn begin_guarded(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        session.begin(&self.context.limits()).await?;
        if self.make_tables {
            let dialect = self.target.engine.dialect();
            session.execute(&dialect.create_version_table(&self.target.tables)).await?;
            session.execute(&dialect.create_journal(&self.target.tables)).await?;
        }
        self.guard(session).await
    }

    /// Compares the version rows with what the plan was made for, inside the transaction that will change them.
    async fn guard(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        let answer = session.query(&self.target.tables.version_rows_query()).await?;
        let mut rows: Vec<&str> = answer.rows.iter().filter_map(|row| row.first()?.as_deref()).collect();
        let mut expected: Vec<&str> = self.expected.iter().map(RevisionId::as_str).collect();
        rows.sort_unstable();
        expected.sort_unstable();
        if rows == expected { Ok(()) } else { Err(Stop::Overtaken) }
    }

    async fn check_foreign_keys(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        if !self.prepared.without_foreign_keys {
            return Ok(());
        }
        let broken = session.broken_foreign_keys().await?;
        if broken.is_empty() {
            return Ok(());
        }
        Err(Stop::Problem(Problem::plain(
            Exit::SomeFailed,
            "broken-foreign-keys",
            format!("{} leaves rows that break a foreign key: {}", self.prepared.file.path, broken.join("; ")),
            "the step was rolled back. Mend the section so that every reference has its row again",
        )))
    }

    /// Writes the version rows and the journal row and commits, in the transaction that is open, or in one of its own
    /// if the section has ended the first.
    async fn record(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        let token = chance::token();
        if !session.in_transaction().await? {
            session.begin(&self.context.limits()).await?;
        }
        for change in bookkeeping::step_changes(&self.target.tables, self.prepared.step) {
            if session.execute(&change).await? != 1 {
                return Err(Stop::Overtaken);
            }
        }
        let checksum = self.prepared.file.checksum();
        let parents = self.parents();
        let entry = Entry {
            statement: None,
            message: Some(&self.prepared.file.revision.message),
            parents: Some(&parents),
            body: Some(&self.prepared.file.text),
            ..self.entry(Outcome::Applied, &checksum, &token)
        };
        session.execute(&entry.insert(&self.target.tables)).await?;
        session.commit().await.map_err(|error| match error.kind {
            EngineErrorKind::ConnectionLost => Stop::CommitUnknown { token, error },
            _ => Stop::Engine(error),
        })
    }

    fn parents(&self) -> String {
        let parents = &self.prepared.file.revision.parents;
        parents.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(",")
    }

    fn entry<'e>(&'e self, outcome: Outcome, checksum: &'e str, token: &'e str) -> Entry<'e> {
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

    async fn one_by_one(&self, session: &mut Box<dyn Session>) -> Result<(), Stop> {
        let checksum = self.prepared.file.checksum();
        let done = match self.resume {
            Some(unfinished) => unfinished.done as usize,
            None => {
                self.begin_guarded(session).await?;
                self.note(session, Outcome::Began, None, &checksum).await?;
                session.commit().await?;
                0
            }
        };
        let statements = &self.prepared.statements;
        for (index, statement) in statements.iter().enumerate().skip(done) {
            let summary = statement.summary(60);
            let (revision, of) = (self.prepared.step.revision.clone(), statements.len());
            self.context.tell(self.target, EventKind::StatementStarted { revision, number: index + 1, of, summary });
            self.one(session, statement, index, &checksum).await?;
        }
        session.rollback().await?;
        session.begin(&self.context.limits()).await?;
        self.guard(session).await?;
        self.record(session).await
    }

    /// Runs one statement and records it: in one transaction if it can be in one, in the script's own if it has
    /// opened one, and otherwise with a row before and a row after.
    async fn one(
        &self,
        session: &mut Box<dyn Session>,
        statement: &Statement,
        index: usize,
        checksum: &str,
    ) -> Result<(), Stop> {
        let number = Some(index + 1);
        let this = std::slice::from_ref(statement);
        let fail = |error: BatchError| self.statement_stop(BatchError { index, ..error });
        if session.in_transaction().await? || statement.moves_transaction() {
            session.run(this).await.map_err(fail)?;
            return self.note(session, Outcome::Done, number, checksum).await;
        }
        if statement.kind == StatementKind::Alone {
            self.note(session, Outcome::Trying, number, checksum).await?;
            // A lock timeout would strike at the waits of CREATE INDEX CONCURRENTLY and leave an invalid index.
            session.prepare_alone(&Limits { lock_timeout: None, ..self.context.limits() }).await?;
            session.run(this).await.map_err(fail)?;
            return self.note(session, Outcome::Done, number, checksum).await;
        }
        session.begin(&self.context.limits()).await?;
        session.run(this).await.map_err(fail)?;
        self.note(session, Outcome::Done, number, checksum).await?;
        Ok(session.commit().await?)
    }

    async fn note(
        &self,
        session: &mut Box<dyn Session>,
        outcome: Outcome,
        statement: Option<usize>,
        checksum: &str,
    ) -> Result<(), Stop> {
        let token = chance::token();
        let entry = Entry { statement, ..self.entry(outcome, checksum, &token) };
        session.execute(&entry.insert(&self.target.tables)).await?;
        Ok(())
    }

    fn statement_stop(&self, error: BatchError) -> Stop {
        Stop::Problem(Problem::new(Exit::SomeFailed, StatementProblem::new(self, error)))
    }

    /// After a lost reply to COMMIT: the journal row's token tells whether the step is there.
    async fn settle(&self, token: &str, error: EngineError) -> Result<StepEnd> {
        let unknown = |why: String| {
            Problem::plain(
                Exit::Unknown,
                "commit-unknown",
                format!(
                    "the connection was lost while revision {} was being committed ({why})",
                    self.prepared.step.revision
                ),
                "run the same command again when the server answers: it reads from the database what was done",
            )
        };
        let Ok(mut session) = self.target.connect(self.context.workspace, true).await else {
            return Err(unknown(error.message));
        };
        let sql = format!(
            "SELECT 1 FROM {} WHERE token = {}",
            self.target.tables.journal_name(),
            droveway_core::sql::quote::literal(token)
        );
        let answer = session.query(&sql).await;
        session.close().await;
        match answer {
            Ok(rows) if !rows.rows.is_empty() => {
                let text = "the connection was lost at COMMIT; the database says that the step is applied".to_owned();
                self.context.tell(self.target, EventKind::Notice { text });
                Ok(StepEnd::Overtaken)
            }
            Ok(_) => Err(Problem::new(Exit::SomeFailed, error)),
            Err(_) => Err(unknown(error.message)),
        }
    }
}

/// The name and version that the journal notes.
pub const TOOL: &str = concat!("drove ", env!("CARGO_PKG_VERSION"));

fn passing(code: &str) -> bool {
    matches!(code, "lock-timeout" | "retriable")
}

/// A statement of a revision that the database refused.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{}: {error}", snippet.line())]
pub struct StatementProblem {
    path: String,
    error: EngineError,
    snippet: Snippet,
    help: Option<String>,
    notes: Vec<String>,
}

/// Lines of a long statement that are shown before and after the place that is meant.
const LINES_AROUND: usize = 12;

impl StatementProblem {
    fn new(run: &StepRun, failed: BatchError) -> Self {
        let prepared = run.prepared;
        let statement = prepared.statements.get(failed.index);
        let (text, line) = statement.map_or(("", 1), |statement| (statement.text.as_str(), statement.line));
        let at = failed.error.position.and_then(|position| text.char_indices().nth(position)).map(|(at, _)| at);
        let span = match at {
            Some(at) => at..at + word_length(&text[at..]),
            None => 0..text.find('\n').unwrap_or(text.len()),
        };
        let (cut, first_line) = around(text, span.clone(), prepared.section.first_line + line - 1);
        let snippet = Snippet {
            path: prepared.file.path.clone(),
            text: text[cut.clone()].to_owned(),
            first_line,
            span: span.start - cut.start..span.end - cut.start,
            label: failed.error.message.clone(),
        };
        let mut notes = failed.error.notes();
        notes.insert(
            0,
            match prepared.mode {
                Mode::OneTransaction => format!(
                    "the {} of {} was rolled back as a whole",
                    direction_name(prepared.step.direction),
                    prepared.step.revision
                ),
                Mode::OneByOne => format!(
                    "{} of the section's {} are done and stay; the next run goes on from there",
                    failed.index,
                    droveway_core::diagnostic::count(prepared.statements.len(), "statement")
                ),
            },
        );
        let help = stamp_help(run, &failed.error).or_else(|| failed.error.help.clone());
        StatementProblem { path: prepared.file.path.clone(), error: failed.error, snippet, help, notes }
    }
}

impl Diagnostic for StatementProblem {
    fn code(&self) -> &'static str {
        self.error.code()
    }

    fn help(&self) -> Option<String> {
        self.help.clone()
    }

    fn snippet(&self) -> Option<Snippet> {
        Some(self.snippet.clone())
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}

/// `relation already exists` on a database that was never stamped has one likely reason.
fn stamp_help(run: &StepRun, error: &EngineError) -> Option<String> {
    let unstamped = run.standing.rows.is_empty() && error.kind == EngineErrorKind::AlreadyExists;
    unstamped.then(|| {
        format!(
            "{} has tables but no version rows: it was made before droveway knew it. If its schema is that of a\n\
             revision, mark it as applied without running anything: `drove -t {} stamp head` (or the revision's id);\n\
             then `drove -t {} upgrade head` goes on from there",
            run.target.location.display, run.target.name, run.target.name
        )
    })
}

fn word_length(text: &str) -> usize {
    let word = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    word.max(text.chars().next().map_or(0, char::len_utf8))
}

/// The bytes of a long text that are worth showing, and the number of their first line.
fn around(text: &str, span: std::ops::Range<usize>, first_line: usize) -> (std::ops::Range<usize>, usize) {
    let before: Vec<usize> = text[..span.start].match_indices('\n').map(|(at, _)| at + 1).collect();
    let skipped = before.len().saturating_sub(LINES_AROUND);
    let start = if skipped == 0 { 0 } else { before[skipped - 1] };
    let end = text[span.end..].match_indices('\n').nth(LINES_AROUND).map_or(text.len(), |(at, _)| span.end + at);
    (start..end, first_line + skipped)
}
