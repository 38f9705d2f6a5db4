//! Who stands above and below whom: sets of revisions, found with a stack of our own so that no depth is too deep.

use std::collections::BTreeSet;

use crate::revision::{
    graph::{Node, RevisionGraph, Vertex},
    id::RevisionId,
};

/// Which edges count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edges {
    Parents,
    /// Parents and `depends_on`.
    All,
}

/// A set of revisions of one graph.
#[derive(Debug, Clone)]
pub(crate) struct NodeSet {
    member: Vec<bool>,
}

impl NodeSet {
    pub(crate) fn empty(graph: &RevisionGraph) -> Self {
        NodeSet { member: vec![false; graph.len()] }
    }

    pub(crate) fn of(graph: &RevisionGraph, nodes: impl IntoIterator<Item = Node>) -> Self {
        let mut set = NodeSet::empty(graph);
        nodes.into_iter().for_each(|node| {
            set.insert(node);
        });
        set
    }

    pub(crate) fn contains(&self, node: Node) -> bool {
        self.member[node]
    }

    /// Adds a revision; false if it was in already.
    pub(crate) fn insert(&mut self, node: Node) -> bool {
        !std::mem::replace(&mut self.member[node], true)
    }

    pub(crate) fn remove(&mut self, node: Node) {
        self.member[node] = false;
    }

    /// The members in load order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Node> + '_ {
        self.member.iter().enumerate().filter(|(_, member)| **member).map(|(node, _)| node)
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.member.contains(&true)
    }

    pub(crate) fn add(&mut self, other: &NodeSet) {
        self.member.iter_mut().zip(&other.member).for_each(|(mine, theirs)| *mine |= theirs);
    }

    pub(crate) fn keep(&mut self, other: &NodeSet) {
        self.member.iter_mut().zip(&other.member).for_each(|(mine, theirs)| *mine &= theirs);
    }

    pub(crate) fn subtract(&mut self, other: &NodeSet) {
        self.member.iter_mut().zip(&other.member).for_each(|(mine, theirs)| *mine &= !theirs);
    }
}

impl RevisionGraph {
    /// The given revisions and everything below them, through parents and `depends_on`. Unknown ids have none.
    pub fn ancestors<'a>(&'a self, ids: impl IntoIterator<Item = &'a RevisionId>) -> BTreeSet<&'a RevisionId> {
        let seeds: Vec<Node> = ids.into_iter().filter_map(|id| self.node(id.as_str())).collect();
        self.nodes_below(seeds, Edges::All).iter().map(|node| self.id(node)).collect()
    }

    /// The given revisions and all their ancestors.
    pub(crate) fn nodes_below(&self, seeds: impl IntoIterator<Item = Node>, edges: Edges) -> NodeSet {
        self.reach(seeds, |vertex| match edges {
            Edges::Parents => &vertex.parents,
            Edges::All => &vertex.below,
        })
    }

    /// The given revisions and all their descendants.
    pub(crate) fn nodes_above(&self, seeds: impl IntoIterator<Item = Node>, edges: Edges) -> NodeSet {
        self.reach(seeds, |vertex| match edges {
            Edges::Parents => &vertex.children,
            Edges::All => &vertex.dependents,
        })
    }

    /// Everything that is an ancestor or a descendant of one of the given revisions, and they themselves.
    pub(crate) fn lineage(&self, seeds: &[Node], edges: Edges) -> NodeSet {
        let mut lineage = self.nodes_below(seeds.iter().copied(), edges);
        lineage.add(&self.nodes_above(seeds.iter().copied(), edges));
        lineage
    }

    /// Two of the given revisions of which the first is an ancestor of the second.
    pub(crate) fn overlap(&self, nodes: &[Node]) -> Option<(Node, Node)> {
        let given = NodeSet::of(self, nodes.iter().copied());
        let parents = nodes.iter().flat_map(|node| self.vertices[*node].below.iter().copied());
        let below = self.nodes_below(parents, Edges::All);
        let lower = given.iter().find(|node| below.contains(*node))?;
        let above = self.nodes_above([lower], Edges::All);
        given.iter().find(|node| *node != lower && above.contains(*node)).map(|upper| (lower, upper))
    }

    fn reach<'a>(
        &'a self,
        seeds: impl IntoIterator<Item = Node>,
        next: impl Fn(&'a Vertex) -> &'a Vec<Node>,
    ) -> NodeSet {
        let mut reached = NodeSet::empty(self);
        let mut todo: Vec<Node> = seeds.into_iter().filter(|node| reached.insert(*node)).collect();
        while let Some(node) = todo.pop() {
            let fresh = next(&self.vertices[node]).iter().filter(|node| reached.insert(**node));
            todo.extend(fresh);
        }
        reached
    }
}
