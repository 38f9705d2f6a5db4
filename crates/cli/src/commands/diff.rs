//! `drove diff`: the SQL between two schemas.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Args;
use droveway::{
    autogenerate::{
        compare::{Comparison, Question, compare},
        filter::{Filter, Managed, Pattern},
        script,
        subject::{CompareOptions, Subject, side_in},
    },
    core::{
        bookkeeping::Tables,
        diagnostic::count,
        schema::{Change, ObjectId, Schema, Script, rename::Rename},
    },
    problem::{Exit, Problem, Result},
    scratch::with_bench,
    source::{
        cache::Cache,
        side::{Side, is_url, place_of_url},
    },
    workspace::Workspace,
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
/// A schema is a target (infra, model/blub_test), a tree at a revision (model/blub_test@head, infra@b59b), a connection string, a .sql file or a folder of them, or `empty`. What is no database is loaded into a scratch database, which is dropped in the end: on the server that --scratch or drove.toml names, or beside the other schema. Exit code 0 if they are equal, 1 if they differ.
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
    #[command(flatten)]
    pub scope: ScopeArgs,

    /// What got another name: table:old=new, column:table.old=new, value:type.old=new
    #[arg(long = "rename", value_name = "RENAME", value_parser = rename)]
    pub renames: Vec<Rename>,
}

/// Options of every command that reads schemas.
#[derive(Debug, Clone, Default, Args)]
pub struct ScopeArgs {
    /// The server on which scratch databases are made
    #[arg(long, value_name = "URL")]
    pub scratch: Option<String>,

    /// What takes part besides: owners, privileges
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = managed)]
    pub manage: Vec<Managed>,

    /// Take only such objects: `app.*`, `table:app.*`, `schema:app`; may be given more than once
    #[arg(long, value_name = "PATTERN")]
    pub include: Vec<String>,

    /// Leave such objects out; may be given more than once
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<String>,
}

fn managed(text: &str) -> Result<Managed, String> {
    Managed::named(text).ok_or_else(|| "it is `owners` or `privileges`".to_owned())
}

fn rename(text: &str) -> Result<Rename, String> {
    use droveway::core::diagnostic::Diagnostic;
    Rename::parse(text).map_err(|error| format!("{error}: {}", error.help().unwrap_or_default()))
}

impl From<&ScopeArgs> for CompareOptions {
    fn from(args: &ScopeArgs) -> Self {
        CompareOptions {
            scratch: args.scratch.clone(),
            manage: args.manage.clone(),
            include: args.include.clone(),
            exclude: args.exclude.clone(),
            renames: Vec::new(),
        }
    }
}

impl From<&CompareArgs> for CompareOptions {
    fn from(args: &CompareArgs) -> Self {
        CompareOptions { renames: args.renames.clone(), ..CompareOptions::from(&args.scope) }
    }
}

impl Diff {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let start = here()?;
        let names = [self.from.as_str(), self.to.as_str()];
        let workspace = workspace_for(global, &names)?;
        let [from, to] = names.map(|name| Named { name, workspace: workspace.as_ref(), start: &start });
        let (from, to) = (from.side().await?, to.side().await?);
        let question = question(&CompareOptions::from(&self.compare), from, to)?;
        let caller = global.caller();
        let comparison = with_bench(&caller, async |bench| compare(bench, &question).await).await?;
        say_unmodelled(global, &self.from, &comparison.have);
        say_unmodelled(global, &self.to, &comparison.want);
        say_likely_renames(global, &comparison);
        self.show(global, &comparison);
        Ok(if comparison.script.is_empty() { Exit::Ok } else { Exit::NotAsWanted })
    }

    fn show(&self, global: &Global, comparison: &Comparison) {
        let script = &comparison.script;
        match (global.json, self.summary) {
            (true, _) => show_json(script, None),
            (false, true) => show_summary(comparison),
            (false, false) => {
                output::text(&script::text(script));
                let risks = script.statements().filter(|sql| sql.risk.is_some()).count();
                if risks > 0 && !global.quiet {
                    let marked = if risks == 1 { "is" } else { "are" };
                    talk!("{} {} {marked} marked with `-- risk:`", note(), count(risks, "statement"));
                }
            }
        }
    }
}

fn note() -> String {
    paint(YELLOW, "note:")
}

/// The workspace, if one of the names can be of something in it.
pub fn workspace_for(global: &Global, names: &[&str]) -> Result<Option<Workspace>> {
    let needs_none = |name: &&str| **name == *"empty" || is_url(name) || name.ends_with(".sql");
    match names.iter().all(needs_none) {
        true => Ok(None),
        false => match global.open() {
            Ok(workspace) => Ok(Some(workspace)),
            // Folders can be compared anywhere.
            Err(problem) if problem.diagnostic.code() == "no-workspace" && global.workspace.is_none() => Ok(None),
            Err(problem) => Err(problem),
        },
    }
}

/// A schema by the name that a user gave it.
pub struct Named<'a> {
    pub name: &'a str,
    pub workspace: Option<&'a Workspace>,
    pub start: &'a Path,
}

impl<'a> Named<'a> {
    /// What it means, and the tree whose settings count for it.
    pub async fn side(&self) -> Result<(Side<'a>, Option<Subject<'a>>)> {
        let path: PathBuf = self.start.join(self.name);
        let is_path = self.name.ends_with(".sql") || self.name.starts_with(['.', '/']);
        let other = |path: &Path| path.strip_prefix(self.start).unwrap_or(path).display().to_string();
        match self.workspace {
            Some(workspace) if self.name != "empty" && !is_url(self.name) && !is_path => {
                match side_in(workspace, self.name).await {
                    Ok((side, subject)) => Ok((side, Some(subject))),
                    Err(problem) if problem.diagnostic.code() == "unknown-target" && path.is_dir() => {
                        let shown = |path: &Path| workspace.shown(path);
                        Ok((self.outside(&shown)?, None))
                    }
                    Err(problem) => Err(problem),
                }
            }
            Some(workspace) => Ok((self.outside(&|path: &Path| workspace.shown(path))?, None)),
            None => Ok((self.outside(&other)?, None)),
        }
    }

    fn outside(&self, shown: &dyn Fn(&Path) -> String) -> Result<Side<'a>> {
        Side::without_workspace(self.name, self.start, shown)?.ok_or_else(|| {
            Problem::plain(
                Exit::Usage,
                "unknown-schema",
                format!("`{}` is no schema that can be found", self.name),
                "name a connection string (postgres://user@host/database), a .sql file, a folder of them, or `empty`;\n\
                 inside a workspace also a target (`drove targets` lists them) or a tree at a revision (infra@head)",
            )
        })
    }
}

type Found<'a> = (Side<'a>, Option<Subject<'a>>);

/// Settings of trees count on both sides, since what one leaves out the other cannot have.
pub fn question<'a>(options: &CompareOptions, from: Found<'a>, to: Found<'a>) -> Result<Question<'a>> {
    let mut filter = Filter {
        manage: options.manage.clone(),
        tables: vec![Tables::default()],
        include: Pattern::parse_all(&options.include)?,
        exclude: Pattern::parse_all(&options.exclude)?,
    };
    let mut scratch = options.scratch.as_deref().map(place_of_url).transpose()?;
    let mut cache = Cache::none();
    for subject in [&from.1, &to.1].into_iter().flatten() {
        let own = subject.filter(options)?;
        filter.manage.extend(own.manage);
        filter.tables.extend(own.tables);
        if options.exclude.is_empty() {
            filter.exclude.extend(own.exclude);
        }
        if options.include.is_empty() {
            filter.include.extend(own.include);
        }
        cache = Cache::of_workspace(&subject.workspace.root);
        if scratch.is_none() {
            scratch = Some(subject.server(options)?);
        }
    }
    let (from, to) = (from.0, to.0);
    Ok(Question { from, to, scratch, filter, renames: options.renames.clone(), cache })
}

/// Points out what looks like a rename, with the option that says so.
pub fn say_likely_renames(global: &Global, comparison: &Comparison) {
    if global.quiet {
        return;
    }
    for rename in &comparison.likely {
        let (kind, old, new) = (&rename.kind, &rename.old, &rename.new);
        talk!(
            "{} {kind} {old} goes and {new} comes, and they are alike. If it is a rename: --rename {}",
            note(),
            rename.flag()
        );
    }
}

/// Says what a schema holds that is not compared.
pub fn say_unmodelled(global: &Global, name: &str, schema: &Schema) {
    if schema.unmodelled.is_empty() || global.quiet {
        return;
    }
    let kinds: Vec<String> = schema.unmodelled.iter().map(|(kind, number)| count(*number, kind)).collect();
    let name = droveway::config::reader::redact_url(name);
    talk!("{} {name} holds what is not compared: {}", note(), kinds.join(", "));
}

/// One object a line, in the order of the script.
pub fn show_json(script: &Script, tree: Option<&str>) {
    for step in &script.steps {
        let risks: Vec<&str> = step.sql.iter().filter_map(|sql| sql.risk.as_deref()).collect();
        let sql: Vec<&str> = step.sql.iter().map(|sql| sql.text.as_str()).collect();
        let action = format!("{:?}", step.action).to_lowercase();
        let mut object =
            json!({"action": action, "kind": step.id.kind.0, "name": &*step.id.name, "sql": sql, "risks": risks});
        if let Some(tree) = tree {
            object["tree"] = tree.into();
        }
        out!("{object}");
    }
}

/// What becomes of each object, and what may be lost, for people.
pub fn show_summary(comparison: &Comparison) {
    match comparison.script.is_empty() {
        true => out!("{}", paint(GREEN, "nothing to do")),
        false => {
            summary(comparison).iter().for_each(|line| out!("{line}"));
            out!("{}", totals(&comparison.script));
        }
    }
}

/// One line for each object and each risk. What comes or goes with what it is part of is only counted.
pub fn summary(comparison: &Comparison) -> Vec<String> {
    let changes: BTreeMap<&ObjectId, Change> = comparison.script.changes.iter().map(|(id, what)| (id, *what)).collect();
    let mut parts: BTreeMap<&ObjectId, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut wholes = Vec::new();
    for (id, what) in &changes {
        match whole(comparison, &changes, id, *what) {
            Some(whole) => *parts.entry(whole).or_default().entry(id.kind.0).or_default() += 1,
            None => wholes.push((*id, *what)),
        }
    }
    let line = |(id, what): (&ObjectId, Change)| {
        let (sign, style) = match what {
            Change::Create => ("+", GREEN),
            Change::Drop => ("-", RED),
            Change::Alter => ("~", YELLOW),
            Change::Replace => ("!", YELLOW),
        };
        let with: Vec<String> =
            parts.get(id).into_iter().flatten().map(|(kind, number)| count(*number, kind)).collect();
        let with = if with.is_empty() { String::new() } else { format!(" ({})", with.join(", ")) };
        format!("{} {id}{with}", paint(style, sign))
    };
    let risks = comparison.script.statements().filter_map(|sql| sql.risk.as_ref());
    let risks = risks.map(|risk| format!("{} {risk}", paint(RED, "risk:")));
    wholes.into_iter().map(line).chain(risks).collect()
}

/// The object that an object comes or goes with.
fn whole<'a>(
    comparison: &'a Comparison,
    changes: &BTreeMap<&ObjectId, Change>,
    id: &ObjectId,
    what: Change,
) -> Option<&'a ObjectId> {
    let schema = if what == Change::Drop { &comparison.renamed } else { &comparison.want };
    let owner_of = |id: &ObjectId| {
        let owner = schema.get(id)?.owner.as_ref()?;
        (changes.get(owner) == Some(&what)).then_some(owner)
    };
    let mut whole = owner_of(id).filter(|_| matches!(what, Change::Create | Change::Drop | Change::Replace))?;
    for _ in 0..16 {
        whole = owner_of(whole).unwrap_or(whole);
    }
    Some(whole)
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
