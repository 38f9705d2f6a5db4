//! `drove downgrade`: back to an earlier revision, or the SQL that would do it.

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

/// Downgrade to an earlier revision
#[derive(Debug, Args)]
pub struct Downgrade {
    /// base, -N, an id or its beginning, id-N, label@base; with --sql FROM:TO
    #[arg(allow_negative_numbers = true)]
    revision: String,

    /// Print the SQL for a person to run, version rows included; connect to nothing
    #[arg(long)]
    sql: bool,

    #[command(flatten)]
    run: RunArgs,
}

impl Downgrade {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        if self.sql {
            let targets = workspace.select_offline(&global.choice()).await?;
            return super::plan::print_scripts(&workspace, &targets, |tree, target| {
                let (_, plan) = plan::downgrade_range(&tree.graph, &self.revision)
                    .map_err(|error| Problem::new(Exit::Refused, error))?;
                offline::script(tree, &plan, &target.tables, target.engine.dialect())
            });
        }
        let targets = workspace.select(&global.choice()).await?;
        let context = global.context(&workspace, Goal::Downgrade(self.revision), &self.run);
        let summary = run::run(&context, targets).await;
        Ok(summary::show(global, &summary, Wanted::There))
    }
}
