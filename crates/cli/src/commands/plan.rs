//! `drove plan`: what would run, complete before anything runs.

use clap::Args;
use droveway::{
    core::{
        diagnostic::count,
        plan::{self, Direction},
        revision::RevisionId,
    },
    fleet::{
        inspect::{Inspection, Seen, inspect_all},
        prepare::{direction_name, prepare},
    },
    offline,
    problem::{Exit, Problem, Result},
    target::Target,
    tree::Tree,
    workspace::Workspace,
};
use serde_json::json;

use crate::{
    report::{
        diagnostic, output,
        text::{self, BOLD, paint},
    },
    session::Global,
};

/// Show what an upgrade would run, without running it
///
/// Exit code 0 if there is nothing to do, 1 if there is.
#[derive(Debug, Args)]
pub struct Plan {
    /// Where to: as for `drove upgrade`, or with --down as for `drove downgrade`
    #[arg(default_value = "head", allow_negative_numbers = true)]
    revision: String,

    /// Plan a downgrade
    #[arg(long)]
    down: bool,

    /// As the SQL that would run
    #[arg(long)]
    sql: bool,
}

impl Plan {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let targets = workspace.select(&global.choice()).await?;
        let many = targets.len() > 1;
        let mut exit = Exit::Ok;
        for inspection in inspect_all(&workspace, targets).await? {
            let name = inspection.target.name.clone();
            exit = exit.max(match self.show(global, &workspace, inspection) {
                Ok(exit) => exit,
                Err(problem) => {
                    let problem = if many { problem.about(&name) } else { problem };
                    diagnostic::show(&problem, global.json);
                    problem.exit
                }
            });
        }
        Ok(exit)
    }

    fn show(&self, global: &Global, workspace: &Workspace, inspection: Inspection) -> Result<Exit> {
        let Inspection { target, tree, seen } = inspection;
        let seen = seen?;
        if let Some(problem) = stranger(workspace, &target, &seen) {
            return Err(problem);
        }
        let plan = match self.down {
            true => plan::downgrade(&tree.graph, &seen.rows, &self.revision),
            false => plan::upgrade(&tree.graph, &seen.rows, &self.revision),
        };
        let plan = plan.map_err(|error| Problem::new(Exit::Refused, error))?;
        // What could not run is known before anything does.
        let prepared = prepare(&tree, &plan, target.engine.dialect())?;
        match (global.json, self.sql) {
            (true, _) => out!("{}", as_json(&target, &tree, &plan, self.sql)),
            (false, true) => output::text(&offline::script(&tree, &plan, &target.tables, target.engine.dialect())?),
            (false, false) => {
                let at = match seen.exists {
                    true => format!("at {}", text::rows(&seen.all_rows())),
                    false => "not made yet".to_owned(),
                };
                let steps = match plan.steps.len() {
                    0 => "nothing to run".to_owned(),
                    number => count(number, "step"),
                };
                out!("{}, {at}: {steps}", paint(BOLD, &target.name));
                for step in &prepared {
                    let file = step.file;
                    let (direction, id) = (direction_name(step.step.direction), &step.step.revision);
                    let statements = count(step.statements.len(), "statement");
                    out!("  {direction} {id}  {}  ({statements}, {})", file.revision.message, file.path);
                }
            }
        }
        Ok(if plan.is_empty() { Exit::Ok } else { Exit::NotAsWanted })
    }
}

/// A database that the plan would not be allowed to touch.
fn stranger(workspace: &Workspace, target: &Target, seen: &Seen) -> Option<Problem> {
    let owners: Vec<String> = seen.strangers.iter().flat_map(|row| workspace.trees_with(row)).collect();
    let what = match (&seen.follows, seen.strangers.is_empty()) {
        (_, false) => format!("stands at {}, which tree {} does not have", seen.strangers.join(", "), target.tree.name),
        (Some(follows), true) if !seen.rows.is_empty() => format!("follows tree {follows}, not {}", target.tree.name),
        _ => return None,
    };
    let help = match owners.is_empty() {
        true => "`drove current -v` tells more".to_owned(),
        false => format!("it is in tree {}; check the database's name", owners.join(", ")),
    };
    Some(Problem::plain(Exit::Refused, "foreign-tree", format!("{} {what}", target.location.display), help))
}

fn as_json(target: &Target, tree: &Tree, plan: &plan::Plan, with_sql: bool) -> serde_json::Value {
    let ids = |ids: &[RevisionId]| ids.iter().map(RevisionId::to_string).collect::<Vec<_>>();
    let steps = plan.steps.iter().map(|step| {
        let mut object = json!({
            "revision": step.revision.as_str(),
            "direction": match step.direction { Direction::Upgrade => "upgrade", Direction::Downgrade => "downgrade" },
            "message": tree.file(&step.revision).map(|file| file.revision.message.clone()),
            "path": tree.file(&step.revision).map(|file| file.path.clone()),
            "forget": ids(&step.forget),
            "remember": ids(&step.remember),
        });
        if with_sql {
            let statements = offline::statements(tree, step, target.engine.dialect());
            object["statements"] = statements.into_iter().map(|statement| statement.text).collect();
        }
        object
    });
    json!({
        "target": target.name,
        "tree": tree.name(),
        "location": target.location.display,
        "from": ids(&plan.start),
        "to": ids(&plan.rows),
        "steps": steps.collect::<Vec<_>>(),
    })
}

/// Prints one script for each target, or one alone where all of them need the same.
pub fn print_scripts(
    workspace: &Workspace,
    targets: &[Target],
    script: impl Fn(&Tree, &Target) -> Result<String>,
) -> Result<Exit> {
    let mut printed: Vec<(String, Vec<String>)> = Vec::new();
    for target in targets {
        let tree = workspace.load_tree(&target.tree)?;
        let text = script(&tree, target).map_err(|problem| match targets.len() {
            1 => problem,
            _ => problem.about(&target.name),
        })?;
        match printed.iter_mut().find(|(known, _)| *known == text) {
            Some((_, names)) => names.push(format!("{} ({})", target.name, target.location.database)),
            None => printed.push((text, vec![format!("{} ({})", target.name, target.location.database)])),
        }
    }
    for (text, names) in &printed {
        if targets.len() > 1 {
            out!("-- For {}", names.join(", "));
        }
        output::text(text);
    }
    Ok(Exit::Ok)
}
