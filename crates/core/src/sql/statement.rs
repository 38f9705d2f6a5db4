//! One statement of a script: its text, where it stands, and what the runner must know of it.

/// One statement, without its closing semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The text as written, from its first token to its last (leading comments and white space are left out).
    pub text: String,
    /// The byte offset of `text` in the script that was split.
    pub offset: usize,
    /// The line of the script on which `text` begins, counted from 1.
    pub line: usize,
    pub kind: StatementKind,
}

/// What a runner does with a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind {
    /// Sent to the server as it is.
    Plain,
    /// Begins or ends a transaction by itself.
    Transaction(TransactionControl),
    /// `COPY … FROM stdin`, with the data lines that follow it in the script (without the closing `\.`).
    CopyIn { data: String },
    /// `PRAGMA foreign_keys = …` (SQLite): has no effect inside a transaction, so the runner moves it out.
    ForeignKeys { on: bool },
    /// Cannot run inside a transaction block: `CREATE INDEX CONCURRENTLY`, `VACUUM`, `CREATE DATABASE`, `CALL` …
    Alone,
    /// Written for psql, of no use to a server: `\connect`, `\restrict`. Never sent.
    ClientCommand,
    /// A session setting as pg_dump writes them (`SET client_min_messages = …`, `SELECT pg_catalog.set_config(…)`).
    /// Sent as it is; listed apart so that a caller may leave it out.
    Setting,
}

/// The statements that move transaction boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionControl {
    Begin,
    Commit,
    CommitAndChain,
    Rollback,
    RollbackAndChain,
    /// `SAVEPOINT`, `RELEASE`, `ROLLBACK TO`: stay inside the transaction they are in.
    Savepoint,
    /// `PREPARE TRANSACTION`, `COMMIT PREPARED`, `ROLLBACK PREPARED`.
    TwoPhase,
}

impl Statement {
    /// Whether the statement can be sent at all.
    pub fn is_sent(&self) -> bool {
        self.kind != StatementKind::ClientCommand
    }

    /// Whether the statement begins or ends a transaction by itself (a savepoint does not).
    pub fn moves_transaction(&self) -> bool {
        matches!(&self.kind, StatementKind::Transaction(control) if *control != TransactionControl::Savepoint)
    }

    /// The first line, shortened to `width` characters: for progress lines and lists.
    pub fn summary(&self, width: usize) -> String {
        let flat = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match flat.char_indices().nth(width) {
            None => flat,
            Some(_) => flat.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
        }
    }
}
