//! Loads SQL into a scratch database, in whatever order its statements stand: those that fail wait for the others.

use std::collections::VecDeque;

use droveway_core::{
    diagnostic::{Diagnostic, Snippet, count},
    engine::{BatchError, Dialect, EngineError, EngineErrorKind, Session},
    sql::{
        split::{SplitError, split},
        statement::{Statement, StatementKind, TransactionControl},
    },
};

use crate::{
    fleet::prepare::is_setting,
    problem::{Exit, Problem, Result},
    quotation::{quotation, unterminated_quotation},
    source::text::SqlText,
};

/// Bodies of functions may name what comes later.
const BEFORE: &str = "SET check_function_bodies = off";

/// A statement of the texts, and where it stands.
struct Piece {
    statement: Statement,
    /// Index of its text; `None` for what is run between texts.
    text: Option<usize>,
    /// Settings of its own text that stand before it: they hold for it whenever it runs.
    settings: Vec<usize>,
}

/// Runs all statements of the texts.
pub async fn load(session: &mut Box<dyn Session>, dialect: &dyn Dialect, texts: &[SqlText]) -> Result<()> {
    let pieces = cut(dialect, texts)?;
    let loaded = run(session, dialect, &pieces).await;
    session.take_notices();
    loaded.map_err(|refused| problem(texts, &pieces, refused))
}

fn cut(dialect: &dyn Dialect, texts: &[SqlText]) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        pieces.extend(fresh_settings(dialect).into_iter().map(|statement| Piece {
            statement,
            text: None,
            settings: Vec::new(),
        }));
        let statements = split(&text.text, dialect.syntax()).map_err(|error| unterminated(text, error))?;
        let keeps_transactions = statements.iter().any(rolls_back);
        let mut settings = Vec::new();
        for statement in statements.into_iter().filter(Statement::is_sent) {
            // Transactions of the text's own only say that it is loaded whole or not at all, which it is.
            if statement.moves_transaction() && !keeps_transactions {
                continue;
            }
            let sets = is_setting(&statement);
            pieces.push(Piece { statement, text: Some(at), settings: settings.clone() });
            if sets {
                settings.push(pieces.len() - 1);
            }
        }
    }
    Ok(pieces)
}

fn unterminated(text: &SqlText, error: SplitError) -> Problem {
    let snippet = unterminated_quotation(&text.path, &text.text, 0, &error);
    Problem::new(Exit::Usage, Unterminated { path: text.path.clone(), error, snippet })
}

fn fresh_settings(dialect: &dyn Dialect) -> Vec<Statement> {
    let texts = dialect.reset_settings().into_iter().chain([BEFORE.to_owned()]);
    texts.map(|text| Statement { text, offset: 0, line: 1, kind: StatementKind::Setting }).collect()
}

fn rolls_back(statement: &Statement) -> bool {
    use TransactionControl::{Rollback, RollbackAndChain, TwoPhase};
    matches!(statement.kind, StatementKind::Transaction(Rollback | RollbackAndChain | TwoPhase))
}

/// Statements that stay refused, in order.
type Refused = Vec<(usize, EngineError)>;

async fn run(session: &mut Box<dyn Session>, dialect: &dyn Dialect, pieces: &[Piece]) -> Result<(), Refused> {
    let statements: Vec<Statement> = pieces.iter().map(|piece| piece.statement.clone()).collect();
    let Err(BatchError { index, error }) = session.run(&statements).await else { return Ok(()) };
    let is_hopeless = error.kind == EngineErrorKind::ConnectionLost || is_syntax_error(&error);
    if is_hopeless || statements.iter().any(rolls_back) {
        return Err(vec![(index, error)]);
    }
    // What went to the server in one message was undone with the statement that failed.
    let undone = match statements[index].kind {
        StatementKind::Alone => index,
        _ => statements[..index].iter().rposition(|it| it.kind == StatementKind::Alone).map_or(0, |alone| alone + 1),
    };
    one_by_one(session, dialect, pieces, &statements, undone).await
}

fn is_syntax_error(error: &EngineError) -> bool {
    error.code.as_deref() == Some("42601")
}

async fn one_by_one(
    session: &mut Box<dyn Session>,
    dialect: &dyn Dialect,
    pieces: &[Piece],
    statements: &[Statement],
    from: usize,
) -> Result<(), Refused> {
    let alone = |index: usize| std::slice::from_ref(&statements[index]);
    let mut waiting = Refused::new();
    prepare(session, dialect, pieces, statements, from).await;
    for index in from..pieces.len() {
        if let Err(failed) = session.run(alone(index)).await {
            waiting.push((index, failed.error));
            if is_lost(&waiting) {
                return Err(waiting);
            }
        }
    }
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut queue: VecDeque<(usize, EngineError)> = std::mem::take(&mut waiting).into();
        while let Some((index, _)) = queue.pop_front() {
            prepare(session, dialect, pieces, statements, index).await;
            if let Err(failed) = session.run(alone(index)).await {
                waiting.push((index, failed.error));
                if is_lost(&waiting) {
                    return Err(waiting);
                }
            }
        }
        if waiting.len() == before {
            return Err(waiting);
        }
    }
    Ok(())
}

fn is_lost(waiting: &Refused) -> bool {
    waiting.last().is_some_and(|(_, error)| error.kind == EngineErrorKind::ConnectionLost)
}

/// Sets what holds at a statement's place; what of that fails has failed at its own place.
async fn prepare(
    session: &mut Box<dyn Session>,
    dialect: &dyn Dialect,
    pieces: &[Piece],
    statements: &[Statement],
    index: usize,
) {
    let settings = pieces[index].settings.iter().map(|setting| statements[*setting].clone());
    let all: Vec<Statement> = fresh_settings(dialect).into_iter().chain(settings).collect();
    let _ = session.run(&all).await;
}

/// A text that does not end as it should.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{}: {error}", snippet.line())]
struct Unterminated {
    path: String,
    error: SplitError,
    snippet: Snippet,
}

impl Diagnostic for Unterminated {
    fn code(&self) -> &'static str {
        "unterminated"
    }

    fn help(&self) -> Option<String> {
        self.error.help()
    }

    fn snippet(&self) -> Option<Snippet> {
        Some(self.snippet.clone())
    }
}

/// What the database said against a statement of a schema's source.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{}: {error}", snippet.line())]
struct LoadProblem {
    path: String,
    error: EngineError,
    snippet: Snippet,
    /// Statements besides this one that failed.
    others: usize,
}

impl Diagnostic for LoadProblem {
    fn code(&self) -> &'static str {
        self.error.code()
    }

    fn help(&self) -> Option<String> {
        self.error.help.clone()
    }

    fn snippet(&self) -> Option<Snippet> {
        Some(self.snippet.clone())
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = self.error.notes();
        if self.others > 0 {
            notes
                .push(format!("{} cannot be loaded besides, perhaps for this reason", count(self.others, "statement")));
        }
        notes
    }
}

/// An error that is not of a missing object is more likely the cause of the others.
fn problem(texts: &[SqlText], pieces: &[Piece], refused: Refused) -> Problem {
    let others = refused.len().saturating_sub(1);
    let misses = |error: &EngineError| {
        let code = error.code.as_deref().unwrap_or_default();
        ["42P01", "42704", "42883", "3F000", "42703"].contains(&code)
    };
    let cause = refused.iter().position(|(_, error)| !misses(error)).unwrap_or(0);
    let Some((index, error)) = refused.into_iter().nth(cause) else {
        return Problem::plain(Exit::Refused, "statement", "the schema cannot be loaded", "");
    };
    match pieces[index].text {
        Some(text) => {
            let path = texts[text].path.clone();
            let snippet = quotation(&path, 1, &pieces[index].statement, &error);
            Problem::new(Exit::Refused, LoadProblem { path, error, snippet, others })
        }
        None => Problem::new(Exit::Refused, error),
    }
}
