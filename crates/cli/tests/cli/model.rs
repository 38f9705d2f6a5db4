//! `drove model new`: a model in one command.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_new_model_has_a_tree_a_database_and_a_row() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            r#"drove model new lfj_test --register
            drove status
            drove -t infra exec -c "SELECT name, display_name, database_name FROM models WHERE name = 'lfj_test'"
            ls -A database/model_migrations/lfj_test
            cat database/model_migrations/lfj_test/tree.toml | cut -d = -f 1"#
        ),
        @r#"
    $ drove model new lfj_test --register
    ~ model/lfj_test: made the database [here]/data/lfj_test.sqlite
    ~ model/lfj_test: up a41c7de90b35  Initial model tables  [time]
    tree      database/model_migrations/lfj_test
    database  [here]/data/lfj_test.sqlite, at a41c7de90b35
    registry  lfj_test is listed
    $ drove status
    TARGET              TREE             DATABASE        AT            STATE
    infra               infra            indexer_shared  3c91d5e07ab4  at head
    model/blub_test     model/blub_test  blub_test       8e2b6f41c07d  at head
    model/joe_test      model/shared     joe_test        e07f35b9d264  at head
    model/lfj_test      model/lfj_test   lfj_test        a41c7de90b35  at head
    model/pharaoh_test  model/shared     pharaoh_test    e07f35b9d264  at head

    everything is at head (5 targets)
    $ drove -t infra exec -c "SELECT name, display_name, database_name FROM models WHERE name = 'lfj_test'"
    NAME      DISPLAY_NAME  DATABASE_NAME
    lfj_test  lfj_test      lfj_test
    $ ls -A database/model_migrations/lfj_test
    revision.sql.j2
    tree.toml
    versions
    $ cat database/model_migrations/lfj_test/tree.toml | cut -d = -f 1
    # What the tree of a new model is made from, and the common base of the shared tree.
    # Settings of this tree alone; whatever is left out comes from its group in drove.toml.

    versions 

    # Written by `drove model new`, for `drove template status`: the files of the template at that time.
    [made_from]
    template 

    [made_from.files]
    "revision.sql.j2" 
    "versions/a41c7de90b35_initial_model_tables.sql"
    "#
    );
}

#[test]
fn its_database_and_label_can_be_said() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove model new lfj --database lfj_prod --label lfj
            drove -t model/lfj current
            drove -t model/lfj heads
            cd database/model_migrations/lfj && MODEL_DB_NAME=lfj_prod drove current"
        ),
        @"
    $ drove model new lfj --database lfj_prod --label lfj
    ~ model/lfj: made the database [here]/data/lfj_prod.sqlite
    ~ model/lfj: up a41c7de90b35  Initial model tables  [time]
    tree      database/model_migrations/lfj
    database  [here]/data/lfj_prod.sqlite, at a41c7de90b35
    registry  not listed: name it with MODEL_DB_NAME=lfj_prod and -t model/lfj
    $ drove -t model/lfj current
    ~ the database is not there yet
    $ drove -t model/lfj heads
    base -> a41c7de90b35 (lfj) (head)  Initial model tables
    $ cd database/model_migrations/lfj && MODEL_DB_NAME=lfj_prod drove current
    a41c7de90b35 (head)
    "
    );
}

#[test]
fn json_is_one_object() {
    let world = World::indexer_at_head();
    assert_snapshot!(world.sees("drove model new lfj_test --register --json"), @r#"
    $ drove model new lfj_test --register --json
    {"at_ms":[ms],"event":"database_created","location":"[here]/data/lfj_test.sqlite","target":"model/lfj_test"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":1,"target":"model/lfj_test"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/lfj_test"}
    {"at_ms":[ms],"direction":"upgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/lfj_test"}
    {"directory":"database/model_migrations/lfj_test","location":"[here]/data/lfj_test.sqlite","registered":true,"steps":1,"target":"model/lfj_test","to":["a41c7de90b35"]}
    "#);
}

#[test]
fn a_template_that_fails_leaves_nothing() {
    let world = World::indexer_at_head();
    world.edit(
        "database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql",
        "-- drove:upgrade sqlite\n",
        "-- drove:upgrade sqlite\nSELECT 1 FROM nowhere;\n",
    );
    assert_snapshot!(
        world.sees(
            r#"drove model new lfj_test --register
            ls -A database/model_migrations data
            drove -t infra exec -c "SELECT count(*) AS n FROM models WHERE name = 'lfj_test'""#
        ),
        @r#"
    $ drove model new lfj_test --register
    ~ model/lfj_test: made the database [here]/data/lfj_test.sqlite
    ~ error: database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql:237: no such table: nowhere
    ~    --> database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql:237:1
    ~     |
    ~ 237 | SELECT 1 FROM nowhere
    ~     | ^^^^^^^^^^^^^^^^^^^^^ no such table: nowhere
    ~     |
    ~     = note: the upgrade of a41c7de90b35 was rolled back as a whole
    ~     = note: code: SQLITE_ERROR
    ~     = note: nothing is left of the new model: its tree and its database were taken back
    [exit 3]
    $ ls -A database/model_migrations data
    data:
    blub_test.sqlite
    indexer_shared.sqlite
    joe_test.sqlite
    pharaoh_test.sqlite

    database/model_migrations:
    blub_test
    shared
    template
    $ drove -t infra exec -c "SELECT count(*) AS n FROM models WHERE name = 'lfj_test'"
    N
    0
    "#
    );
}

#[test]
fn a_registry_that_refuses_takes_everything_back() {
    let world = World::indexer_at_head();
    world.edit("drove.toml", "INSERT INTO models (name, version", "INSERT INTO models (nome, version");
    assert_snapshot!(
        world.sees(
            "drove model new lfj_test --register
            ls -A database/model_migrations data"
        ),
        @"
        $ drove model new lfj_test --register
        ~ model/lfj_test: made the database [here]/data/lfj_test.sqlite
        ~ model/lfj_test: up a41c7de90b35  Initial model tables  [time]
        ~ error: the model cannot be entered into the registry: table models has no column named nome
        ~  |
        ~  = note: nothing is left of the new model: its tree and its database were taken back
        ~  = help: mend the statement at drove.toml:37, then run again
        [exit 4]
        $ ls -A database/model_migrations data
        data:
        blub_test.sqlite
        indexer_shared.sqlite
        joe_test.sqlite
        pharaoh_test.sqlite

        database/model_migrations:
        blub_test
        shared
        template
        "
    );
}

#[test]
fn names_that_cannot_be_are_refused() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove model new 'a b'
            drove model new ../x
            drove model new template
            drove model new shared
            drove model new blub_test
            drove model new blub_test --register
            drove model new x --database blub_test
            drove model new joe_test --database other
            drove model new x --group infra
            drove model new x --label 'a@b'
            ls -A database/model_migrations data"
        ),
        @r#"
    $ drove model new 'a b'
    ~ error: "a b" cannot be the name of a model
    ~  |
    ~  = help: a name has letters, digits, `_`, `-` and `.`, begins with no `.`, and has at most 63 characters
    [exit 2]
    $ drove model new ../x
    ~ error: "../x" cannot be the name of a model
    ~  |
    ~  = help: a name has letters, digits, `_`, `-` and `.`, begins with no `.`, and has at most 63 characters
    [exit 2]
    $ drove model new template
    ~ error: template is the name of the template
    ~  |
    ~  = help: choose another name
    [exit 2]
    $ drove model new shared
    ~ error: shared is the name of the tree that models without one of their own share
    ~  |
    ~  = help: choose another name
    [exit 2]
    $ drove model new blub_test
    ~ error: database/model_migrations/blub_test is there already
    ~  |
    ~  = help: nothing was changed. Choose another name, or migrate the tree that is there: `drove upgrade`
    [exit 4]
    $ drove model new blub_test --register
    ~ error: blub_test is in the registry already
    ~  |
    ~  = help: leave --register out
    [exit 4]
    $ drove model new x --database blub_test
    ~ error: the registry says that the database `blub_test` is blub_test's
    ~  |
    ~  = help: choose another with --database
    [exit 4]
    $ drove model new joe_test --database other
    ~ error: --database is `other`, but the registry says that joe_test has database `joe_test`
    ~  |
    ~  = help: leave --database out, or change the registry
    [exit 4]
    $ drove model new x --group infra
    ~ error: group `infra` has no template
    ~  |
    ~  = help: the groups with one are: model
    [exit 2]
    $ drove model new x --label 'a@b'
    ~ error: "a@b" cannot be a branch label
    ~  |
    ~  = help: nothing was written: a label has letters, digits, `_` and `.`, and is not head, heads, base or current
    [exit 2]
    $ ls -A database/model_migrations data
    data:
    blub_test.sqlite
    indexer_shared.sqlite
    joe_test.sqlite
    pharaoh_test.sqlite

    database/model_migrations:
    blub_test
    shared
    template
    "#
    );
}

#[test]
fn before_the_infrastructure_there_is_no_registry() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove model new lfj_test --register
            drove model new lfj_test
            ls -A database/model_migrations data"
        ),
        @"
    $ drove model new lfj_test --register
    ~ error: the registry is not there yet (there is no database file [here]/data/indexer_shared.sqlite)
    ~  |
    ~  = help: make it first: `drove up`
    [exit 4]
    $ drove model new lfj_test
    ~ model/lfj_test: made the database [here]/data/lfj_test.sqlite
    ~ model/lfj_test: up a41c7de90b35  Initial model tables  [time]
    tree      database/model_migrations/lfj_test
    database  [here]/data/lfj_test.sqlite, at a41c7de90b35
    registry  not listed: name it with -t model/lfj_test
    $ ls -A database/model_migrations data
    data:
    lfj_test.sqlite

    database/model_migrations:
    blub_test
    lfj_test
    shared
    template
    "
    );
}

#[test]
fn a_database_that_was_there_before_is_not_dropped() {
    let world = World::indexer_at_head();
    world.quietly("drove -t infra --url sqlite:///$PWD/data/lfj_test.sqlite ensure-version --create");
    world.edit(
        "database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql",
        "-- drove:upgrade sqlite\n",
        "-- drove:upgrade sqlite\nSELECT 1 FROM nowhere;\n",
    );
    assert_snapshot!(world.sees("drove model new lfj_test\nls data database/model_migrations"), @"
    $ drove model new lfj_test
    ~ error: database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql:237: no such table: nowhere
    ~    --> database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql:237:1
    ~     |
    ~ 237 | SELECT 1 FROM nowhere
    ~     | ^^^^^^^^^^^^^^^^^^^^^ no such table: nowhere
    ~     |
    ~     = note: the upgrade of a41c7de90b35 was rolled back as a whole
    ~     = note: code: SQLITE_ERROR
    ~     = note: the new tree was taken back; the database was there before and stays
    [exit 3]
    $ ls data database/model_migrations
    data:
    blub_test.sqlite
    indexer_shared.sqlite
    joe_test.sqlite
    lfj_test.sqlite
    pharaoh_test.sqlite

    database/model_migrations:
    blub_test
    shared
    template
    ");
}

#[test]
fn an_unlisted_model_is_named_with_its_database() {
    let world = World::indexer_at_head();
    world.quietly("drove model new lfj --database lfj_prod");
    assert_snapshot!(
        world.sees(
            "drove -t model/lfj current
            MODEL_DB_NAME=lfj_prod drove -t model/lfj current
            MODEL_DB_NAME=joe_test drove -t model/lfj upgrade"
        ),
        @r#"
    $ drove -t model/lfj current
    ~ the database is not there yet
    $ MODEL_DB_NAME=lfj_prod drove -t model/lfj current
    a41c7de90b35 (head)
    $ MODEL_DB_NAME=joe_test drove -t model/lfj upgrade
    ~ model/lfj: error: [here]/data/joe_test.sqlite stands at e07f35b9d264, which tree model/lfj does not have
    ~  |
    ~  = note: tree model/shared has it
    ~  = note: the database remembers e07f35b9d264: "Add liquidation_events table", of tree model/shared, applied [moment] by ann@desk; its text is in the journal
    ~  = help: nothing was changed: the database is that of tree model/shared. Check the database's name;
    ~          if it really is this tree's now, mark where it stands with `drove -t model/lfj stamp --purge REVISION`
    [exit 4]
    "#
    );
}
