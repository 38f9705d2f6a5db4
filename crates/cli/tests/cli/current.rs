//! `drove current`: where databases stand.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn one_target_shows_its_rows_alone() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove -t infra current
            drove -t infra current -v
            drove -t infra current --json"
        ),
        @r#"
    $ drove -t infra current
    3c91d5e07ab4 (head)
    $ drove -t infra current -v
    ~ infra: [here]/data/indexer_shared.sqlite (SQLite [version])
    3c91d5e07ab4 (head)  Register the example models
    $ drove -t infra current --json
    {"exists":true,"location":"[here]/data/indexer_shared.sqlite","pending":0,"rows":["3c91d5e07ab4"],"target":"infra","unknown":[]}
    "#
    );
}

#[test]
fn several_targets_name_themselves() {
    let world = World::indexer_at_head();
    world.quietly("drove -t model/joe_test downgrade -1");
    assert_snapshot!(
        world.sees(
            "drove --all current
            drove --all current --check-heads
            drove -t infra current --check-heads
            drove --all current --json"
        ),
        @r#"
    $ drove --all current
    infra  3c91d5e07ab4 (head)
    model/blub_test  8e2b6f41c07d (head)
    model/joe_test  a41c7de90b35
    model/pharaoh_test  e07f35b9d264 (head)
    $ drove --all current --check-heads
    infra  3c91d5e07ab4 (head)
    model/blub_test  8e2b6f41c07d (head)
    model/joe_test  a41c7de90b35
    model/pharaoh_test  e07f35b9d264 (head)
    [exit 1]
    $ drove -t infra current --check-heads
    3c91d5e07ab4 (head)
    $ drove --all current --json
    {"exists":true,"location":"[here]/data/indexer_shared.sqlite","pending":0,"rows":["3c91d5e07ab4"],"target":"infra","unknown":[]}
    {"exists":true,"location":"[here]/data/blub_test.sqlite","pending":0,"rows":["8e2b6f41c07d"],"target":"model/blub_test","unknown":[]}
    {"exists":true,"location":"[here]/data/joe_test.sqlite","pending":1,"rows":["a41c7de90b35"],"target":"model/joe_test","unknown":[]}
    {"exists":true,"location":"[here]/data/pharaoh_test.sqlite","pending":0,"rows":["e07f35b9d264"],"target":"model/pharaoh_test","unknown":[]}
    "#
    );
}

#[test]
fn what_is_not_there_is_said() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove -t infra current
            drove -t infra current --json
            drove -t infra current --check-heads
            drove --all current"
        ),
        @r#"
    $ drove -t infra current
    ~ the database is not there yet
    $ drove -t infra current --json
    {"exists":false,"location":"[here]/data/indexer_shared.sqlite","pending":2,"rows":[],"target":"infra","unknown":[]}
    $ drove -t infra current --check-heads
    ~ the database is not there yet
    [exit 1]
    $ drove --all current
    infra  (the database is not there yet)
    model/blub_test  (the database is not there yet)
    "#
    );
}

#[test]
fn at_base_and_without_a_version_table() {
    let world = World::forked();
    world.quietly("drove ensure-version --create");
    assert_snapshot!(
        world.sees(
            "drove current
            drove exec -c 'DROP TABLE alembic_version'
            drove current"
        ),
        @"
    $ drove current
    ~ at base
    $ drove exec -c 'DROP TABLE alembic_version'
    $ drove current
    ~ no version table
    "
    );
}

#[test]
fn two_rows_are_two_lines() {
    let world = World::forked();
    world.quietly("drove upgrade heads --create");
    assert_snapshot!(world.sees("drove current -v"), @"
    $ drove current -v
    ~ main: [here]/data/app.sqlite (SQLite [version])
    d4 (head)  Go right
    c3 (head)  Go left
    ");
}

#[test]
fn a_memory_says_whose_it_is() {
    let world = World::indexer_at_head();
    world.quietly("rm database/model_migrations/shared/versions/e07f35b9d264_add_liquidation_events_table.sql");
    assert_snapshot!(world.sees("drove --all current\ndrove -t model/joe_test plan"), @r#"
    $ drove --all current
    ~ note: model/joe_test: the database remembers e07f35b9d264: "Add liquidation_events table", of tree model/shared, applied [moment] by ann@desk; its text is in the journal
    ~ note: model/joe_test: nothing will touch the database as it is; bring the revision's file back, or mark where it stands: `drove -t model/joe_test stamp --purge REVISION`
    ~ note: model/pharaoh_test: the database remembers e07f35b9d264: "Add liquidation_events table", of tree model/shared, applied [moment] by ann@desk; its text is in the journal
    ~ note: model/pharaoh_test: nothing will touch the database as it is; bring the revision's file back, or mark where it stands: `drove -t model/pharaoh_test stamp --purge REVISION`
    infra  3c91d5e07ab4 (head)
    model/blub_test  8e2b6f41c07d (head)
    model/joe_test  e07f35b9d264 (not in this tree)
    model/pharaoh_test  e07f35b9d264 (not in this tree)
    $ drove -t model/joe_test plan
    ~ error: [here]/data/joe_test.sqlite stands at e07f35b9d264, which tree model/shared does not have
    ~  |
    ~  = help: `drove current -v` tells more
    [exit 4]
    "#);
}
