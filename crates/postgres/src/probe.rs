//! Reads what the bookkeeping tables say: one round trip for a database that has both.

use droveway_core::{
    bookkeeping::{LastEntry, Tables},
    engine::{EngineError, Probe, Rows},
    sql::quote,
};

use crate::{
    link::{Finished, Keep, Link, Reply},
    tap::Status,
};

pub(crate) async fn probe(link: &mut Link, tables: &Tables) -> Result<Probe, EngineError> {
    // A missing table would put an end to an open transaction, so there the catalog is asked first.
    if link.status().await? == Status::InTransaction {
        return probe_inside(link, tables).await;
    }
    let both = format!("{};\n{}", tables.version_rows_query(), tables.last_entry_query());
    let Reply { finished, error } = link.send(&both, Keep::Rows).await;
    match error {
        Some(error) if !is_missing_table(&error) => return Err(error),
        _ => {}
    }
    let mut finished = finished.into_iter();
    match finished.next() {
        Some(versions) => Ok(Probe {
            version_rows: Some(version_rows(versions)),
            last_entry: finished.next().and_then(last_entry),
            holds_tables: false,
        }),
        None => probe_without_versions(link, tables).await,
    }
}

async fn probe_without_versions(link: &mut Link, tables: &Tables) -> Result<Probe, EngineError> {
    let sql = format!("{};\n{}", holds_tables_query(tables), tables.last_entry_query());
    let Reply { finished, error } = link.send(&sql, Keep::Rows).await;
    match error {
        Some(error) if !is_missing_table(&error) => return Err(error),
        _ => {}
    }
    let mut finished = finished.into_iter();
    let holds_tables = finished.next().is_some_and(|answer| first_value(&answer.rows) == Some("t"));
    Ok(Probe { version_rows: None, last_entry: finished.next().and_then(last_entry), holds_tables })
}

async fn probe_inside(link: &mut Link, tables: &Tables) -> Result<Probe, EngineError> {
    let mut probe = Probe::default();
    if exists(link, &tables.version_name()).await? {
        let mut answer = link.send(&tables.version_rows_query(), Keep::Rows).await.all()?;
        probe.version_rows = Some(version_rows(answer.pop().unwrap_or_default()));
    } else {
        probe.holds_tables = link.send(&holds_tables_query(tables), Keep::Rows).await.value()?.as_deref() == Some("t");
    }
    if exists(link, &tables.journal_name()).await? {
        let answer = link.send(&tables.last_entry_query(), Keep::Rows).await.all()?.pop();
        probe.last_entry = answer.and_then(last_entry);
    }
    Ok(probe)
}

async fn exists(link: &mut Link, name: &str) -> Result<bool, EngineError> {
    let sql = format!("SELECT pg_catalog.to_regclass({}) IS NOT NULL", quote::literal(name));
    Ok(link.send(&sql, Keep::Rows).await.value()?.as_deref() == Some("t"))
}

fn is_missing_table(error: &EngineError) -> bool {
    error.code.as_deref() == Some("42P01")
}

fn version_rows(answer: Finished) -> Vec<String> {
    answer.rows.rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect()
}

fn last_entry(answer: Finished) -> Option<LastEntry> {
    answer.rows.rows.into_iter().next().map(LastEntry::from_values)
}

fn first_value(rows: &Rows) -> Option<&str> {
    rows.rows.first()?.first()?.as_deref()
}

/// Whether anything is there that holds or shows data, is nobody's but the owner's, and is not one of our tables.
fn holds_tables_query(tables: &Tables) -> String {
    let own = [&tables.version, &tables.journal].map(|name| quote::literal(name)).join(", ");
    format!(
        "SELECT EXISTS (
    SELECT FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND n.nspname <> 'information_schema'
      AND n.nspname !~ '^pg_'
      AND c.relname NOT IN ({own})
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend AS d
          WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'
      )
)"
    )
}
