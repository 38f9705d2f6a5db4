//! Many statements as few messages, and an error's way back to the statement that caused it.

use std::collections::VecDeque;

use droveway_core::{
    engine::{BatchError, EngineError},
    sql::statement::{Statement, StatementKind},
};

use crate::link::{Keep, Link, Reply};

/// Stands between two statements: the line break ends a comment that the first may end with.
const SEPARATOR: &str = "\n;\n";

pub(crate) async fn run(link: &mut Link, statements: &[Statement]) -> Result<(), BatchError> {
    for message in messages(statements) {
        let Reply { finished, error } = link.send_with_copies(&message.sql, Keep::Nothing, message.copies).await;
        if let Some(error) = error {
            return Err(locate(&message.parts, finished.len(), error));
        }
    }
    Ok(())
}

/// One simple-query message.
#[derive(Debug, Default)]
struct Message {
    sql: String,
    copies: VecDeque<Vec<u8>>,
    parts: Vec<Part>,
}

/// Where a statement stands in a message, in characters, as the server counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    index: usize,
    start: usize,
    length: usize,
}

/// All statements in one message, but for those that the server takes only alone.
fn messages(statements: &[Statement]) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    let mut joins = false;
    let mut end = 0;
    for (index, statement) in statements.iter().enumerate().filter(|(_, statement)| statement.is_sent()) {
        let alone = statement.kind == StatementKind::Alone;
        if !joins || alone {
            messages.push(Message::default());
            end = 0;
        }
        joins = !alone;
        let message = messages.last_mut().expect("one was pushed for the first statement");
        end = message.add(index, statement, end);
    }
    messages
}

impl Message {
    /// Appends a statement after `end` characters and returns the new end.
    fn add(&mut self, index: usize, statement: &Statement, end: usize) -> usize {
        let mut start = end;
        if !self.sql.is_empty() {
            self.sql.push_str(SEPARATOR);
            start += SEPARATOR.len();
        }
        self.sql.push_str(&statement.text);
        let length = statement.text.chars().count();
        self.parts.push(Part { index, start, length });
        if let StatementKind::CopyIn { data } = &statement.kind {
            self.copies.push_back(copy_data(data));
        }
        start + length
    }
}

fn copy_data(data: &str) -> Vec<u8> {
    let mut bytes = data.as_bytes().to_vec();
    if bytes.last().is_some_and(|last| *last != b'\n') {
        bytes.push(b'\n');
    }
    bytes
}

/// The server names a place in the whole message. A syntax error is found before anything runs, so the place says
/// more about the statement than the number of those that finished; without a place that number decides.
fn locate(parts: &[Part], finished: usize, mut error: EngineError) -> BatchError {
    let at = error.position.take();
    let meant = at.and_then(|at| parts.iter().find(|part| (part.start..=part.start + part.length).contains(&at)));
    if let (Some(at), Some(part)) =
        (at, meant.filter(|part| parts.get(finished).is_none_or(|next| part.index >= next.index)))
    {
        error.position = Some(at - part.start);
        return BatchError { index: part.index, error };
    }
    let index = parts.get(finished).or(parts.last()).map_or(0, |part| part.index);
    BatchError { index, error }
}

#[cfg(test)]
mod tests {
    use droveway_core::engine::EngineErrorKind;

    use super::*;

    fn statement(text: &str, kind: StatementKind) -> Statement {
        Statement { text: text.to_owned(), offset: 0, line: 1, kind }
    }

    #[test]
    fn statements_share_a_message_but_for_those_that_stand_alone() {
        let statements = [
            statement("A", StatementKind::Plain),
            statement("\\connect x", StatementKind::ClientCommand),
            statement("B", StatementKind::Plain),
            statement("VACUUM", StatementKind::Alone),
            statement("C", StatementKind::Plain),
        ];
        let sent: Vec<String> = messages(&statements).into_iter().map(|message| message.sql).collect();
        assert_eq!(sent, ["A\n;\nB", "VACUUM", "C"]);
    }

    #[test]
    fn a_place_behind_other_letters_is_found_in_its_own_statement() {
        let statements =
            [statement("SELECT 'äöü€😀'", StatementKind::Plain), statement("SELEC 1", StatementKind::Plain)];
        let message = messages(&statements).pop().expect("two statements make a message");
        let mut error = EngineError::new(EngineErrorKind::Statement, "syntax error");
        let in_message = message.sql.chars().collect::<Vec<_>>().len() - "SELEC 1".len();
        error.position = Some(in_message + 2);
        let found = locate(&message.parts, 0, error);
        assert_eq!((found.index, found.error.position), (1, Some(2)));
    }

    #[test]
    fn without_a_place_the_first_unfinished_statement_is_meant() {
        let statements = ["A", "B", "C"].map(|text| statement(text, StatementKind::Plain));
        let message = messages(&statements).pop().expect("three statements make a message");
        let error = EngineError::new(EngineErrorKind::Statement, "division by zero");
        assert_eq!(locate(&message.parts, 1, error).index, 1);
    }
}
