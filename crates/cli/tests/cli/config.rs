//! `drove config show`: every setting and its origin.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn every_value_says_where_it_came_from() {
    let world = World::indexer();
    assert_snapshot!(world.sees("drove config show"), @"
    $ drove config show
    ~ workspace ., profile (none)
    SETTING                         VALUE                                                         FROM
    name                            indexer                                                       drove.toml:3
    run.connect_timeout             10s                                                           default
    run.lock_timeout                2s                                                            default
    run.statement_timeout           0                                                             default
    run.lock_budget                 10m                                                           default
    group.infra.tree                database/infra_migrations                                     drove.toml:13
    group.infra.database            indexer_shared                                                drove.toml:14
    group.infra.connection.engine   sqlite                                                        drove.toml:8
    group.infra.connection.create   true                                                          default
    group.infra.connection.path     data/{database}.sqlite                                        drove.toml:9
    group.infra.schema.postgres     database/schema/infra                                         drove.toml:18
    group.infra.schema.sqlite       database/schema/sqlite/infra                                  drove.toml:19
    group.model.trees               database/model_migrations                                     drove.toml:26
    group.model.template            database/model_migrations/template                            drove.toml:30
    group.model.default_tree        shared                                                        drove.toml:28
    group.model.database            {name}                                                        default
    group.model.connection.engine   sqlite                                                        drove.toml:8
    group.model.connection.create   true                                                          default
    group.model.connection.path     data/{database}.sqlite                                        drove.toml:9
    group.model.registry.group      infra                                                         drove.toml:38
    group.model.registry.query      SELECT name, database_name AS database FROM models WHERE st…  drove.toml:39
    group.model.registry.register   INSERT INTO models (name, version, display_name, database_n…  drove.toml:40
    group.model.variables.name      INDEXER_MODEL_NAME                                            drove.toml:46
    group.model.variables.database  MODEL_DB_NAME                                                 drove.toml:47
    group.model.variables.url       MODEL_DATABASE_URL                                            drove.toml:48
    group.model.schema.postgres     database/schema/model                                         drove.toml:33
    group.model.schema.sqlite       database/schema/sqlite/model                                  drove.toml:34
    ");
    assert_snapshot!(
        world.sees(
            "INDEXER_DB_HOST=db.example INDEXER_DB_PASSWORD=geheim drove --profile postgres config show
            INDEXER_DB_PASSWORD=geheim drove --profile postgres config show --json"
        ),
        @r#"
        $ INDEXER_DB_HOST=db.example INDEXER_DB_PASSWORD=geheim drove --profile postgres config show
        ~ workspace ., profile postgres
        SETTING                          VALUE                                                         FROM
        name                             indexer                                                       drove.toml:3
        run.connect_timeout              10s                                                           default
        run.lock_timeout                 2s                                                            default
        run.statement_timeout            0                                                             default
        run.lock_budget                  10m                                                           default
        group.infra.tree                 database/infra_migrations                                     drove.toml:13
        group.infra.database             indexer_shared                                                drove.toml:14
        group.infra.connection.engine    postgres                                                      drove.toml:52
        group.infra.connection.password  (hidden)                                                      drove.toml:56, INDEXER_DB_PASSWORD from the environment
        group.infra.connection.create    true                                                          default
        group.infra.connection.host      db.example                                                    drove.toml:53, INDEXER_DB_HOST from the environment
        group.infra.connection.port      5432                                                          drove.toml:54
        group.infra.schema.postgres      database/schema/infra                                         drove.toml:18
        group.infra.schema.sqlite        database/schema/sqlite/infra                                  drove.toml:19
        group.model.trees                database/model_migrations                                     drove.toml:26
        group.model.template             database/model_migrations/template                            drove.toml:30
        group.model.default_tree         shared                                                        drove.toml:28
        group.model.database             {name}                                                        default
        group.model.connection.engine    postgres                                                      drove.toml:52
        group.model.connection.password  (hidden)                                                      drove.toml:56, INDEXER_DB_PASSWORD from the environment
        group.model.connection.create    true                                                          default
        group.model.connection.host      db.example                                                    drove.toml:53, INDEXER_DB_HOST from the environment
        group.model.connection.port      5432                                                          drove.toml:54
        group.model.registry.group       infra                                                         drove.toml:38
        group.model.registry.query       SELECT name, database_name AS database FROM models WHERE st…  drove.toml:39
        group.model.registry.register    INSERT INTO models (name, version, display_name, database_n…  drove.toml:40
        group.model.variables.name       INDEXER_MODEL_NAME                                            drove.toml:46
        group.model.variables.database   MODEL_DB_NAME                                                 drove.toml:47
        group.model.variables.url        MODEL_DATABASE_URL                                            drove.toml:48
        group.model.schema.postgres      database/schema/model                                         drove.toml:33
        group.model.schema.sqlite        database/schema/sqlite/model                                  drove.toml:34
        $ INDEXER_DB_PASSWORD=geheim drove --profile postgres config show --json
        {"key":"name","origin":"drove.toml:3","value":"indexer"}
        {"key":"run.connect_timeout","origin":"default","value":"10s"}
        {"key":"run.lock_timeout","origin":"default","value":"2s"}
        {"key":"run.statement_timeout","origin":"default","value":"0"}
        {"key":"run.lock_budget","origin":"default","value":"10m"}
        {"key":"group.infra.tree","origin":"drove.toml:13","value":"database/infra_migrations"}
        {"key":"group.infra.database","origin":"drove.toml:14","value":"indexer_shared"}
        {"key":"group.infra.connection.engine","origin":"drove.toml:52","value":"postgres"}
        {"key":"group.infra.connection.password","origin":"drove.toml:56, INDEXER_DB_PASSWORD from the environment","value":"(hidden)"}
        {"key":"group.infra.connection.create","origin":"default","value":"true"}
        {"key":"group.infra.connection.host","origin":"drove.toml:53","value":"127.0.0.1"}
        {"key":"group.infra.connection.port","origin":"drove.toml:54","value":"5432"}
        {"key":"group.infra.schema.postgres","origin":"drove.toml:18","value":"database/schema/infra"}
        {"key":"group.infra.schema.sqlite","origin":"drove.toml:19","value":"database/schema/sqlite/infra"}
        {"key":"group.model.trees","origin":"drove.toml:26","value":"database/model_migrations"}
        {"key":"group.model.template","origin":"drove.toml:30","value":"database/model_migrations/template"}
        {"key":"group.model.default_tree","origin":"drove.toml:28","value":"shared"}
        {"key":"group.model.database","origin":"default","value":"{name}"}
        {"key":"group.model.connection.engine","origin":"drove.toml:52","value":"postgres"}
        {"key":"group.model.connection.password","origin":"drove.toml:56, INDEXER_DB_PASSWORD from the environment","value":"(hidden)"}
        {"key":"group.model.connection.create","origin":"default","value":"true"}
        {"key":"group.model.connection.host","origin":"drove.toml:53","value":"127.0.0.1"}
        {"key":"group.model.connection.port","origin":"drove.toml:54","value":"5432"}
        {"key":"group.model.registry.group","origin":"drove.toml:38","value":"infra"}
        {"key":"group.model.registry.query","origin":"drove.toml:39","value":"SELECT name, database_name AS database FROM models WHERE status = 'active' ORDER BY name"}
        {"key":"group.model.registry.register","origin":"drove.toml:40","value":"INSERT INTO models (name, version, display_name, database_name, source_paths, status, created_at, updated_at)\nVALUES ({name}, 'v1', {label}, {database}, '[]', 'active', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)"}
        {"key":"group.model.variables.name","origin":"drove.toml:46","value":"INDEXER_MODEL_NAME"}
        {"key":"group.model.variables.database","origin":"drove.toml:47","value":"MODEL_DB_NAME"}
        {"key":"group.model.variables.url","origin":"drove.toml:48","value":"MODEL_DATABASE_URL"}
        {"key":"group.model.schema.postgres","origin":"drove.toml:33","value":"database/schema/model"}
        {"key":"group.model.schema.sqlite","origin":"drove.toml:34","value":"database/schema/sqlite/model"}
        "#
    );
}

#[test]
fn a_dotenv_is_read_and_the_environment_wins() {
    let world = World::indexer();
    world.write(".env", "INDEXER_SHARED_DB=from_file\n");
    assert_snapshot!(
        world.sees(
            "drove config show | grep group.infra.database
            INDEXER_SHARED_DB=from_shell drove config show | grep group.infra.database
            drove config show --no-dotenv | grep group.infra.database"
        ),
        @"
    $ drove config show | grep group.infra.database
    ~ workspace ., profile (none)
    group.infra.database            from_file                                                     drove.toml:14, INDEXER_SHARED_DB from .env
    $ INDEXER_SHARED_DB=from_shell drove config show | grep group.infra.database
    ~ workspace ., profile (none)
    group.infra.database            from_shell                                                    drove.toml:14, INDEXER_SHARED_DB from the environment
    $ drove config show --no-dotenv | grep group.infra.database
    ~ workspace ., profile (none)
    group.infra.database            indexer_shared                                                drove.toml:14
    "
    );
}

#[test]
fn mistakes_in_drove_toml_have_a_place() {
    let world = World::single();
    world.write("drove.toml", "name = \"x\"\n\n[conection]\nengine = \"sqlite\"\n");
    assert_snapshot!(world.sees("drove config show"), @"
    $ drove config show
    ~ error: drove.toml:3: `conection` is not a setting
    ~  --> drove.toml:3:2
    ~   |
    ~ 3 | [conection]
    ~   |  ^^^^^^^^^ `conection` is not a setting
    ~   |
    ~   = help: did you mean `connection`?
    [exit 2]
    ");
    world.write("drove.toml", "name = \"x\n");
    assert_snapshot!(world.sees("drove config show"), @r#"
    $ drove config show
    ~ error: drove.toml:1: invalid basic string, expected `"`
    ~  --> drove.toml:1:10
    ~   |
    ~ 1 | name = "x
    ~   |          ^ invalid basic string, expected `"`
    ~   |
    ~   = help: the file is TOML: `key = "text"`, `[table]`, each key once
    [exit 2]
    "#);
    assert_snapshot!(world.sees("drove config show --json"), @r#"
    $ drove config show --json
    {"error":"bad-toml","exit":2,"help":"the file is TOML: `key = \"text\"`, `[table]`, each key once","message":"drove.toml:1: invalid basic string, expected `\"`","notes":[],"place":{"line":1,"path":"drove.toml"}}
    [exit 2]
    "#);
}

#[test]
fn an_unset_variable_is_named() {
    let world = World::single();
    world.edit("drove.toml", "sqlite\"", "${NO_SUCH_VARIABLE}\"");
    assert_snapshot!(world.sees("drove config show"), @r#"
    $ drove config show
    ~ error: drove.toml:12: `group.main.connection.engine`: the variable NO_SUCH_VARIABLE is not set
    ~   --> drove.toml:12:10
    ~    |
    ~ 12 | engine = "${NO_SUCH_VARIABLE}"
    ~    |          ^^^^^^^^^^^^^^^^^^^^^ `group.main.connection.engine`: the variable NO_SUCH_VARIABLE is not set
    ~    |
    ~    = help: export NO_SUCH_VARIABLE=… , put it into .env, or write a default: ${NO_SUCH_VARIABLE:-…}
    [exit 2]
    "#);
}

#[test]
fn an_unknown_profile_lists_the_known() {
    let world = World::indexer();
    assert_snapshot!(
        world.sees(
            "drove --profile postgre config show
            DROVE_PROFILE=postgres drove config show | head -3"
        ),
        @"
    $ drove --profile postgre config show
    ~ error: there is no profile `postgre`
    ~  |
    ~  = help: did you mean `postgres`?
    [exit 2]
    $ DROVE_PROFILE=postgres drove config show | head -3
    ~ workspace ., profile postgres
    SETTING                         VALUE                                                         FROM
    name                            indexer                                                       drove.toml:3
    run.connect_timeout             10s                                                           default
    "
    );
}

#[test]
fn outside_a_workspace_there_is_nothing_to_show() {
    let world = World::empty();
    assert_snapshot!(
        world.sees(
            "drove config show
            drove config show --json"
        ),
        @r#"
    $ drove config show
    ~ error: there is no drove.toml in [here] or above it
    ~  |
    ~  = help: go to a workspace, name one with --workspace DIR, or make one with `drove init`
    [exit 2]
    $ drove config show --json
    {"error":"no-workspace","exit":2,"help":"go to a workspace, name one with --workspace DIR, or make one with `drove init`","message":"there is no drove.toml in [here] or above it","notes":[],"place":null}
    [exit 2]
    "#
    );
}
