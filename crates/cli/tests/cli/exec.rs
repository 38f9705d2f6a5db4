//! `drove exec`: SQL of the moment.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn a_query_shows_its_rows() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            r#"drove -t infra exec -c "SELECT name, database_name FROM models ORDER BY name"
            drove -t infra exec -c "SELECT name, NULL AS gap FROM models" --json
            drove -t infra exec -c "SELECT name FROM models WHERE false""#
        ),
        @r#"
    $ drove -t infra exec -c "SELECT name, database_name FROM models ORDER BY name"
    NAME          DATABASE_NAME
    blub_test     blub_test
    joe_test      joe_test
    pharaoh_test  pharaoh_test
    $ drove -t infra exec -c "SELECT name, NULL AS gap FROM models" --json
    {"gap":null,"name":"blub_test","target":"infra"}
    {"gap":null,"name":"joe_test","target":"infra"}
    {"gap":null,"name":"pharaoh_test","target":"infra"}
    $ drove -t infra exec -c "SELECT name FROM models WHERE false"
    NAME
    "#
    );
}

#[test]
fn several_targets_say_whose_rows_they_are() {
    let world = World::indexer_at_head();
    assert_snapshot!(
        world.sees(
            r#"drove -t "model/j*" -t infra exec -c "SELECT version_num FROM alembic_version"
            drove -t "model/j*" -t infra exec -c "SELECT count(*) AS models FROM models""#
        ),
        @r#"
    $ drove -t "model/j*" -t infra exec -c "SELECT version_num FROM alembic_version"
    infra
    VERSION_NUM
    3c91d5e07ab4
    model/joe_test
    VERSION_NUM
    e07f35b9d264
    $ drove -t "model/j*" -t infra exec -c "SELECT count(*) AS models FROM models"
    ~ error: model/joe_test: no such table: models
    ~  |
    ~  = note: code: SQLITE_ERROR
    infra
    MODELS
    3
    [exit 3]
    "#
    );
}

#[test]
fn samples_survive_the_migration_and_its_way_back() {
    let world = World::indexer_at_head();
    world.quietly("drove -t model/blub_test downgrade -1");
    assert_snapshot!(
        world.sees(
            "drove -t model/blub_test exec sample/model.sql
            drove -t model/blub_test up
            drove -t model/blub_test exec -c 'SELECT count(*) AS trades FROM trades'
            drove -t model/blub_test downgrade -1
            drove -t model/blub_test exec -c 'SELECT count(*) AS trades FROM trades'"
        ),
        @"
    $ drove -t model/blub_test exec sample/model.sql
    ~ model/blub_test: ran sample/model.sql
    $ drove -t model/blub_test up
    ~ model/blub_test: up 8e2b6f41c07d  Add missing columns to transaction_processing  [time]
    everything is at head (1 step on 1 target)
    $ drove -t model/blub_test exec -c 'SELECT count(*) AS trades FROM trades'
    TRADES
    3
    $ drove -t model/blub_test downgrade -1
    ~ model/blub_test: down 8e2b6f41c07d  Add missing columns to transaction_processing  [time]
    done (1 step on 1 target)
    $ drove -t model/blub_test exec -c 'SELECT count(*) AS trades FROM trades'
    TRADES
    3
    "
    );
}

#[test]
fn a_file_runs_whole_or_not_at_all() {
    let world = World::forked();
    world.quietly("drove upgrade a1 --create");
    world.write("bad.sql", "INSERT INTO a VALUES (1);\nINSERT INTO nowhere VALUES (1);\n");
    assert_snapshot!(
        world.sees(
            "drove exec bad.sql
            drove exec -c 'SELECT count(*) AS n FROM a'
            drove exec none.sql
            drove exec
            drove exec -c 'SELEC 1'
            drove exec -c 'SELEC 1' --json
            echo 'INSERT INTO a VALUES (2);' > good.sql && drove exec good.sql --json"
        ),
        @r#"
    $ drove exec bad.sql
    ~ error: bad.sql:2: no such table: nowhere
    ~  |
    ~  = note: code: SQLITE_ERROR
    ~  = help: nothing of the file was kept
    [exit 3]
    $ drove exec -c 'SELECT count(*) AS n FROM a'
    N
    0
    $ drove exec none.sql
    ~ error: none.sql cannot be read: No such file or directory (os error 2)
    ~  |
    ~  = help: check the path: there may be a link that leads to nothing
    [exit 2]
    $ drove exec
    ~ error: the following required arguments were not provided:
    ~   <FILE>
    ~
    ~ Usage: drove exec <FILE>
    ~
    ~ For more information, try '--help'.
    [exit 2]
    $ drove exec -c 'SELEC 1'
    ~ error: near "SELEC": syntax error
    ~  |
    ~  = note: code: SQLITE_ERROR
    [exit 3]
    $ drove exec -c 'SELEC 1' --json
    {"error":"statement","exit":3,"help":null,"message":"near \"SELEC\": syntax error","notes":["code: SQLITE_ERROR"],"place":null}
    [exit 3]
    $ echo 'INSERT INTO a VALUES (2);' > good.sql && drove exec good.sql --json
    {"ran":"good.sql","target":"main"}
    "#
    );
}

#[test]
fn what_is_not_there_is_not_made() {
    let world = World::indexer();
    assert_snapshot!(world.sees("drove -t infra exec -c 'SELECT 1'\ntest -e data"), @"
    $ drove -t infra exec -c 'SELECT 1'
    ~ error: there is no database file [here]/data/indexer_shared.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases; upgrade, stamp and ensure-version do it with --create
    [exit 3]
    $ test -e data
    [exit 1]
    ");
}
