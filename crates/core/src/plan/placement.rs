//! Where a new revision goes: the parents, dependencies and labels that its file is to state.

use crate::{
    plan::error::PlanError,
    revision::{
        graph::RevisionGraph,
        id::{OPERATORS, RevisionId},
        lookup::Place,
        selector::{Selection, SelectorError},
    },
};

/// What a user asks of a new revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRevision {
    /// The id, if it is known already. Only what a graph cannot hold is refused here; see [`RevisionId::parse`].
    pub rev_id: Option<String>,
    /// What it stands on: usually `head`; several for a merge.
    pub head: Selection,
    /// It may stand on revisions that are not heads and so begin a branch.
    pub splice: bool,
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
}

/// What the new file states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    pub parents: Vec<RevisionId>,
    /// Full ids, and labels where labels were given.
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
}

/// Finds the place of a new revision.
pub fn create(graph: &RevisionGraph, new: &NewRevision) -> Result<Placement, PlanError> {
    let id = new.rev_id.as_deref();
    refuse_operators(id)?;
    let places = fit_places(graph, new)?;
    let depends_on = dependencies(graph, &new.depends_on)?;
    let too_far = || SelectorError::RelativeTooFar { text: new.head.to_string(), up: false };
    let parents = places.into_iter().map(|place| place.node().map(|node| graph.id(node).clone()).ok_or_else(too_far));
    let parents = parents.collect::<Result<Vec<RevisionId>, _>>()?;
    let named = |id: &&str| parents.iter().any(|parent| parent.as_str() == *id);
    if let Some(id) = id.filter(named) {
        return Err(PlanError::SelfLoop { id: id.to_owned() });
    }
    if let Some(id) = id.filter(|id| depends_on.iter().any(|name| name == id)) {
        return Err(PlanError::DependencySelfLoop { id: id.to_owned() });
    }
    refuse_taken_labels(graph, id, &new.labels)?;
    Ok(Placement { parents, depends_on, labels: new.labels.clone() })
}

fn refuse_operators(id: Option<&str>) -> Result<(), PlanError> {
    let id = id.unwrap_or_default();
    match id.chars().find(|character| OPERATORS.contains(character)) {
        Some(character) => Err(PlanError::BadRevisionId { id: id.to_owned(), character }),
        None => Ok(()),
    }
}

/// What the new revision is to stand on: each place once, and only heads unless it may splice.
fn fit_places(graph: &RevisionGraph, new: &NewRevision) -> Result<Vec<Place>, PlanError> {
    let places = graph.select(&new.head)?;
    let name = |place: &Place| place.node().map_or_else(|| "base".to_owned(), |node| graph.id(node).to_string());
    if let Some(twice) = (1..places.len()).find(|place| places[..*place].contains(&places[*place])) {
        return Err(PlanError::DuplicateHeads { revision: name(&places[twice]) });
    }
    let mut nodes = places.iter().filter_map(|place| place.node());
    match nodes.find(|node| !new.splice && !graph.vertices[*node].children.is_empty()) {
        Some(node) => Err(PlanError::NotAHead {
            revision: graph.id(node).clone(),
            children: graph.owned_ids(&graph.vertices[node].children),
        }),
        None => Ok(places),
    }
}

fn dependencies(graph: &RevisionGraph, names: &[String]) -> Result<Vec<String>, PlanError> {
    let resolve = |name: &String| {
        let not_found = || SelectorError::NotFound { text: name.clone(), near: Vec::new() };
        let node = graph.find_one(name)?.ok_or_else(not_found)?;
        let is_label = graph.vertices[node].labels.iter().any(|label| **label == **name);
        Ok(if is_label { name.clone() } else { graph.id(node).to_string() })
    };
    names.iter().map(resolve).collect()
}

fn refuse_taken_labels(graph: &RevisionGraph, id: Option<&str>, labels: &[String]) -> Result<(), PlanError> {
    for (place, label) in labels.iter().enumerate() {
        let taken = |other: RevisionId| PlanError::DuplicateBranchLabel { label: label.clone(), other };
        if let Some(node) = graph.names.get(label.as_str()) {
            return Err(taken(graph.id(*node).clone()));
        }
        if id == Some(label) || labels[..place].contains(label) {
            return Err(taken(RevisionId::stored(id.unwrap_or(label))));
        }
    }
    Ok(())
}
