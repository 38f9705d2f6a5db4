//! The statements of a revision, one after another.

use droveway_core::{
    engine::BatchError,
    sql::statement::{Statement, StatementKind},
};

use crate::database::Database;

/// Runs the statements in order and stops at the first error.
pub(crate) fn run(database: &mut Database, statements: &[Statement]) -> Result<(), BatchError> {
    for (index, statement) in statements.iter().enumerate() {
        if is_run(database, statement) {
            database.execute(&statement.text).map_err(|error| BatchError { index, error })?;
        }
    }
    Ok(())
}

/// SQLite ignores `PRAGMA foreign_keys` inside a transaction without a word. The runner has moved it out already.
fn is_run(database: &Database, statement: &Statement) -> bool {
    let is_ignored = matches!(statement.kind, StatementKind::ForeignKeys { .. }) && database.in_transaction();
    statement.is_sent() && !is_ignored
}
