//! Steps up and down from a revision, and the two ways in which a relative selector becomes a target.

use std::collections::BTreeSet;

use crate::revision::{
    closure::Edges,
    graph::{Node, RevisionGraph},
    lookup::Place,
    selector::{Relative, Selection, SelectorError},
};

/// What a downgrade is to lead to, and the branch that it keeps to.
#[derive(Debug, Clone)]
pub(crate) struct DowngradeTarget {
    pub(crate) branch: Option<String>,
    /// None for base.
    pub(crate) node: Option<Node>,
}

impl RevisionGraph {
    /// Walks up (on a branch, if one is named) or down. A walk that ends early leads outside if it is to be `exact`.
    pub(crate) fn walk(
        &self,
        start: Place,
        steps: i64,
        branch: Option<&str>,
        exact: bool,
    ) -> Result<Place, SelectorError> {
        let mut place = start;
        let mut lineage = None;
        for _ in 0..steps.unsigned_abs() {
            let mut next = if steps > 0 { self.places_above(place) } else { self.places_below(place) };
            if let (Some(branch), true, false) = (branch, steps > 0, next.is_empty()) {
                if lineage.is_none() {
                    lineage = Some(self.lineage_of(branch, Edges::Parents)?);
                }
                let lineage = lineage.as_ref().and_then(Option::as_ref);
                next.retain(|place| place.node().zip(lineage).is_none_or(|(node, lineage)| lineage.contains(node)));
            }
            match next.as_slice() {
                [] => return Ok(if exact { Place::Outside } else { place }),
                [only] => place = *only,
                several => return Err(self.ambiguous_walk(place, steps > 0, several)),
            }
        }
        Ok(place)
    }

    fn places_above(&self, place: Place) -> Vec<Place> {
        let above = match place {
            Place::At(node) => &self.vertices[node].children,
            Place::Base | Place::Outside => &self.bases,
        };
        above.iter().copied().map(Place::At).collect()
    }

    fn places_below(&self, place: Place) -> Vec<Place> {
        match place {
            Place::Base => Vec::new(),
            Place::At(node) if !self.vertices[node].parents.is_empty() => {
                self.vertices[node].parents.iter().copied().map(Place::At).collect()
            }
            Place::Outside if !self.heads.is_empty() => self.heads.iter().copied().map(Place::At).collect(),
            Place::At(_) | Place::Outside => vec![Place::Base],
        }
    }

    fn ambiguous_walk(&self, from: Place, up: bool, candidates: &[Place]) -> SelectorError {
        let from = match from {
            Place::At(node) => self.id(node).to_string(),
            Place::Base | Place::Outside => if up { "base" } else { "heads" }.to_owned(),
        };
        let candidates = candidates.iter().filter_map(|place| place.node()).map(|node| self.id(node).clone());
        SelectorError::AmbiguousWalk { from, up, candidates: candidates.collect() }
    }

    /// What an upgrade (or the upper end of a range) is to lead to.
    pub(crate) fn upgrade_targets(
        &self,
        current: &Selection,
        target: &Selection,
        exact: bool,
    ) -> Result<Vec<Node>, SelectorError> {
        let relative = target.typed().and_then(|text| Some((text, Relative::parse(text)?)));
        let Some((text, relative)) = relative else { return self.select_nodes(target) };
        let too_far = || SelectorError::RelativeTooFar { text: text.to_owned(), up: relative.steps > 0 };
        let start = match (relative.symbol, relative.steps > 0) {
            (None, true) => self.upgrade_start(text, &relative, current)?,
            (None, false) => return Err(too_far()),
            (Some(symbol), true) => Place::of(self.find_one(symbol)?),
            (Some(symbol), false) => Place::of(self.find_one(&relative.anchored(symbol))?),
        };
        let place = self.walk(start, relative.steps, relative.branch, exact)?;
        Ok(vec![place.node().ok_or_else(too_far)?])
    }

    /// The current row that `+1` starts from. On a branch that has no row: its newest applied revision, or its base.
    fn upgrade_start(&self, text: &str, relative: &Relative<'_>, current: &Selection) -> Result<Place, SelectorError> {
        let ambiguous = |rows: Vec<String>| SelectorError::AmbiguousRelative { text: text.to_owned(), rows };
        let Some(branch) = relative.branch else {
            return match current.words() {
                [] => Ok(Place::Outside),
                [row] => Ok(Place::of(self.find_one(row)?)),
                rows => Err(ambiguous(rows.to_vec())),
            };
        };
        let not_found = || SelectorError::NotFound { text: current.to_string(), near: Vec::new() };
        let places = self.select(current)?;
        let rows: Vec<Node> =
            places.iter().map(|place| place.node().ok_or_else(not_found)).collect::<Result<_, _>>()?;
        let mut starts = self.on_lineage(&rows, branch, Edges::Parents)?;
        if starts.is_empty() {
            starts = self.newest_applied_on(&rows, branch)?;
        }
        match starts.as_slice() {
            [] => Ok(Place::Outside),
            [start] => Ok(Place::At(*start)),
            several => Err(ambiguous(several.iter().map(|node| self.id(*node).to_string()).collect())),
        }
    }

    fn newest_applied_on(&self, rows: &[Node], branch: &str) -> Result<Vec<Node>, SelectorError> {
        let applied: Vec<Node> = self.nodes_below(rows.iter().copied(), Edges::All).iter().collect();
        let on_branch = self.on_lineage(&applied, branch, Edges::Parents)?;
        let covered: BTreeSet<Node> =
            on_branch.iter().flat_map(|node| self.vertices[*node].below.iter().copied()).collect();
        Ok(on_branch.into_iter().filter(|node| !covered.contains(node)).collect())
    }

    /// What a downgrade (or the lower end of a range) is to lead to.
    pub(crate) fn downgrade_target(
        &self,
        current: &Selection,
        target: &str,
        exact: bool,
    ) -> Result<DowngradeTarget, SelectorError> {
        let Some(relative) = Relative::parse(target) else {
            let (branch, symbol) = target.rsplit_once('@').unwrap_or(("", target));
            let branch = Some(branch).filter(|branch| !branch.is_empty()).map(str::to_owned);
            return Ok(DowngradeTarget { branch, node: self.find_one(symbol)? });
        };
        let up = relative.steps >= 0;
        let too_far = || SelectorError::RelativeTooFar { text: target.to_owned(), up };
        let mut branch = relative.branch.map(str::to_owned);
        let start = match relative.symbol {
            Some(symbol) if up => self.find_one(symbol)?,
            Some(symbol) => self.find_one(&relative.anchored(symbol))?,
            None if up => return Err(too_far()),
            None => {
                let row = self.downgrade_start(target, &relative, current)?;
                let anchor = branch.get_or_insert_with(|| row.clone());
                self.find_one(&format!("{anchor}@{row}"))?
            }
        };
        let keep_to = relative.branch.filter(|_| up);
        match self.walk(Place::of(start), relative.steps, keep_to, exact)? {
            Place::At(node) => Ok(DowngradeTarget { branch, node: Some(node) }),
            Place::Base => Ok(DowngradeTarget { branch, node: None }),
            Place::Outside => Err(too_far()),
        }
    }

    /// The current row that `-1` starts from: the first one, or the one on the branch.
    fn downgrade_start(
        &self,
        text: &str,
        relative: &Relative<'_>,
        current: &Selection,
    ) -> Result<String, SelectorError> {
        let too_far = || SelectorError::RelativeTooFar { text: text.to_owned(), up: false };
        let Some(branch) = relative.branch else {
            return current.words().first().cloned().ok_or_else(too_far);
        };
        let mut rows: Vec<Node> = Vec::new();
        for word in current.words() {
            rows.push(self.find(word, None)?);
        }
        let mut starts = self.on_lineage(&rows, branch, Edges::Parents)?;
        if starts.is_empty() {
            let tips = self.applied_tips(current)?;
            starts = self.on_lineage(&tips, branch, Edges::Parents)?;
        }
        match starts.as_slice() {
            [start] => Ok(self.id(*start).to_string()),
            [] => Err(SelectorError::NoSuchBranch { branch: branch.to_owned() }),
            several => Err(SelectorError::AmbiguousRelative {
                text: text.to_owned(),
                rows: several.iter().map(|node| self.id(*node).to_string()).collect(),
            }),
        }
    }

    /// Of all that is applied: what is nobody's applied parent.
    pub(crate) fn applied_tips(&self, current: &Selection) -> Result<Vec<Node>, SelectorError> {
        let rows = self.select_nodes(current)?;
        let applied = self.nodes_below(rows, Edges::All);
        let has_child = |node: &Node| self.vertices[*node].children.iter().any(|child| applied.contains(*child));
        Ok(applied.iter().filter(|node| !has_child(node)).collect())
    }
}
