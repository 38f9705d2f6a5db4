//! Foreign keys while a table is built anew: their enforcement is switched off outside the transaction, or the
//! `DROP` of the old table would delete its children, and what they refer to is checked before the commit.

use droveway_core::engine::{EngineError, EngineErrorKind};

use crate::database::Database;

const BROKEN: &str = r#"
    SELECT
        broken."table",
        broken."rowid",
        broken."parent",
        (SELECT group_concat("from", ', ') FROM pragma_foreign_key_list(broken."table") AS key WHERE key."id" = broken."fkid")
    FROM pragma_foreign_key_check AS broken
    LIMIT 10
"#;

/// Switches the enforcement and returns what it was.
pub(crate) fn enforce(database: &mut Database, on: bool) -> Result<bool, EngineError> {
    let before = is_enforced(database)?;
    database.execute(&format!("PRAGMA foreign_keys = {}", if on { "ON" } else { "OFF" }))?;
    if is_enforced(database)? == on {
        return Ok(before);
    }
    let message = "foreign keys cannot be switched on or off inside a transaction";
    Err(EngineError::new(EngineErrorKind::Statement, message))
}

fn is_enforced(database: &mut Database) -> Result<bool, EngineError> {
    let rows = database.query("PRAGMA foreign_keys")?.rows;
    Ok(rows.first().and_then(|row| row.first()?.as_deref()) == Some("1"))
}

/// At most ten rows that refer to a row that does not exist.
pub(crate) fn broken(database: &mut Database) -> Result<Vec<String>, EngineError> {
    Ok(database.query(BROKEN)?.rows.into_iter().map(sentence).collect())
}

/// `orders row 3: customer_id refers to a missing row of customers`
fn sentence(row: Vec<Option<String>>) -> String {
    let mut values = row.into_iter().map(Option::unwrap_or_default);
    let mut next = || values.next().unwrap_or_default();
    let (table, row, parent, columns) = (next(), next(), next(), next());
    // A table WITHOUT ROWID has no number for its rows.
    let row = if row.is_empty() { "a row".to_owned() } else { format!("row {row}") };
    format!("{table}, {row}: {columns} refers to a missing row of {parent}")
}
