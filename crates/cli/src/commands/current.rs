//! `drove current`: where databases stand.

use clap::Args;
use droveway::{
    core::diagnostic::count,
    fleet::inspect::{Inspection, Seen, inspect_all},
    problem::{Exit, Result},
};
use serde_json::json;

use crate::{
    report::{
        diagnostic,
        text::{GREEN, YELLOW, paint},
    },
    session::Global,
};

/// Show the revisions at which databases stand
#[derive(Debug, Args)]
pub struct Current {
    /// Exit with 1 if a database is not at the heads of its tree
    #[arg(long)]
    check_heads: bool,
}

impl Current {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let targets = workspace.select(&global.choice()).await?;
        let many = targets.len() > 1;
        let mut exit = Exit::Ok;
        for inspection in inspect_all(&workspace, targets).await? {
            match &inspection.seen {
                Err(problem) => {
                    diagnostic::show(problem, global.json);
                    exit = exit.max(problem.exit);
                }
                Ok(seen) => {
                    show(global, &inspection, seen, many);
                    if self.check_heads && !seen.is_at_head() {
                        exit = exit.max(Exit::NotAsWanted);
                    }
                }
            }
        }
        Ok(exit)
    }
}

fn show(global: &Global, inspection: &Inspection, seen: &Seen, many: bool) {
    let Inspection { target, tree, .. } = inspection;
    if global.json {
        out!(
            "{}",
            json!({"target": target.name, "exists": seen.exists, "rows": seen.all_rows(), "unknown": seen.strangers,
                "pending": seen.pending, "location": target.location.display})
        );
        return;
    }
    let prefix = if many { format!("{}  ", target.name) } else { String::new() };
    if global.verbose {
        talk!(
            "{}: {} ({})",
            target.name,
            target.location.display,
            if seen.exists { &seen.product } else { "not there yet" }
        );
    }
    let heads = tree.graph.heads();
    for row in &seen.rows {
        let mark = if heads.contains(&row) { paint(GREEN, " (head)") } else { String::new() };
        let message = tree.file(row).filter(|_| global.verbose).map(|file| format!("  {}", file.revision.message));
        out!("{prefix}{row}{mark}{}", message.unwrap_or_default());
    }
    for row in &seen.strangers {
        out!("{prefix}{row} {}", paint(YELLOW, "(not in this tree)"));
    }
    let about = if many { format!("{}: ", target.name) } else { String::new() };
    seen.memories.iter().for_each(|memory| talk!("note: {about}{memory}"));
    if !seen.strangers.is_empty() {
        talk!(
            "note: {about}nothing will touch the database as it is; bring the revision's file back, or mark where it \
             stands: `drove -t {} stamp --purge REVISION`",
            target.name
        );
    }
    if let Some(unfinished) = &seen.unfinished {
        talk!(
            "note: {about}the {} of {} is half done ({} of it); run it again to finish it",
            unfinished.action,
            unfinished.revision,
            count(unfinished.done as usize, "statement")
        );
    }
    if seen.all_rows().is_empty() {
        let why = match (seen.exists, seen.has_version_table) {
            (false, _) => "the database is not there yet",
            (true, false) => "no version table",
            (true, true) => "at base",
        };
        match many {
            true => out!("{prefix}({why})"),
            false => talk!("{why}"),
        }
    }
}
