//! What holds for every graph, whatever its shape.

use std::collections::BTreeSet;

use droveway_core::{
    plan::{self, Direction, Plan},
    revision::{Revision, RevisionGraph, RevisionId},
};
use proptest::{collection::vec, prelude::*};

/// For each revision: which earlier ones are its parents, and which it depends on.
type Shape = Vec<(Vec<prop::sample::Index>, Vec<prop::sample::Index>)>;

fn shapes() -> impl Strategy<Value = Shape> {
    let index = || any::<prop::sample::Index>();
    vec((vec(index(), 0..3), vec(index(), 0..2)), 1..20)
}

fn graph(shape: &Shape) -> RevisionGraph {
    let id = |number: usize| format!("rev{number:04}");
    let earlier = |number: usize, chosen: &[prop::sample::Index]| -> BTreeSet<String> {
        if number == 0 { BTreeSet::new() } else { chosen.iter().map(|index| id(index.index(number))).collect() }
    };
    let revision = |(number, (parents, needs)): (usize, &(Vec<_>, Vec<_>))| Revision {
        id: RevisionId::stored(&id(number)),
        parents: earlier(number, parents).iter().map(|id| RevisionId::stored(id)).collect(),
        depends_on: earlier(number, needs).into_iter().collect(),
        labels: if number % 5 == 0 { vec![format!("label{number}")] } else { Vec::new() },
        message: String::new(),
        created: None,
    };
    RevisionGraph::new(shape.iter().enumerate().map(revision).collect()).expect("older revisions make no cycle")
}

/// The applied revisions that are not an ancestor of another one.
fn tips(graph: &RevisionGraph, applied: &BTreeSet<RevisionId>) -> BTreeSet<RevisionId> {
    let covers = |upper: &RevisionId, lower: &RevisionId| upper != lower && graph.ancestors([upper]).contains(lower);
    applied.iter().filter(|id| !applied.iter().any(|other| covers(other, id))).cloned().collect()
}

/// Follows a plan and checks each of its steps; returns the rows in the end.
fn follow(graph: &RevisionGraph, plan: &Plan) -> Vec<RevisionId> {
    let mut applied: BTreeSet<RevisionId> = graph.ancestors(&plan.start).into_iter().cloned().collect();
    let mut rows: BTreeSet<RevisionId> = plan.start.iter().cloned().collect();
    for step in &plan.steps {
        let others = graph.ancestors([&step.revision]).into_iter().filter(|id| **id != step.revision);
        match step.direction {
            Direction::Upgrade => {
                assert!(others.into_iter().all(|id| applied.contains(id)), "{} runs too early", step.revision);
                assert!(applied.insert(step.revision.clone()), "{} runs twice", step.revision);
            }
            Direction::Downgrade => {
                assert!(applied.remove(&step.revision), "{} is not applied", step.revision);
                let needed = applied.iter().any(|id| graph.ancestors([id]).contains(&step.revision));
                assert!(!needed, "{} goes too early", step.revision);
            }
        }
        assert!(step.forget.iter().all(|row| rows.remove(row)), "a row that goes was there");
        assert!(step.remember.iter().all(|row| rows.insert(row.clone())), "a row that comes was not there");
        assert_eq!(rows, tips(graph, &applied), "the rows after {}", step.revision);
    }
    assert_eq!(plan.rows, rows.iter().cloned().collect::<Vec<_>>());
    plan.rows.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_step_leaves_exactly_the_revisions_that_nothing_stands_on(
        shape in shapes(), middle in any::<prop::sample::Index>(),
    ) {
        let graph = graph(&shape);
        let target = graph.revisions().nth(middle.index(graph.len())).expect("in range").id.clone();
        let half = follow(&graph, &plan::upgrade(&graph, &[], target.as_str()).expect("any revision can be reached"));
        prop_assert_eq!(&half, std::slice::from_ref(&target));
        let full = follow(&graph, &plan::upgrade(&graph, &half, "heads").expect("heads can be reached"));
        let heads: BTreeSet<_> = graph.effective_heads().into_iter().cloned().collect();
        prop_assert_eq!(full.iter().cloned().collect::<BTreeSet<_>>(), heads);
        // As in Alembic, a target that no applied revision has as a parent leaves nothing to take back.
        let is_parent = !graph.children(&target).is_empty();
        match plan::downgrade(&graph, &full, target.as_str()) {
            Ok(down) => {
                let rows = follow(&graph, &down);
                prop_assert!(graph.ancestors(&rows).contains(&target));
                prop_assert_eq!(down.is_empty(), !is_parent);
            }
            Err(error) => prop_assert!(!is_parent && error.category() == "range_not_ancestor"),
        }
    }

    #[test]
    fn up_and_down_again_leads_to_where_it_began(shape in shapes()) {
        let graph = graph(&shape);
        let up = plan::upgrade(&graph, &[], "heads").expect("heads can be reached");
        let rows = follow(&graph, &up);
        let down = plan::downgrade(&graph, &rows, "base").expect("base can be reached");
        prop_assert!(follow(&graph, &down).is_empty());
        prop_assert_eq!(down.steps.len(), up.steps.len());
    }

    #[test]
    fn no_text_makes_a_selector_panic(
        shape in shapes(),
        text in prop_oneof![
            any::<String>(),
            "(label[05]|rev00|rev0001|heads?|base|current|@|[+-]|:|[0-9]|-1){0,6}",
        ],
    ) {
        let graph = graph(&shape);
        let rows: Vec<RevisionId> = graph.effective_heads().into_iter().cloned().collect();
        for rows in [rows.as_slice(), &[], &[RevisionId::stored(&text)]] {
            let _ = (graph.resolve(&text, rows), graph.resolve_one(&text), graph.history(Some(&text), rows));
            let _ = (plan::upgrade(&graph, rows, text.as_str()), plan::downgrade(&graph, rows, &text));
            let _ = (plan::upgrade_range(&graph, &text), plan::downgrade_range(&graph, &text));
            let _ = (plan::stamp(&graph, rows, std::slice::from_ref(&text), false), graph.current(rows));
        }
    }
}
