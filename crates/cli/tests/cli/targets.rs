//! `drove targets`, and how every command chooses them.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn targets_are_databases_with_their_trees() {
    let world = World::indexer_at_head();
    assert_snapshot!(world.sees("drove targets"), @"
    $ drove targets
    TARGET              TREE             ENGINE  LOCATION  REGISTRY
    infra               infra            sqlite  [here]/data/indexer_shared.sqlite  -
    model/blub_test     model/blub_test  sqlite  [here]/data/blub_test.sqlite       yes
    model/joe_test      model/shared     sqlite  [here]/data/joe_test.sqlite        yes
    model/pharaoh_test  model/shared     sqlite  [here]/data/pharaoh_test.sqlite    yes
    ");
    assert_snapshot!(world.sees("drove targets --json"), @r#"
    $ drove targets --json
    {"database":"indexer_shared","engine":"sqlite","group":"infra","location":"[here]/data/indexer_shared.sqlite","registered":null,"target":"infra","tree":"infra"}
    {"database":"blub_test","engine":"sqlite","group":"model","location":"[here]/data/blub_test.sqlite","registered":true,"target":"model/blub_test","tree":"model/blub_test"}
    {"database":"joe_test","engine":"sqlite","group":"model","location":"[here]/data/joe_test.sqlite","registered":true,"target":"model/joe_test","tree":"model/shared"}
    {"database":"pharaoh_test","engine":"sqlite","group":"model","location":"[here]/data/pharaoh_test.sqlite","registered":true,"target":"model/pharaoh_test","tree":"model/shared"}
    "#);
}

#[test]
fn without_the_registry_the_trees_are_listed() {
    let world = World::indexer();
    assert_snapshot!(world.sees("drove targets"), @"
    $ drove targets
    ~ note: the registry of group model is not there yet (there is no database file [here]/data/indexer_shared.sqlite); its trees are listed instead
    TARGET           TREE             ENGINE  LOCATION  REGISTRY
    infra            infra            sqlite  [here]/data/indexer_shared.sqlite  -
    model/blub_test  model/blub_test  sqlite  [here]/data/blub_test.sqlite       -
    ");
}

#[test]
fn a_model_that_the_registry_does_not_list_says_so() {
    let world = World::indexer_at_head();
    world.quietly("cp -r database/model_migrations/blub_test database/model_migrations/extra");
    assert_snapshot!(world.sees("drove targets"), @"
    $ drove targets
    TARGET              TREE             ENGINE  LOCATION  REGISTRY
    infra               infra            sqlite  [here]/data/indexer_shared.sqlite  -
    model/blub_test     model/blub_test  sqlite  [here]/data/blub_test.sqlite       yes
    model/joe_test      model/shared     sqlite  [here]/data/joe_test.sqlite        yes
    model/pharaoh_test  model/shared     sqlite  [here]/data/pharaoh_test.sqlite    yes
    model/extra         model/extra      sqlite  [here]/data/extra.sqlite           not listed
    ");
}

#[test]
fn a_pattern_chooses_targets() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove current -t 'model/*'
            drove current -t infra -t 'model/j*'
            drove current -t model/shared
            drove current --all"
        ),
        @"
    $ drove current -t 'model/*'
    model/blub_test  8e2b6f41c07d (head)
    model/joe_test  e07f35b9d264 (head)
    model/pharaoh_test  e07f35b9d264 (head)
    $ drove current -t infra -t 'model/j*'
    infra  3c91d5e07ab4 (head)
    model/joe_test  e07f35b9d264 (head)
    $ drove current -t model/shared
    model/joe_test  e07f35b9d264 (head)
    model/pharaoh_test  e07f35b9d264 (head)
    $ drove current --all
    infra  3c91d5e07ab4 (head)
    model/blub_test  8e2b6f41c07d (head)
    model/joe_test  e07f35b9d264 (head)
    model/pharaoh_test  e07f35b9d264 (head)
    "
    );
}

#[test]
fn an_unknown_target_names_the_near_ones() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove current -t model/blub_tset
            drove current -t blub_test
            drove current -t 'nothing/*'
            drove current -t infra -t xyz
            drove current -t '['"
        ),
        @r#"
    $ drove current -t model/blub_tset
    ~ error: there is no target model/blub_tset
    ~  |
    ~  = help: did you mean model/blub_test? The targets and trees are infra, model/blub_test, model/joe_test, model/pharaoh_test, model/shared
    [exit 2]
    $ drove current -t blub_test
    ~ error: there is no target blub_test
    ~  |
    ~  = help: did you mean model/blub_test? The targets and trees are infra, model/blub_test, model/joe_test, model/pharaoh_test, model/shared
    [exit 2]
    $ drove current -t 'nothing/*'
    ~ error: no target is like nothing/*
    ~  |
    ~  = help: the targets and trees are infra, model/blub_test, model/joe_test, model/pharaoh_test, model/shared
    [exit 2]
    $ drove current -t infra -t xyz
    ~ error: there is no target xyz
    ~  |
    ~  = help: the targets and trees are infra, model/blub_test, model/joe_test, model/pharaoh_test, model/shared
    [exit 2]
    $ drove current -t '['
    ~ error: -t "[" is no pattern: unclosed character class; missing ']'
    ~  |
    ~  = help: `*` stands for any characters and `?` for one, as in -t 'model/*'
    [exit 2]
    "#
    );
    assert_snapshot!(world.sees("drove current -t model/blub_tset --json"), @r#"
    $ drove current -t model/blub_tset --json
    {"error":"unknown-target","exit":2,"help":"did you mean model/blub_test? The targets and trees are infra, model/blub_test, model/joe_test, model/pharaoh_test, model/shared","message":"there is no target model/blub_tset","notes":[],"place":null}
    [exit 2]
    "#);
}

#[test]
fn from_nowhere_the_target_must_be_said() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove current
            drove upgrade
            drove current --all -t infra"
        ),
        @"
    $ drove current
    ~ error: it is not said which target is meant
    ~  |
    ~  = help: go to a tree's folder, pass -t TARGET (`drove targets` lists them) or --all; the trees are infra, model/blub_test, model/shared
    [exit 2]
    $ drove upgrade
    ~ error: it is not said which target is meant
    ~  |
    ~  = help: go to a tree's folder, pass -t TARGET (`drove targets` lists them) or --all; the trees are infra, model/blub_test, model/shared
    [exit 2]
    $ drove current --all -t infra
    ~ error: the argument '--all' cannot be used with '--target <TARGET>'
    ~
    ~ Usage: drove current --all
    ~
    ~ For more information, try '--help'.
    [exit 2]
    "
    );
}

#[test]
fn the_folder_of_a_tree_means_that_tree() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "cd database/infra_migrations && drove current
            cd database/infra_migrations/versions && drove current
            cd database/model_migrations/shared && drove current
            cd database/model_migrations/template && drove current
            cd database/model_migrations && drove current"
        ),
        @"
    $ cd database/infra_migrations && drove current
    3c91d5e07ab4 (head)
    $ cd database/infra_migrations/versions && drove current
    3c91d5e07ab4 (head)
    $ cd database/model_migrations/shared && drove current
    model/joe_test  e07f35b9d264 (head)
    model/pharaoh_test  e07f35b9d264 (head)
    $ cd database/model_migrations/template && drove current
    ~ error: model/template is a template: no database follows it
    ~  |
    ~  = help: `drove template verify` tries it on a throw-away database; `drove model new NAME` makes a tree from it
    [exit 2]
    $ cd database/model_migrations && drove current
    ~ error: it is not said which target is meant
    ~  |
    ~  = help: go to a tree's folder, pass -t TARGET (`drove targets` lists them) or --all; the trees are infra, model/blub_test, model/shared
    [exit 2]
    "
    );
}

#[test]
fn outside_a_workspace_the_ways_to_one_are_named() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove current
            drove --workspace nowhere current"
        ),
        @"
    $ drove current
    ~ error: there is no drove.toml in [here] or above it
    ~  |
    ~  = help: go to a workspace, name one with --workspace DIR, or make one with `drove init`
    [exit 2]
    $ drove --workspace nowhere current
    ~ error: [here]/nowhere has no drove.toml
    ~  |
    ~  = help: go to a workspace, name one with --workspace DIR, or make one with `drove init`
    [exit 2]
    "
    );
}

#[test]
fn the_guides_variables_choose_a_model() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "INDEXER_MODEL_NAME=joe_test drove current -v
            MODEL_DB_NAME=joe_test drove current -v
            MODEL_DB_NAME=joe_test INDEXER_MODEL_NAME=joe_test drove current -v
            cd database/model_migrations/shared && MODEL_DB_NAME=pharaoh_test drove current -v"
        ),
        @"
    $ INDEXER_MODEL_NAME=joe_test drove current -v
    ~ model/joe_test: [here]/data/joe_test.sqlite (SQLite [version])
    e07f35b9d264 (head)  Add liquidation_events table
    $ MODEL_DB_NAME=joe_test drove current -v
    ~ model/joe_test: [here]/data/joe_test.sqlite (SQLite [version])
    e07f35b9d264 (head)  Add liquidation_events table
    $ MODEL_DB_NAME=joe_test INDEXER_MODEL_NAME=joe_test drove current -v
    ~ model/joe_test: [here]/data/joe_test.sqlite (SQLite [version])
    e07f35b9d264 (head)  Add liquidation_events table
    $ cd database/model_migrations/shared && MODEL_DB_NAME=pharaoh_test drove current -v
    ~ model/pharaoh_test: [here]/data/pharaoh_test.sqlite (SQLite [version])
    e07f35b9d264 (head)  Add liquidation_events table
    "
    );
}

#[test]
fn variables_that_disagree_with_the_registry_are_refused_with_both_values() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "MODEL_DB_NAME=blub_test INDEXER_MODEL_NAME=joe_test drove current
            MODEL_DB_NAME=other drove current
            INDEXER_MODEL_NAME=other drove current
            cd database/model_migrations/blub_test && MODEL_DB_NAME=joe_test drove upgrade
            MODEL_DB_NAME=joe_test drove -t model/blub_test upgrade
            INDEXER_MODEL_NAME=joe_test drove -t model/blub_test upgrade"
        ),
        @"
    $ MODEL_DB_NAME=blub_test INDEXER_MODEL_NAME=joe_test drove current
    ~ error: INDEXER_MODEL_NAME is `joe_test` and MODEL_DB_NAME is `blub_test`, but the registry says that model/blub_test has database `blub_test`; the registry says that model/joe_test has database `joe_test`
    ~  |
    ~  = help: make them agree: go to the other tree's folder, change the variables, or change the registry
    [exit 4]
    $ MODEL_DB_NAME=other drove current
    ~ error: MODEL_DB_NAME is `other`, but there is no such model
    ~  |
    ~  = help: the models are blub_test (database `blub_test`), joe_test (database `joe_test`), pharaoh_test (database `pharaoh_test`)
    [exit 4]
    $ INDEXER_MODEL_NAME=other drove current
    ~ error: INDEXER_MODEL_NAME is `other`, but there is no such model
    ~  |
    ~  = help: the models are blub_test (database `blub_test`), joe_test (database `joe_test`), pharaoh_test (database `pharaoh_test`)
    [exit 4]
    $ cd database/model_migrations/blub_test && MODEL_DB_NAME=joe_test drove upgrade
    ~ error: MODEL_DB_NAME is `joe_test`, but the registry says that model/blub_test has database `blub_test`; the registry says that model/joe_test has database `joe_test`
    ~  |
    ~  = help: make them agree: go to the other tree's folder, change the variables, or change the registry
    [exit 4]
    $ MODEL_DB_NAME=joe_test drove -t model/blub_test upgrade
    ~ error: MODEL_DB_NAME is `joe_test`, but the registry says that model/blub_test has database `blub_test`
    ~  |
    ~  = help: unset MODEL_DB_NAME, or name the target that it means
    [exit 4]
    $ INDEXER_MODEL_NAME=joe_test drove -t model/blub_test upgrade
    ~ error: INDEXER_MODEL_NAME is `joe_test`, but the registry says that model/blub_test has database `blub_test`
    ~  |
    ~  = help: unset INDEXER_MODEL_NAME, or name the target that it means
    [exit 4]
    "
    );
}

#[test]
fn an_address_overrides_the_connection_of_one_target() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "drove -t infra --url sqlite:///$PWD/other.sqlite current -v
            drove -t model/joe_test --url sqlite:///$PWD/other.sqlite upgrade --create
            drove --all --url sqlite:///$PWD/other.sqlite upgrade
            drove -t 'model/*' --url sqlite:///$PWD/other.sqlite upgrade
            drove -t infra --url mysql://localhost/x current"
        ),
        @"
    $ drove -t infra --url sqlite:///$PWD/other.sqlite current -v
    ~ infra: [here]/other.sqlite (not there yet)
    ~ the database is not there yet
    $ drove -t model/joe_test --url sqlite:///$PWD/other.sqlite upgrade --create
    ~ model/joe_test: made the database [here]/other.sqlite
    ~ model/joe_test: up a41c7de90b35  Initial model tables  [time]
    ~ model/joe_test: up e07f35b9d264  Add liquidation_events table  [time]
    done (2 steps on 1 target)
    $ drove --all --url sqlite:///$PWD/other.sqlite upgrade
    ~ error: --url names one database, but 3 targets are chosen
    ~  |
    ~  = help: choose one with -t, or take --url away
    [exit 2]
    $ drove -t 'model/*' --url sqlite:///$PWD/other.sqlite upgrade
    ~ error: --url names one database, but 3 targets are chosen
    ~  |
    ~  = help: choose one with -t, or take --url away
    [exit 2]
    $ drove -t infra --url mysql://localhost/x current
    ~ error: the connection string begins with no scheme that is known
    ~  |
    ~  = help: write postgres://user@host/database or sqlite:///path/to/file
    [exit 2]
    "
    );
}

#[test]
fn the_variable_with_a_models_address_leads_to_no_other_models_database() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            "MODEL_DATABASE_URL=sqlite:///$PWD/data/joe_test.sqlite drove -t model/joe_test current -v
            MODEL_DATABASE_URL=sqlite:///$PWD/data/other.sqlite drove -t model/joe_test current
            MODEL_DATABASE_URL=sqlite:///$PWD/data/blub_test.sqlite drove -t model/joe_test current
            MODEL_DATABASE_URL=sqlite:///$PWD/data/joe_test.sqlite drove -t 'model/*' current"
        ),
        @"
    $ MODEL_DATABASE_URL=sqlite:///$PWD/data/joe_test.sqlite drove -t model/joe_test current -v
    ~ model/joe_test: [here]/data/joe_test.sqlite (SQLite [version])
    e07f35b9d264 (head)  Add liquidation_events table
    $ MODEL_DATABASE_URL=sqlite:///$PWD/data/other.sqlite drove -t model/joe_test current
    ~ the database is not there yet
    $ MODEL_DATABASE_URL=sqlite:///$PWD/data/blub_test.sqlite drove -t model/joe_test current
    ~ error: MODEL_DATABASE_URL leads to database `blub_test` for model/joe_test, but the registry says that model/blub_test has database `blub_test`
    ~  |
    ~  = help: name the target that is meant: -t model/blub_test, or change MODEL_DATABASE_URL
    [exit 4]
    $ MODEL_DATABASE_URL=sqlite:///$PWD/data/joe_test.sqlite drove -t 'model/*' current
    ~ error: MODEL_DATABASE_URL names one database, but 3 targets are chosen
    ~  |
    ~  = help: choose one with -t, or take MODEL_DATABASE_URL away
    [exit 2]
    "
    );
}

#[test]
fn one_database_is_never_two_targets() {
    let world = World::indexer_at_head();
    world.edit("drove.toml", "data/{database}.sqlite", "data/indexer_shared.sqlite");
    assert_snapshot!(world.sees("drove -t 'model/*' upgrade\ndrove --all status"), @"
    $ drove -t 'model/*' upgrade
    ~ error: model/blub_test and model/joe_test both lead to [here]/data/indexer_shared.sqlite
    ~  |
    ~  = help: give each its own database, or take one of the two away
    [exit 4]
    $ drove --all status
    ~ error: model/blub_test and model/joe_test both lead to [here]/data/indexer_shared.sqlite
    ~  |
    ~  = help: give each its own database, or take one of the two away
    [exit 4]
    ");
}

#[test]
fn a_registered_model_without_a_tree_says_how_to_make_one() {
    let world = World::indexer_at_head();
    world.edit("drove.toml", "default_tree = \"shared\"\n", "");
    assert_snapshot!(world.sees("drove status"), @"
    $ drove status
    ~ error: the registry names the model joe_test, but there is no tree model/joe_test
    ~  |
    ~  = help: make it with `drove model new joe_test`, or set `default_tree`; the trees are model/blub_test, model/shared
    [exit 4]
    ");
}

#[test]
fn help_tells_the_commands() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove --help
            drove 2> /dev/null
            drove frobnicate
            drove upgrad
            drove --version"
        ),
        @"
    $ drove --help
    Migrates the schemas of many databases at once

    A workspace is a folder with a drove.toml. It names groups of databases, the trees of revisions that
    they follow, and how they are reached. Standing in a tree's folder means that tree; -t, --all or the
    variables that drove.toml names mean others from anywhere.

    Usage: drove [OPTIONS] <COMMAND>

    Commands:
      up              Make what is missing and bring every database to head: the one command of every
                      day
      status          Show where every target stands and what is left to do
      targets         List the targets: databases, the trees they follow and where they are
      init            Write a new workspace, commented so that it teaches; nothing existing is
                      overwritten
      revision        Write a new revision file
      upgrade         Upgrade to a later revision
      downgrade       Downgrade to an earlier revision
      plan            Show what an upgrade would run, without running it
      check           Check that the trees lead to the wanted schema
      diff            Print the SQL that turns one schema into another
      schema          What a database is made of
      current         Show the revisions at which databases stand
      heads           Show the heads of trees: the revisions that no other follows
      history         List revisions, newest first
      branches        Show branch points and merges
      show            Show a revision and its SQL
      merge           Join heads with a new revision
      stamp           Set the version rows without running any SQL of a revision
      edit            Open a revision file in $VISUAL or $EDITOR
      exec            Run SQL on targets: a file in one transaction, or one query whose rows are shown
      model           Make models
      template        Try the template, or see which trees differ from it
      ensure-version  Make the version table and the journal if they are missing
      list-templates  List the workspaces that `drove init` can write
      config          Look at the configuration
      completions     Print the completions for a shell
      man             Print the manual page, or write the pages of all commands to a folder
      help            Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Global options:
          --workspace <DIR>
              The workspace's folder (default: the nearest one with a drove.toml, from here upwards)

          --profile <NAME>
              The profile of drove.toml to lay over its settings
              
              [env: DROVE_PROFILE=]

      -t, --target <TARGET>
              A target or tree, such as infra, model/blub_test or 'model/*'; may be given more than once

          --all
              Every target of the workspace

          --url <URL>
              A connection string for the one target that is chosen
              
              A password in it can be seen by other users of this machine; set PGPASSWORD or use .pgpass
              instead.

          --json
              Answer in JSON, one object a line

      -q, --quiet
              Say nothing but results and errors

      -v, --verbose
              Say more

          --no-dotenv
              Do not read the workspace's .env

    Exit codes: 0 as wanted, 1 not as wanted, 2 usage or configuration, 3 some targets failed,
    4 refused or nothing could start, 6 outcome unknown, 130 interrupted
    $ drove 2> /dev/null
    [exit 2]
    $ drove frobnicate
    ~ error: unrecognized subcommand 'frobnicate'
    ~
    ~ Usage: drove [OPTIONS] <COMMAND>
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ drove upgrad
    ~ error: unrecognized subcommand 'upgrad'
    ~
    ~   tip: some similar subcommands exist: 'downgrade', 'up', 'upgrade'
    ~
    ~ Usage: drove [OPTIONS] <COMMAND>
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ drove --version
    drove [version]
    "
    );
}

#[test]
fn with_json_a_wrong_use_is_an_object_too() {
    let world = World::empty();
    assert_snapshot!(world.sees("drove --json frobnicate\ndrove exec --json\ndrove revision --json"), @r#"
    $ drove --json frobnicate
    {"error":"usage","exit":2,"help":"`drove help` tells what can be said","message":"unrecognized subcommand 'frobnicate'","notes":[],"place":null}
    [exit 2]
    $ drove exec --json
    {"error":"usage","exit":2,"help":"`drove help` tells what can be said","message":"the following required arguments were not provided: <FILE>","notes":[],"place":null}
    [exit 2]
    $ drove revision --json
    {"error":"usage","exit":2,"help":"`drove help` tells what can be said","message":"the following required arguments were not provided: --message <MESSAGE>","notes":[],"place":null}
    [exit 2]
    "#);
}
