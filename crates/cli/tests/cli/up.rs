//! `drove up`: everything to head.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn the_first_run_makes_every_database_and_the_second_has_nothing_to_do() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove up --parallel 1
            drove up"
        ),
        @"
    $ drove up --parallel 1
    ~ infra: made the database [here]/data/indexer_shared.sqlite
    ~ infra: up f7b8066ff184  Add configuration models  [time]
    ~ infra: up 3c91d5e07ab4  Register the example models  [time]
    ~ model/blub_test: made the database [here]/data/blub_test.sqlite
    ~ model/blub_test: up b59b5b086895  Initial model tables  [time]
    ~ model/blub_test: up 8e2b6f41c07d  Add missing columns to transaction_processing  [time]
    ~ model/joe_test: made the database [here]/data/joe_test.sqlite
    ~ model/joe_test: up a41c7de90b35  Initial model tables  [time]
    ~ model/joe_test: up e07f35b9d264  Add liquidation_events table  [time]
    ~ model/pharaoh_test: made the database [here]/data/pharaoh_test.sqlite
    ~ model/pharaoh_test: up a41c7de90b35  Initial model tables  [time]
    ~ model/pharaoh_test: up e07f35b9d264  Add liquidation_events table  [time]

    TARGET              FROM  TO            STEPS  TIME  RESULT
    infra               base  3c91d5e07ab4  2      [time]  applied
    model/blub_test     base  8e2b6f41c07d  2      [time]  applied
    model/joe_test      base  e07f35b9d264  2      [time]  applied
    model/pharaoh_test  base  e07f35b9d264  2      [time]  applied

    everything is at head (8 steps on 4 targets)
    $ drove up

    TARGET              FROM          TO            STEPS  TIME  RESULT
    infra               3c91d5e07ab4  3c91d5e07ab4  0      [time]  already
    model/blub_test     8e2b6f41c07d  8e2b6f41c07d  0      [time]  already
    model/joe_test      e07f35b9d264  e07f35b9d264  0      [time]  already
    model/pharaoh_test  e07f35b9d264  e07f35b9d264  0      [time]  already

    everything is at head (4 targets)
    "
    );
}

#[test]
fn in_a_trees_folder_up_means_that_tree() {
    let world = World::indexer();
    assert_snapshot!(world.sees("cd database/infra_migrations && drove up"), @"
    $ cd database/infra_migrations && drove up
    ~ infra: made the database [here]/data/indexer_shared.sqlite
    ~ infra: up f7b8066ff184  Add configuration models  [time]
    ~ infra: up 3c91d5e07ab4  Register the example models  [time]
    everything is at head (2 steps on 1 target)
    ");
}

#[test]
fn one_target_needs_no_table() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove up -t infra
            drove up -t infra -v"
        ),
        @"
    $ drove up -t infra
    ~ infra: made the database [here]/data/indexer_shared.sqlite
    ~ infra: up f7b8066ff184  Add configuration models  [time]
    ~ infra: up 3c91d5e07ab4  Register the example models  [time]
    everything is at head (2 steps on 1 target)
    $ drove up -t infra -v
    ~ drove: group infra: 1 target, 1 at once
    ~ infra: already at 3c91d5e07ab4
    everything is at head (1 target)
    "
    );
    assert_snapshot!(
        world.sees(
            "drove up -t model/joe_test --quiet
            drove -t model/joe_test current"
        ),
        @"
    $ drove up -t model/joe_test --quiet
    $ drove -t model/joe_test current
    e07f35b9d264 (head)
    "
    );
}

#[test]
fn json_is_one_event_a_line() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove up -t infra --json
            drove up -t infra --json"
        ),
        @r#"
    $ drove up -t infra --json
    {"at_ms":[ms],"event":"run_started","targets":1}
    {"at_ms":[ms],"event":"group_started","group":"infra","parallel":1,"targets":1}
    {"at_ms":[ms],"event":"database_created","location":"[here]/data/indexer_shared.sqlite","target":"infra"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":2,"target":"infra"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Add configuration models","number":1,"of":2,"revision":"f7b8066ff184","target":"infra"}
    {"at_ms":[ms],"direction":"upgrade","elapsed_ms":[ms],"event":"step_done","message":"Add configuration models","revision":"f7b8066ff184","target":"infra"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Register the example models","number":2,"of":2,"revision":"3c91d5e07ab4","target":"infra"}
    {"at_ms":[ms],"direction":"upgrade","elapsed_ms":[ms],"event":"step_done","message":"Register the example models","revision":"3c91d5e07ab4","target":"infra"}
    {"at_ms":[ms],"elapsed_ms":[ms],"event":"target_done","from":[],"outcome":"applied","steps":2,"target":"infra","to":["3c91d5e07ab4"]}
    {"already":0,"applied":1,"at_ms":[ms],"elapsed_ms":[ms],"event":"run_done","failed":0,"skipped":0}
    $ drove up -t infra --json
    {"at_ms":[ms],"event":"run_started","targets":1}
    {"at_ms":[ms],"event":"group_started","group":"infra","parallel":1,"targets":1}
    {"at_ms":[ms],"elapsed_ms":[ms],"event":"target_done","from":["3c91d5e07ab4"],"outcome":"already","steps":0,"target":"infra","to":["3c91d5e07ab4"]}
    {"already":1,"applied":0,"at_ms":[ms],"elapsed_ms":[ms],"event":"run_done","failed":0,"skipped":0}
    "#
    );
}

#[test]
fn models_do_not_start_when_the_infrastructure_failed() {
    let world = World::indexer_at_head();
    world.write("database/infra_migrations/versions/bad.sql", "-- Break\n--\n-- revision: bad\n-- parents: 3c91d5e07ab4\n-- drove:upgrade\nCREATE TABLE models (id integer);\n");
    assert_snapshot!(world.sees("drove up"), @"
    $ drove up
    ~ model/blub_test: skipped: a group before it failed
    ~ model/joe_test: skipped: a group before it failed
    ~ model/pharaoh_test: skipped: a group before it failed
    ~
    ~ infra: error: database/infra_migrations/versions/bad.sql:6: table models already exists
    ~  --> database/infra_migrations/versions/bad.sql:6:14
    ~   |
    ~ 6 | CREATE TABLE models (id integer)
    ~   |              ^^^^^^ table models already exists
    ~   |
    ~   = note: the upgrade of bad was rolled back as a whole
    ~   = note: code: SQLITE_ERROR

    TARGET              FROM  TO  STEPS  TIME  RESULT
    infra               ?     ?   -      [time]  FAILED
    model/blub_test     -     -   -      [time]  skipped
    model/joe_test      -     -   -      [time]  skipped
    model/pharaoh_test  -     -   -      [time]  skipped

    1 of 4 targets failed, 3 did not start
    [exit 3]
    ");
    assert_snapshot!(world.sees("drove up --json"), @r#"
    $ drove up --json
    {"at_ms":[ms],"event":"group_started","group":"infra","parallel":1,"targets":1}
    {"at_ms":[ms],"current":["3c91d5e07ab4"],"event":"target_started","steps":1,"target":"infra"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Break","number":1,"of":1,"revision":"bad","target":"infra"}
    {"at_ms":[ms],"code":"already-exists","elapsed_ms":[ms],"event":"target_failed","message":"database/infra_migrations/versions/bad.sql:6: table models already exists","target":"infra","to":[]}
    {"at_ms":[ms],"event":"target_skipped","reason":"a group before it failed","target":"model/blub_test"}
    {"at_ms":[ms],"event":"target_skipped","reason":"a group before it failed","target":"model/joe_test"}
    {"at_ms":[ms],"event":"target_skipped","reason":"a group before it failed","target":"model/pharaoh_test"}
    {"already":0,"applied":0,"at_ms":[ms],"elapsed_ms":[ms],"event":"run_done","failed":1,"skipped":3}
    {"error":"already-exists","exit":3,"help":null,"message":"database/infra_migrations/versions/bad.sql:6: table models already exists","notes":["the upgrade of bad was rolled back as a whole","code: SQLITE_ERROR"],"place":{"line":6,"path":"database/infra_migrations/versions/bad.sql"},"target":"infra"}
    [exit 3]
    "#);
}

#[test]
fn one_failing_model_stops_neither_the_others_nor_the_summary() {
    let world = World::indexer();
    world.quietly("drove up -t infra -t model/blub_test");
    world.quietly("drove -t model/blub_test downgrade -1");
    world.edit(
        "database/model_migrations/blub_test/versions/8e2b6f41c07d_add_missing_columns_to_transaction_processing.sql",
        "-- drove:upgrade sqlite\n",
        "-- drove:upgrade sqlite\nSELECT 1\n  FROM nowhere;\n",
    );
    assert_snapshot!(world.sees("drove up --parallel 1"), @"
    $ drove up --parallel 1
    ~ model/blub_test: failed (statement)
    ~ model/joe_test: made the database [here]/data/joe_test.sqlite
    ~ model/joe_test: up a41c7de90b35  Initial model tables  [time]
    ~ model/joe_test: up e07f35b9d264  Add liquidation_events table  [time]
    ~ model/pharaoh_test: made the database [here]/data/pharaoh_test.sqlite
    ~ model/pharaoh_test: up a41c7de90b35  Initial model tables  [time]
    ~ model/pharaoh_test: up e07f35b9d264  Add liquidation_events table  [time]
    ~
    ~ model/blub_test: error: database/model_migrations/blub_test/versions/8e2b6f41c07d_add_missing_columns_to_transaction_processing.sql:123: no such table: nowhere
    ~    --> database/model_migrations/blub_test/versions/8e2b6f41c07d_add_missing_columns_to_transaction_processing.sql:123:1
    ~     |
    ~ 123 | SELECT 1
    ~     | ^^^^^^^^ no such table: nowhere
    ~     |
    ~     = note: the upgrade of 8e2b6f41c07d was rolled back as a whole
    ~     = note: code: SQLITE_ERROR

    TARGET              FROM          TO            STEPS  TIME  RESULT
    infra               3c91d5e07ab4  3c91d5e07ab4  0      [time]  already
    model/blub_test     ?             ?             -      [time]  FAILED
    model/joe_test      base          e07f35b9d264  2      [time]  applied
    model/pharaoh_test  base          e07f35b9d264  2      [time]  applied

    1 of 4 targets failed, 3 are at head
    [exit 3]
    ");
    assert_snapshot!(world.sees("drove status"), @"
    $ drove status
    TARGET              TREE             DATABASE        AT            STATE
    infra               infra            indexer_shared  3c91d5e07ab4  at head
    model/blub_test     model/blub_test  blub_test       b59b5b086895  1 step behind
    model/joe_test      model/shared     joe_test        e07f35b9d264  at head
    model/pharaoh_test  model/shared     pharaoh_test    e07f35b9d264  at head

    1 of 4 targets not at head
    ");
}

#[test]
fn at_least_one_target_runs_at_once() {
    let world = World::indexer();
    assert_snapshot!(world.sees("drove up --parallel 0"), @"
    $ drove up --parallel 0
    ~ error: invalid value '0' for '--parallel <N>': it is a whole number from 1 on
    ~
    ~ For more information, try '--help'.
    [exit 2]
    ");
}

#[test]
fn two_heads_name_themselves_and_the_command_that_joins_them() {
    let world = World::forked();
    assert_snapshot!(world.sees("drove up"), @r#"
    $ drove up
    ~ main: error: head could be any of 2 heads: c3, d4
    ~  |
    ~  = help: join them with `drove merge -m "..." c3 d4`, name one of them, or say `heads` for all
    [exit 4]
    "#);
    assert_snapshot!(world.sees("drove up --json"), @r#"
    $ drove up --json
    {"at_ms":[ms],"event":"group_started","group":"main","parallel":1,"targets":1}
    {"at_ms":[ms],"code":"multiple-heads","elapsed_ms":[ms],"event":"target_failed","message":"head could be any of 2 heads: c3, d4","target":"main","to":[]}
    {"already":0,"applied":0,"at_ms":[ms],"elapsed_ms":[ms],"event":"run_done","failed":1,"skipped":0}
    {"error":"multiple-heads","exit":4,"help":"join them with `drove merge -m \"...\" c3 d4`, name one of them, or say `heads` for all","message":"head could be any of 2 heads: c3, d4","notes":[],"place":null,"target":"main"}
    [exit 4]
    "#);
}
