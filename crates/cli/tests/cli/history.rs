//! `drove history`: revisions, newest first.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn newest_first_with_parents() {
    let world = World::forked();
    assert_snapshot!(world.sees("drove history"), @"
    $ drove history
    b2 -> c3 (head)  Go left
    b2 -> d4 (head)  Go right
    a1 -> b2 (branch point)  Go on
    base -> a1  Begin
    ");
    assert_snapshot!(world.sees("drove history -v"), @"
    $ drove history -v
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

    Revision b2 (branch point)
      parents     a1
      children    c3, d4
      created     2026-11-22T15:42:33Z
      path        migrations/versions/b2.sql
      tree        main
      message     Go on

    Revision a1
      parents     base
      children    b2
      created     2026-11-22T15:42:33Z
      path        migrations/versions/a1.sql
      tree        main
      message     Begin
    ");
}

#[test]
fn ranges_include_both_ends() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove history -r a1:c3
            drove history -r b2:
            drove history -r :b2
            drove history -r c3:a1
            drove history -r zzz:
            drove history -r c3"
        ),
        @"
    $ drove history -r a1:c3
    b2 -> c3 (head)  Go left
    a1 -> b2 (branch point)  Go on
    base -> a1  Begin
    $ drove history -r b2:
    b2 -> c3 (head)  Go left
    b2 -> d4 (head)  Go right
    a1 -> b2 (branch point)  Go on
    $ drove history -r :b2
    a1 -> b2 (branch point)  Go on
    base -> a1  Begin
    $ drove history -r c3:a1
    ~ error: c3 is not below a1
    ~  |
    ~  = help: `drove current` shows what is applied, `drove history` what stands on what
    [exit 4]
    $ drove history -r zzz:
    ~ error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove history -r c3
    ~ error: c3 is no range of revisions
    ~  |
    ~  = help: write `start:end`, `start:` or `:end`
    [exit 4]
    "
    );
}

#[test]
fn the_place_of_the_database_can_be_marked() {
    let world = World::forked();
    world.quietly("drove upgrade b2 --create");
    assert_snapshot!(
        world.sees(
            "drove history -i
            drove history -r current:
            drove history -r :current -i
            drove history -r -1:current"
        ),
        @"
    $ drove history -i
    b2 -> c3 (head)  Go left
    b2 -> d4 (head)  Go right
    a1 -> b2 (branch point) (current)  Go on
    base -> a1  Begin
    $ drove history -r current:
    b2 -> c3 (head)  Go left
    b2 -> d4 (head)  Go right
    a1 -> b2 (branch point)  Go on
    $ drove history -r :current -i
    a1 -> b2 (branch point) (current)  Go on
    base -> a1  Begin
    $ drove history -r -1:current
    a1 -> b2 (branch point)  Go on
    "
    );
}

#[test]
fn several_databases_of_one_tree_ask_which() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove -t model/shared history -i
            drove -t model/joe_test history -i
            cd database/model_migrations/shared && drove history"
        ),
        @"
    $ drove -t model/shared history -i
    ~ error: 2 databases follow tree model/shared
    ~  |
    ~  = help: say which with -t: model/joe_test, model/pharaoh_test
    [exit 2]
    $ drove -t model/joe_test history -i
    a41c7de90b35 -> e07f35b9d264 (head) (current)  Add liquidation_events table
    base -> a41c7de90b35  Initial model tables
    $ cd database/model_migrations/shared && drove history
    a41c7de90b35 -> e07f35b9d264 (head)  Add liquidation_events table
    base -> a41c7de90b35  Initial model tables
    "
    );
}

#[test]
fn json_has_one_object_a_revision() {
    let world = World::forked();
    assert_snapshot!(world.sees("drove history --json"), @r#"
    $ drove history --json
    {"branch_point":false,"created":"2026-11-22T15:42:33Z","current":null,"depends_on":[],"head":true,"labels":[],"merge":false,"message":"Go left","parents":["b2"],"path":"migrations/versions/c3.sql","revision":"c3","tree":"main"}
    {"branch_point":false,"created":"2026-11-22T15:42:33Z","current":null,"depends_on":[],"head":true,"labels":[],"merge":false,"message":"Go right","parents":["b2"],"path":"migrations/versions/d4.sql","revision":"d4","tree":"main"}
    {"branch_point":true,"created":"2026-11-22T15:42:33Z","current":null,"depends_on":[],"head":false,"labels":[],"merge":false,"message":"Go on","parents":["a1"],"path":"migrations/versions/b2.sql","revision":"b2","tree":"main"}
    {"branch_point":false,"created":"2026-11-22T15:42:33Z","current":null,"depends_on":[],"head":false,"labels":[],"merge":false,"message":"Begin","parents":[],"path":"migrations/versions/a1.sql","revision":"a1","tree":"main"}
    "#);
}

#[test]
fn all_trees_at_once() {
    let world = World::indexer();
    assert_snapshot!(world.sees("drove history --all"), @"
    $ drove history --all
    infra  f7b8066ff184 -> 3c91d5e07ab4 (head)  Register the example models
    infra  base -> f7b8066ff184  Add configuration models
    model/blub_test  b59b5b086895 -> 8e2b6f41c07d (head)  Add missing columns to transaction_processing
    model/blub_test  base -> b59b5b086895  Initial model tables
    model/shared  a41c7de90b35 -> e07f35b9d264 (head)  Add liquidation_events table
    model/shared  base -> a41c7de90b35  Initial model tables
    ");
}

#[test]
fn a_reader_that_goes_ends_it_quietly() {
    let world = World::single();
    world.revision("r0", "", "Begin", "SELECT 1;", "SELECT 1;");
    for number in 1..1500 {
        world.revision(&format!("r{number}"), &format!("r{}", number - 1), "Go on", "SELECT 1;", "SELECT 1;");
    }
    assert_snapshot!(world.sees("drove history -v | head -1"), @"
    $ drove history -v | head -1
    Revision r1499 (head)
    ");
}
