//! What a database said against a statement of a revision: the file, the line, the caret, and what to do next.

use droveway_core::{
    diagnostic::{Diagnostic, Snippet, count},
    engine::{BatchError, EngineError, EngineErrorKind},
};

use crate::{
    fleet::{
        prepare::{Mode, direction_name},
        step::StepRun,
    },
    quotation::quotation,
};

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

/// What became of the work around a refused statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The transaction it was in is gone.
    RolledBack,
    /// It was in no transaction.
    Alone,
    /// The connection was lost, so nobody knows.
    InDoubt,
}

impl StatementProblem {
    pub(super) fn new(run: &StepRun, failed: BatchError, refusal: Refusal) -> Self {
        let prepared = run.prepared;
        let mut notes = vec![consequence(run, failed.index, refusal)];
        notes.extend(failed.error.notes());
        let snippet = match prepared.statements.get(failed.index) {
            Some(statement) => quotation(&prepared.file.path, prepared.section.first_line, statement, &failed.error),
            None => Snippet {
                path: prepared.file.path.clone(),
                text: String::new(),
                first_line: prepared.section.first_line,
                span: 0..0,
                label: failed.error.message.clone(),
            },
        };
        let help = help(run, &failed.error, refusal).or_else(|| failed.error.help.clone());
        StatementProblem { path: prepared.file.path.clone(), error: failed.error, snippet, help, notes }
    }
}

fn consequence(run: &StepRun, index: usize, refusal: Refusal) -> String {
    let prepared = run.prepared;
    let section = count(prepared.statements.len(), "statement");
    match (prepared.mode, refusal) {
        (Mode::OneTransaction, _) => format!(
            "the {} of {} was rolled back as a whole",
            direction_name(prepared.step.direction),
            prepared.step.revision
        ),
        (Mode::OneByOne, Refusal::RolledBack) => format!(
            "this is statement {} of the section's {section}; what was committed before it stays, and the next run goes on from there",
            index + 1
        ),
        (Mode::OneByOne, Refusal::Alone) => format!(
            "{index} of the section's {section} are done and stay; this one runs outside a transaction, and the next run begins with it"
        ),
        (Mode::OneByOne, Refusal::InDoubt) => {
            format!("{index} of the section's {section} are done and stay; whether this one happened is not known")
        }
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

fn help(run: &StepRun, error: &EngineError, refusal: Refusal) -> Option<String> {
    let exists = error.kind == EngineErrorKind::AlreadyExists;
    match refusal {
        Refusal::InDoubt => Some(
            "look at the database, then run again with `--in-doubt retry` (it did not happen) or `--in-doubt skip` (it did)"
                .to_owned(),
        ),
        Refusal::Alone if exists => Some(
            "an earlier attempt may have left it behind, such as an index that is not valid: remove it, then run again"
                .to_owned(),
        ),
        _ if exists && run.expected.is_empty() => Some(stamp_help(run)),
        _ if run.prepared.mode == Mode::OneTransaction && cannot_be_in_transaction(error) => Some(
            "write `-- transaction: off` into the head of the file: its statements then run one by one, with progress\n\
             recorded"
                .to_owned(),
        ),
        _ => None,
    }
}

fn cannot_be_in_transaction(error: &EngineError) -> bool {
    matches!(error.code.as_deref(), Some("25001" | "2D000")) || error.message.contains("from within a transaction")
}

/// `relation already exists` on a database that was never stamped has one likely reason.
fn stamp_help(run: &StepRun) -> String {
    format!(
        "{} has tables but no version rows: it was made before droveway knew it. If its schema is that of a\n\
         revision, mark it as applied without running anything: `drove -t {} stamp head` (or the revision's id);\n\
         then `drove -t {} upgrade head` goes on from there",
        run.target.location.display, run.target.name, run.target.name
    )
}
