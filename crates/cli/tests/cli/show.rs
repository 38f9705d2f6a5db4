//! `drove show`: a revision and its SQL.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn the_head_is_shown_unless_another_is_named() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove show c3
            drove show a
            drove show heads --json
            drove show zzz
            drove show base
            drove show"
        ),
        @r#"
    $ drove show c3
    Revision c3 (head)
      parents     b2
      created     2026-11-22T15:42:33Z
      path        migrations/versions/c3.sql
      tree        main
      message     Go left

    -- Go left
    --
    -- revision: c3
    -- parents: b2
    -- created: 2026-11-22T15:42:33Z
    -- drove:upgrade
    CREATE TABLE c (id integer);
    -- drove:downgrade
    DROP TABLE c;
    $ drove show a
    ~ error: a is no revision and no branch label
    ~  |
    ~  = help: did you mean a1?
    [exit 4]
    $ drove show heads --json
    {"branch_point":false,"created":"2026-11-22T15:42:33Z","current":null,"depends_on":[],"head":true,"labels":[],"merge":false,"message":"Go left","parents":["b2"],"path":"migrations/versions/c3.sql","revision":"c3","tree":"main"}
    {"branch_point":false,"created":"2026-11-22T15:42:33Z","current":null,"depends_on":[],"head":true,"labels":[],"merge":false,"message":"Go right","parents":["b2"],"path":"migrations/versions/d4.sql","revision":"d4","tree":"main"}
    $ drove show zzz
    ~ error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove show base
    ~ error: `base` means no revision of tree main
    ~  |
    ~  = help: `drove history` lists them
    [exit 4]
    $ drove show
    ~ error: head could be any of 2 heads: c3, d4
    ~  |
    ~  = help: join them with `drove merge -m "..." c3 d4`, name one of them, or say `heads` for all
    [exit 4]
    "#
    );
}

#[test]
fn across_trees() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove show b59b5 -t model/blub_test | head -14
            drove show"
        ),
        @"
    $ drove show b59b5 -t model/blub_test | head -14
    Revision b59b5b086895
      parents     base
      children    8e2b6f41c07d
      created     [moment]
      path        database/model_migrations/blub_test/versions/b59b5b086895_initial_model_tables.sql
      tree        model/blub_test
      message     Initial model tables

    -- Initial model tables
    --
    -- revision: b59b5b086895
    -- parents:
    -- created: [moment]
    -- drove:upgrade postgres
    $ drove show
    ~ error: it is not said which target is meant
    ~  |
    ~  = help: go to a tree's folder, pass -t TARGET (`drove targets` lists them) or --all; the trees are infra, model/blub_test, model/shared
    [exit 2]
    "
    );
}
