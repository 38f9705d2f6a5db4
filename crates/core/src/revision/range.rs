//! Which revisions lie between two ends, seen from below (what an upgrade runs, what `history` lists) or from above
//! (what a downgrade takes back).

use crate::revision::{
    closure::{Edges, NodeSet},
    graph::{Node, RevisionGraph},
    id::RevisionId,
    lookup::Place,
    selector::{Relative, Selection, SelectorError, split_branch},
};

/// How the ends of a range are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds {
    /// The lower end belongs to the range.
    pub inclusive: bool,
    /// The range has everything that the upper end needs down to the bases, not only what stands on the lower end.
    pub from_base: bool,
    /// A relative selector that leads further than there are revisions stops at the last one.
    pub forgiving: bool,
}

/// Members of a range, and the revisions at its upper end.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    pub(crate) members: NodeSet,
    pub(crate) upper: Vec<Node>,
}

impl RevisionGraph {
    /// What must run to get from `lower` to `upper`, newest first.
    pub fn revisions_up_to(
        &self,
        upper: &Selection,
        lower: &Selection,
        bounds: Bounds,
    ) -> Result<Vec<RevisionId>, SelectorError> {
        let range = self.range_up_to(upper, lower, bounds)?;
        Ok(self.owned_ids(&self.newest_first(&range.members, &range.upper)))
    }

    /// What must be taken back to get from `upper` down to `lower`, newest first.
    pub fn revisions_down_to(
        &self,
        upper: &Selection,
        lower: &str,
        bounds: Bounds,
    ) -> Result<Vec<RevisionId>, SelectorError> {
        let range = self.range_down_to(upper, lower, bounds)?;
        Ok(self.owned_ids(&self.newest_first(&range.members, &range.upper)))
    }

    pub(crate) fn range_up_to(
        &self,
        upper: &Selection,
        lower: &Selection,
        bounds: Bounds,
    ) -> Result<Range, SelectorError> {
        let mut targets = self.upgrade_targets(lower, upper, !bounds.forgiving)?;
        if let Some(label) = self.label_of_lower_end(lower)? {
            targets.retain(|node| self.vertices[*node].labels.iter().any(|own| **own == *label));
        }
        self.refuse_overlap(&targets)?;
        let required = self.nodes_below(targets.iter().copied(), Edges::All);
        let current = self.lower_end(upper, lower, bounds, &required)?;
        self.refuse_overlap(&current)?;

        let mut members = required;
        members.subtract(&self.nodes_below(current.iter().copied(), Edges::All));
        if bounds.inclusive {
            members.add(&NodeSet::of(self, current.iter().copied()));
        }
        if !bounds.from_base && !current.is_empty() {
            members.keep(&self.nodes_above(current, Edges::Parents));
        }
        Ok(Range { members, upper: targets })
    }

    /// The revisions at the lower end. Every one must be below the upper end, unless the range reaches to the bases.
    fn lower_end(
        &self,
        upper: &Selection,
        lower: &Selection,
        bounds: Bounds,
        required: &NodeSet,
    ) -> Result<Vec<Node>, SelectorError> {
        let not_below = || SelectorError::RangeNotAncestor { lower: lower.to_string(), upper: upper.to_string() };
        let places = self.select(lower)?;
        let foreign = |place: &Place| match place {
            Place::At(node) => !required.contains(*node),
            Place::Base => true,
            Place::Outside => false,
        };
        if !bounds.from_base && places.iter().any(foreign) {
            return Err(not_below());
        }
        match (places.first(), lower.typed()) {
            (Some(Place::Outside), Some(text)) if Relative::parse(text).is_some() => {
                let target = self.downgrade_target(upper, text, !bounds.forgiving)?;
                Ok(target.node.into_iter().collect())
            }
            _ => places.into_iter().map(|place| place.node().ok_or_else(not_below)).collect(),
        }
    }

    /// `label@…` as the lower end keeps the range on that branch. A revision may stand for the one label it has.
    fn label_of_lower_end(&self, lower: &Selection) -> Result<Option<String>, SelectorError> {
        let Some(text) = lower.typed().filter(|text| text.contains('@')) else { return Ok(None) };
        let branch = split_branch(text).0.unwrap_or_default();
        let Some(node) = self.find_one(branch)? else { return Ok(Some(branch.to_owned())) };
        if self.id(node).as_str() != branch {
            return Ok(Some(branch.to_owned()));
        }
        match self.vertices[node].labels.as_slice() {
            [label] => Ok(Some(label.to_string())),
            _ => Err(SelectorError::NoSuchBranch { branch: branch.to_owned() }),
        }
    }

    fn refuse_overlap(&self, nodes: &[Node]) -> Result<(), SelectorError> {
        match self.overlap(nodes) {
            None => Ok(()),
            Some((lower, upper)) => {
                Err(SelectorError::OverlappingTargets { lower: self.id(lower).clone(), upper: self.id(upper).clone() })
            }
        }
    }

    pub(crate) fn range_down_to(&self, upper: &Selection, lower: &str, bounds: Bounds) -> Result<Range, SelectorError> {
        let not_below = || SelectorError::RangeNotAncestor { lower: lower.to_owned(), upper: upper.to_string() };
        let target = self.downgrade_target(upper, lower, !bounds.forgiving)?;
        let mut roots = match target.node {
            None => (0..self.len()).filter(|node| self.vertices[*node].parents.is_empty()).collect(),
            Some(node) if bounds.inclusive => vec![node],
            Some(node) => self.vertices[node].children.clone(),
        };
        if let Some(branch) = target.branch.filter(|_| roots.len() > 1) {
            let on_branch = self.nodes_below([self.find_branch(&branch)?], Edges::Parents);
            roots.retain(|root| on_branch.contains(*root));
            if roots.is_empty() {
                return Err(not_below());
            }
        }
        let heads = self.select_nodes(upper)?;
        let applied = self.nodes_below(heads.iter().copied(), Edges::All);
        let mut members = self.nodes_above(roots.iter().copied(), Edges::All);
        members.keep(&applied);
        if bounds.from_base {
            let mut others = applied;
            others.subtract(&self.nodes_below(roots, Edges::All));
            members.add(&others);
        }
        match target.node {
            Some(node) if members.is_empty() && !heads.contains(&node) => Err(not_below()),
            _ => Ok(Range { members, upper: heads }),
        }
    }
}
