//! Graphs of the sizes that nobody has yet: they must load, list and plan without deep recursion and without work
//! that grows with the square of the graph. `cargo test --test graph_speed -- --nocapture` shows the times.

use std::time::Instant;

use droveway_core::{
    plan::{self, Plan},
    revision::{Revision, RevisionGraph, RevisionId},
};

fn revision(id: String, parents: &[String], depends_on: &[String], labels: &[String]) -> Revision {
    Revision {
        id: RevisionId::stored(&id),
        parents: parents.iter().map(|parent| RevisionId::stored(parent)).collect(),
        depends_on: depends_on.to_vec(),
        labels: labels.to_vec(),
        message: String::new(),
        created: None,
    }
}

fn name(number: usize) -> String {
    format!("r{number:06}")
}

fn line(length: usize) -> Vec<Revision> {
    let parents = |number: usize| if number == 0 { Vec::new() } else { vec![name(number - 1)] };
    (0..length).map(|number| revision(name(number), &parents(number), &[], &[])).collect()
}

/// Loads, lists, plans everything up and everything down again; returns both plans.
fn up_and_down(title: &str, revisions: Vec<Revision>) -> (Plan, Plan) {
    let started = Instant::now();
    let graph = RevisionGraph::new(revisions).expect("the graph is valid");
    let loaded = started.elapsed();
    let history = graph.history(None, &[]).expect("the whole history can be listed");
    assert_eq!(history.len(), graph.len(), "{title}: every revision is in the history once");
    let listed = started.elapsed();
    let up = plan::upgrade(&graph, &[], "heads").expect("everything can be applied");
    let upgraded = started.elapsed();
    let down = plan::downgrade(&graph, &up.rows, "base").expect("everything can be taken back");
    let downgraded = started.elapsed();
    println!(
        "{title}: {} revisions, load {loaded:?}, history {:?}, upgrade {:?}, downgrade {:?}",
        graph.len(),
        listed - loaded,
        upgraded - listed,
        downgraded - upgraded
    );
    assert_eq!(up.steps.len(), graph.len());
    assert_eq!(down.steps.len(), graph.len());
    assert!(down.rows.is_empty());
    (up, down)
}

/// Row changes of a plan: what a database would be asked to do.
fn changes(plan: &Plan) -> usize {
    plan.steps.iter().map(|step| step.forget.len() + step.remember.len()).sum()
}

#[test]
fn a_line_of_100_000_revisions_is_planned() {
    let (up, down) = up_and_down("line", line(100_000));
    assert_eq!(changes(&up), 2 * 100_000 - 1, "each step replaces one row, the first has none to replace");
    assert_eq!(changes(&down), 2 * 100_000 - 1);
}

#[test]
fn ten_thousand_branches_of_one_base_are_planned() {
    let mut revisions = line(1);
    for number in 0..10_000 {
        let (first, second) = (format!("a{number}"), format!("b{number}"));
        let label = format!("label{number}");
        revisions.push(revision(first.clone(), &[name(0)], &[], &[label]));
        revisions.push(revision(second, &[first], &[], &[]));
    }
    let (up, _) = up_and_down("branches", revisions);
    assert_eq!(up.rows.len(), 10_000);
}

#[test]
fn ten_thousand_bases_that_depend_on_each_other_are_planned() {
    let revisions = (0..10_000).map(|number| {
        let needs = if number == 0 { Vec::new() } else { vec![name(number - 1)] };
        revision(name(number), &[], &needs, &[])
    });
    let (up, _) = up_and_down("dependent bases", revisions.collect());
    assert_eq!(up.rows.len(), 1);
}

#[test]
fn two_lines_of_which_one_depends_on_the_other_all_the_way_are_planned() {
    let mut revisions = line(10_000);
    for number in 0..10_000 {
        let parent = if number == 0 { Vec::new() } else { vec![format!("s{}", number - 1)] };
        revisions.push(revision(format!("s{number}"), &parent, &[name(number), name(0)], &[]));
    }
    let (up, _) = up_and_down("ladder", revisions);
    assert_eq!(up.rows, [RevisionId::stored("s9999")]);
}

#[test]
fn a_chain_of_ten_thousand_diamonds_is_planned() {
    let mut revisions = line(1);
    for number in 0..10_000 {
        let below = if number == 0 { name(0) } else { format!("m{}", number - 1) };
        let (left, right) = (format!("l{number}"), format!("r{number}"));
        revisions.push(revision(left.clone(), std::slice::from_ref(&below), &[], &[]));
        revisions.push(revision(right.clone(), &[below], &[], &[]));
        revisions.push(revision(format!("m{number}"), &[left, right], &[], &[]));
    }
    up_and_down("diamonds", revisions);
}

#[test]
fn a_lattice_of_150_by_150_merges_is_planned() {
    let cell = |row: usize, column: usize| format!("c{row}_{column}");
    let mut revisions = Vec::new();
    for row in 0..150 {
        for column in 0..150 {
            let above = (row > 0).then(|| cell(row - 1, column));
            let before = (column > 0).then(|| cell(row, column - 1));
            let parents: Vec<String> = above.into_iter().chain(before).collect();
            revisions.push(revision(cell(row, column), &parents, &[], &[]));
        }
    }
    up_and_down("lattice", revisions);
}

#[test]
fn a_spine_with_ten_thousand_side_tips_is_planned() {
    let mut revisions = line(10_000);
    for number in 0..10_000 {
        revisions.push(revision(format!("t{number}"), &[name(number)], &[], &[]));
    }
    let (up, _) = up_and_down("comb", revisions);
    assert_eq!(up.rows.len(), 10_000);
}
