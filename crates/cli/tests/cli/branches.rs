//! `drove branches`: where trees divide and come together.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_branch_point_names_its_children() {
    let world = World::forked();
    world.revision("e5", "c3, d4", "Come together", "SELECT 1;", "SELECT 1;");
    assert_snapshot!(
        world.sees(
            "drove branches
            drove branches --json"
        ),
        @r#"
    $ drove branches
    e5 (merge)  Come together
    b2 (branch point)  Go on
        -> c3  Go left
        -> d4  Go right
    $ drove branches --json
    {"children":[],"merges":true,"revision":"e5","tree":"main"}
    {"children":["c3","d4"],"merges":false,"revision":"b2","tree":"main"}
    "#
    );
}

#[test]
fn a_straight_tree_has_none() {
    let world = World::indexer();
    assert_snapshot!(world.sees("drove -t infra branches"), @"$ drove -t infra branches");
}
