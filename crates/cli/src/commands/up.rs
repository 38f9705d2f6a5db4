//! `drove up`: everything to head.

use clap::Args;
use droveway::{
    fleet::{executor::Goal, run},
    problem::{Exit, Result},
};

use crate::{
    report::summary::{self, Wanted},
    session::{Global, RunArgs},
};

/// Make what is missing and bring every database to head: the one command of every day
///
/// Groups migrate in the order of drove.toml; the targets of a group at the same time. A model does not start when the infrastructure failed. With -t, in a tree's folder, or when a variable names a model, only those targets are meant.
#[derive(Debug, Args)]
pub struct Up {
    #[command(flatten)]
    run: RunArgs,
}

impl Up {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let run = RunArgs { create: true, ..self.run };
        let context = global.context(&workspace, Goal::Upgrade("head".to_owned()), &run);
        let choice = global.choice();
        let summary = match workspace.is_narrowed(&choice)? {
            false => run::run_all(&context).await?,
            true => run::run(&context, workspace.select(&choice).await?).await,
        };
        Ok(summary::show(global, &summary, Wanted::Head))
    }
}
