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
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    $ drove stamp c3 --create
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    $ drove current
    ~ the database is not there yet
    $ drove stamp c3
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    $ drove stamp heads
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    $ drove current
    ~ the database is not there yet
    $ drove stamp base
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    $ drove current
    ~ the database is not there yet
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
    ~ main: failed: [here]/data/app.sqlite stands at feed, which tree main does not have
    ~
    ~ main: error: [here]/data/app.sqlite stands at feed, which tree main does not have
    ~  |
    ~  = help: nothing was changed. Either the file of the revision is missing here: get it back (it may be on another
    ~          branch of your repository); or its history was rewritten: mark where the database stands with `drove -t main stamp --purge REVISION`
    1 of 1 target failed, 0 are as wanted
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
        @"
    $ drove stamp c3 --sql
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    $ drove stamp a1:c3 --sql
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    $ drove stamp --purge c3 --sql
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    $ drove stamp heads --sql
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    "
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
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    $ drove stamp
    ~ error: the following required arguments were not provided:
    ~   <REVISION>...
    ~
    ~ Usage: drove stamp <REVISION>...
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ drove stamp c3 zzz --create
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    "
    );
}

#[test]
fn json_is_one_event_a_line() {
    let world = World::forked();
    assert_snapshot!(world.sees("drove stamp c3 --create --json"), @"
    $ drove stamp c3 --create --json
    ~ main: failed: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~
    ~ main: error: cannot open [here]/data/app.sqlite: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases
    1 of 1 target failed, 0 are as wanted
    [exit 3]
    ");
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
    ~ model/other: failed: [here]/data/blub_test.sqlite follows tree model/blub_test, not model/other
    ~
    ~ model/other: error: [here]/data/blub_test.sqlite follows tree model/blub_test, not model/other
    ~  |
    ~  = help: nothing was changed. Check the database's name: it is model/blub_test's. If the tree was renamed, say so once with
    ~          `drove -t model/other stamp --purge heads` (or the revision where the database stands)
    1 of 1 target failed, 0 are as wanted
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
    assert_snapshot!(world.sees("drove stamp c3 --purg\ndrove upgrade --creat\ndrove downgrade --sq c3:a1"), @"");
}
