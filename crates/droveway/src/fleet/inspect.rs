//! Looking at targets without touching them: where each stands, and what would be left to do.

use droveway_core::{bookkeeping::Unfinished, plan, revision::RevisionId};
use futures_util::StreamExt;

use crate::{
    fleet::standing::{self, Strangers},
    problem::{Problem, Result},
    target::Target,
    tree::Tree,
    workspace::Workspace,
};

/// What was seen of one target.
pub struct Inspection {
    pub target: Target,
    pub tree: Tree,
    pub seen: Result<Seen>,
}

#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// False if the database does not exist (yet).
    pub exists: bool,
    pub rows: Vec<RevisionId>,
    /// Version rows that the tree does not know.
    pub strangers: Vec<String>,
    /// What the database itself remembers of them.
    pub memories: Vec<String>,
    pub has_version_table: bool,
    /// Another tree that the database's journal says it follows.
    pub follows: Option<String>,
    pub unfinished: Option<Unfinished>,
    /// Steps to the heads; `None` if that cannot be said.
    pub pending: Option<usize>,
    /// `PostgreSQL 15.18`.
    pub product: String,
}

impl Seen {
    /// Whether nothing is left to do.
    pub fn is_at_head(&self) -> bool {
        self.exists && self.strangers.is_empty() && self.unfinished.is_none() && self.pending == Some(0)
    }

    /// All version rows as text, known or not.
    pub fn all_rows(&self) -> Vec<String> {
        self.rows.iter().map(RevisionId::to_string).chain(self.strangers.iter().cloned()).collect()
    }
}

/// How many targets are looked at at the same time.
const AT_ONCE: usize = 16;

/// Looks at all targets, in their order. An unreadable tree and an unreachable database are that target's own.
pub async fn inspect_all(workspace: &Workspace, targets: Vec<Target>) -> Result<Vec<Inspection>> {
    let inspections = targets.into_iter().map(|target| inspect(workspace, target));
    futures_util::stream::iter(inspections).buffered(AT_ONCE).collect::<Vec<_>>().await.into_iter().collect()
}

async fn inspect(workspace: &Workspace, target: Target) -> Result<Inspection> {
    let (tree, seen) = match workspace.load_tree(&target.tree) {
        Ok(tree) => {
            let seen = look(workspace, &target, &tree).await;
            (tree, seen)
        }
        Err(problem) => (Tree::without_files(&target.tree, &workspace.environment)?, Err(problem)),
    };
    Ok(Inspection { target, tree, seen })
}

async fn look(workspace: &Workspace, target: &Target, tree: &Tree) -> Result<Seen> {
    let mut session = match target.connect(workspace, true).await {
        Ok(session) => session,
        Err(problem) if is_missing(&problem) => return Ok(Seen { pending: pending(tree, &[]), ..Seen::default() }),
        Err(problem) => return Err(problem),
    };
    let read = standing::read(workspace, target, tree, &mut session, Strangers::Accept).await;
    let memories = match &read {
        Ok(standing) => standing::memories(target, standing, &mut session).await,
        Err(_) => Vec::new(),
    };
    let product = session.facts().product.clone();
    session.close().await;
    let standing = read?;
    Ok(Seen {
        exists: true,
        pending: standing.strangers.is_empty().then(|| pending(tree, &standing.rows)).flatten(),
        rows: standing.rows,
        strangers: standing.strangers,
        memories,
        has_version_table: standing.has_version_table,
        follows: standing.follows.filter(|tree_name| *tree_name != target.tree.name),
        unfinished: standing.unfinished,
        product,
    })
}

/// Whether the database does not exist yet.
pub fn is_missing(problem: &Problem) -> bool {
    problem.diagnostic.code() == "database-missing"
}

fn pending(tree: &Tree, rows: &[RevisionId]) -> Option<usize> {
    plan::upgrade(&tree.graph, rows, "heads").ok().map(|plan| plan.steps.len())
}
