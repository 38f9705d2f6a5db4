//! Offline mode: a plan as one SQL script that a person can read, keep and run with psql or sqlite3, version rows
//! included.

use std::fmt::Write;

use droveway_core::{
    bookkeeping::{Tables, row_changes, step_changes},
    engine::Dialect,
    plan::{Plan, Step},
    revision::RevisionId,
    sql::{
        split::split,
        statement::{Statement, StatementKind},
    },
};

use crate::{
    fleet::prepare::{Mode, PreparedStep, direction_name, is_setting, prepare},
    problem::Result,
    tree::Tree,
};

/// The script of a plan. `start` says what the version table holds before it; an empty one makes the table.
pub fn script(tree: &Tree, plan: &Plan, tables: &Tables, dialect: &dyn Dialect) -> Result<String> {
    let prepared = prepare(tree, plan, dialect)?;
    let mut out = header(tree, tables, dialect, plan.start.is_empty());
    for step in &prepared {
        write_step(&mut out, step, tables, dialect);
    }
    Ok(out)
}

/// The script of a stamp: version rows alone.
pub fn stamp_script(
    tree: &Tree,
    forget: &[RevisionId],
    remember: &[RevisionId],
    purge: bool,
    tables: &Tables,
    dialect: &dyn Dialect,
) -> String {
    let mut out = header(tree, tables, dialect, true);
    let mut changes = row_changes(tables, if purge { &[] } else { forget }, remember);
    if purge {
        changes.insert(0, format!("DELETE FROM {}", tables.version_name()));
    }
    transaction(&mut out, dialect, &changes);
    out
}

fn header(tree: &Tree, tables: &Tables, dialect: &dyn Dialect, make_table: bool) -> String {
    let mut out = format!("-- Tree {} for {}, written by droveway\n", tree.name(), dialect.name());
    for line in dialect.script_preamble() {
        out.push_str(&line);
        out.push_str(if line.contains(';') { "\n" } else { ";\n" });
    }
    if make_table {
        line_to(&mut out, &dialect.create_version_table(tables));
    }
    out
}

fn write_step(out: &mut String, prepared: &PreparedStep, tables: &Tables, dialect: &dyn Dialect) {
    let PreparedStep { step, file, mode, .. } = prepared;
    let _ = write!(out, "\n-- {} {}: {}\n", direction_name(step.direction), step.revision, file.revision.message);
    let foreign_keys = |on| prepared.without_foreign_keys.then(|| format!("PRAGMA foreign_keys = {on}"));
    if let Some(off) = foreign_keys("off") {
        line_to(out, &off);
    }
    match mode {
        Mode::OneTransaction => {
            line_to(out, dialect.begin());
            write_statements(out, prepared);
            reset(out, prepared, dialect);
            finish(out, &step_changes(tables, step));
        }
        Mode::OneByOne => {
            if prepared.is_open_before(0) {
                line_to(out, dialect.begin());
            }
            write_statements(out, prepared);
            leave_transaction(out, prepared, dialect);
            reset(out, prepared, dialect);
            finish(out, &step_changes(tables, step));
        }
    }
    if let Some(on) = foreign_keys("on") {
        line_to(out, &on);
    }
}

/// The version rows come into the script's own transaction if it leaves one open that is meant to be committed.
fn leave_transaction(out: &mut String, prepared: &PreparedStep, dialect: &dyn Dialect) {
    let open = prepared.is_open_before(prepared.statements.len());
    if open && !prepared.file.transaction {
        line_to(out, "ROLLBACK");
    }
    if !open || !prepared.file.transaction {
        line_to(out, dialect.begin());
    }
}

/// The version table must be found whatever the script has set, and the next step must not inherit it.
fn reset(out: &mut String, prepared: &PreparedStep, dialect: &dyn Dialect) {
    if prepared.statements.iter().any(is_setting) {
        let statements = dialect.reset_settings().into_iter().chain(dialect.script_preamble());
        statements.for_each(|statement| line_to(out, &statement));
    }
}

fn transaction(out: &mut String, dialect: &dyn Dialect, changes: &[String]) {
    line_to(out, dialect.begin());
    finish(out, changes);
}

fn finish(out: &mut String, changes: &[String]) {
    for change in changes {
        line_to(out, change);
    }
    line_to(out, "COMMIT");
}

fn write_statements(out: &mut String, prepared: &PreparedStep) {
    for statement in &prepared.statements {
        match &statement.kind {
            StatementKind::CopyIn { data } => {
                line_to(out, &statement.text);
                out.push_str(data);
                if !data.is_empty() && !data.ends_with('\n') {
                    out.push('\n');
                }
                out.push_str("\\.\n");
            }
            // Moved out of the transaction, where it has an effect.
            StatementKind::ForeignKeys { .. } => {}
            _ => line_to(out, &statement.text),
        }
    }
}

fn line_to(out: &mut String, statement: &str) {
    out.push_str(statement);
    // A comment at the end would swallow the semicolon.
    let last_line = statement.rsplit('\n').next().unwrap_or_default();
    out.push_str(if last_line.contains("--") { "\n;\n" } else { ";\n" });
}

/// The statements of one step alone, for `plan --json`.
pub fn statements(tree: &Tree, step: &Step, dialect: &dyn Dialect) -> Vec<Statement> {
    let body =
        tree.file(&step.revision).and_then(|file| Some(file.body(file.section(step.direction, dialect.name())?)));
    body.and_then(|body| split(body, dialect.syntax()).ok()).unwrap_or_default()
}
