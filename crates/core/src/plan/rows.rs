//! The version table's rows, kept step by step: exactly the applied revisions that nothing applied stands on.

use std::collections::BTreeMap;

use crate::{
    plan::error::PlanError,
    revision::{
        closure::Edges,
        graph::{Node, RevisionGraph},
        id::RevisionId,
        selector::Selection,
    },
};

/// Rows that go and rows that come.
type Changes = (Vec<RevisionId>, Vec<RevisionId>);

pub(super) struct Rows<'a> {
    graph: &'a RevisionGraph,
    /// How many applied revisions stand right on each one.
    standing_on: Vec<usize>,
    /// The rows as the table writes them (a prefix or a label is possible), by the revision they mean.
    held: BTreeMap<Node, Vec<RevisionId>>,
    /// Rows that should not have been there, to be mended with the first step.
    surplus: Vec<Node>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(graph: &'a RevisionGraph, current: &[RevisionId]) -> Result<Self, PlanError> {
        let mut rows = Rows { graph, standing_on: vec![0; graph.len()], held: BTreeMap::new(), surplus: Vec::new() };
        for row in current {
            for node in graph.select_nodes(&Selection::from(row.as_str()))? {
                rows.held.entry(node).or_default().push(row.clone());
            }
        }
        for node in graph.nodes_below(rows.held.keys().copied(), Edges::All).iter() {
            graph.vertices[node].below.iter().for_each(|below| rows.standing_on[*below] += 1);
        }
        rows.surplus = rows.held.keys().copied().filter(|node| rows.standing_on[*node] > 0).collect();
        Ok(rows)
    }

    /// Records that the revision has been applied.
    pub(super) fn apply(&mut self, node: Node) -> Result<Changes, PlanError> {
        let mut covered = std::mem::take(&mut self.surplus);
        for below in &self.graph.vertices[node].below {
            self.standing_on[*below] += 1;
            covered.push(*below);
        }
        let forget = self.forget(covered)?;
        Ok((forget, self.remember([node])))
    }

    /// Records that the revision has been taken back.
    pub(super) fn revert(&mut self, node: Node) -> Result<Changes, PlanError> {
        let mut gone = vec![node];
        gone.append(&mut self.surplus);
        let forget = self.forget(gone)?;
        let mut free = Vec::new();
        for below in &self.graph.vertices[node].below {
            self.standing_on[*below] -= 1;
            if self.standing_on[*below] == 0 {
                free.push(*below);
            }
        }
        Ok((forget, self.remember(free)))
    }

    fn forget(&mut self, nodes: Vec<Node>) -> Result<Vec<RevisionId>, PlanError> {
        let mut gone = Vec::new();
        for rows in nodes.into_iter().filter_map(|node| self.held.remove(&node)) {
            for (place, row) in rows.iter().enumerate() {
                let times = rows.iter().filter(|other| *other == row).count();
                if times > 1 {
                    return Err(PlanError::VersionRowsMismatch { row: rows[place].clone(), times });
                }
            }
            gone.extend(rows);
        }
        Ok(gone)
    }

    fn remember(&mut self, nodes: impl IntoIterator<Item = Node>) -> Vec<RevisionId> {
        let graph = self.graph;
        let fresh = nodes.into_iter().map(|node| {
            let id = graph.id(node).clone();
            self.held.insert(node, vec![id.clone()]);
            id
        });
        fresh.collect()
    }

    pub(super) fn sorted(&self) -> Vec<RevisionId> {
        let mut rows: Vec<RevisionId> = self.held.values().flatten().cloned().collect();
        rows.sort_unstable();
        rows
    }
}
