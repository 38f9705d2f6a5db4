//! The graph that revisions form, and what can be read off it directly. It is checked once when it is made
//! (`assembly`), immutable afterwards, and without any I/O.

use std::{collections::BTreeMap, sync::Arc};

use crate::revision::id::RevisionId;

/// What the graph knows of one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub id: RevisionId,
    /// In the order of the file; more than one makes a merge.
    pub parents: Vec<RevisionId>,
    /// Ids or branch labels of revisions that must be applied before this one, on any branch.
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    pub message: String,
    /// When the file was made, as it says itself (RFC 3339), for display only.
    pub created: Option<String>,
}

/// The place of a revision in load order.
pub(crate) type Node = usize;

/// One revision with its edges, all as places in load order.
#[derive(Debug, Clone)]
pub(crate) struct Vertex {
    pub(crate) revision: Revision,
    pub(crate) parents: Vec<Node>,
    /// What must be applied right before: the parents, then each `depends_on` that no ancestor already asks for.
    pub(crate) below: Vec<Node>,
    /// Revisions that name this one as a parent.
    pub(crate) children: Vec<Node>,
    /// Revisions that name this one as a parent or in `depends_on`.
    pub(crate) dependents: Vec<Node>,
    /// The labels of the branches that this revision is on, sorted.
    pub(crate) labels: Vec<Arc<str>>,
    /// Greater than the rank of everything it stands on.
    pub(crate) rank: usize,
}

/// All revisions of one tree.
#[derive(Debug, Clone)]
pub struct RevisionGraph {
    pub(crate) vertices: Vec<Vertex>,
    /// Ids and branch labels.
    pub(crate) names: BTreeMap<Arc<str>, Node>,
    pub(crate) heads: Vec<Node>,
    pub(crate) effective_heads: Vec<Node>,
    pub(crate) bases: Vec<Node>,
    pub(crate) effective_bases: Vec<Node>,
    pub(crate) repeated: Vec<Node>,
}

impl RevisionGraph {
    pub fn len(&self) -> usize {
        self.vertices.len()
    }

    pub fn is_empty(&self) -> bool {
        self.vertices.is_empty()
    }

    /// The revision with exactly this id.
    pub fn get(&self, id: &str) -> Option<&Revision> {
        self.node(id).map(|node| &self.vertices[node].revision)
    }

    /// All revisions in load order.
    pub fn revisions(&self) -> impl ExactSizeIterator<Item = &Revision> {
        self.vertices.iter().map(|vertex| &vertex.revision)
    }

    /// Revisions that are nobody's parent, in load order.
    pub fn heads(&self) -> Vec<&RevisionId> {
        self.ids(&self.heads)
    }

    /// Heads that nothing depends on either: the rows of a database that has everything.
    pub fn effective_heads(&self) -> Vec<&RevisionId> {
        self.ids(&self.effective_heads)
    }

    /// Revisions without a parent, in load order.
    pub fn bases(&self) -> Vec<&RevisionId> {
        self.ids(&self.bases)
    }

    /// Bases that depend on nothing either.
    pub fn effective_bases(&self) -> Vec<&RevisionId> {
        self.ids(&self.effective_bases)
    }

    /// Ids that were loaded more than once. As in Alembic the last one counts; a workspace should refuse them.
    pub fn repeated(&self) -> Vec<&RevisionId> {
        self.ids(&self.repeated)
    }

    /// The revisions that name this one as a parent, in load order.
    pub fn children(&self, id: &RevisionId) -> Vec<&RevisionId> {
        self.node(id.as_str()).map_or_else(Vec::new, |node| self.ids(&self.vertices[node].children))
    }

    /// The ids that the revision's `depends_on` stands for, less those that an ancestor already depends on.
    pub fn dependencies(&self, id: &RevisionId) -> Vec<&RevisionId> {
        let vertex = self.node(id.as_str()).map(|node| &self.vertices[node]);
        vertex.map_or_else(Vec::new, |vertex| {
            vertex.below.iter().filter(|node| !vertex.parents.contains(node)).map(|node| self.id(*node)).collect()
        })
    }

    /// The labels of the branches that the revision is on, its own and those that reach it, sorted.
    pub fn labels(&self, id: &RevisionId) -> Vec<&str> {
        let labels = self.node(id.as_str()).map(|node| &self.vertices[node].labels);
        labels.into_iter().flatten().map(AsRef::as_ref).collect()
    }

    /// Whether the revision is nobody's parent.
    pub fn is_head(&self, id: &RevisionId) -> bool {
        self.node(id.as_str()).is_some_and(|node| self.vertices[node].children.is_empty())
    }

    /// Whether several revisions name this one as a parent.
    pub fn is_branch_point(&self, id: &RevisionId) -> bool {
        self.node(id.as_str()).is_some_and(|node| self.vertices[node].children.len() > 1)
    }

    /// Whether the revision has several parents.
    pub fn is_merge(&self, id: &RevisionId) -> bool {
        self.get(id.as_str()).is_some_and(|revision| revision.parents.len() > 1)
    }

    pub(crate) fn id(&self, node: Node) -> &RevisionId {
        &self.vertices[node].revision.id
    }

    pub(crate) fn ids<'a>(&'a self, nodes: impl IntoIterator<Item = &'a Node>) -> Vec<&'a RevisionId> {
        nodes.into_iter().map(|node| self.id(*node)).collect()
    }

    pub(crate) fn owned_ids<'a>(&'a self, nodes: impl IntoIterator<Item = &'a Node>) -> Vec<RevisionId> {
        nodes.into_iter().map(|node| self.id(*node).clone()).collect()
    }

    /// The place of the revision with exactly this id; a label is none.
    pub(crate) fn node(&self, id: &str) -> Option<Node> {
        self.names.get(id).copied().filter(|node| self.id(*node).as_str() == id)
    }
}
