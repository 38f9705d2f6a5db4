//! What differs between the engines' lexical rules, as switches: the lexer and the splitter know no engine by name.

/// The lexical rules of one engine, and of the client its scripts are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Syntax {
    /// `$tag$ … $tag$` strings.
    pub dollar_quotes: bool,
    /// `E'…\'…'` strings.
    pub escape_strings: bool,
    /// `/* /* */ */`: a comment ends where the outermost one does.
    pub nested_comments: bool,
    /// `/* …` up to the end of the text is a comment, not an error.
    pub open_comments: bool,
    /// `-- …` ends at a carriage return as well as at a line feed.
    pub carriage_returns: bool,
    /// A byte order mark counts as white space everywhere, not only at the start.
    pub blank_marks: bool,
    /// `` `name` `` and `[name]` beside `"name"`.
    pub foreign_quotes: bool,
    /// `CREATE RULE … DO (a; b)`: a semicolon between parentheses ends nothing.
    pub grouped_statements: bool,
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
        open_comments: false,
        carriage_returns: true,
        blank_marks: false,
        foreign_quotes: false,
        grouped_statements: true,
        psql: true,
        trigger_bodies: false,
        atomic_bodies: true,
    };
    pub const SQLITE: Syntax = Syntax {
        dollar_quotes: false,
        escape_strings: false,
        nested_comments: false,
        open_comments: true,
        carriage_returns: false,
        blank_marks: true,
        foreign_quotes: true,
        grouped_statements: false,
        psql: false,
        trigger_bodies: true,
        atomic_bodies: false,
    };
}
