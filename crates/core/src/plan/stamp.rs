//! Stamping: the version table is made to say something else, and nothing runs.

use crate::{
    plan::error::PlanError,
    revision::{
        closure::Edges,
        graph::{Node, RevisionGraph},
        id::RevisionId,
        lookup::Place,
        selector::{Selection, SelectorError},
    },
};

/// Rows that a target takes the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampStep {
    /// The current revisions on the lines of the targets.
    pub from: Vec<RevisionId>,
    /// The target; none for base.
    pub to: Option<RevisionId>,
    /// Rows of the version table that go.
    pub forget: Vec<RevisionId>,
    /// Rows of the version table that come.
    pub remember: Vec<RevisionId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampPlan {
    /// The rows that the plan was made for, as they were read.
    pub start: Vec<RevisionId>,
    /// Rows that are deleted before anything else, because everything is to go.
    pub purge: Vec<RevisionId>,
    pub steps: Vec<StampStep>,
    /// The rows in the end, sorted.
    pub rows: Vec<RevisionId>,
}

impl StampPlan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.purge.is_empty()
    }
}

/// Plans how the version table comes to name the targets. Every row on the line of a target (above it, below it, or
/// on the branch that it names) gives way to it; rows of other lines stay. With `purge` all rows go first.
pub fn stamp(
    graph: &RevisionGraph,
    current_rows: &[RevisionId],
    targets: &[String],
    purge: bool,
) -> Result<StampPlan, PlanError> {
    let rows = if purge { &[] } else { current_rows };
    let mut table = Table::read(graph, rows)?;
    let targets = if targets.is_empty() { &["base".to_owned()] } else { targets };
    let on_line = table.rows_on_line(targets)?;
    let mut steps = Vec::new();
    let mut destinations = graph.select(&Selection::from(targets))?;
    if destinations.is_empty() {
        destinations.push(Place::Base);
    }
    for destination in destinations {
        steps.extend(table.go_to(destination, &on_line)?);
    }
    let purge = if purge { current_rows.to_vec() } else { Vec::new() };
    Ok(StampPlan { start: current_rows.to_vec(), purge, steps, rows: table.sorted() })
}

/// The version table while it is being stamped: each row as it is written, with the revision that it means.
struct Table<'a> {
    graph: &'a RevisionGraph,
    rows: Vec<(Node, RevisionId)>,
}

impl<'a> Table<'a> {
    fn read(graph: &'a RevisionGraph, current: &[RevisionId]) -> Result<Self, SelectorError> {
        let mut rows = Vec::new();
        for row in current {
            let nodes = graph.select_nodes(&Selection::from(row.as_str()))?;
            rows.extend(nodes.into_iter().map(|node| (node, row.clone())));
        }
        Ok(Table { graph, rows })
    }

    fn names(&self, node: Node) -> bool {
        self.rows.iter().any(|(named, _)| *named == node)
    }

    /// The rows on the line of any target, each once.
    fn rows_on_line(&self, targets: &[String]) -> Result<Vec<Node>, SelectorError> {
        let current: Vec<Node> = self.rows.iter().map(|(node, _)| *node).collect();
        let mut found = Vec::new();
        for target in targets.iter().filter(|target| !target.is_empty()) {
            for node in self.graph.on_lineage(&current, target, Edges::All)? {
                if !found.contains(&node) {
                    found.push(node);
                }
            }
        }
        Ok(found)
    }

    /// Puts the destination in the place of the rows on the line, or takes these off for base.
    fn go_to(&mut self, destination: Place, on_line: &[Node]) -> Result<Vec<StampStep>, PlanError> {
        match destination.node() {
            None => on_line.iter().map(|row| self.replace(&[*row], None)).collect(),
            Some(node) if on_line.contains(&node) || self.names(node) => Ok(Vec::new()),
            Some(node) => {
                let from = self.giving_way(on_line, node);
                Ok(vec![self.replace(&from, Some(node))?])
            }
        }
    }

    /// All rows on the line if one of them stands above or below the destination; else it begins a line of its own.
    fn giving_way(&self, on_line: &[Node], destination: Node) -> Vec<Node> {
        let lineage = self.graph.lineage(&[destination], Edges::All);
        match on_line.iter().any(|node| lineage.contains(*node)) {
            true => on_line.to_vec(),
            false => Vec::new(),
        }
    }

    fn replace(&mut self, from: &[Node], to: Option<Node>) -> Result<StampStep, PlanError> {
        let forget: Vec<RevisionId> =
            self.rows.iter().filter(|(node, _)| from.contains(node)).map(|(_, row)| row.clone()).collect();
        if let Some(row) = forget.iter().find(|row| forget.iter().filter(|other| other == row).count() > 1) {
            let times = forget.iter().filter(|other| *other == row).count();
            return Err(PlanError::VersionRowsMismatch { row: row.clone(), times });
        }
        self.rows.retain(|(node, _)| !from.contains(node));
        self.rows.extend(to.map(|node| (node, self.graph.id(node).clone())));
        let to = to.map(|node| self.graph.id(node).clone());
        let remember = to.iter().cloned().collect();
        Ok(StampStep { from: self.graph.owned_ids(from), to, forget, remember })
    }

    fn sorted(&self) -> Vec<RevisionId> {
        let mut rows: Vec<RevisionId> = self.rows.iter().map(|(_, row)| row.clone()).collect();
        rows.sort_unstable();
        rows
    }
}
