//! `drove schema`: what a database is made of, as SQL.

use std::{fs, path::Path};

use clap::{Args, Subcommand};
use droveway::{
    autogenerate::{
        compare::{Comparison, compare},
        dump::split,
        script,
        subject::CompareOptions,
    },
    core::diagnostic::count,
    problem::{Exit, FileProblem, Problem, Result},
    scratch::with_bench,
    source::side::Side,
};
use serde_json::json;

use crate::{
    commands::diff::{Named, ScopeArgs, question, say_unmodelled, show_json, workspace_for},
    report::output,
    session::{Global, here},
};

/// What a database is made of
#[derive(Debug, Args)]
pub struct Schema {
    #[command(subcommand)]
    command: SchemaCommand,
}

#[derive(Debug, Subcommand)]
enum SchemaCommand {
    Dump(Dump),
}

/// Print a schema as ordered SQL that makes it anew
///
/// A schema is named as for `drove diff`. With --split-into it becomes a folder of files that `schema` in drove.toml can name: an existing database's schema is then the wanted one.
#[derive(Debug, Args)]
struct Dump {
    /// A target, a tree at a revision, a connection string, a .sql file or a folder of them
    schema: String,

    /// Write one file for each table, and one for each kind of what has no table
    #[arg(long, value_name = "DIR")]
    split_into: Option<String>,

    /// Replace the .sql files that are in the folder
    #[arg(long, requires = "split_into")]
    force: bool,

    #[command(flatten)]
    scope: ScopeArgs,
}

impl Schema {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let SchemaCommand::Dump(dump) = self.command;
        dump.run(global).await
    }
}

impl Dump {
    async fn run(self, global: &Global) -> Result<Exit> {
        let start = here()?;
        let folder = self.split_into.as_ref().map(|folder| start.join(folder));
        if let (Some(folder), false) = (&folder, self.force) {
            refuse_full(folder, self.split_into.as_deref().unwrap_or_default())?;
        }
        let workspace = workspace_for(global, &[&self.schema])?;
        let named = Named { name: &self.schema, workspace: workspace.as_ref(), start: &start };
        let question = question(&CompareOptions::from(&self.scope), (Side::Empty, None), named.side().await?)?;
        let caller = global.caller();
        let comparison = with_bench(&caller, async |bench| compare(bench, &question).await).await?;
        say_unmodelled(global, &self.schema, &comparison.want);
        match (folder, global.json) {
            (Some(folder), _) => write(global, &folder, self.split_into.as_deref().unwrap_or_default(), &comparison)?,
            (None, true) => show_json(&comparison.script, None),
            (None, false) => output::text(&script::text(&comparison.script)),
        }
        Ok(Exit::Ok)
    }
}

fn sql_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "sql")).collect()
}

fn refuse_full(folder: &Path, shown: &str) -> Result<()> {
    let is_empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    match is_empty {
        true => Ok(()),
        false => Err(Problem::plain(
            Exit::Refused,
            "folder-not-empty",
            format!("{shown} is not empty"),
            "nothing was written. Name another folder, or replace its .sql files with --force",
        )),
    }
}

fn write(global: &Global, folder: &Path, shown: &str, comparison: &Comparison) -> Result<()> {
    let fail = |name: &str| {
        let path = format!("{shown}/{name}");
        move |error| FileProblem { path, doing: "written", error }
    };
    fs::create_dir_all(folder).map_err(fail(""))?;
    let files = split(&comparison.script, &comparison.want);
    for old in sql_files(folder) {
        fs::remove_file(&old).map_err(fail(&old.display().to_string()))?;
    }
    for (name, text) in &files {
        fs::write(folder.join(name), text).map_err(fail(name))?;
        match global.json {
            true => out!("{}", json!({"path": format!("{}/{name}", shown.trim_end_matches('/'))})),
            false => out!("{}/{name}", shown.trim_end_matches('/')),
        }
    }
    if !global.quiet && !global.json {
        talk!("wrote {}", count(files.len(), "file"));
    }
    Ok(())
}
