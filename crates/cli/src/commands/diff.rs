//! `drove diff`: the SQL between two schemas.

use std::path::Path;

use clap::Args;
use droveway::{
    autogenerate::{
        compare::{Comparison, compare},
        filter::{Filter, Managed},
        script,
    },
    core::{
        bookkeeping::Tables,
        diagnostic::count,
        schema::{Change, Schema, Script},
    },
    problem::{Exit, Problem, Result},
    scratch::with_bench,
    source::side::{Side, place_of_url},
};
use serde_json::json;

use crate::{
    report::{
        output,
        text::{GREEN, RED, YELLOW, paint},
    },
    session::{Global, here},
};

/// Print the SQL that turns one schema into another
///
/// A schema is a connection string, a .sql file or a folder of them, or `empty`. What is no database is loaded into a scratch database on the other one's server, which is dropped in the end. Exit code 0 if they are equal, 1 if they differ.
#[derive(Debug, Args)]
pub struct Diff {
    /// The schema to start from
    from: String,

    /// The schema to reach
    to: String,

    /// A list of changes for people instead of SQL
    #[arg(long)]
    summary: bool,

    #[command(flatten)]
    compare: CompareArgs,
}

/// Options of every command that compares schemas.
#[derive(Debug, Clone, Default, Args)]
pub struct CompareArgs {
    /// The server on which scratch databases are made
    #[arg(long, value_name = "URL")]
    pub scratch: Option<String>,

    /// What to compare besides: owners, privileges
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = managed)]
    pub manage: Vec<Managed>,
}

fn managed(text: &str) -> Result<Managed, String> {
    Managed::named(text).ok_or_else(|| "it is `owners` or `privileges`".to_owned())
}

impl Diff {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let start = here()?;
        let (from, to) = (side(&self.from, &start)?, side(&self.to, &start)?);
        let scratch = self.compare.scratch.as_deref().map(place_of_url).transpose()?;
        let filter = Filter { manage: self.compare.manage.clone(), tables: vec![Tables::default()] };
        let caller = global.caller();
        let comparison =
            with_bench(&caller, async |bench| compare(bench, &from, &to, scratch.as_ref(), &filter).await).await?;
        say_unmodelled(global, &self.from, &comparison.have);
        say_unmodelled(global, &self.to, &comparison.want);
        self.show(global, &comparison);
        Ok(if comparison.script.is_empty() { Exit::Ok } else { Exit::NotAsWanted })
    }

    fn show(&self, global: &Global, comparison: &Comparison) {
        let script = &comparison.script;
        match (global.json, self.summary) {
            (true, _) => show_json(script),
            (false, true) => show_summary(script),
            (false, false) => {
                output::text(&script::text(script));
                let risks = script.statements().filter(|sql| sql.risk.is_some()).count();
                if risks > 0 && !global.quiet {
                    talk!("{} {} marked with `-- risk:`", paint(YELLOW, "note:"), marked(risks));
                }
            }
        }
    }
}

fn marked(risks: usize) -> String {
    format!("{} {}", count(risks, "statement"), if risks == 1 { "is" } else { "are" })
}

fn side(text: &str, start: &Path) -> Result<Side> {
    let shown = |path: &Path| path.strip_prefix(start).unwrap_or(path).display().to_string();
    Side::without_workspace(text, start, &shown)?.ok_or_else(|| {
        Problem::plain(
            Exit::Usage,
            "unknown-schema",
            format!("`{text}` is no schema that can be found"),
            "name a connection string (postgres://user@host/database), a .sql file, a folder of them, or `empty`",
        )
    })
}

/// Says what a schema holds that is not compared.
pub fn say_unmodelled(global: &Global, name: &str, schema: &Schema) {
    if schema.unmodelled.is_empty() || global.quiet {
        return;
    }
    let kinds: Vec<String> = schema.unmodelled.iter().map(|(kind, number)| count(*number, kind)).collect();
    let name = droveway::config::reader::redact_url(name);
    talk!("{} {name} holds what is not compared: {}", paint(YELLOW, "note:"), kinds.join(", "));
}

/// One object a line, in the order of the script.
pub fn show_json(script: &Script) {
    for step in &script.steps {
        let risks: Vec<&str> = step.sql.iter().filter_map(|sql| sql.risk.as_deref()).collect();
        let sql: Vec<&str> = step.sql.iter().map(|sql| sql.text.as_str()).collect();
        let action = format!("{:?}", step.action).to_lowercase();
        out!(
            "{}",
            json!({"action": action, "kind": step.id.kind.0, "name": &*step.id.name, "sql": sql, "risks": risks})
        );
    }
}

/// What becomes of each object, and what may be lost.
pub fn show_summary(script: &Script) {
    if script.is_empty() {
        out!("{}", paint(GREEN, "nothing to do"));
        return;
    }
    for (id, change) in &script.changes {
        let (sign, style) = match change {
            Change::Create => ("+", GREEN),
            Change::Drop => ("-", RED),
            Change::Alter => ("~", YELLOW),
            Change::Replace => ("!", YELLOW),
        };
        out!("{} {id}", paint(style, sign));
    }
    for sql in script.statements() {
        if let Some(risk) = &sql.risk {
            out!("{} {risk}", paint(RED, "risk:"));
        }
    }
    out!("{}", totals(script));
}

fn totals(script: &Script) -> String {
    let number = |wanted: Change| script.changes.iter().filter(|(_, change)| *change == wanted).count();
    let words = [
        (Change::Create, "to create"),
        (Change::Alter, "to alter"),
        (Change::Replace, "to replace"),
        (Change::Drop, "to drop"),
    ];
    let parts: Vec<String> = words
        .into_iter()
        .map(|(change, word)| (number(change), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    format!("{} ({})", parts.join(", "), count(script.statements().count(), "statement"))
}
