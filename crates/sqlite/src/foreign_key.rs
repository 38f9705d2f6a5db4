//! Foreign keys while a table is built anew: their enforcement is switched off outside the transaction, or the
//! `DROP` of the old table would delete its children, and what they refer to is checked before the commit.

use droveway_core::engine::{BrokenKey, EngineError, EngineErrorKind};

use crate::database::Database;

const BROKEN: &str = r#"
    SELECT
        broken."table",
        broken."parent",
        (SELECT group_concat("from", ', ') FROM pragma_foreign_key_list(broken."table") AS key WHERE key."id" = broken."fkid") AS columns,
        count(*)
    FROM pragma_foreign_key_check AS broken
    GROUP BY broken."table", broken."parent", columns
    ORDER BY broken."table", broken."parent", columns
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

/// The keys that rows break. Rows have no name that outlives a table built anew, so they are counted.
pub(crate) fn broken(database: &mut Database) -> Result<Vec<BrokenKey>, EngineError> {
    Ok(database.query(BROKEN)?.rows.into_iter().map(broken_key).collect())
}

/// `orders: customer_id refers to missing rows of customers`
fn broken_key(row: Vec<Option<String>>) -> BrokenKey {
    let mut values = row.into_iter().map(Option::unwrap_or_default);
    let mut next = || values.next().unwrap_or_default();
    let (table, parent, columns, rows) = (next(), next(), next(), next());
    let text = format!("{table}: {columns} refers to missing rows of {parent}");
    BrokenKey { text, rows: rows.parse().unwrap_or(0) }
}
