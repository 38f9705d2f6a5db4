//! Selectors that mean nothing, or too much.

use droveway::core::{
    plan,
    revision::{Revision, RevisionGraph, RevisionId},
};
use proptest::prelude::*;
use snapbox::{assert_data_eq, str};

use crate::ground::{Ground, revision};

#[test]
fn a_selector_that_means_nothing() {
    let ground = Ground::migrated();
    assert_data_eq!(
        ground.refused(4, ["upgrade", "zzzz"]),
        str![[r#"

app: error: zzzz is no revision and no branch label
 |
 = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique

"#]]
    );
    assert_data_eq!(
        ground.refused(4, ["upgrade", "bbbb3"]),
        str![[r#"

app: error: bbbb3 is no revision and no branch label
 |
 = help: did you mean bbbb2?

"#]]
    );
    assert_data_eq!(
        ground.refused(4, ["upgrade", "shop@head"]),
        str![[r#"

app: error: shop is no revision and no branch label
 |
 = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique

"#]]
    );
    assert_data_eq!(
        ground.refused(4, ["upgrade", "--sql", "zzzz"]),
        str![[r#"
error: zzzz is no revision and no branch label
 |
 = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique

"#]]
    );
}

#[test]
fn a_selector_that_means_two_revisions() {
    let ground = Ground::with("db/versions/c3.sql", revision("bbbb3", "bbbb2", ""));
    assert_data_eq!(
        ground.refused(4, ["upgrade", "bbbb"]),
        str![[r#"

app: error: bbbb could be any of bbbb2, bbbb3
 |
 = help: type more of it, for instance bbbb2

"#]]
    );
}

#[test]
fn head_where_there_are_two() {
    let ground = Ground::with("db/versions/c3.sql", revision("cccc3", "aaaa1", ""));
    assert_data_eq!(
        ground.refused(4, ["up"]),
        str![[r#"

app: error: head could be any of 2 heads: bbbb2, cccc3
 |
 = help: join them with `drove merge -m "..." bbbb2 cccc3`, name one of them, or say `heads` for all

"#]]
    );
    assert_data_eq!(
        ground.refused(4, ["revision", "-m", "more"]),
        str![[r#"
error: head could be any of 2 heads: bbbb2, cccc3
 |
 = help: join them with `drove merge -m "..." bbbb2 cccc3`, name one of them, or say `heads` for all

"#]]
    );
}

#[test]
fn no_database_is_made_where_there_are_two_heads() {
    let ground = Ground::new();
    ground.write("db/versions/c3.sql", revision("cccc3", "aaaa1", ""));
    ground.refused(4, ["up"]);
    ground.refused(4, ["upgrade", "--create", "zzzz"]);
}

#[test]
fn a_downgrade_past_the_base() {
    let ground = Ground::migrated();
    assert_data_eq!(
        ground.refused(4, ["downgrade", "-3"]),
        str![[r#"

app: error: there is no revision as far down as -3
 |
 = help: `base` is below the first revision

"#]]
    );
}

#[test]
fn a_downgrade_of_what_cannot_be_undone() {
    let text = revision("cccc3", "bbbb2", "CREATE TABLE c (i integer);");
    let (without, _) = text.split_once("-- drove:downgrade").expect("the text has both sections");
    let ground = Ground::new();
    ground.write("db/versions/c3.sql", without);
    assert_eq!(ground.run(["up"]).code, 0);
    assert_data_eq!(
        ground.refused(4, ["downgrade", "base"]),
        str![[r#"

app: error: revision cccc3 (Make cccc3) cannot be downgraded: it has no `-- drove:downgrade` section
 |
 = help: nothing was changed. Write the section in db/versions/c3.sql (an empty one says that nothing needs undoing),
         or go forward with a new revision

"#]]
    );
}

/// Texts at the edges of the grammar, for every command that takes a selector.
const ODD: [&str; 40] = [
    "",
    " ",
    "\t",
    "\n",
    "@",
    "+",
    "-",
    "--",
    ":",
    "::",
    "a:b:c",
    "@head",
    "shop@",
    "a@b@c",
    "head@head",
    "heads-1",
    "head+1",
    "base-1",
    "base+1",
    "current+9",
    "+0",
    "-0",
    "+-1",
    "a+b+c",
    "aaaa1--1",
    "aaaa1+99999999999999999999999999",
    "+99999999999999999999",
    "-99999999999999999999",
    "-9223372036854775808",
    "%",
    "*",
    "é",
    "💩",
    "\u{feff}head",
    "'; DROP TABLE a; --",
    "\"",
    "../../x",
    "aaaa1,bbbb2",
    "aaaa1 bbbb2",
    "{}",
];

#[test]
fn odd_texts_never_end_the_program_by_surprise() {
    let ground = Ground::migrated();
    let long = "x".repeat(100_000);
    for text in ODD.into_iter().chain([long.as_str()]) {
        for command in
            [["upgrade"].as_slice(), &["downgrade", "--sql"], &["history", "-r"], &["show"], &["plan", "--down"]]
        {
            let answer = ground.run(command.iter().copied().chain([text]));
            assert!([0, 1, 2, 4].contains(&answer.code), "{command:?} {text:?}: {}\n{}", answer.code, answer.err);
            let is_explained = answer.code < 2 || answer.err.contains("error");
            assert!(is_explained, "{command:?} {text:?} ends with {} and no reason", answer.code);
        }
    }
}

fn graph() -> RevisionGraph {
    let revision = |id: &str, parents: &[&str], labels: &[&str]| Revision {
        id: RevisionId::stored(id),
        parents: parents.iter().map(|id| RevisionId::stored(id)).collect(),
        depends_on: Vec::new(),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        message: String::new(),
        created: None,
    };
    let revisions = vec![
        revision("aaaa1", &[], &[]),
        revision("bbbb2", &["aaaa1"], &["shop"]),
        revision("cccc3", &["aaaa1"], &["till"]),
        revision("dddd4", &["bbbb2", "cccc3"], &[]),
    ];
    RevisionGraph::new(revisions).expect("the graph is sound")
}

proptest! {
    /// Everything that plans answers or refuses, whatever the text.
    #[test]
    fn any_text_is_a_selector_or_an_error(
        text in r"((aaaa1|bb|shop|till|head|heads|base|current|[@+:\-]|[0-9]{1,22}|\PC){0,6})|.{0,30}"
    ) {
        let graph = graph();
        let rows = [RevisionId::stored("bbbb2")];
        let _ = plan::upgrade(&graph, &rows, &text);
        let _ = plan::downgrade(&graph, &rows, &text);
        let _ = plan::upgrade_range(&graph, &text);
        let _ = plan::stamp(&graph, &rows, std::slice::from_ref(&text), true);
        if let Ok(listed) = graph.history(Some(&text), &rows) {
            prop_assert!(listed.len() <= graph.len());
        }
    }
}
