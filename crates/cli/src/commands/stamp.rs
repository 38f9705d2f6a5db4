//! `drove stamp`: say where a database stands, without running anything.

use clap::Args;
use droveway::{
    core::{plan, revision::RevisionId},
    fleet::{executor::Goal, run},
    offline,
    problem::{Exit, Problem, Result},
};

use crate::{
    report::summary::{self, Wanted},
    session::{Global, RunArgs},
};

/// Set the version rows without running any SQL of a revision
///
/// For a database that has a revision's schema already, or whose rows name revisions that are no more (--purge).
#[derive(Debug, Args)]
pub struct Stamp {
    /// The revisions at which the database stands: head, heads, base, ids; with --sql also FROM:TO
    #[arg(required = true, value_name = "REVISION", allow_negative_numbers = true)]
    revisions: Vec<String>,

    /// Remove all version rows first, whatever they are
    #[arg(long)]
    purge: bool,

    /// Print the SQL for a person to run; connect to nothing
    #[arg(long)]
    sql: bool,

    #[command(flatten)]
    run: RunArgs,
}

impl Stamp {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        if self.sql {
            let targets = workspace.select_offline(&global.choice()).await?;
            return super::plan::print_scripts(&workspace, &targets, |tree, target| self.script(tree, target));
        }
        let targets = workspace.select(&global.choice()).await?;
        let goal = Goal::Stamp { selectors: self.revisions, purge: self.purge };
        let context = global.context(&workspace, goal, &self.run);
        let summary = run::run(&context, targets).await;
        Ok(summary::show(global, &summary, Wanted::There))
    }

    fn script(&self, tree: &droveway::tree::Tree, target: &droveway::target::Target) -> Result<String> {
        let refuse = |error: plan::PlanError| Problem::new(Exit::Refused, error);
        let (from, to) = match &self.revisions[..] {
            [range] if range.contains(':') => range.split_once(':').map(|(from, to)| (Some(from), vec![to.to_owned()])),
            revisions => Some((None, revisions.to_vec())),
        }
        .unwrap_or_default();
        let start: Vec<RevisionId> = match from.filter(|from| !from.is_empty()) {
            Some(from) => tree.graph.resolve(from, &[]).map_err(|error| Problem::new(Exit::Refused, error))?,
            None => Vec::new(),
        };
        let stamp = plan::stamp(&tree.graph, &start, &to, self.purge).map_err(refuse)?;
        let forget: Vec<_> = start.iter().filter(|row| !stamp.rows.contains(row)).cloned().collect();
        let kept: &[RevisionId] = if self.purge { &[] } else { &start };
        let remember: Vec<_> = stamp.rows.iter().filter(|row| !kept.contains(row)).cloned().collect();
        Ok(offline::stamp_script(tree, &forget, &remember, self.purge, &target.tables, target.engine.dialect()))
    }
}
