//! Plans for a script instead of a database: the start is typed, not read.

use crate::{
    plan::{
        Plan,
        error::PlanError,
        online::{downgrade, upgrade},
    },
    revision::{
        graph::RevisionGraph,
        id::RevisionId,
        selector::{Selection, SelectorError},
    },
};

/// Plans an upgrade for `from:to`, or for `to` from an empty database; with the rows that the script starts from.
pub fn upgrade_range(graph: &RevisionGraph, range: &str) -> Result<(Vec<RevisionId>, Plan), PlanError> {
    let (from, to) = match range.split_once(':') {
        Some((from, to)) => (Some(from), to),
        None => (None, range),
    };
    refuse_second_colon(range, to)?;
    let start = start_rows(graph, from)?;
    let plan = upgrade(graph, &start, Selection::from(to))?;
    Ok((start, plan))
}

/// Plans a downgrade for `from:to`, with the rows that the script starts from.
pub fn downgrade_range(graph: &RevisionGraph, range: &str) -> Result<(Vec<RevisionId>, Plan), PlanError> {
    let required = || PlanError::RangeRequired { text: range.to_owned() };
    let (from, to) = range.split_once(':').ok_or_else(required)?;
    refuse_second_colon(range, to)?;
    let start = start_rows(graph, Some(from))?;
    let plan = downgrade(graph, &start, to)?;
    Ok((start, plan))
}

fn refuse_second_colon(range: &str, to: &str) -> Result<(), PlanError> {
    match to.contains(':') {
        true => Err(SelectorError::BadRange { text: range.to_owned() }.into()),
        false => Ok(()),
    }
}

fn start_rows(graph: &RevisionGraph, from: Option<&str>) -> Result<Vec<RevisionId>, PlanError> {
    let start = from.map(|from| graph.resolve_one(from)).transpose()?;
    Ok(start.flatten().into_iter().collect())
}
