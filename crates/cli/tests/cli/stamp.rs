//! `drove stamp`: version rows without SQL.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_stamp_says_where_the_database_is() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove stamp c3
            drove stamp c3 --create
            drove current
            drove stamp c3
            drove stamp heads
            drove current
            drove stamp base
            drove current"
        ),
        @"
    $ drove stamp c3
    ~ main: error: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases; upgrade, stamp and ensure-version do it with --create
    [exit 3]
    $ drove stamp c3 --create
    ~ main: made the database [here]/data/app.sqlite
    done (1 step on 1 target)
    $ drove current
    c3 (head)
    $ drove stamp c3
    nothing to do (1 target)
    $ drove stamp heads
    done (1 step on 1 target)
    $ drove current
    c3 (head)
    d4 (head)
    $ drove stamp base
    done (1 step on 1 target)
    $ drove current
    ~ at base
    "
    );
}

#[test]
fn a_purge_forgets_whatever_was_there() {
    let world = World::forked();
    world.quietly("drove ensure-version --create");
    world.quietly(r#"drove exec -c "INSERT INTO alembic_version VALUES ('feed')""#);
    assert_snapshot!(
        world.sees(
            "drove stamp b2
            drove stamp --purge b2
            drove current
            drove stamp --purge base
            drove current"
        ),
        @"
    $ drove stamp b2
    ~ main: error: [here]/data/app.sqlite stands at feed, which tree main does not have
    ~  |
    ~  = help: nothing was changed. Either the file of the revision is missing here: get it back (it may be on another
    ~          branch of your repository); or its history was rewritten: mark where the database stands with `drove -t main stamp --purge REVISION`
    [exit 4]
    $ drove stamp --purge b2
    done (1 step on 1 target)
    $ drove current
    b2
    $ drove stamp --purge base
    done (1 step on 1 target)
    $ drove current
    ~ at base
    "
    );
}

#[test]
fn offline_stamps_are_scripts() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove stamp c3 --sql
            drove stamp a1:c3 --sql
            drove stamp --purge c3 --sql
            drove stamp heads --sql"
        ),
        @r#"
    $ drove stamp c3 --sql
    -- Tree main for sqlite, written by droveway
    -- Run this with sqlite3 -bail, so that the first error ends it.
    PRAGMA foreign_keys = ON;
    CREATE TABLE IF NOT EXISTS "alembic_version" (
        version_num VARCHAR(32) NOT NULL,
        CONSTRAINT "alembic_version_pkc" PRIMARY KEY (version_num)
    );
    BEGIN IMMEDIATE;
    INSERT INTO "alembic_version" (version_num) VALUES ('c3');
    COMMIT;
    $ drove stamp a1:c3 --sql
    -- Tree main for sqlite, written by droveway
    -- Run this with sqlite3 -bail, so that the first error ends it.
    PRAGMA foreign_keys = ON;
    CREATE TABLE IF NOT EXISTS "alembic_version" (
        version_num VARCHAR(32) NOT NULL,
        CONSTRAINT "alembic_version_pkc" PRIMARY KEY (version_num)
    );
    BEGIN IMMEDIATE;
    UPDATE "alembic_version" SET version_num = 'c3' WHERE version_num = 'a1';
    COMMIT;
    $ drove stamp --purge c3 --sql
    -- Tree main for sqlite, written by droveway
    -- Run this with sqlite3 -bail, so that the first error ends it.
    PRAGMA foreign_keys = ON;
    CREATE TABLE IF NOT EXISTS "alembic_version" (
        version_num VARCHAR(32) NOT NULL,
        CONSTRAINT "alembic_version_pkc" PRIMARY KEY (version_num)
    );
    BEGIN IMMEDIATE;
    DELETE FROM "alembic_version";
    INSERT INTO "alembic_version" (version_num) VALUES ('c3');
    COMMIT;
    $ drove stamp heads --sql
    -- Tree main for sqlite, written by droveway
    -- Run this with sqlite3 -bail, so that the first error ends it.
    PRAGMA foreign_keys = ON;
    CREATE TABLE IF NOT EXISTS "alembic_version" (
        version_num VARCHAR(32) NOT NULL,
        CONSTRAINT "alembic_version_pkc" PRIMARY KEY (version_num)
    );
    BEGIN IMMEDIATE;
    INSERT INTO "alembic_version" (version_num) VALUES ('c3');
    INSERT INTO "alembic_version" (version_num) VALUES ('d4');
    COMMIT;
    "#
    );
}

#[test]
fn mistakes_change_nothing() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove stamp zzz --create
            drove stamp
            drove stamp c3 zzz --create"
        ),
        @"
    $ drove stamp zzz --create
    ~ main: error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove stamp
    ~ error: the following required arguments were not provided:
    ~   <REVISION>...
    ~
    ~ Usage: drove stamp <REVISION>...
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ drove stamp c3 zzz --create
    ~ main: error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    "
    );
}

#[test]
fn json_is_one_event_a_line() {
    let world = World::forked();
    assert_snapshot!(world.sees("drove stamp c3 --create --json"), @r#"
    $ drove stamp c3 --create --json
    {"at_ms":[ms],"event":"run_started","targets":1}
    {"at_ms":[ms],"event":"group_started","group":"main","parallel":1,"targets":1}
    {"at_ms":[ms],"event":"database_created","location":"[here]/data/app.sqlite","target":"main"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":0,"target":"main"}
    {"at_ms":[ms],"elapsed_ms":[ms],"event":"target_done","from":[],"outcome":"applied","steps":1,"target":"main","to":["c3"]}
    {"already":0,"applied":1,"at_ms":[ms],"elapsed_ms":[ms],"event":"run_done","failed":0,"skipped":0}
    "#);
}

#[test]
fn a_renamed_tree_is_told_to_a_database_once() {
    let world = World::indexer_at_head();
    world.quietly("mv database/model_migrations/blub_test database/model_migrations/other");
    world.quietly(r#"drove -t infra exec -c "UPDATE models SET name = 'other' WHERE name = 'blub_test'""#);
    assert_snapshot!(
        world.sees(
            "drove -t model/other upgrade
            drove -t model/other stamp --purge heads
            drove -t model/other upgrade"
        ),
        @"
    $ drove -t model/other upgrade
    ~ model/other: error: [here]/data/blub_test.sqlite follows tree model/blub_test, not model/other
    ~  |
    ~  = help: nothing was changed. Check the database's name: it is model/blub_test's. If the tree was renamed, say so once with
    ~          `drove -t model/other stamp --purge heads` (or the revision where the database stands)
    [exit 4]
    $ drove -t model/other stamp --purge heads
    done (1 step on 1 target)
    $ drove -t model/other upgrade
    nothing to do (1 target)
    "
    );
}

#[test]
fn a_misspelt_option_is_not_taken_for_a_revision() {
    let world = World::forked();
    assert_snapshot!(world.sees("drove stamp c3 --purg\ndrove upgrade --creat\ndrove downgrade --sq c3:a1"), @"
    $ drove stamp c3 --purg
    ~ error: unexpected argument '--purg' found
    ~
    ~   tip: a similar argument exists: '--purge'
    ~
    ~ Usage: drove stamp --purge <REVISION>...
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ drove upgrade --creat
    ~ error: unexpected argument '--creat' found
    ~
    ~   tip: a similar argument exists: '--create'
    ~
    ~ Usage: drove upgrade --create [REVISION]
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ drove downgrade --sq c3:a1
    ~ error: unexpected argument '--sq' found
    ~
    ~   tip: a similar argument exists: '--sql'
    ~
    ~ Usage: drove downgrade --sql <REVISION>
    ~
    ~ For more information, try '--help'.
    [exit 2]
    ");
}
