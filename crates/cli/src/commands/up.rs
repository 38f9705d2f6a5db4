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
/// Groups migrate in the order of drove.toml; the targets of a group at the same time. A model does not start when the infrastructure failed. With -t or in a tree's folder only those targets are meant.
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
        let everything =
            global.targets.is_empty() && global.url.is_none() && (global.all || workspace.tree_here()?.is_none());
        let summary = match everything {
            true => run::run_all(&context).await?,
            false => run::run(&context, workspace.select(&global.choice()).await?).await,
        };
        Ok(summary::show(global, &summary, Wanted::Head))
    }
}
