//! `drove heads`: the newest revisions of trees.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn heads_need_no_database() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove heads --all
            drove -t infra heads
            drove -t infra heads -v
            drove --all heads --json"
        ),
        @r#"
    $ drove heads --all
    infra  f7b8066ff184 -> 3c91d5e07ab4 (head)  Register the example models
    model/blub_test  b59b5b086895 -> 8e2b6f41c07d (head)  Add missing columns to transaction_processing
    model/shared  a41c7de90b35 -> e07f35b9d264 (head)  Add liquidation_events table
    $ drove -t infra heads
    f7b8066ff184 -> 3c91d5e07ab4 (head)  Register the example models
    $ drove -t infra heads -v
    Revision 3c91d5e07ab4 (head)
      parents     f7b8066ff184
      created     [moment]
      path        database/infra_migrations/versions/3c91d5e07ab4_register_the_example_models.sql
      tree        infra
      message     Register the example models

    $ drove --all heads --json
    {"branch_point":false,"created":"[moment]","current":null,"depends_on":[],"head":true,"labels":[],"merge":false,"message":"Register the example models","parents":["f7b8066ff184"],"path":"database/infra_migrations/versions/3c91d5e07ab4_register_the_example_models.sql","revision":"3c91d5e07ab4","tree":"infra"}
    {"branch_point":false,"created":"[moment]","current":null,"depends_on":[],"head":true,"labels":[],"merge":false,"message":"Add missing columns to transaction_processing","parents":["b59b5b086895"],"path":"database/model_migrations/blub_test/versions/8e2b6f41c07d_add_missing_columns_to_transaction_processing.sql","revision":"8e2b6f41c07d","tree":"model/blub_test"}
    {"branch_point":false,"created":"[moment]","current":null,"depends_on":[],"head":true,"labels":[],"merge":false,"message":"Add liquidation_events table","parents":["a41c7de90b35"],"path":"database/model_migrations/shared/versions/e07f35b9d264_add_liquidation_events_table.sql","revision":"e07f35b9d264","tree":"model/shared"}
    "#
    );
}

#[test]
fn two_heads_are_two_lines() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove heads
            drove heads -v"
        ),
        @"
    $ drove heads
    b2 -> c3 (head)  Go left
    b2 -> d4 (head)  Go right
    $ drove heads -v
    Revision c3 (head)
      parents     b2
      created     2026-11-22T15:42:33Z
      path        migrations/versions/c3.sql
      tree        main
      message     Go left

    Revision d4 (head)
      parents     b2
      created     2026-11-22T15:42:33Z
      path        migrations/versions/d4.sql
      tree        main
      message     Go right
    "
    );
}

#[test]
fn an_empty_tree_has_none() {
    let world = World::single();
    assert_snapshot!(
        world.sees(
            "drove heads
            drove heads --json"
        ),
        @"
    $ drove heads
    $ drove heads --json
    "
    );
}
