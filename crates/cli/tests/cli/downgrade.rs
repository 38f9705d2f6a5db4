//! `drove downgrade`: back to an earlier revision.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_step_back_and_all_the_way() {
    let world = World::forked();
    world.quietly("drove upgrade c3 --create");
    assert_snapshot!(
        world.sees(
            "drove downgrade -1
            drove downgrade a1
            drove downgrade a1
            drove downgrade base
            drove current"
        ),
        @"
    $ drove downgrade -1
    ~ main: down c3  Go left  [time]
    done (1 step on 1 target)
    $ drove downgrade a1
    ~ main: down b2  Go on  [time]
    done (1 step on 1 target)
    $ drove downgrade a1
    nothing to do (1 target)
    $ drove downgrade base
    ~ main: down a1  Begin  [time]
    done (1 step on 1 target)
    $ drove current
    ~ at base
    "
    );
}

#[test]
fn past_the_base_there_is_nothing() {
    let world = World::forked();
    world.quietly("drove upgrade a1 --create");
    assert_snapshot!(
        world.sees(
            "drove downgrade -5
            drove downgrade c3
            drove downgrade zzz
            drove downgrade
            drove current"
        ),
        @"
    $ drove downgrade -5
    ~ main: error: there is no revision as far down as -5
    ~  |
    ~  = help: `base` is below the first revision
    [exit 4]
    $ drove downgrade c3
    ~ main: error: c3 is not below a1
    ~  |
    ~  = help: `drove current` shows what is applied, `drove history` what stands on what
    [exit 4]
    $ drove downgrade zzz
    ~ main: error: zzz is no revision and no branch label
    ~  |
    ~  = help: `drove history` lists the revisions and their labels; the start of an id is enough if it is unique
    [exit 4]
    $ drove downgrade
    ~ error: the following required arguments were not provided:
    ~   <REVISION>
    ~
    ~ Usage: drove downgrade <REVISION>
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ drove current
    a1
    "
    );
}

#[test]
fn a_revision_without_a_way_down_says_so() {
    let world = World::single();
    world.revision("a1", "", "Begin", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    world.revision("b2", "a1", "Burn", "DELETE FROM a;", "");
    assert_snapshot!(
        world.sees(
            "drove up
            drove downgrade base
            drove current
            drove downgrade b2:base --sql"
        ),
        @"
    $ drove up
    ~ main: made the database [here]/data/app.sqlite
    ~ main: up a1  Begin  [time]
    ~ main: up b2  Burn  [time]
    everything is at head (2 steps on 1 target)
    $ drove downgrade base
    ~ main: error: revision b2 (Burn) cannot be downgraded: it has no `-- drove:downgrade` section
    ~  |
    ~  = help: nothing was changed. Write the section in migrations/versions/b2.sql (an empty one says that nothing needs undoing),
    ~          or go forward with a new revision
    [exit 4]
    $ drove current
    b2 (head)
    $ drove downgrade b2:base --sql
    ~ error: revision b2 (Burn) cannot be downgraded: it has no `-- drove:downgrade` section
    ~  |
    ~  = help: nothing was changed. Write the section in migrations/versions/b2.sql (an empty one says that nothing needs undoing),
    ~          or go forward with a new revision
    [exit 4]
    "
    );
}

#[test]
fn of_two_branches_one_is_named() {
    let world = World::forked();
    world.quietly("drove upgrade heads --create");
    assert_snapshot!(
        world.sees(
            "drove downgrade -1
            drove downgrade c3-1
            drove current
            drove downgrade b2"
        ),
        @"
    $ drove downgrade -1
    ~ main: down d4  Go right  [time]
    done (1 step on 1 target)
    $ drove downgrade c3-1
    ~ main: down c3  Go left  [time]
    done (1 step on 1 target)
    $ drove current
    b2
    $ drove downgrade b2
    nothing to do (1 target)
    "
    );
}

#[test]
fn offline_mode_needs_both_ends() {
    let world = World::forked();
    assert_snapshot!(
        world.sees(
            "drove downgrade c3:a1 --sql
            drove downgrade base --sql"
        ),
        @r#"
    $ drove downgrade c3:a1 --sql
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
    $ drove downgrade base --sql
    ~ error: base does not say where the downgrade starts
    ~  |
    ~  = help: write `from:to`, for instance `head:-1` or `head:base`
    [exit 4]
    "#
    );
}

#[test]
fn json_is_one_event_a_line() {
    let world = World::forked();
    world.quietly("drove upgrade a1 --create");
    assert_snapshot!(world.sees("drove downgrade base --json"), @r#"
    $ drove downgrade base --json
    {"at_ms":[ms],"event":"run_started","targets":1}
    {"at_ms":[ms],"event":"group_started","group":"main","parallel":1,"targets":1}
    {"at_ms":[ms],"current":["a1"],"event":"target_started","steps":1,"target":"main"}
    {"at_ms":[ms],"direction":"downgrade","event":"step_started","message":"Begin","number":1,"of":1,"revision":"a1","target":"main"}
    {"at_ms":[ms],"direction":"downgrade","elapsed_ms":[ms],"event":"step_done","message":"Begin","revision":"a1","target":"main"}
    {"at_ms":[ms],"elapsed_ms":[ms],"event":"target_done","from":["a1"],"outcome":"applied","steps":1,"target":"main","to":[]}
    {"already":0,"applied":1,"at_ms":[ms],"elapsed_ms":[ms],"event":"run_done","failed":0,"skipped":0}
    "#);
}

#[test]
fn many_targets_go_back_together() {
    let world = World::indexer_at_head();
    assert_snapshot!(world.sees("drove -t 'model/*' downgrade -1 --parallel 1\ndrove -t 'model/*' downgrade -3 --parallel 1"), @"
    $ drove -t 'model/*' downgrade -1 --parallel 1
    ~ model/blub_test: down 8e2b6f41c07d  Add missing columns to transaction_processing  [time]
    ~ model/joe_test: down e07f35b9d264  Add liquidation_events table  [time]
    ~ model/pharaoh_test: down e07f35b9d264  Add liquidation_events table  [time]

    TARGET              FROM          TO            STEPS  TIME  RESULT
    model/blub_test     8e2b6f41c07d  b59b5b086895  1      [time]  applied
    model/joe_test      e07f35b9d264  a41c7de90b35  1      [time]  applied
    model/pharaoh_test  e07f35b9d264  a41c7de90b35  1      [time]  applied

    done (3 steps on 3 targets)
    $ drove -t 'model/*' downgrade -3 --parallel 1
    ~ model/blub_test: failed (relative-too-far)
    ~ model/joe_test: failed (relative-too-far)
    ~ model/pharaoh_test: failed (relative-too-far)
    ~
    ~ model/blub_test: error: there is no revision as far down as -3
    ~  |
    ~  = help: `base` is below the first revision
    ~
    ~ model/joe_test: error: there is no revision as far down as -3
    ~  |
    ~  = help: `base` is below the first revision
    ~
    ~ model/pharaoh_test: error: there is no revision as far down as -3
    ~  |
    ~  = help: `base` is below the first revision

    TARGET              FROM  TO  STEPS  TIME  RESULT
    model/blub_test     ?     ?   -      [time]  FAILED
    model/joe_test      ?     ?   -      [time]  FAILED
    model/pharaoh_test  ?     ?   -      [time]  FAILED

    3 of 3 targets failed
    [exit 4]
    ");
}
