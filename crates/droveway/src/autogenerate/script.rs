//! The statements of a comparison as text.

use std::fmt::Write;

use droveway_core::schema::{Action, Script, Sql};

/// Kinds whose bodies may name what a later statement makes.
const HAVE_BODIES: [&str; 2] = ["function", "procedure"];

/// What must be set before the statements of a script, if anything.
pub fn preamble(script: &Script) -> Option<&'static str> {
    let makes_body = |kind: &str| HAVE_BODIES.contains(&kind);
    let steps = script.steps.iter().filter(|step| step.action != Action::Drop);
    let makes = steps.into_iter().any(|step| makes_body(step.id.kind.0));
    makes.then_some("SET check_function_bodies = off")
}

/// A script as SQL that psql runs: each statement with its semicolon, its risk before it.
pub fn text(script: &Script) -> String {
    let mut out = String::new();
    if let Some(preamble) = preamble(script).filter(|_| !script.is_empty()) {
        let _ = writeln!(out, "{preamble};");
    }
    script.statements().for_each(|sql| statement(&mut out, sql));
    out
}

/// One statement on lines of its own.
pub fn statement(out: &mut String, sql: &Sql) {
    for line in sql.risk.iter().flat_map(|risk| risk.lines()) {
        let _ = writeln!(out, "-- risk: {line}");
    }
    out.push_str(&sql.text);
    // A comment at the end would swallow the semicolon.
    let last_line = sql.text.rsplit('\n').next().unwrap_or_default();
    out.push_str(if last_line.contains("--") { "\n;\n" } else { ";\n" });
}
