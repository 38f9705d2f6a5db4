//! What a database said against a statement of a revision: the file, the line, the caret, and what to do next.

use std::ops::Range;

use droveway_core::{
    diagnostic::{Diagnostic, Snippet, count},
    engine::{BatchError, EngineError, EngineErrorKind},
    sql::statement::{Statement, StatementKind},
};

use crate::fleet::{
    prepare::{Mode, direction_name},
    step::StepRun,
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

/// Lines of a long statement that are shown before and after the place that is meant.
const LINES_AROUND: usize = 12;

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
            Some(statement) => snippet(run, statement, &failed.error),
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

/// The statement with the place that is meant; for the data of a COPY the line that was refused.
fn snippet(run: &StepRun, statement: &Statement, error: &EngineError) -> Snippet {
    let prepared = run.prepared;
    let first_line = prepared.section.first_line + statement.line - 1;
    if let Some((text, span)) = data_line(statement, error) {
        return cut(prepared.file.path.clone(), &text, span, first_line, &error.message);
    }
    let text = statement.text.as_str();
    let at = error.position.and_then(|position| text.char_indices().nth(position)).map(|(at, _)| at);
    let span = match at {
        Some(at) => at..at + word_length(&text[at..]),
        None => block_line(text, error).unwrap_or(0..text.find('\n').unwrap_or(text.len())),
    };
    cut(prepared.file.path.clone(), text, span, first_line, &error.message)
}

fn cut(path: String, text: &str, span: Range<usize>, first_line: usize, label: &str) -> Snippet {
    let (cut, first_line) = around(text, span.clone(), first_line);
    let span = span.start - cut.start..span.end - cut.start;
    Snippet { path, text: text[cut].to_owned(), first_line, span, label: label.to_owned() }
}

/// The line of a DO block that the server speaks of; it counts from where the block's string begins.
fn block_line(text: &str, error: &EngineError) -> Option<Range<usize>> {
    let said = error.context.as_ref()?.split_once("inline_code_block line ")?.1;
    let number: usize = said[..said.find(|c: char| !c.is_ascii_digit()).unwrap_or(said.len())].parse().ok()?;
    let body = text.find('$').filter(|_| text.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("DO")))?;
    let line = text[body..].split_inclusive('\n').nth(number.checked_sub(1).filter(|number| *number > 0)?)?;
    let start = line.as_ptr() as usize - text.as_ptr() as usize;
    Some(start + line.len() - line.trim_start().len()..start + line.trim_end().len())
}

/// The COPY with its data as it stands in the file, and the line of it that the server speaks of.
fn data_line(statement: &Statement, error: &EngineError) -> Option<(String, Range<usize>)> {
    let StatementKind::CopyIn { data } = &statement.kind else { return None };
    let said = error.context.as_ref()?.lines().find(|line| line.starts_with("COPY "))?;
    let number = said.split_once(", line ")?.1;
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    let number: usize = number[..digits].parse().ok()?;
    let line = data.split_inclusive('\n').nth(number.checked_sub(1)?)?;
    let text = format!("{};\n{data}", statement.text);
    let start = text.len() - data.len() + (line.as_ptr() as usize - data.as_ptr() as usize);
    Some((text, start..start + line.trim_end().len()))
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

fn word_length(text: &str) -> usize {
    let word = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    word.max(text.chars().next().map_or(0, char::len_utf8))
}

/// The bytes of a long text that are worth showing, and the number of their first line.
fn around(text: &str, span: Range<usize>, first_line: usize) -> (Range<usize>, usize) {
    let before: Vec<usize> = text[..span.start].match_indices('\n').map(|(at, _)| at + 1).collect();
    let skipped = before.len().saturating_sub(LINES_AROUND);
    let start = if skipped == 0 { 0 } else { before[skipped - 1] };
    let end = text[span.end..].match_indices('\n').nth(LINES_AROUND).map_or(text.len(), |(at, _)| span.end + at);
    (start..end, first_line + skipped)
}
