//! The statements of a comparison as text: for psql, and as sections of a revision.

use std::fmt::Write;

use droveway_core::schema::{Action, Script, Sql};

/// Kinds whose bodies may name what a later statement makes.
const HAVE_BODIES: [&str; 2] = ["function", "procedure"];

/// What must be set before the statements of a script, if anything.
pub fn preamble(script: &Script) -> Option<&'static str> {
    let mut made = script.steps.iter().filter(|step| step.action != Action::Drop).map(|step| step.id.kind.0);
    made.any(|kind| HAVE_BODIES.contains(&kind)).then_some("SET check_function_bodies = off")
}

/// A script as SQL that psql runs: each statement with its semicolon, its risk before it.
pub fn text(script: &Script) -> String {
    let mut out = begin(script);
    statements(&mut out, script.statements());
    out
}

fn begin(script: &Script) -> String {
    preamble(script).map(|preamble| format!("{preamble};\n")).unwrap_or_default()
}

/// A script in transactions of its own, for statements that take effect for others only after a commit.
pub fn text_in_parts(script: &Script) -> String {
    let mut out = begin(script);
    let all: Vec<&Sql> = script.statements().collect();
    for part in all.chunk_by(|before, after| after.needs_commit || !before.needs_commit) {
        out.push_str("BEGIN;\n");
        statements(&mut out, part.iter().copied());
        out.push_str("COMMIT;\n");
    }
    out
}

fn statements<'a>(out: &mut String, all: impl Iterator<Item = &'a Sql>) {
    let mut is_first = true;
    let mut was_long = false;
    for sql in all {
        let is_long = sql.text.contains('\n');
        // What has several lines stands apart.
        if !is_first && (is_long || was_long) {
            out.push('\n');
        }
        statement(out, sql);
        (is_first, was_long) = (false, is_long);
    }
}

fn statement(out: &mut String, sql: &Sql) {
    for line in sql.risk.iter().flat_map(|risk| risk.lines()) {
        let _ = writeln!(out, "-- risk: {line}");
    }
    out.push_str(&sql.text);
    // A comment at the end would swallow the semicolon.
    let last_line = sql.text.rsplit('\n').next().unwrap_or_default();
    out.push_str(if last_line.contains("--") { "\n;\n" } else { ";\n" });
}

/// Which sections run in transactions of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Form {
    pub upgrade_in_parts: bool,
    pub downgrade_in_parts: bool,
}

/// Both sections of a revision; `engine` marks them as that engine's alone.
pub fn sections(up: &Script, down: &Script, engine: Option<&str>, form: Form) -> String {
    let engine = engine.map(|engine| format!(" {engine}")).unwrap_or_default();
    let body = |script: &Script, in_parts: bool| if in_parts { text_in_parts(script) } else { text(script) };
    let (up, down) = (body(up, form.upgrade_in_parts), body(down, form.downgrade_in_parts));
    format!("-- drove:upgrade{engine}\n{up}\n-- drove:downgrade{engine}\n{down}")
}

#[cfg(test)]
mod tests {
    use droveway_core::schema::{ObjectId, Step};

    use super::*;

    fn script(statements: &[Sql]) -> Script {
        let step = Step { action: Action::Alter, id: ObjectId::new("enum", "public.mood"), sql: statements.to_vec() };
        Script { steps: vec![step], changes: Vec::new() }
    }

    #[test]
    fn a_statement_has_its_risk_before_it_and_its_semicolon_behind_its_comment() {
        let lossy = Sql::new("DROP TABLE t").with_risk("drops t and its rows");
        let long = Sql::new("CREATE VIEW v AS\nSELECT 1 -- one");
        assert_eq!(
            text(&script(&[lossy, long, Sql::new("A")])),
            "-- risk: drops t and its rows\nDROP TABLE t;\n\nCREATE VIEW v AS\nSELECT 1 -- one\n;\n\nA;\n"
        );
    }

    #[test]
    fn what_needs_a_commit_has_one_before_what_follows() {
        let add = |value: &str| Sql::new(value).with_commit();
        assert_eq!(
            text_in_parts(&script(&[Sql::new("A"), add("B"), add("C"), Sql::new("D")])),
            "BEGIN;\nA;\nB;\nC;\nCOMMIT;\nBEGIN;\nD;\nCOMMIT;\n"
        );
    }

    #[test]
    fn bodies_are_not_looked_into() {
        let mut script = script(&[Sql::new("CREATE FUNCTION f")]);
        script.steps[0].id = ObjectId::new("function", "public.f()");
        assert!(text(&script).starts_with("SET check_function_bodies = off;\n"));
        script.steps[0].action = Action::Drop;
        assert!(text(&script).starts_with("CREATE"));
    }
}
