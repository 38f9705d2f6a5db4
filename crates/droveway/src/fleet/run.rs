//! A run: targets group by group, those of a group at the same time. One target's failure stops no other of its
//! group, but the next group does not start when one before it failed.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Instant, SystemTime},
};

use droveway_core::event::{Event, EventKind, TargetOutcome};
use futures_util::StreamExt;

use crate::{
    fleet::executor::{Context, Done, Goal, migrate},
    problem::{Exit, Problem, Result},
    target::Target,
    tree::Tree,
};

/// What became of one target.
pub struct TargetResult {
    pub target: String,
    pub location: String,
    pub tree: String,
    pub end: TargetEnd,
    pub elapsed: std::time::Duration,
}

pub enum TargetEnd {
    Done(Done),
    Failed(Problem),
    Skipped(String),
}

/// What became of all.
#[derive(Default)]
pub struct Summary {
    pub results: Vec<TargetResult>,
}

impl Summary {
    pub fn applied(&self) -> usize {
        self.of_outcome(TargetOutcome::Applied)
    }

    pub fn already(&self) -> usize {
        self.of_outcome(TargetOutcome::Already)
    }

    pub fn failed(&self) -> usize {
        self.results.iter().filter(|result| matches!(result.end, TargetEnd::Failed(_))).count()
    }

    pub fn skipped(&self) -> usize {
        self.results.iter().filter(|result| matches!(result.end, TargetEnd::Skipped(_))).count()
    }

    pub fn steps(&self) -> usize {
        let steps = |result: &TargetResult| match &result.end {
            TargetEnd::Done(done) => done.steps,
            _ => 0,
        };
        self.results.iter().map(steps).sum()
    }

    fn of_outcome(&self, outcome: TargetOutcome) -> usize {
        self.results
            .iter()
            .filter(|result| matches!(&result.end, TargetEnd::Done(done) if done.outcome == outcome))
            .count()
    }

    /// The program's exit code: what a single target's problem says, or "some failed" where targets differ.
    pub fn exit(&self) -> Exit {
        let failed: Vec<Exit> = self
            .results
            .iter()
            .filter_map(|result| match &result.end {
                TargetEnd::Failed(problem) => Some(problem.exit),
                _ => None,
            })
            .collect();
        let all_alike = failed.windows(2).all(|pair| pair[0] == pair[1]);
        let nothing_done = self.applied() + self.already() == 0;
        match failed.first() {
            None => Exit::Ok,
            Some(Exit::Interrupted) => Exit::Interrupted,
            Some(_) if failed.contains(&Exit::Unknown) => Exit::Unknown,
            Some(exit) if all_alike && nothing_done => *exit,
            Some(_) => Exit::SomeFailed,
        }
    }
}

/// Runs the goal on all targets, group by group in the workspace's order.
pub async fn run(context: &Context<'_>, targets: Vec<Target>) -> Summary {
    let began = Instant::now();
    tell(context, EventKind::RunStarted { targets: targets.len() });
    let mut summary = Summary::default();
    for group in &context.workspace.settings.groups {
        let of_group: Vec<Target> = targets.iter().filter(|target| target.group == group.name).cloned().collect();
        run_group(context, of_group, &mut summary).await;
    }
    finish(context, &summary, began);
    summary
}

/// Brings every registered target of the workspace to the goal. Each group's targets are read when its turn comes,
/// since the groups before it may hold its registry.
pub async fn run_all(context: &Context<'_>) -> Result<Summary> {
    let began = Instant::now();
    let mut summary = Summary::default();
    for group in &context.workspace.settings.groups {
        match context.workspace.group_targets(group).await {
            Ok(found) => {
                let left_out: Vec<String> = found.unregistered.iter().map(|target| target.name.clone()).collect();
                run_group(context, found.targets, &mut summary).await;
                if !left_out.is_empty() {
                    let text = format!(
                        "not in the registry, so left out: {} (name it with -t to migrate it)",
                        left_out.join(", ")
                    );
                    tell(context, EventKind::Notice { text });
                }
            }
            // A group that cannot be listed after another failed is that failure's consequence.
            Err(_) if summary.failed() > 0 => {
                let reason =
                    format!("the targets of group {} are not known, since a group before it failed", group.name);
                summary.results.push(TargetResult {
                    target: format!("{}/*", group.name),
                    location: String::new(),
                    tree: String::new(),
                    end: TargetEnd::Skipped(reason),
                    elapsed: std::time::Duration::ZERO,
                });
            }
            Err(problem) => return Err(problem),
        }
    }
    finish(context, &summary, began);
    Ok(summary)
}

fn finish(context: &Context<'_>, summary: &Summary, began: Instant) {
    tell(
        context,
        EventKind::RunDone {
            applied: summary.applied(),
            already: summary.already(),
            failed: summary.failed(),
            skipped: summary.skipped(),
            elapsed: began.elapsed(),
        },
    );
}

fn tell(context: &Context<'_>, kind: EventKind) {
    context.reporter.report(&Event { at: SystemTime::now(), target: None, kind });
}

async fn run_group(context: &Context<'_>, targets: Vec<Target>, summary: &mut Summary) {
    let Some(first) = targets.first() else { return };
    if summary.failed() + summary.skipped() > 0 {
        for target in &targets {
            let reason = "a group before it failed".to_owned();
            context.tell(target, EventKind::TargetSkipped { reason: reason.clone() });
            summary.results.push(result(target, TargetEnd::Skipped(reason), Instant::now()));
        }
        return;
    }
    let parallel = parallel(context, &targets);
    tell(context, EventKind::GroupStarted { group: first.group.clone(), targets: targets.len(), parallel });
    let trees = load_trees(context, &targets);
    let runs = targets.iter().enumerate().map(|(index, target)| {
        let tree = trees.get(&target.tree.name);
        async move { (index, run_target(context, target, tree).await) }
    });
    let mut results: Vec<(usize, TargetResult)> =
        futures_util::stream::iter(runs).buffer_unordered(parallel).collect().await;
    results.sort_by_key(|(index, _)| *index);
    summary.results.extend(results.into_iter().map(|(_, result)| result));
}

type Trees = BTreeMap<String, Result<Tree, Arc<str>>>;

fn load_trees(context: &Context<'_>, targets: &[Target]) -> Trees {
    let mut trees = Trees::new();
    for target in targets {
        trees.entry(target.tree.name.clone()).or_insert_with(|| {
            // Only the text is kept: each target that needs the tree reads the error anew for itself.
            context.workspace.load_tree(&target.tree).map_err(|problem| problem.to_string().into())
        });
    }
    trees
}

async fn run_target(context: &Context<'_>, target: &Target, tree: Option<&Result<Tree, Arc<str>>>) -> TargetResult {
    let began = Instant::now();
    let end = match tree {
        Some(Ok(tree)) => {
            warn_of_nothing(context, target, tree);
            migrate(context, target, tree).await
        }
        _ => context.workspace.load_tree(&target.tree).and_then(|_| {
            Err(Problem::plain(Exit::SomeFailed, "tree-changed", "the tree changed while it was read", "run again"))
        }),
    };
    match end {
        Ok(done) => {
            let Done { outcome, from, to, steps } = done.clone();
            context.tell(target, EventKind::TargetDone { outcome, from, to, steps, elapsed: began.elapsed() });
            result(target, TargetEnd::Done(done), began)
        }
        Err(problem) => {
            let (code, message) = (problem.diagnostic.code().to_owned(), problem.to_string());
            context.tell(target, EventKind::TargetFailed { code, message, to: Vec::new(), elapsed: began.elapsed() });
            result(target, TargetEnd::Failed(problem), began)
        }
    }
}

/// "Everything is at head" is true of a tree without revisions, and seldom what somebody wanted to hear.
fn warn_of_nothing(context: &Context<'_>, target: &Target, tree: &Tree) {
    if tree.graph.is_empty() && matches!(context.options.goal, Goal::Upgrade(_)) {
        let folder = context.workspace.shown(&tree.versions_folder());
        let text = format!("tree {} has no revisions: there is no .sql file in {folder}", tree.name());
        context.tell(target, EventKind::Notice { text });
    }
}

fn result(target: &Target, end: TargetEnd, began: Instant) -> TargetResult {
    TargetResult {
        target: target.name.clone(),
        location: target.location.display.clone(),
        tree: target.tree.name.clone(),
        end,
        elapsed: began.elapsed(),
    }
}

/// How many targets run at once: as said, or by the machine's cores, more of them where targets mostly wait for a
/// server than where the work is done by this very process.
fn parallel(context: &Context<'_>, targets: &[Target]) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let embedded = targets.iter().all(|target| target.engine.dialect().name() == "sqlite");
    let by_machine = if embedded { cores } else { (cores * 2).clamp(2, 8) };
    let wanted = context.options.parallel.or(context.workspace.settings.run.parallel).unwrap_or(by_machine);
    wanted.clamp(1, targets.len().max(1))
}
