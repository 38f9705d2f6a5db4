//! How a branch label spreads from the revision that carries it.

use std::{collections::BTreeSet, sync::Arc};

use crate::revision::graph::{Node, RevisionGraph};

/// No revision's place: nothing has been here.
const NEVER: Node = usize::MAX;

impl RevisionGraph {
    /// Gives each label to all descendants; and, where these form a single line, from its tip back down to the last
    /// revision before a branch point or a merge.
    pub(crate) fn spread_labels(&mut self) {
        let mut spread: Vec<BTreeSet<Arc<str>>> = vec![BTreeSet::new(); self.len()];
        let mut seen = vec![NEVER; self.len()];
        for node in 0..self.len() {
            let own: Vec<Arc<str>> =
                self.vertices[node].revision.labels.iter().map(|label| label.as_str().into()).collect();
            if own.is_empty() {
                continue;
            }
            for holder in self.descendants(node, &mut seen).into_iter().chain(self.line_below_tip(node)) {
                spread[holder].extend(own.iter().cloned());
            }
        }
        for (vertex, labels) in self.vertices.iter_mut().zip(spread) {
            vertex.labels = labels.into_iter().collect();
        }
    }

    /// The revision and its descendants. `seen` is kept between calls, so that ten thousand short branches cost what
    /// they hold and not ten thousand times the graph.
    fn descendants(&self, node: Node, seen: &mut [Node]) -> Vec<Node> {
        seen[node] = node;
        let mut found = vec![node];
        let mut next = 0;
        while let Some(here) = found.get(next) {
            next += 1;
            let fresh = self.vertices[*here].children.iter().copied();
            let fresh: Vec<Node> = fresh.filter(|child| std::mem::replace(&mut seen[*child], node) != node).collect();
            found.extend(fresh);
        }
        found
    }

    fn line_below_tip(&self, node: Node) -> Vec<Node> {
        let mut tip = Some(node);
        while let Some([child]) = tip.map(|tip| self.vertices[tip].children.as_slice()) {
            tip = Some(*child);
        }
        let mut next = tip.filter(|tip| self.vertices[*tip].children.is_empty());
        let mut line = Vec::new();
        while let Some(node) = next {
            let vertex = &self.vertices[node];
            if vertex.dependents.len() > 1 || vertex.revision.parents.len() > 1 {
                break;
            }
            line.push(node);
            next = vertex.parents.first().copied();
        }
        line
    }
}
