//! Plans for a database whose rows are known.

use crate::{
    plan::{Direction, Plan, Step, error::PlanError, rows::Rows},
    revision::{
        graph::{Node, RevisionGraph},
        id::RevisionId,
        range::Bounds,
        selector::Selection,
    },
};

/// Plans what brings a database with these rows up to the target.
pub fn upgrade(
    graph: &RevisionGraph,
    current_rows: &[RevisionId],
    target: impl Into<Selection>,
) -> Result<Plan, PlanError> {
    let target = target.into();
    refuse_range(&target)?;
    let bounds = Bounds { inclusive: false, from_base: true, forgiving: false };
    let range = graph.range_up_to(&target, &Selection::from(current_rows), bounds)?;
    let mut order = graph.newest_first(&range.members, &range.upper);
    order.reverse();
    plan_steps(graph, current_rows, &order, Direction::Upgrade)
}

/// Plans what brings a database with these rows down to the target.
pub fn downgrade(graph: &RevisionGraph, current_rows: &[RevisionId], target: &str) -> Result<Plan, PlanError> {
    refuse_range(&Selection::from(target))?;
    let range = graph.range_down_to(&Selection::from(current_rows), target, Bounds::default())?;
    let order = graph.newest_first(&range.members, &range.upper);
    plan_steps(graph, current_rows, &order, Direction::Downgrade)
}

fn refuse_range(target: &Selection) -> Result<(), PlanError> {
    match target.typed().filter(|text| text.contains(':')) {
        Some(text) => Err(PlanError::RangeNotAllowed { text: text.to_owned() }),
        None => Ok(()),
    }
}

fn plan_steps(
    graph: &RevisionGraph,
    current_rows: &[RevisionId],
    order: &[Node],
    direction: Direction,
) -> Result<Plan, PlanError> {
    let mut rows = Rows::new(graph, current_rows)?;
    let mut steps = Vec::with_capacity(order.len());
    for node in order.iter().copied() {
        let (forget, remember) = match direction {
            Direction::Upgrade => rows.apply(node)?,
            Direction::Downgrade => rows.revert(node)?,
        };
        steps.push(Step { revision: graph.id(node).clone(), direction, forget, remember });
    }
    Ok(Plan { start: current_rows.to_vec(), steps, rows: rows.sorted() })
}
