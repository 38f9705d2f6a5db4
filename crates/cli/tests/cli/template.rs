//! `drove template`: what new trees are made from.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_good_template_goes_up_down_and_up() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove template verify
            drove template verify --json
            ls -A . database/model_migrations"
        ),
        @r#"
    $ drove template verify
    ~ model/template: made the database [temp]/scratch.sqlite
    ~ model/template: up a41c7de90b35  Initial model tables  [time]
    ~ model/template: down a41c7de90b35  Initial model tables  [time]
    ~ model/template: up a41c7de90b35  Initial model tables  [time]
    the template works: up 1 step, down 1, up again; the way down left nothing
    $ drove template verify --json
    {"at_ms":[ms],"event":"database_created","location":"[temp]/scratch.sqlite","target":"model/template"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"current":["a41c7de90b35"],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"downgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"direction":"downgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/template"}
    {"down":1,"good":true,"leftovers":false,"up":1}
    $ ls -A . database/model_migrations
    .:
    .gitignore
    README.md
    database
    drove.toml
    sample

    database/model_migrations:
    blub_test
    shared
    template
    "#
    );
}

#[test]
fn a_template_that_does_not_clean_up_is_caught() {
    let world = World::indexer();
    world.edit(
        "database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql",
        "-- drove:upgrade sqlite\n",
        "-- drove:upgrade sqlite\nCREATE TABLE forgotten (id integer);\n",
    );
    assert_snapshot!(
        world.sees(
            "drove template verify
            drove template verify --json
            ls -A database/model_migrations"
        ),
        @r#"
    $ drove template verify
    ~ model/template: made the database [temp]/scratch.sqlite
    ~ model/template: up a41c7de90b35  Initial model tables  [time]
    ~ model/template: down a41c7de90b35  Initial model tables  [time]
    the template does not clean up: after the way down some of its tables are still there
    [exit 1]
    $ drove template verify --json
    {"at_ms":[ms],"event":"database_created","location":"[temp]/scratch.sqlite","target":"model/template"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"direction":"upgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"current":["a41c7de90b35"],"event":"target_started","steps":1,"target":"model/template"}
    {"at_ms":[ms],"direction":"downgrade","event":"step_started","message":"Initial model tables","number":1,"of":1,"revision":"a41c7de90b35","target":"model/template"}
    {"at_ms":[ms],"direction":"downgrade","elapsed_ms":[ms],"event":"step_done","message":"Initial model tables","revision":"a41c7de90b35","target":"model/template"}
    {"down":1,"good":false,"leftovers":true,"up":1}
    [exit 1]
    $ ls -A database/model_migrations
    blub_test
    shared
    template
    "#
    );
}

#[test]
fn a_template_that_fails_says_where() {
    let world = World::indexer();
    world.edit(
        "database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql",
        "-- drove:upgrade sqlite\n",
        "-- drove:upgrade sqlite\nSELECT 1 FROM nowhere;\n",
    );
    assert_snapshot!(
        world.sees(
            "drove template verify
            ls -A database/model_migrations"
        ),
        @"
    $ drove template verify
    ~ model/template: made the database [temp]/scratch.sqlite
    ~ error: database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql:237: no such table: nowhere
    ~    --> database/model_migrations/template/versions/a41c7de90b35_initial_model_tables.sql:237:1
    ~     |
    ~ 237 | SELECT 1 FROM nowhere
    ~     | ^^^^^^^^^^^^^^^^^^^^^ no such table: nowhere
    ~     |
    ~     = note: the upgrade of a41c7de90b35 was rolled back as a whole
    ~     = note: code: SQLITE_ERROR
    [exit 3]
    $ ls -A database/model_migrations
    blub_test
    shared
    template
    "
    );
}

#[test]
fn trees_differ_from_their_template_in_named_files() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove template status
            drove template status --json"
        ),
        @r#"
    $ drove template status
    TREE             MADE FROM  STATE
    model/blub_test  -          has revisions of its own, none of the template's
    model/shared     not noted  shares the template's revisions, 1 file of its own
    $ drove template status --json
    {"differences":0,"files":[{"file":"revision.sql.j2","state":"own"},{"file":"versions/8e2b6f41c07d_add_missing_columns_to_transaction_processing.sql","state":"own"},{"file":"versions/b59b5b086895_initial_model_tables.sql","state":"own"}],"noted":false,"related":false,"template":"model/template","tree":"model/blub_test"}
    {"differences":0,"files":[{"file":"revision.sql.j2","state":"same"},{"file":"versions/a41c7de90b35_initial_model_tables.sql","state":"shared"},{"file":"versions/e07f35b9d264_add_liquidation_events_table.sql","state":"own"}],"noted":false,"related":true,"template":"model/template","tree":"model/shared"}
    "#
    );
    world.quietly("drove model new lfj_test");
    assert_snapshot!(world.sees("drove template status"), @"
    $ drove template status
    TREE             MADE FROM       STATE
    model/blub_test  -               has revisions of its own, none of the template's
    model/lfj_test   model/template  as the template
    model/shared     not noted       shares the template's revisions, 1 file of its own
    ");
    world.edit(
        "database/model_migrations/template/revision.sql.j2",
        "-- drove:upgrade",
        "-- Mind the locks.\n-- drove:upgrade",
    );
    world.edit(
        "database/model_migrations/lfj_test/versions/a41c7de90b35_initial_model_tables.sql",
        "-- Initial model tables",
        "-- Our own tables",
    );
    world.write(
        "database/model_migrations/template/versions/n1.sql",
        "-- New\n--\n-- revision: n1\n-- parents: a41c7de90b35\n-- drove:upgrade\nSELECT 1;\n",
    );
    assert_snapshot!(world.sees("drove template status"), @"
    $ drove template status
    TREE             MADE FROM       STATE
    model/blub_test  -               has revisions of its own, none of the template's
    model/lfj_test   model/template  3 differences
    model/shared     not noted       1 difference, 1 file of its own

    model/lfj_test
      revision.sql.j2: changed in the template
      versions/a41c7de90b35_initial_model_tables.sql: changed here
      versions/n1.sql: new in the template

    model/shared
      revision.sql.j2: differs
    [exit 1]
    ");
    assert_snapshot!(world.sees("drove template status -v"), @"
    $ drove template status -v
    TREE             MADE FROM       STATE
    model/blub_test  -               has revisions of its own, none of the template's
    model/lfj_test   model/template  3 differences
    model/shared     not noted       1 difference, 1 file of its own

    model/lfj_test
      revision.sql.j2: changed in the template
        --- template
        +++ here
        @@ -13,5 +13,4 @@
         {{ sections }}
         {%- else %}
        --- Mind the locks.
         -- drove:upgrade
         {%- if upgrade %}
      versions/a41c7de90b35_initial_model_tables.sql: changed here
        --- template
        +++ here
        @@ -1,3 +1,3 @@
        --- Initial model tables
        +-- Our own tables
         --
         -- revision: a41c7de90b35
      versions/n1.sql: new in the template

    model/shared
      revision.sql.j2: differs
        --- template
        +++ here
        @@ -13,5 +13,4 @@
         {{ sections }}
         {%- else %}
        --- Mind the locks.
         -- drove:upgrade
         {%- if upgrade %}
    [exit 1]
    ");
}

#[test]
fn a_workspace_without_a_template_says_so() {
    let world = World::single();
    assert_snapshot!(
        world.sees(
            "drove template verify
            drove template status
            drove model new x"
        ),
        @r#"
    $ drove template verify
    ~ error: no group has a template
    ~  |
    ~  = help: add `template = "folder"` to a group with `trees`
    [exit 2]
    $ drove template status
    ~ error: no group has a template
    ~  |
    ~  = help: add `template = "folder"` to a group with `trees`
    [exit 2]
    $ drove model new x
    ~ error: no group has a template
    ~  |
    ~  = help: add `template = "folder"` to a group with `trees`
    [exit 2]
    "#
    );
}

#[test]
fn a_missing_template_is_named() {
    let world = World::indexer();
    world.quietly("rm -r database/model_migrations/template");
    assert_snapshot!(world.sees("drove template verify\ndrove template status\ndrove model new x"), @"
    $ drove template verify
    ~ error: the template database/model_migrations/template of group `model` is not there
    ~  |
    ~  = help: make the folder with tree.toml, revision.sql.j2 and versions/
    [exit 2]
    $ drove template status
    ~ error: the template database/model_migrations/template of group `model` is not there
    ~  |
    ~  = help: make the folder with tree.toml, revision.sql.j2 and versions/
    [exit 2]
    $ drove model new x
    ~ error: the template database/model_migrations/template of group `model` is not there
    ~  |
    ~  = help: make the folder with tree.toml, revision.sql.j2 and versions/
    [exit 2]
    ");
}
