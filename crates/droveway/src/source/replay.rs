//! A tree's revisions run in a scratch database, exactly as `upgrade` runs them.

use std::sync::Arc;

use droveway_core::{event::Silent, plan, revision::RevisionId};

use crate::{
    fleet::executor::{Goal, migrate},
    model::Caller,
    problem::{Exit, Problem, Result},
    scratch::{Bench, Place},
    target::Target,
    tree::Tree,
    workspace::Workspace,
};

/// A tree at a revision.
#[derive(Clone)]
pub struct Replay<'a> {
    pub workspace: &'a Workspace,
    /// The target whose place is taken by the scratch database.
    pub target: Target,
    pub tree: Arc<Tree>,
    /// `head`, `b59b`, `base`.
    pub selector: String,
}

impl Replay<'_> {
    /// What the replay runs, as one text.
    pub fn content(&self) -> Result<Vec<String>> {
        let dialect = self.target.engine.dialect().name();
        let steps = self.steps()?;
        let files = steps.iter().filter_map(|id| self.tree.file(id));
        Ok(files
            .flat_map(|file| {
                let section = file.section(plan::Direction::Upgrade, dialect);
                let body = section.map(|section| file.body(section).to_owned()).unwrap_or_default();
                [file.revision.id.to_string(), file.transaction.to_string(), body]
            })
            .collect())
    }

    fn steps(&self) -> Result<Vec<RevisionId>> {
        if self.is_base() {
            return Ok(Vec::new());
        }
        let plan = plan::upgrade(&self.tree.graph, &[], self.selector.as_str());
        let plan = plan.map_err(|error| Problem::new(Exit::Refused, error))?;
        Ok(plan.steps.into_iter().map(|step| step.revision).collect())
    }

    fn is_base(&self) -> bool {
        self.selector == "base" || self.tree.files.is_empty()
    }

    /// Runs the revisions in a new scratch database.
    pub async fn run(&self, bench: &Bench<'_>, server: &Place) -> Result<Place> {
        self.steps()?;
        let scratch = bench.make(server).await?;
        if !self.is_base() {
            let goal = Goal::Upgrade(self.selector.clone());
            run_on(bench.caller, self.workspace, &self.target, &self.tree, goal, &scratch).await?;
        }
        Ok(scratch)
    }
}

/// Brings a scratch database to a goal, in the place of a target.
pub async fn run_on(
    caller: &Caller,
    workspace: &Workspace,
    target: &Target,
    tree: &Tree,
    goal: Goal,
    scratch: &Place,
) -> Result<()> {
    let target = Target {
        address: scratch.address.clone(),
        location: scratch.location.clone(),
        create: false,
        ..target.clone()
    };
    let quiet = Caller { reporter: Arc::new(Silent), ..caller.clone() };
    migrate(&quiet.context(workspace, goal, false), &target, tree).await.map(|_| ())
}
