//! `drove template`: what new trees are made from.

use clap::{Args, Subcommand};
use droveway::{
    core::diagnostic::count,
    model,
    problem::{Exit, Result},
    template::{self, FileComparison, TreeComparison},
};
use serde_json::json;
use similar::TextDiff;

use crate::{
    report::text::{self, GREEN, RED, paint},
    session::Global,
};

/// Try the template, or see which trees differ from it
#[derive(Debug, Args)]
pub struct Template {
    #[command(subcommand)]
    command: TemplateCommand,

    /// The group, if several have templates
    #[arg(long, global = true)]
    group: Option<String>,
}

#[derive(Debug, Subcommand)]
enum TemplateCommand {
    /// Take a throw-away tree from the template up, down and up again on a throw-away database
    Verify,
    /// Show which trees differ from the template they came from, and how (-v shows the lines)
    Status,
}

impl Template {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let group = template::group_with_template(&workspace, self.group.as_deref())?;
        match self.command {
            TemplateCommand::Verify => {
                let verified = model::verify_template(&workspace, group, &global.caller()).await?;
                Ok(show_verified(global, &verified))
            }
            TemplateCommand::Status => {
                let comparisons = template::compare(&workspace, group)?;
                Ok(show_status(global, &comparisons))
            }
        }
    }
}

fn show_verified(global: &Global, verified: &model::Verified) -> Exit {
    let good = !verified.leftovers;
    if global.json {
        out!("{}", json!({"up": verified.up, "down": verified.down, "leftovers": verified.leftovers, "good": good}));
    } else if good {
        out!(
            "{}: up {}, down {}, up again; the way down left nothing",
            paint(GREEN, "the template works"),
            count(verified.up, "step"),
            verified.down
        );
    } else {
        out!("{}: after the way down some of its tables are still there", paint(RED, "the template does not clean up"));
    }
    if good { Exit::Ok } else { Exit::NotAsWanted }
}

fn show_status(global: &Global, comparisons: &[TreeComparison]) -> Exit {
    if global.json {
        comparisons.iter().for_each(|comparison| out!("{}", object(comparison)));
    } else {
        let rows = comparisons.iter().map(|comparison| {
            let origin = match (comparison.noted, comparison.related) {
                (true, _) => comparison.template.as_str(),
                (false, true) => "not noted",
                (false, false) => "-",
            };
            vec![comparison.tree.clone(), origin.to_owned(), comparison.summary()]
        });
        out!("{}", text::table(&["tree", "made from", "state"], rows));
        for comparison in comparisons {
            show_differences(global, comparison);
        }
    }
    let differ = comparisons.iter().any(|comparison| comparison.differences() > 0);
    if differ { Exit::NotAsWanted } else { Exit::Ok }
}

fn show_differences(global: &Global, comparison: &TreeComparison) {
    let differences = comparison.files.iter().filter(|file| file.state.is_difference());
    for (index, file) in differences.enumerate() {
        if index == 0 {
            out!("\n{}", comparison.tree);
        }
        out!("  {}: {}", file.file, file.state.words());
        // A file that only one side has is named; its lines would bury the rest.
        if global.verbose && file.template_text.is_some() && file.tree_text.is_some() {
            show_lines(file);
        }
    }
}

fn show_lines(file: &FileComparison) {
    let (theirs, ours) = (file.template_text.as_deref().unwrap_or(""), file.tree_text.as_deref().unwrap_or(""));
    let diff = TextDiff::from_lines(theirs, ours);
    let shown = diff.unified_diff().context_radius(2).header("template", "here").to_string();
    shown.lines().for_each(|line| out!("    {line}"));
}

fn object(comparison: &TreeComparison) -> serde_json::Value {
    let files = comparison.files.iter().map(|file| json!({"file": file.file, "state": file.state}));
    json!({"tree": comparison.tree, "template": comparison.template, "noted": comparison.noted, "related": comparison.related,
        "differences": comparison.differences(), "files": files.collect::<Vec<_>>()})
}
