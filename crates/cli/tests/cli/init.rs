//! `drove init`: new workspaces.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_single_database_starts_with_one_tree() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove init
            drove up
            drove status
            drove revision -m 'First things' --rev-id a1
            drove up"
        ),
        @"
    $ drove init
    ~ wrote 5 files; next: drove up
    .gitignore
    drove.toml
    migrations/tree.toml
    migrations/revision.sql.j2
    migrations/versions/.gitkeep
    $ drove up
    ~ main: notice: tree main has no revisions: there is no .sql file in migrations/versions
    ~ main: made the database [here]/data/app.sqlite
    everything is at head (1 target)
    $ drove status
    TARGET  TREE  DATABASE  AT    STATE
    main    main  app       base  at head

    everything is at head (1 target)
    $ drove revision -m 'First things' --rev-id a1
    migrations/versions/a1_first_things.sql
    $ drove up
    ~ main: up a1  First things  [time]
    everything is at head (1 step on 1 target)
    "
    );
}

#[test]
fn a_fleet_starts_with_infrastructure_and_a_template() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove init shop --layout multi
            cd shop && drove up
            cd shop && drove model new first --register
            cd shop && drove status"
        ),
        @"
    $ drove init shop --layout multi
    ~ wrote 8 files; next: cd shop && drove up
    shop/.gitignore
    shop/drove.toml
    shop/database/infra_migrations/tree.toml
    shop/database/infra_migrations/revision.sql.j2
    shop/database/model_migrations/template/tree.toml
    shop/database/model_migrations/template/revision.sql.j2
    shop/database/infra_migrations/versions/0d0a6f5b2c11_add_models.sql
    shop/database/model_migrations/template/versions/5f3c9e1ab7d2_initial_model_tables.sql
    $ cd shop && drove up
    ~ infra: made the database [here]/shop/data/infra.sqlite
    ~ infra: up 0d0a6f5b2c11  Add models  [time]
    everything is at head (1 step on 1 target)
    $ cd shop && drove model new first --register
    ~ model/first: made the database [here]/shop/data/first.sqlite
    ~ model/first: up 5f3c9e1ab7d2  Initial model tables  [time]
    tree      database/model_migrations/first
    database  [here]/shop/data/first.sqlite, at 5f3c9e1ab7d2
    registry  first is listed
    $ cd shop && drove status
    TARGET       TREE         DATABASE  AT            STATE
    infra        infra        infra     0d0a6f5b2c11  at head
    model/first  model/first  first     5f3c9e1ab7d2  at head

    everything is at head (2 targets)
    "
    );
}

#[test]
fn postgres_is_an_engine_of_a_new_workspace() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove init pg --engine postgres
            cat pg/drove.toml
            drove init many --engine postgres --layout multi --quiet
            cat many/drove.toml"
        ),
        @r#"
    $ drove init pg --engine postgres
    ~ wrote 5 files; next: cd pg && drove up
    pg/.gitignore
    pg/drove.toml
    pg/migrations/tree.toml
    pg/migrations/revision.sql.j2
    pg/migrations/versions/.gitkeep
    $ cat pg/drove.toml
    # A workspace of droveway: one database that follows one tree of revisions.
    #
    #   drove revision -m "Add users"   writes migrations/versions/<id>_add_users.sql: put your SQL into it
    #   drove up                        makes the database if it is missing and brings it to head
    #   drove status                    where it stands; drove plan shows what would run
    #
    # ${NAME} and ${NAME:-default} take a variable from the environment or from .env beside this file.
    name = "workspace"

    # Any keyword of libpq may stand here: host, port, user, sslmode, sslrootcert, service … What is left out comes from
    # the usual places: PGHOST, PGUSER, ~/.pgpass and so on. A server that is not on this machine must show a certificate
    # for its name (sslmode = "verify-full") unless you ask for less.
    [connection]
    engine = "postgres"
    host = "${DB_HOST:-${PGHOST:-127.0.0.1}}"
    port = "${DB_PORT:-${PGPORT:-5432}}"
    user = "${DB_USER:-}"           # empty counts as not set
    password = "${DB_PASSWORD:-}"   # from the environment or .env; never write one here

    [group.main]
    tree = "migrations"
    database = "${DB_NAME:-app}"
    # The schema that is wanted, as CREATE statements in files: for `drove check` and `drove revision --autogenerate`
    # (PostgreSQL). `drove schema dump --split-into schema main` writes what a database has now.
    # schema = "schema"

    [run]
    # A statement that waits longer than this for a lock gives way, and the whole transaction is tried again …
    lock_timeout = "2s"
    # … for no longer than this in all.
    lock_budget = "10m"
    $ drove init many --engine postgres --layout multi --quiet
    many/.gitignore
    many/drove.toml
    many/database/infra_migrations/tree.toml
    many/database/infra_migrations/revision.sql.j2
    many/database/model_migrations/template/tree.toml
    many/database/model_migrations/template/revision.sql.j2
    many/database/infra_migrations/versions/0d0a6f5b2c11_add_models.sql
    many/database/model_migrations/template/versions/5f3c9e1ab7d2_initial_model_tables.sql
    $ cat many/drove.toml
    # A workspace of droveway: a shared infrastructure database, and one database for each model.
    #
    #   drove up                              brings everything to head, the infrastructure first
    #   drove model new NAME --register       a new model: its tree, its database, its row in the registry
    #   drove -t infra revision -m "…"        a new revision; or stand in the tree's folder
    #   drove status                          where every database stands
    #
    # ${NAME} and ${NAME:-default} take a variable from the environment or from .env beside this file.
    name = "workspace"

    # Any keyword of libpq may stand here: host, port, user, sslmode, sslrootcert, service … What is left out comes from
    # the usual places: PGHOST, PGUSER, ~/.pgpass and so on. A server that is not on this machine must show a certificate
    # for its name (sslmode = "verify-full") unless you ask for less.
    [connection]
    engine = "postgres"
    host = "${DB_HOST:-${PGHOST:-127.0.0.1}}"
    port = "${DB_PORT:-${PGPORT:-5432}}"
    user = "${DB_USER:-}"           # empty counts as not set
    password = "${DB_PASSWORD:-}"   # from the environment or .env; never write one here

    # Groups migrate in the order in which they stand here.
    [group.infra]
    tree = "database/infra_migrations"
    database = "${INFRA_DB_NAME:-infra}"

    [group.model]
    # Every folder in here is the tree of one model, but for the template, from which `drove model new` makes them.
    trees = "database/model_migrations"
    template = "database/model_migrations/template"
    # Models without a folder of their own may share one tree:
    # default_tree = "shared"

    # Which models there are: a query on the infrastructure database.
    [group.model.registry]
    group = "infra"
    query = "SELECT name, database_name AS database FROM models WHERE status = 'active' ORDER BY name"
    register = "INSERT INTO models (name, database_name, status) VALUES ({name}, {database}, 'active')"

    # Variables that choose one model, and are checked against the registry.
    [group.model.variables]
    name = "MODEL_NAME"
    database = "MODEL_DB_NAME"
    url = "MODEL_DATABASE_URL"

    [run]
    # A statement that waits longer than this for a lock gives way, and the whole transaction is tried again …
    lock_timeout = "2s"
    # … for no longer than this in all.
    lock_budget = "10m"
    # Targets of a group that run at once (default: by cores and kind of database)
    # parallel = 4
    "#
    );
}

#[test]
fn what_is_written_teaches() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove init --quiet
            cat drove.toml migrations/tree.toml migrations/revision.sql.j2 .gitignore"
        ),
        @r#"
    $ drove init --quiet
    .gitignore
    drove.toml
    migrations/tree.toml
    migrations/revision.sql.j2
    migrations/versions/.gitkeep
    $ cat drove.toml migrations/tree.toml migrations/revision.sql.j2 .gitignore
    # A workspace of droveway: one database that follows one tree of revisions.
    #
    #   drove revision -m "Add users"   writes migrations/versions/<id>_add_users.sql: put your SQL into it
    #   drove up                        makes the database if it is missing and brings it to head
    #   drove status                    where it stands; drove plan shows what would run
    #
    # ${NAME} and ${NAME:-default} take a variable from the environment or from .env beside this file.
    name = "workspace"

    # One SQLite file for each database. {database} is the database's name.
    [connection]
    engine = "sqlite"
    path = "data/{database}.sqlite"

    [group.main]
    tree = "migrations"
    database = "${DB_NAME:-app}"
    # The schema that is wanted, as CREATE statements in files: for `drove check` and `drove revision --autogenerate`
    # (PostgreSQL). `drove schema dump --split-into schema main` writes what a database has now.
    # schema = "schema"

    [run]
    # A statement that waits longer than this for a lock gives way, and the whole transaction is tried again …
    lock_timeout = "2s"
    # … for no longer than this in all.
    lock_budget = "10m"
    # What holds for this tree alone. Everything here has a default.

    # Folders of revision files. Several may be named: a tree can share another's revisions, as in
    # versions = ["../template/versions", "versions"]; new revisions go to the last one.
    versions = ["versions"]

    # What a new revision file looks like, and what it is called.
    revision_template = "revision.sql.j2"
    file_name = "{revision}_{slug}.sql"
    -- {{ message }}
    --
    -- revision: {{ revision }}
    -- parents:{% if parents %} {{ parents }}{% endif %}
    {%- if labels %}
    -- labels: {{ labels }}
    {%- endif %}
    {%- if depends_on %}
    -- depends_on: {{ depends_on }}
    {%- endif %}
    -- created: {{ created }}
    {%- if sections %}
    {{ sections }}
    {%- else %}
    -- drove:upgrade
    {%- if upgrade %}
    {{ upgrade }}
    {%- endif %}

    -- drove:downgrade
    {%- if downgrade %}
    {{ downgrade }}
    {%- endif %}
    {%- endif %}
    # Databases of the SQLite profile, scratch files, secrets
    /data/
    /.drove/
    .env
    "#
    );
}

#[test]
fn the_example_runs_from_anywhere() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove init --example indexer example --quiet > list.txt
            cd example && drove up --quiet && drove status"
        ),
        @"
    $ drove init --example indexer example --quiet > list.txt
    $ cd example && drove up --quiet && drove status
    TARGET              TREE             DATABASE        AT            STATE
    infra               infra            indexer_shared  3c91d5e07ab4  at head
    model/blub_test     model/blub_test  blub_test       8e2b6f41c07d  at head
    model/joe_test      model/shared     joe_test        e07f35b9d264  at head
    model/pharaoh_test  model/shared     pharaoh_test    e07f35b9d264  at head

    everything is at head (4 targets)
    "
    );
}

#[test]
fn nothing_existing_is_overwritten() {
    let world = World::empty();
    world.write("drove.toml", "mine");
    assert_snapshot!(
        world.sees(
            "drove init
            ls -A
            cat drove.toml
            drove init --json"
        ),
        @r#"
    $ drove init
    ~ error: [here]/drove.toml is there already
    ~  |
    ~  = help: nothing was written: choose an empty folder, `drove init FOLDER`
    [exit 4]
    $ ls -A
    drove.toml
    $ cat drove.toml
    mine
    $ drove init --json
    {"error":"in-the-way","exit":4,"help":"nothing was written: choose an empty folder, `drove init FOLDER`","message":"[here]/drove.toml is there already","notes":[],"place":null}
    [exit 4]
    "#
    );
}

#[test]
fn json_lists_the_files() {
    let world = World::empty();
    assert_snapshot!(world.sees("drove init --json"), @r#"
    $ drove init --json
    {"path":".gitignore"}
    {"path":"drove.toml"}
    {"path":"migrations/tree.toml"}
    {"path":"migrations/revision.sql.j2"}
    {"path":"migrations/versions/.gitkeep"}
    "#);
}

#[test]
fn an_example_has_its_own_engine_and_layout() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove init --example indexer --engine postgres
            drove init --example shop
            drove init --layout many"
        ),
        @"
    $ drove init --example indexer --engine postgres
    ~ error: the argument '--example <EXAMPLE>' cannot be used with '--engine <ENGINE>'
    ~
    ~ Usage: drove init --example <EXAMPLE> [FOLDER]
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ drove init --example shop
    ~ error: invalid value 'shop' for '--example <EXAMPLE>'
    ~   [possible values: indexer]
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ drove init --layout many
    ~ error: invalid value 'many' for '--layout <LAYOUT>'
    ~   [possible values: single, multi]
    ~
    ~ For more information, try '--help'.
    [exit 2]
    "
    );
}

#[test]
fn a_projects_own_gitignore_stays() {
    let world = World::empty();
    world.write(".gitignore", "target\n");
    assert_snapshot!(world.sees("drove init\ncat .gitignore"), @"
    $ drove init
    ~ kept your .gitignore: let it leave out /data/, /.drove/ and .env
    ~ wrote 4 files; next: drove up
    drove.toml
    migrations/tree.toml
    migrations/revision.sql.j2
    migrations/versions/.gitkeep
    $ cat .gitignore
    target
    ");
}
