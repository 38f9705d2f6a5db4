//! `drove ensure-version`: the bookkeeping tables, nothing else.

use clap::Args;
use droveway::{
    fleet::{executor::Goal, run},
    problem::{Exit, Result},
};

use crate::{
    report::summary::{self, Wanted},
    session::{Global, RunArgs},
};

/// Make the version table and the journal if they are missing
#[derive(Debug, Args)]
pub struct EnsureVersion {
    /// Print the SQL for a person to run; connect to nothing
    #[arg(long)]
    sql: bool,

    #[command(flatten)]
    run: RunArgs,
}

impl EnsureVersion {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        if self.sql {
            let targets = workspace.select_offline(&global.choice()).await?;
            return super::plan::print_scripts(&workspace, &targets, |_, target| {
                let dialect = target.engine.dialect();
                Ok(format!(
                    "{};\n{};\n",
                    dialect.create_version_table(&target.tables),
                    dialect.create_journal(&target.tables)
                ))
            });
        }
        let targets = workspace.select(&global.choice()).await?;
        let context = global.context(&workspace, Goal::EnsureVersion, &self.run);
        let summary = run::run(&context, targets).await;
        Ok(summary::show(global, &summary, Wanted::There))
    }
}
