//! What a database says about itself before anything is done.

use droveway_core::{
    bookkeeping::{LastEntry, Tables},
    engine::{EngineError, EngineErrorKind, Probe},
};

use crate::database::Database;

const TABLES: &str = r"
    SELECT name
    FROM main.sqlite_schema
    WHERE type IN ('table', 'view')
    AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
";

/// Reads the bookkeeping tables as they stood at one moment. Writes nothing.
pub(crate) fn probe(database: &mut Database, tables: &Tables) -> Result<Probe, EngineError> {
    refuse_schema(tables)?;
    if database.in_transaction() {
        return read(database, tables);
    }
    database.execute("BEGIN")?;
    let probe = read(database, tables);
    database.rollback()?;
    probe
}

fn read(database: &mut Database, tables: &Tables) -> Result<Probe, EngineError> {
    let names: Vec<String> = database.query(TABLES)?.rows.into_iter().filter_map(first).collect();
    let exists = |table: &str| names.iter().any(|name| name.eq_ignore_ascii_case(table));
    let is_ours =
        |name: &&String| name.eq_ignore_ascii_case(&tables.version) || name.eq_ignore_ascii_case(&tables.journal);
    let version_rows = match exists(&tables.version) {
        true => Some(database.query(&tables.version_rows_query())?.rows.into_iter().filter_map(first).collect()),
        false => None,
    };
    let last_entry = match exists(&tables.journal) {
        true => database.query(&tables.last_entry_query())?.rows.into_iter().next().map(LastEntry::from_values),
        false => None,
    };
    let holds_tables = version_rows.is_none() && !names.iter().all(|name| is_ours(&name));
    Ok(Probe { version_rows, last_entry, holds_tables })
}

fn first(row: Vec<Option<String>>) -> Option<String> {
    row.into_iter().next().flatten()
}

/// A file has one schema, `main`; any other name would be an attached file's, and none is attached.
fn refuse_schema(tables: &Tables) -> Result<(), EngineError> {
    match tables.schema.as_deref() {
        None => Ok(()),
        Some(schema) if schema.eq_ignore_ascii_case("main") => Ok(()),
        Some(schema) => {
            let message = format!("the version table cannot be in the schema `{schema}`: an SQLite file has none");
            let error = EngineError::new(EngineErrorKind::Address, message);
            Err(error.with_help("leave out the schema for targets on SQLite"))
        }
    }
}
