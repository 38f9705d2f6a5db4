//! How SQLite writes what droveway itself needs.

use droveway_core::{
    bookkeeping::{JOURNAL_COLUMNS, Tables},
    engine::{Dialect, Limits},
    sql::{quote, split::Syntax},
};

pub(crate) struct SqliteDialect;

impl Dialect for SqliteDialect {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn syntax(&self) -> Syntax {
        Syntax::SQLITE
    }

    /// A deferred transaction that reads first and writes later fails at once when another connection has written in
    /// between, and no waiting helps it; this one waits at its start, while there is nothing to lose.
    fn begin(&self) -> &'static str {
        "BEGIN IMMEDIATE"
    }

    /// Both limits are the connection's, not the transaction's: the session keeps them.
    fn limits(&self, _limits: &Limits) -> Vec<String> {
        Vec::new()
    }

    fn create_version_table(&self, tables: &Tables) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (\n    version_num VARCHAR(32) NOT NULL,\n    CONSTRAINT {} PRIMARY KEY (version_num)\n)",
            tables.version_name(),
            quote::identifier(&format!("{}_pkc", tables.version))
        )
    }

    fn create_journal(&self, tables: &Tables) -> String {
        let columns = JOURNAL_COLUMNS.iter().map(|(name, nullable)| {
            let kind = if *name == "statement" { "INTEGER" } else { "TEXT" };
            let null = if *nullable { "" } else { " NOT NULL" };
            format!(",\n    {name} {kind}{null}")
        });
        format!(
            "CREATE TABLE IF NOT EXISTS {} (\n    id INTEGER PRIMARY KEY,\n    at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')){}\n)",
            tables.journal_name(),
            columns.collect::<String>()
        )
    }

    /// The sqlite3 shell leaves foreign keys off, and goes on after an error unless it is told not to.
    fn script_preamble(&self) -> Vec<String> {
        vec!["-- Run this with sqlite3 -bail, so that the first error ends it.\nPRAGMA foreign_keys = ON".into()]
    }
}
