//! From a plan to statements: every section that would run is found and cut before anything runs, so that a missing
//! downgrade or a string that does not end is known while nothing has changed yet.

use droveway_core::{
    diagnostic::{Diagnostic, Snippet},
    engine::Dialect,
    plan::{Direction, Plan, Step},
    revision::{
        RevisionId,
        file::{RevisionFile, Section},
    },
    sql::{
        split::{SplitError, split},
        statement::{Statement, StatementKind, TransactionControl as Control},
        transaction::{OwnTransaction, own_transaction},
    },
};

use crate::{
    problem::{Exit, Problem, Result},
    quotation::unterminated_quotation,
    tree::Tree,
};

/// A step with the statements that it runs.
pub struct PreparedStep<'a> {
    pub step: &'a Step,
    pub file: &'a RevisionFile,
    pub section: &'a Section,
    pub statements: Vec<Statement>,
    pub mode: Mode,
    /// Lines written for psql that do something there and are left out here: `\i`, `\copy`.
    pub left_out: Vec<&'a str>,
    /// Whether foreign keys must not be enforced meanwhile (SQLite's `PRAGMA foreign_keys = off`).
    pub without_foreign_keys: bool,
}

/// How the statements run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All in one transaction with the version rows and the journal row.
    OneTransaction,
    /// One by one, with progress recorded: `transaction: off`, or a script with transactions of its own.
    OneByOne,
}

#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    #[error("revision {revision} ({message}) cannot be downgraded: it has no `-- drove:downgrade` section")]
    Irreversible { revision: RevisionId, message: String, path: String },
    #[error("revision {revision} has no {direction} section for {engine}")]
    NoSection { revision: RevisionId, direction: &'static str, engine: &'static str, path: String },
    #[error("{path}: {error}")]
    Unterminated { path: String, error: SplitError, snippet: Snippet },
}

impl Diagnostic for PrepareError {
    fn code(&self) -> &'static str {
        match self {
            PrepareError::Irreversible { .. } => "irreversible",
            PrepareError::NoSection { .. } => "missing-section",
            PrepareError::Unterminated { .. } => "unterminated",
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            PrepareError::Irreversible { path, .. } => format!(
                "nothing was changed. Write the section in {path} (an empty one says that nothing needs undoing),\n\
                 or go forward with a new revision"
            ),
            PrepareError::NoSection { path, direction, engine, .. } => {
                format!(
                    "nothing was changed. Add `-- drove:{direction} {engine}` (or a common `-- drove:{direction}`) to {path}"
                )
            }
            PrepareError::Unterminated { .. } => "nothing was changed. Close what is open".to_owned(),
        })
    }

    fn snippet(&self) -> Option<Snippet> {
        match self {
            PrepareError::Unterminated { snippet, .. } => Some(snippet.clone()),
            _ => None,
        }
    }
}

/// Prepares every step of a plan.
pub fn prepare<'a>(tree: &'a Tree, plan: &'a Plan, dialect: &dyn Dialect) -> Result<Vec<PreparedStep<'a>>> {
    let steps = plan.steps.iter().map(|step| prepare_step(tree, step, dialect));
    steps.collect::<Result<_, _>>().map_err(|error| Problem::new(Exit::Refused, error))
}

fn prepare_step<'a>(tree: &'a Tree, step: &'a Step, dialect: &dyn Dialect) -> Result<PreparedStep<'a>, PrepareError> {
    let file = tree.file(&step.revision).expect("a plan names only revisions of its tree");
    let section = section(file, step, dialect.name())?;
    let statements = split(file.body(section), dialect.syntax()).map_err(|error| unterminated(file, section, error))?;
    let mode = match (file.transaction, own_transaction(&statements)) {
        (true, OwnTransaction::None) => Mode::OneTransaction,
        (true, OwnTransaction::Whole) if !begins_specially(&statements) => Mode::OneTransaction,
        _ => Mode::OneByOne,
    };
    let body = file.body(section);
    let left_out = statements.iter().filter(|statement| is_missed(statement));
    let left_out = left_out.map(|statement| &body[statement.offset..statement.offset + statement.text.len()]).collect();
    let without_foreign_keys =
        statements.iter().any(|statement| statement.kind == StatementKind::ForeignKeys { on: false });
    let statements = statements
        .into_iter()
        .filter(|statement| statement.is_sent())
        // The file's own BEGIN and COMMIT around everything give way to the transaction that also holds the version rows.
        .filter(|statement| !(mode == Mode::OneTransaction && statement.moves_transaction()))
        .collect();
    Ok(PreparedStep { step, file, section, statements, mode, left_out, without_foreign_keys })
}

impl PreparedStep<'_> {
    /// Whether a transaction is open before the statement at `index`, as the script moves them. A script whose first
    /// word on transactions is COMMIT takes it that it began inside one.
    pub fn is_open_before(&self, index: usize) -> bool {
        let controls = |statement: &Statement| match statement.kind {
            StatementKind::Transaction(control) => Some(control),
            _ => None,
        };
        let mut all = self.statements.iter().filter_map(controls).filter(|control| *control != Control::Savepoint);
        let implied = self.file.transaction && all.next().is_some_and(|first| first != Control::Begin);
        self.statements[..index].iter().filter_map(controls).fold(implied, |open, control| match control {
            Control::Begin | Control::CommitAndChain | Control::RollbackAndChain => true,
            Control::Commit | Control::Rollback | Control::TwoPhase => false,
            Control::Savepoint => open,
        })
    }
}

/// Whether the statement sets something for the session: a run that takes up the thread must set it again, and the
/// bookkeeping behind it must not depend on it.
pub fn is_setting(statement: &Statement) -> bool {
    let first = statement.text.split_whitespace().next().unwrap_or_default();
    statement.kind == StatementKind::Setting || ["SET", "RESET"].iter().any(|word| first.eq_ignore_ascii_case(word))
}

/// Whether the script's own BEGIN asks for more than a transaction (`ISOLATION LEVEL SERIALIZABLE`): then it cannot give
/// way to another. SQLite's words for when the lock is taken mean nothing under the runner's, which takes it at once.
fn begins_specially(statements: &[Statement]) -> bool {
    const PLAIN: [&str; 7] = ["BEGIN", "START", "TRANSACTION", "WORK", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"];
    let begins = statements.iter().filter(|statement| statement.kind == StatementKind::Transaction(Control::Begin));
    let mut words = begins.flat_map(|statement| statement.text.split_whitespace());
    words.any(|word| !PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(word)))
}

/// Whether a line for psql does something there that is missing here. What pg_dump writes for its own sake is not missed.
fn is_missed(statement: &Statement) -> bool {
    const NOT_MISSED: [&str; 7] = ["\\restrict", "\\unrestrict", "\\connect", "\\c", "\\echo", "\\timing", "\\pset"];
    let command = statement.text.split_whitespace().next().unwrap_or_default();
    statement.kind == StatementKind::ClientCommand && !NOT_MISSED.contains(&command)
}

fn section<'a>(file: &'a RevisionFile, step: &Step, engine: &'static str) -> Result<&'a Section, PrepareError> {
    file.section(step.direction, engine).ok_or_else(|| {
        let (revision, path) = (file.revision.id.clone(), file.path.clone());
        let other_engine = file.sections.iter().any(|section| section.direction == step.direction);
        match (step.direction, other_engine) {
            (Direction::Downgrade, false) => {
                PrepareError::Irreversible { revision, message: file.revision.message.clone(), path }
            }
            (direction, _) => PrepareError::NoSection { revision, direction: direction_name(direction), engine, path },
        }
    })
}

/// `upgrade`, `downgrade`.
pub fn direction_name(direction: Direction) -> &'static str {
    droveway_core::bookkeeping::action(direction)
}

fn unterminated(file: &RevisionFile, section: &Section, error: SplitError) -> PrepareError {
    let snippet = unterminated_quotation(&file.path, &file.text, section.body.start, &error);
    PrepareError::Unterminated { path: format!("{}:{}", file.path, snippet.line()), error, snippet }
}
