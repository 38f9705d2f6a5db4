//! How PostgreSQL writes what droveway itself needs.

use std::time::Duration;

use droveway_core::{
    bookkeeping::{JOURNAL_COLUMNS, Tables},
    engine::{Dialect, Limits},
    sql::{quote, split::Syntax},
};

/// PostgreSQL's dialect.
pub struct PostgresDialect;

impl Dialect for PostgresDialect {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn syntax(&self) -> Syntax {
        Syntax::POSTGRES
    }

    fn begin(&self) -> &'static str {
        "BEGIN"
    }

    fn limits(&self, limits: &Limits) -> Vec<String> {
        [("lock_timeout", limits.lock_timeout), ("statement_timeout", limits.statement_timeout)]
            .into_iter()
            .filter_map(|(name, limit)| Some(format!("SET LOCAL {name} = '{}ms'", milliseconds(limit?))))
            .collect()
    }

    fn create_version_table(&self, tables: &Tables) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (\n    version_num VARCHAR(32) NOT NULL,\n    CONSTRAINT {} PRIMARY KEY (version_num)\n)",
            tables.version_name(),
            quote::identifier(&format!("{}_pkc", tables.version))
        )
    }

    fn create_journal(&self, tables: &Tables) -> String {
        let columns: Vec<String> = JOURNAL_COLUMNS.iter().map(|column| journal_column(*column)).collect();
        format!(
            "CREATE TABLE IF NOT EXISTS {} (\n    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    at TIMESTAMPTZ NOT NULL DEFAULT pg_catalog.clock_timestamp(),\n    {}\n)",
            tables.journal_name(),
            columns.join(",\n    ")
        )
    }

    fn script_preamble(&self) -> Vec<String> {
        vec!["SET client_encoding = 'UTF8'".to_owned(), "SET standard_conforming_strings = on".to_owned()]
    }

    fn reset_settings(&self) -> Vec<String> {
        vec!["RESET SESSION AUTHORIZATION".to_owned(), "RESET ALL".to_owned()]
    }
}

fn journal_column((name, nullable): (&str, bool)) -> String {
    let kind = if name == "statement" { "INTEGER" } else { "TEXT" };
    let null = if nullable { "" } else { " NOT NULL" };
    format!("{name} {kind}{null}")
}

/// Whole milliseconds; a limit that rounds to nothing stays a limit, for 0 means none at all.
pub(crate) fn milliseconds(limit: Duration) -> u128 {
    match limit.as_millis() {
        0 if !limit.is_zero() => 1,
        whole => whole.min(i32::MAX as u128),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_table_is_alembics_own() {
        let sql = PostgresDialect.create_version_table(&Tables::default());
        assert_eq!(
            sql,
            "CREATE TABLE IF NOT EXISTS \"alembic_version\" (\n    version_num VARCHAR(32) NOT NULL,\n    CONSTRAINT \"alembic_version_pkc\" PRIMARY KEY (version_num)\n)"
        );
    }

    #[test]
    fn limits_hold_for_the_transaction_and_absent_ones_are_left_alone() {
        let limits =
            Limits { lock_timeout: Some(Duration::from_micros(1)), statement_timeout: Some(Duration::from_secs(90)) };
        assert_eq!(
            PostgresDialect.limits(&limits),
            ["SET LOCAL lock_timeout = '1ms'", "SET LOCAL statement_timeout = '90000ms'"]
        );
        assert!(PostgresDialect.limits(&Limits { lock_timeout: None, statement_timeout: None }).is_empty());
    }

    #[test]
    fn the_journal_has_every_column_that_an_entry_writes() {
        let sql = PostgresDialect.create_journal(&Tables::default());
        for (name, _) in JOURNAL_COLUMNS {
            assert!(sql.contains(&format!("    {name} ")), "{name} is missing in {sql}");
        }
    }
}
