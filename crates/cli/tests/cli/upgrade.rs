//! `drove upgrade`: forward to a revision, or the SQL for it.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn selectors_mean_what_they_mean_in_alembic() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove upgrade +1 --create
            drove current
            drove upgrade +1
            drove upgrade b2+1
            drove upgrade c
            drove current
            drove upgrade heads
            drove current
            drove upgrade heads"
        ),
        @"
    $ drove upgrade +1 --create
    ~ main: made the database [here]/data/app.sqlite
    ~ main: up a1  Begin  [time]
    done (1 step on 1 target)
    $ drove current
    a1
    $ drove upgrade +1
    ~ main: up b2  Go on  [time]
    done (1 step on 1 target)
    $ drove upgrade b2+1
    ~ main: error: the way up from b2 is not clear: it could go to c3, d4
    ~  |
    ~  = help: name the revision itself, or say the branch: `label@+1`
    [exit 4]
    $ drove upgrade c
    ~ main: error: c is no revision and no branch label
    ~  |
    ~  = help: did you mean c3?
    [exit 4]
    $ drove current
    b2
    $ drove upgrade heads
    ~ main: up d4  Go right  [time]
    ~ main: up c3  Go left  [time]
    done (2 steps on 1 target)
    $ drove current
    d4 (head)
    c3 (head)
    $ drove upgrade heads
    nothing to do (1 target)
    "
    );
}

#[test]
fn a_wrong_selector_changes_nothing() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove upgrade --create
            drove upgrade zzz --create
            drove upgrade +9 --create
            drove upgrade c3:d4 --create
            drove upgrade -1 --create
            drove upgrade nolabel@head --create"
        ),
        @r#"
    $ drove upgrade --create
    ~ main: error: head could be any of 2 heads: c3, d4
    ~  |
    ~  = help: join them with `drove merge -m "..." c3 d4`, name one of them, or say `heads` for all
    [exit 4]
    $ drove upgrade zzz --create
    ~ main: error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove upgrade +9 --create
    ~ main: error: the way up from b2 is not clear: it could go to c3, d4
    ~  |
    ~  = help: name the revision itself, or say the branch: `label@+1`
    [exit 4]
    $ drove upgrade c3:d4 --create
    ~ main: error: c3:d4 is a range, but a database that is connected has its own start
    ~  |
    ~  = help: give the target alone, or add --sql to write a script for the range
    [exit 4]
    $ drove upgrade -1 --create
    ~ main: error: there is no revision as far down as -1
    ~  |
    ~  = help: `base` is below the first revision
    [exit 4]
    $ drove upgrade nolabel@head --create
    ~ main: error: nolabel is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    "#
    );
}

#[test]
fn an_ambiguous_beginning_lists_what_it_could_be() {
    let world = World::single();
    world.revision("abc1", "", "One", "SELECT 1;", "SELECT 1;");
    world.revision("abd2", "abc1", "Two", "SELECT 1;", "SELECT 1;");
    assert_snapshot!(
        world.sees(
            "drove upgrade ab --create
            drove upgrade abd --create"
        ),
        @"
    $ drove upgrade ab --create
    ~ main: error: ab could be any of abc1, abd2
    ~  |
    ~  = help: type more of it, for instance abc1
    [exit 4]
    $ drove upgrade abd --create
    ~ main: made the database [here]/data/app.sqlite
    ~ main: up abc1  One  [time]
    ~ main: up abd2  Two  [time]
    done (2 steps on 1 target)
    "
    );
}

#[test]
fn a_missing_database_is_made_only_if_asked() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove upgrade c3
            drove upgrade c3 --json
            drove upgrade c3 --create"
        ),
        @r#"
    $ drove upgrade c3
    ~ main: error: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases; upgrade, stamp and ensure-version do it with --create
    [exit 3]
    $ drove upgrade c3 --json
    {"at_ms":[ms],"event":"run_started","targets":1}
    {"at_ms":[ms],"event":"group_started","group":"main","parallel":1,"targets":1}
    {"at_ms":[ms],"code":"database-missing","elapsed_ms":[ms],"event":"target_failed","message":"there is no database file [here]/data/app.sqlite","target":"main","to":[]}
    {"already":0,"applied":0,"at_ms":[ms],"elapsed_ms":[ms],"event":"run_done","failed":1,"skipped":0}
    {"error":"database-missing","exit":3,"help":"`drove up` makes missing databases; upgrade, stamp and ensure-version do it with --create","message":"there is no database file [here]/data/app.sqlite","notes":[],"place":null,"target":"main"}
    [exit 3]
    $ drove upgrade c3 --create
    ~ main: made the database [here]/data/app.sqlite
    ~ main: up a1  Begin  [time]
    ~ main: up b2  Go on  [time]
    ~ main: up c3  Go left  [time]
    done (3 steps on 1 target)
    "#
    );
}

#[test]
fn offline_mode_prints_a_script_with_version_rows() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove upgrade b2 --sql
            drove upgrade b2:heads --sql"
        ),
        @r#"
    $ drove upgrade b2 --sql
    -- Tree main for sqlite, written by droveway
    -- Run this with sqlite3 -bail, so that the first error ends it.
    PRAGMA foreign_keys = ON;
    CREATE TABLE IF NOT EXISTS "alembic_version" (
        version_num VARCHAR(32) NOT NULL,
        CONSTRAINT "alembic_version_pkc" PRIMARY KEY (version_num)
    );

    -- upgrade a1: Begin
    BEGIN IMMEDIATE;
    CREATE TABLE a (id integer);
    INSERT INTO "alembic_version" (version_num) VALUES ('a1');
    COMMIT;

    -- upgrade b2: Go on
    BEGIN IMMEDIATE;
    CREATE TABLE b (id integer);
    UPDATE "alembic_version" SET version_num = 'b2' WHERE version_num = 'a1';
    COMMIT;
    $ drove upgrade b2:heads --sql
    -- Tree main for sqlite, written by droveway
    -- Run this with sqlite3 -bail, so that the first error ends it.
    PRAGMA foreign_keys = ON;

    -- upgrade d4: Go right
    BEGIN IMMEDIATE;
    CREATE TABLE d (id integer);
    UPDATE "alembic_version" SET version_num = 'd4' WHERE version_num = 'b2';
    COMMIT;

    -- upgrade c3: Go left
    BEGIN IMMEDIATE;
    CREATE TABLE c (id integer);
    INSERT INTO "alembic_version" (version_num) VALUES ('c3');
    COMMIT;
    "#
    );
    assert_snapshot!(
        world.sees(
            "drove upgrade zzz --sql
            drove upgrade --sql"
        ),
        @r#"
    $ drove upgrade zzz --sql
    ~ error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove upgrade --sql
    ~ error: head could be any of 2 heads: c3, d4
    ~  |
    ~  = help: join them with `drove merge -m "..." c3 d4`, name one of them, or say `heads` for all
    [exit 4]
    "#
    );
}

#[test]
fn many_targets_with_one_script_get_it_once() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove -t 'model/*' upgrade e07f35b9d264:head --sql
            drove -t model/shared upgrade a41c7de90b35:head --sql"
        ),
        @r#"
    $ drove -t 'model/*' upgrade e07f35b9d264:head --sql
    ~ error: model/blub_test: e07f35b9d264 is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove -t model/shared upgrade a41c7de90b35:head --sql
    -- Tree model/shared for sqlite, written by droveway
    -- Run this with sqlite3 -bail, so that the first error ends it.
    PRAGMA foreign_keys = ON;

    -- upgrade e07f35b9d264: Add liquidation_events table
    BEGIN IMMEDIATE;
    CREATE TABLE liquidation_events (
        market VARCHAR(42) NOT NULL,
        borrower VARCHAR(42) NOT NULL,
        liquidator VARCHAR(42) NOT NULL,
        collateral_token VARCHAR(42) NOT NULL,
        collateral_amount TEXT NOT NULL,
        debt_token VARCHAR(42) NOT NULL,
        debt_amount TEXT NOT NULL,
        content_id VARCHAR(12) NOT NULL,
        tx_hash VARCHAR(66) NOT NULL,
        block_number INTEGER NOT NULL,
        created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        "timestamp" INTEGER NOT NULL,
        CONSTRAINT liquidation_events_pkey PRIMARY KEY (content_id),
        CONSTRAINT liquidation_events_collateral_amount_check CHECK (
            collateral_amount NOT GLOB '*[^0-9]*' AND collateral_amount NOT GLOB '0?*' AND length(collateral_amount) BETWEEN 1 AND 78
        ),
        CONSTRAINT liquidation_events_debt_amount_check CHECK (
            debt_amount NOT GLOB '*[^0-9]*' AND debt_amount NOT GLOB '0?*' AND length(debt_amount) BETWEEN 1 AND 78
        )
    );
    CREATE INDEX ix_liquidation_events_block_number ON liquidation_events (block_number);
    CREATE INDEX ix_liquidation_events_borrower ON liquidation_events (borrower);
    CREATE INDEX ix_liquidation_events_collateral_token ON liquidation_events (collateral_token);
    CREATE INDEX ix_liquidation_events_debt_token ON liquidation_events (debt_token);
    CREATE INDEX ix_liquidation_events_liquidator ON liquidation_events (liquidator);
    CREATE INDEX ix_liquidation_events_market ON liquidation_events (market);
    CREATE INDEX ix_liquidation_events_timestamp ON liquidation_events ("timestamp");
    CREATE INDEX ix_liquidation_events_tx_hash ON liquidation_events (tx_hash);
    UPDATE "alembic_version" SET version_num = 'e07f35b9d264' WHERE version_num = 'a41c7de90b35';
    COMMIT;
    "#
    );
}

#[test]
fn a_failing_statement_is_shown_with_its_place() {
    let world = World::single();
    world.revision("a1", "", "Begin", "CREATE TABLE a (id integer);\nINSERT INTO a\n  VALUES (1, 2);", "DROP TABLE a;");
    assert_snapshot!(world.sees("drove upgrade --create"), @"
    $ drove upgrade --create
    ~ main: made the database [here]/data/app.sqlite
    ~ main: error: migrations/versions/a1.sql:8: table a has 1 columns but 2 values were supplied
    ~  --> migrations/versions/a1.sql:8:1
    ~   |
    ~ 8 | INSERT INTO a
    ~   | ^^^^^^^^^^^^^ table a has 1 columns but 2 values were supplied
    ~   |
    ~   = note: the upgrade of a1 was rolled back as a whole
    ~   = note: code: SQLITE_ERROR
    [exit 3]
    ");
    assert_snapshot!(world.sees("drove current"), @"
    $ drove current
    ~ no version table
    ");
    assert_snapshot!(world.sees("drove upgrade --json"), @r#"
    $ drove upgrade --json
    {"at_ms":[ms],"event":"run_started","targets":1}
    {"at_ms":[ms],"event":"group_started","group":"main","parallel":1,"targets":1}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":1,"target":"main"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Begin","number":1,"of":1,"revision":"a1","target":"main"}
    {"at_ms":[ms],"code":"statement","elapsed_ms":[ms],"event":"target_failed","message":"migrations/versions/a1.sql:8: table a has 1 columns but 2 values were supplied","target":"main","to":[]}
    {"already":0,"applied":0,"at_ms":[ms],"elapsed_ms":[ms],"event":"run_done","failed":1,"skipped":0}
    {"error":"statement","exit":3,"help":null,"message":"migrations/versions/a1.sql:8: table a has 1 columns but 2 values were supplied","notes":["the upgrade of a1 was rolled back as a whole","code: SQLITE_ERROR"],"place":{"line":8,"path":"migrations/versions/a1.sql"},"target":"main"}
    [exit 3]
    "#);
}

#[test]
fn a_syntax_error_has_a_caret() {
    let world = World::single();
    world.revision("a1", "", "Begin", "CREATE TABLE a (id integer);\nCREATE TABEL b (id integer);", "DROP TABLE a;");
    assert_snapshot!(world.sees("drove upgrade --create"), @r#"
    $ drove upgrade --create
    ~ main: made the database [here]/data/app.sqlite
    ~ main: error: migrations/versions/a1.sql:8: near "TABEL": syntax error
    ~  --> migrations/versions/a1.sql:8:8
    ~   |
    ~ 8 | CREATE TABEL b (id integer)
    ~   |        ^^^^^ near "TABEL": syntax error
    ~   |
    ~   = note: the upgrade of a1 was rolled back as a whole
    ~   = note: code: SQLITE_ERROR
    [exit 3]
    "#);
}

#[test]
fn an_unstamped_database_is_told_about_stamping() {
    let world = World::single();
    world.revision("a1", "", "Begin", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    world.revision("b2", "a1", "Go on", "CREATE TABLE b (id integer);", "DROP TABLE b;");
    world.quietly("drove ensure-version --create");
    world.quietly(r#"drove exec -c "CREATE TABLE a (id integer)""#);
    assert_snapshot!(world.sees("drove upgrade"), @"
    $ drove upgrade
    ~ main: error: migrations/versions/a1.sql:7: table a already exists
    ~  --> migrations/versions/a1.sql:7:14
    ~   |
    ~ 7 | CREATE TABLE a (id integer)
    ~   |              ^ table a already exists
    ~   |
    ~   = note: the upgrade of a1 was rolled back as a whole
    ~   = note: code: SQLITE_ERROR
    ~   = help: [here]/data/app.sqlite has tables but no version rows: it was made before droveway knew it. If its schema is that of a
    ~           revision, mark it as applied without running anything: `drove -t main stamp head` (or the revision's id);
    ~           then `drove -t main upgrade head` goes on from there
    [exit 3]
    ");
    assert_snapshot!(
        world.sees(
            "drove stamp a1
            drove upgrade"
        ),
        @"
    $ drove stamp a1
    done (1 step on 1 target)
    $ drove upgrade
    ~ main: up b2  Go on  [time]
    done (1 step on 1 target)
    "
    );
}

#[test]
fn rows_of_another_tree_are_never_touched() {
    let world = World::indexer_at_head();
    assert_snapshot!(world.sees("drove -t model/blub_test --url sqlite:///$PWD/data/indexer_shared.sqlite upgrade"), @r#"
    $ drove -t model/blub_test --url sqlite:///$PWD/data/indexer_shared.sqlite upgrade
    ~ model/blub_test: error: [here]/data/indexer_shared.sqlite stands at 3c91d5e07ab4, which tree model/blub_test does not have
    ~  |
    ~  = note: tree infra has it
    ~  = note: the database remembers 3c91d5e07ab4: "Register the example models", of tree infra, applied [moment] by ann@desk; its text is in the journal
    ~  = help: nothing was changed: the database is that of tree infra. Check the database's name;
    ~          if it really is this tree's now, mark where it stands with `drove -t model/blub_test stamp --purge REVISION`
    [exit 4]
    "#);
    assert_snapshot!(world.sees("drove -t model/blub_test --url sqlite:///$PWD/data/indexer_shared.sqlite upgrade --json"), @r#"
    $ drove -t model/blub_test --url sqlite:///$PWD/data/indexer_shared.sqlite upgrade --json
    {"at_ms":[ms],"event":"run_started","targets":1}
    {"at_ms":[ms],"event":"group_started","group":"model","parallel":1,"targets":1}
    {"at_ms":[ms],"code":"foreign-tree","elapsed_ms":[ms],"event":"target_failed","message":"[here]/data/indexer_shared.sqlite stands at 3c91d5e07ab4, which tree model/blub_test does not have","target":"model/blub_test","to":[]}
    {"already":0,"applied":0,"at_ms":[ms],"elapsed_ms":[ms],"event":"run_done","failed":1,"skipped":0}
    {"error":"foreign-tree","exit":4,"help":"nothing was changed: the database is that of tree infra. Check the database's name;\nif it really is this tree's now, mark where it stands with `drove -t model/blub_test stamp --purge REVISION`","message":"[here]/data/indexer_shared.sqlite stands at 3c91d5e07ab4, which tree model/blub_test does not have","notes":["tree infra has it","the database remembers 3c91d5e07ab4: \"Register the example models\", of tree infra, applied [moment] by ann@desk; its text is in the journal"],"place":null,"target":"model/blub_test"}
    [exit 4]
    "#);
}

#[test]
fn a_copied_tree_does_not_migrate_the_other_models_database() {
    let world = World::indexer_at_head();
    world.quietly("cp -r database/model_migrations/blub_test database/model_migrations/copy_test");
    assert_snapshot!(
        world.sees(
            "cd database/model_migrations/copy_test && MODEL_DB_NAME=blub_test drove upgrade
            cd database/model_migrations/copy_test && drove --url sqlite:///$PWD/../../../data/blub_test.sqlite upgrade
            cd database/model_migrations/copy_test && drove --url sqlite:///$PWD/../../../data/blub_test.sqlite downgrade base
            drove -t model/blub_test current"
        ),
        @"
    $ cd database/model_migrations/copy_test && MODEL_DB_NAME=blub_test drove upgrade
    ~ error: MODEL_DB_NAME is `blub_test`, but model/copy_test has database `copy_test`; the registry says that model/blub_test has database `blub_test`
    ~  |
    ~  = help: make them agree: go to the other tree's folder, change the variables, or change the registry
    [exit 4]
    $ cd database/model_migrations/copy_test && drove --url sqlite:///$PWD/../../../data/blub_test.sqlite upgrade
    ~ error: --url leads to database `blub_test` for model/copy_test, but the registry says that model/blub_test has database `blub_test`
    ~  |
    ~  = help: name the target that is meant: -t model/blub_test, or change --url
    [exit 4]
    $ cd database/model_migrations/copy_test && drove --url sqlite:///$PWD/../../../data/blub_test.sqlite downgrade base
    ~ error: --url leads to database `blub_test` for model/copy_test, but the registry says that model/blub_test has database `blub_test`
    ~  |
    ~  = help: name the target that is meant: -t model/blub_test, or change --url
    [exit 4]
    $ drove -t model/blub_test current
    8e2b6f41c07d (head)
    "
    );
}

#[test]
fn an_unknown_revision_is_told_from_the_databases_memory() {
    let world = World::forked();
    world.quietly("drove upgrade c3 --create");
    world.quietly("rm migrations/versions/c3.sql");
    assert_snapshot!(
        world.sees(
            "drove upgrade heads
            drove current
            drove status
            drove plan heads
            drove downgrade -1
            drove stamp --purge b2
            drove upgrade heads"
        ),
        @r#"
    $ drove upgrade heads
    ~ main: error: [here]/data/app.sqlite stands at c3, which tree main does not have
    ~  |
    ~  = note: the database remembers c3: "Go left", of tree main, applied [moment] by ann@desk; its text is in the journal
    ~  = help: nothing was changed. Either the file of the revision is missing here: get it back (it may be on another
    ~          branch of your repository); or its history was rewritten: mark where the database stands with `drove -t main stamp --purge REVISION`
    [exit 4]
    $ drove current
    ~ note: the database remembers c3: "Go left", of tree main, applied [moment] by ann@desk; its text is in the journal
    ~ note: nothing will touch the database as it is; bring the revision's file back, or mark where it stands: `drove -t main stamp --purge REVISION`
    c3 (not in this tree)
    $ drove status
    TARGET  TREE  DATABASE  AT  STATE
    main    main  app       c3  unknown revision

    1 of 1 target not at head
    $ drove plan heads
    ~ error: [here]/data/app.sqlite stands at c3, which tree main does not have
    ~  |
    ~  = help: `drove current -v` tells more
    [exit 4]
    $ drove downgrade -1
    ~ main: error: [here]/data/app.sqlite stands at c3, which tree main does not have
    ~  |
    ~  = note: the database remembers c3: "Go left", of tree main, applied [moment] by ann@desk; its text is in the journal
    ~  = help: nothing was changed. Either the file of the revision is missing here: get it back (it may be on another
    ~          branch of your repository); or its history was rewritten: mark where the database stands with `drove -t main stamp --purge REVISION`
    [exit 4]
    $ drove stamp --purge b2
    done (1 step on 1 target)
    $ drove upgrade heads
    ~ main: up d4  Go right  [time]
    done (1 step on 1 target)
    "#
    );
}

#[test]
fn an_unknown_revision_that_nobody_remembers() {
    let world = World::forked();
    world.quietly("drove ensure-version --create");
    world.quietly(r#"drove exec -c "INSERT INTO alembic_version VALUES ('feed')""#);
    assert_snapshot!(
        world.sees(
            "drove upgrade d4
            drove current"
        ),
        @"
    $ drove upgrade d4
    ~ main: error: [here]/data/app.sqlite stands at feed, which tree main does not have
    ~  |
    ~  = help: nothing was changed. Either the file of the revision is missing here: get it back (it may be on another
    ~          branch of your repository); or its history was rewritten: mark where the database stands with `drove -t main stamp --purge REVISION`
    [exit 4]
    $ drove current
    ~ note: nothing will touch the database as it is; bring the revision's file back, or mark where it stands: `drove -t main stamp --purge REVISION`
    feed (not in this tree)
    "
    );
}

#[test]
fn a_database_that_alembic_made_carries_on() {
    let world = World::forked();
    world.quietly("drove ensure-version --create");
    world.quietly(r#"drove exec -c "DROP TABLE drove_journal""#);
    world.quietly(r#"drove exec -c "CREATE TABLE a (id integer)""#);
    world.quietly(r#"drove exec -c "INSERT INTO alembic_version VALUES ('a1')""#);
    assert_snapshot!(
        world.sees(
            "drove current
            drove upgrade c3
            drove current"
        ),
        @"
    $ drove current
    a1
    $ drove upgrade c3
    ~ main: up b2  Go on  [time]
    ~ main: up c3  Go left  [time]
    done (2 steps on 1 target)
    $ drove current
    c3 (head)
    "
    );
}
