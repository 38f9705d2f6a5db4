//! `drove status`: all targets at a glance.

use clap::Args;
use droveway::{
    core::diagnostic::count,
    fleet::inspect::{Inspection, inspect_all},
    problem::{Exit, Result},
};
use serde_json::json;

use crate::{
    report::{
        diagnostic,
        text::{self, GREEN, RED, YELLOW, paint},
    },
    session::Global,
};

/// Show where every target stands and what is left to do
///
/// With -t, in a tree's folder, or when a variable names a model, only those targets are meant.
#[derive(Debug, Args)]
pub struct Status {
    /// Exit with 1 if a target is not at head
    #[arg(long)]
    check: bool,
}

impl Status {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let mut choice = global.choice();
        // Unless told otherwise this is about everything.
        choice.all = !workspace.is_narrowed(&choice)?;
        let inspections = inspect_all(&workspace, workspace.select(&choice).await?).await?;
        match global.json {
            true => inspections.iter().for_each(|inspection| out!("{}", object(inspection))),
            false => show(global, &inspections),
        }
        let problems: Vec<Exit> =
            inspections.iter().filter_map(|inspection| Some(inspection.seen.as_ref().err()?.exit)).collect();
        let behind = inspections.iter().any(|inspection| inspection.seen.as_ref().is_ok_and(|seen| !seen.is_at_head()));
        Ok(match (&problems[..], behind && self.check) {
            ([only], _) if inspections.len() == 1 => *only,
            ([_, ..], _) => Exit::SomeFailed,
            ([], true) => Exit::NotAsWanted,
            ([], false) => Exit::Ok,
        })
    }
}

fn show(global: &Global, inspections: &[Inspection]) {
    let rows = inspections.iter().map(|inspection| {
        let target = &inspection.target;
        let at = match &inspection.seen {
            Ok(seen) => text::rows(&seen.all_rows()),
            Err(_) => "?".to_owned(),
        };
        vec![target.name.clone(), target.tree.name.clone(), target.location.database.clone(), at, state(inspection)]
    });
    out!("{}", text::table(&["target", "tree", "database", "at", "state"], rows));
    for inspection in inspections {
        if let Err(problem) = &inspection.seen {
            talk!("\n{}: {}", paint(RED, &inspection.target.name), diagnostic::render(problem.diagnostic.as_ref()));
        }
    }
    let behind =
        inspections.iter().filter(|inspection| !inspection.seen.as_ref().is_ok_and(|seen| seen.is_at_head())).count();
    if global.quiet {
        return;
    }
    match behind {
        0 => out!("\n{} ({})", paint(GREEN, "everything is at head"), count(inspections.len(), "target")),
        _ => out!("\n{} of {} not at head", paint(YELLOW, behind), count(inspections.len(), "target")),
    }
}

fn state(inspection: &Inspection) -> String {
    let seen = match &inspection.seen {
        Ok(seen) => seen,
        Err(problem) => return problem.diagnostic.code().to_owned(),
    };
    match (seen.exists, &seen.strangers[..], &seen.follows, &seen.unfinished, seen.pending) {
        (false, ..) => format!("not made yet, {} to run", count(seen.pending.unwrap_or(0), "step")),
        (_, [_, ..], ..) => "unknown revision".to_owned(),
        (_, _, Some(tree), ..) => format!("follows {tree}"),
        (_, _, _, Some(unfinished), _) => format!("{} half done", unfinished.revision),
        (.., Some(0)) => "at head".to_owned(),
        (.., Some(pending)) => format!("{} behind", count(pending, "step")),
        (.., None) => "?".to_owned(),
    }
}

fn object(inspection: &Inspection) -> serde_json::Value {
    let target = &inspection.target;
    let base = json!({"target": target.name, "tree": target.tree.name, "database": target.location.database, "location": target.location.display});
    let mut object = base;
    match &inspection.seen {
        Ok(seen) => {
            object["rows"] = json!(seen.all_rows());
            object["exists"] = json!(seen.exists);
            object["pending"] = json!(seen.pending);
            object["at_head"] = json!(seen.is_at_head());
            object["product"] = json!(seen.product);
        }
        Err(problem) => object["problem"] = diagnostic::as_json(problem),
    }
    object["state"] = state(inspection).into();
    object
}
