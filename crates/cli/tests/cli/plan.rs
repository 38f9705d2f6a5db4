//! `drove plan`: what would run.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_plan_lists_the_steps_and_exits_with_one() {
    let world = World::indexer_at_head();
    world.quietly("drove -t model/joe_test downgrade base");
    assert_snapshot!(
        world.sees(
            "drove -t model/joe_test plan
            drove -t infra plan
            drove --all plan"
        ),
        @"
    $ drove -t model/joe_test plan
    model/joe_test, at base: 2 steps
      upgrade a41c7de90b35  Initial model tables  (73 statements, database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql)
      upgrade e07f35b9d264  Add liquidation_events table  (9 statements, database/model_migrations/shared/versions/e07f35b9d264_add_liquidation_events_table.sql)
    [exit 1]
    $ drove -t infra plan
    infra, at 3c91d5e07ab4: nothing to run
    $ drove --all plan
    infra, at 3c91d5e07ab4: nothing to run
    model/blub_test, at 8e2b6f41c07d: nothing to run
    model/joe_test, at base: 2 steps
      upgrade a41c7de90b35  Initial model tables  (73 statements, database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql)
      upgrade e07f35b9d264  Add liquidation_events table  (9 statements, database/model_migrations/shared/versions/e07f35b9d264_add_liquidation_events_table.sql)
    model/pharaoh_test, at e07f35b9d264: nothing to run
    [exit 1]
    "
    );
}

#[test]
fn a_plan_for_a_database_that_is_not_there() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove -t infra plan
            ls"
        ),
        @"
    $ drove -t infra plan
    infra, not made yet: 2 steps
      upgrade f7b8066ff184  Add configuration models  (33 statements, database/infra_migrations/versions/f7b8066ff184_add_configuration_models.sql)
      upgrade 3c91d5e07ab4  Register the example models  (14 statements, database/infra_migrations/versions/3c91d5e07ab4_register_the_example_models.sql)
    [exit 1]
    $ ls
    README.md
    database
    drove.toml
    sample
    "
    );
}

#[test]
fn a_plan_can_go_down() {
    let world = World::forked();
    world.quietly("drove upgrade c3 --create");
    assert_snapshot!(
        world.sees(
            "drove plan --down a1
            drove plan --down base --sql
            drove plan --down base --json --sql"
        ),
        @r#"
    $ drove plan --down a1
    main, at c3: 2 steps
      downgrade c3  Go left  (1 statement, migrations/versions/c3.sql)
      downgrade b2  Go on  (1 statement, migrations/versions/b2.sql)
    [exit 1]
    $ drove plan --down base --sql
    -- Tree main for sqlite, written by droveway
    -- Run this with sqlite3 -bail, so that the first error ends it.
    PRAGMA foreign_keys = ON;

    -- downgrade c3: Go left
    BEGIN IMMEDIATE;
    DROP TABLE c;
    UPDATE "alembic_version" SET version_num = 'b2' WHERE version_num = 'c3';
    COMMIT;

    -- downgrade b2: Go on
    BEGIN IMMEDIATE;
    DROP TABLE b;
    UPDATE "alembic_version" SET version_num = 'a1' WHERE version_num = 'b2';
    COMMIT;

    -- downgrade a1: Begin
    BEGIN IMMEDIATE;
    DROP TABLE a;
    DELETE FROM "alembic_version" WHERE version_num = 'a1';
    COMMIT;
    [exit 1]
    $ drove plan --down base --json --sql
    {"from":["c3"],"location":"[here]/data/app.sqlite","steps":[{"direction":"downgrade","forget":["c3"],"message":"Go left","path":"migrations/versions/c3.sql","remember":["b2"],"revision":"c3","statements":["DROP TABLE c"]},{"direction":"downgrade","forget":["b2"],"message":"Go on","path":"migrations/versions/b2.sql","remember":["a1"],"revision":"b2","statements":["DROP TABLE b"]},{"direction":"downgrade","forget":["a1"],"message":"Begin","path":"migrations/versions/a1.sql","remember":[],"revision":"a1","statements":["DROP TABLE a"]}],"target":"main","to":[],"tree":"main"}
    [exit 1]
    "#
    );
}

#[test]
fn a_plan_as_sql_and_as_data() {
    let world = World::forked();
    world.quietly("drove upgrade a1 --create");
    assert_snapshot!(
        world.sees(
            "drove plan c3 --sql
            drove plan c3 --json
            drove plan c3 --json --sql
            drove plan a1 --json"
        ),
        @r#"
    $ drove plan c3 --sql
    -- Tree main for sqlite, written by droveway
    -- Run this with sqlite3 -bail, so that the first error ends it.
    PRAGMA foreign_keys = ON;

    -- upgrade b2: Go on
    BEGIN IMMEDIATE;
    CREATE TABLE b (id integer);
    UPDATE "alembic_version" SET version_num = 'b2' WHERE version_num = 'a1';
    COMMIT;

    -- upgrade c3: Go left
    BEGIN IMMEDIATE;
    CREATE TABLE c (id integer);
    UPDATE "alembic_version" SET version_num = 'c3' WHERE version_num = 'b2';
    COMMIT;
    [exit 1]
    $ drove plan c3 --json
    {"from":["a1"],"location":"[here]/data/app.sqlite","steps":[{"direction":"upgrade","forget":["a1"],"message":"Go on","path":"migrations/versions/b2.sql","remember":["b2"],"revision":"b2"},{"direction":"upgrade","forget":["b2"],"message":"Go left","path":"migrations/versions/c3.sql","remember":["c3"],"revision":"c3"}],"target":"main","to":["c3"],"tree":"main"}
    [exit 1]
    $ drove plan c3 --json --sql
    {"from":["a1"],"location":"[here]/data/app.sqlite","steps":[{"direction":"upgrade","forget":["a1"],"message":"Go on","path":"migrations/versions/b2.sql","remember":["b2"],"revision":"b2","statements":["CREATE TABLE b (id integer)"]},{"direction":"upgrade","forget":["b2"],"message":"Go left","path":"migrations/versions/c3.sql","remember":["c3"],"revision":"c3","statements":["CREATE TABLE c (id integer)"]}],"target":"main","to":["c3"],"tree":"main"}
    [exit 1]
    $ drove plan a1 --json
    {"from":["a1"],"location":"[here]/data/app.sqlite","steps":[],"target":"main","to":["a1"],"tree":"main"}
    "#
    );
}

#[test]
fn a_plan_refuses_what_the_run_would_refuse() {
    let world = World::forked();
    world.quietly("drove upgrade a1 --create");
    assert_snapshot!(
        world.sees(
            "drove plan
            drove plan zzz
            drove plan --down zzz"
        ),
        @r#"
    $ drove plan
    ~ error: head could be any of 2 heads: c3, d4
    ~  |
    ~  = help: join them with `drove merge -m "..." c3 d4`, name one of them, or say `heads` for all
    [exit 4]
    $ drove plan zzz
    ~ error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove plan --down zzz
    ~ error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    "#
    );
}
