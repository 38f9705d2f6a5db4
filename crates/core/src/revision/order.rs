//! The order in which a set of revisions is listed or run back: newest first, one branch after the other.
//!
//! The walk keeps a row of *tips*, one for each branch it is on, and goes down one of them as far as it can. A tip
//! that stands below another tip has to wait: the walk goes on at the first tip of the row that is above it. So every
//! revision comes after all its descendants, and ties follow the load order of the tips.
//!
//! To find that first tip quickly, every tip has a *turn* (its position in the row; new tips go to the end), and every
//! revision keeps for each revision right above it the lowest turn that can still reach it from there. Turns only
//! ever leave, so these numbers only grow, and an old number is a lower bound that is corrected when it is asked for.
//! Most questions are settled before that by a tree of first edges: in it, one comparison tells who stands above whom.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use crate::revision::{
    closure::{Edges, NodeSet},
    graph::{Node, RevisionGraph},
};

/// No tip's turn: greater than all others.
const NONE: usize = usize::MAX;

/// A tree that holds one edge down for each revision. All above a revision in it have the numbers of one span.
struct FirstEdges {
    number: Vec<usize>,
    span: Vec<usize>,
}

impl FirstEdges {
    fn of(graph: &RevisionGraph) -> Self {
        let mut by_rank: Vec<Node> = (0..graph.len()).collect();
        by_rank.sort_unstable_by_key(|node| graph.vertices[*node].rank);
        let first_below = |node: Node| graph.vertices[node].below.first().copied();
        let mut span = vec![1; graph.len()];
        for node in by_rank.iter().rev() {
            if let Some(below) = first_below(*node) {
                span[below] += span[*node];
            }
        }
        let mut number = vec![0; graph.len()];
        let mut next = vec![0; graph.len()];
        let mut next_base = 0;
        for node in by_rank {
            let free = first_below(node).map_or(&mut next_base, |below| &mut next[below]);
            number[node] = *free;
            *free += span[node];
            next[node] = number[node] + 1;
        }
        FirstEdges { number, span }
    }

    fn is_above(&self, upper: Node, lower: Node) -> bool {
        let first = self.number[lower];
        (first + 1..first + self.span[lower]).contains(&self.number[upper])
    }
}

struct Walk<'a> {
    graph: &'a RevisionGraph,
    first_edges: FirstEdges,
    /// What is still to be listed.
    todo: NodeSet,
    listed: NodeSet,
    /// The tips by turn.
    tips: BTreeMap<usize, Node>,
    turn_of: Vec<usize>,
    next_turn: usize,
    /// For each revision: the revisions right above it, each with the lowest turn known to be possible there.
    above: Vec<BinaryHeap<Reverse<(usize, Node)>>>,
}

impl RevisionGraph {
    /// Lists the set newest first, beginning at the given heads. Where they do not lead to every member (a set with
    /// holes in it), the walk begins at all members that have no other right above them instead.
    pub(crate) fn newest_first(&self, set: &NodeSet, heads: &[Node]) -> Vec<Node> {
        let given = NodeSet::of(self, heads.iter().copied().filter(|node| set.contains(*node)));
        let size = set.iter().count();
        let listed = Walk::new(self, set, &given).run();
        if listed.len() == size {
            return listed;
        }
        let free = |node: &Node| !self.vertices[*node].dependents.iter().any(|above| set.contains(*above));
        let tips = NodeSet::of(self, set.iter().filter(free));
        Walk::new(self, set, &tips).run()
    }
}

impl<'a> Walk<'a> {
    fn new(graph: &'a RevisionGraph, set: &NodeSet, tips: &NodeSet) -> Self {
        let mut walk = Walk {
            graph,
            first_edges: FirstEdges::of(graph),
            todo: set.clone(),
            listed: NodeSet::empty(graph),
            tips: BTreeMap::new(),
            turn_of: vec![NONE; graph.len()],
            next_turn: 0,
            above: vec![BinaryHeap::new(); graph.len()],
        };
        tips.iter().for_each(|node| walk.append(node));
        walk.measure(tips);
        walk
    }

    /// Notes the lowest turn above each revision that the tips can reach.
    fn measure(&mut self, tips: &NodeSet) {
        let mut reachable: Vec<Node> = self.graph.nodes_below(tips.iter(), Edges::All).iter().collect();
        reachable.sort_unstable_by_key(|node| Reverse(self.graph.vertices[*node].rank));
        for node in reachable {
            let turn = self.turn_of[node].min(self.lowest_above(node));
            for below in &self.graph.vertices[node].below {
                self.above[*below].push(Reverse((turn, node)));
            }
        }
    }

    fn run(mut self) -> Vec<Node> {
        let mut order = Vec::new();
        let mut turn = 0;
        while let Some(node) = self.tips.get(&turn).copied() {
            if let Some(first) = self.first_tip_above(node) {
                turn = first;
                continue;
            }
            order.push(node);
            turn = self.descend(turn, node);
        }
        order
    }

    /// Takes the tip off the row, puts what it stands on in its place, and says whose turn it is.
    fn descend(&mut self, turn: usize, node: Node) -> usize {
        self.todo.remove(node);
        self.listed.insert(node);
        self.turn_of[node] = NONE;
        let fresh: Vec<Node> = self.graph.vertices[node]
            .below
            .iter()
            .copied()
            .filter(|below| self.todo.contains(*below) && self.turn_of[*below] == NONE)
            .collect();
        let Some((first, others)) = fresh.split_first() else {
            self.tips.remove(&turn);
            let before = self.tips.range(..turn).next_back().or_else(|| self.tips.iter().next());
            return before.map_or(NONE, |(turn, _)| *turn);
        };
        self.tips.insert(turn, *first);
        self.turn_of[*first] = turn;
        others.iter().for_each(|node| self.append(*node));
        turn
    }

    fn append(&mut self, node: Node) {
        self.tips.insert(self.next_turn, node);
        self.turn_of[node] = self.next_turn;
        self.next_turn += 1;
    }

    /// The lowest turn of a tip that stands above the revision.
    fn first_tip_above(&mut self, node: Node) -> Option<usize> {
        let possible = self.lowest_above(node);
        if possible == NONE {
            return None;
        }
        match self.tips.range(possible..).find(|(_, tip)| **tip != node) {
            Some((turn, tip)) if self.first_edges.is_above(*tip, node) => Some(*turn),
            _ => self.search_tip_above(node),
        }
    }

    fn search_tip_above(&mut self, node: Node) -> Option<usize> {
        let mut path = vec![node];
        let mut goal = NONE;
        while let Some(&last) = path.last() {
            let above = self.lowest_above(last);
            let own = if path.len() == 1 { NONE } else { self.turn_of[last] };
            let lowest = own.min(above);
            if path.len() == 1 {
                goal = lowest;
            }
            if goal == NONE || own == goal {
                break;
            }
            match self.above[last].peek() {
                Some(Reverse((_, next))) if lowest == goal => path.push(*next),
                _ => self.correct(&mut path, lowest),
            }
        }
        (goal != NONE).then_some(goal)
    }

    /// Goes one step back: from there the last revision offers no turn lower than the given one.
    fn correct(&mut self, path: &mut Vec<Node>, lowest: usize) {
        path.pop();
        let before = path.last().and_then(|node| self.above[*node].peek_mut());
        if let Some(mut entry) = before {
            entry.0.0 = lowest;
        }
    }

    fn lowest_above(&mut self, node: Node) -> usize {
        let above = &mut self.above[node];
        while let Some(Reverse((turn, next))) = above.peek() {
            if !self.listed.contains(*next) {
                return *turn;
            }
            above.pop();
        }
        NONE
    }
}
