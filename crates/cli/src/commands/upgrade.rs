//! `drove upgrade`: forward to a revision, or the SQL that would do it.

use clap::Args;
use droveway::{
    core::plan,
    fleet::{executor::Goal, run},
    offline,
    problem::{Exit, Problem, Result},
};

use crate::{
    report::summary::{self, Wanted},
    session::{Global, RunArgs},
};

/// Upgrade to a later revision
#[derive(Debug, Args)]
pub struct Upgrade {
    /// head, heads, +N, an id or its beginning, id+N, label@head; with --sql also FROM:TO
    #[arg(default_value = "head", allow_negative_numbers = true)]
    revision: String,

    /// Print the SQL for a person to run, version rows included; connect to nothing
    #[arg(long)]
    sql: bool,

    #[command(flatten)]
    run: RunArgs,
}

impl Upgrade {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        if self.sql {
            let targets = workspace.select_offline(&global.choice()).await?;
            return super::plan::print_scripts(&workspace, &targets, |tree, target| {
                let (_, plan) = plan::upgrade_range(&tree.graph, &self.revision)
                    .map_err(|error| Problem::new(Exit::Refused, error))?;
                offline::script(tree, &plan, &target.tables, target.engine.dialect())
            });
        }
        let targets = workspace.select(&global.choice()).await?;
        let context = global.context(&workspace, Goal::Upgrade(self.revision), &self.run);
        let summary = run::run(&context, targets).await;
        Ok(summary::show(global, &summary, Wanted::There))
    }
}
