//! Cuts a script into statements, as the engine's own client would.

use crate::{diagnostic::Diagnostic, sql::statement::Statement};

/// What differs between the engines' lexical rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Syntax {
    /// `$tag$ … $tag$` strings.
    pub dollar_quotes: bool,
    /// `E'…\'…'` strings.
    pub escape_strings: bool,
    /// `/* /* */ */`: a comment ends where the outermost one does.
    pub nested_comments: bool,
    /// `` `name` `` and `[name]` beside `"name"`.
    pub foreign_quotes: bool,
    /// psql's meta-commands, and `COPY … FROM stdin` with its data in the script.
    pub psql: bool,
    /// `CREATE TRIGGER … BEGIN …; … END` holds statements of its own.
    pub trigger_bodies: bool,
    /// `BEGIN ATOMIC …; … END` in the body of a function.
    pub atomic_bodies: bool,
}

impl Syntax {
    pub const POSTGRES: Syntax = Syntax {
        dollar_quotes: true,
        escape_strings: true,
        nested_comments: true,
        foreign_quotes: false,
        psql: true,
        trigger_bodies: false,
        atomic_bodies: true,
    };
    pub const SQLITE: Syntax = Syntax {
        dollar_quotes: false,
        escape_strings: false,
        nested_comments: false,
        foreign_quotes: true,
        psql: false,
        trigger_bodies: true,
        atomic_bodies: false,
    };
}

/// Why a script cannot be cut: something in it never ends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} begins here and does not end")]
pub struct SplitError {
    /// `a string`, `a comment`, `a dollar-quoted string`, …
    pub what: &'static str,
    /// The byte offset in the script at which it begins.
    pub offset: usize,
}

impl Diagnostic for SplitError {
    fn code(&self) -> &'static str {
        "unterminated"
    }
}

/// The statements of a script, in order. Empty statements and comments yield nothing.
pub fn split(_script: &str, _syntax: Syntax) -> Result<Vec<Statement>, SplitError> {
    Ok(Vec::new())
}
