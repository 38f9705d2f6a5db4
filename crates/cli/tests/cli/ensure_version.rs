//! `drove ensure-version`: the bookkeeping tables.

use insta::assert_snapshot;

use crate::world::World;

#[test]
fn the_tables_are_made_once() {
    let world = World::single();
    assert_snapshot!(
        world.sees(
            r#"drove ensure-version
            drove ensure-version --create
            drove ensure-version
            drove exec -c 'SELECT name FROM sqlite_master WHERE type = '"'table'"' ORDER BY name'"#
        ),
        @r#"
    $ drove ensure-version
    ~ main: error: there is no database file [here]/data/app.sqlite
    ~  |
    ~  = help: `drove up` makes missing databases; upgrade, stamp and ensure-version do it with --create
    [exit 3]
    $ drove ensure-version --create
    ~ main: made the database [here]/data/app.sqlite
    done (1 step on 1 target)
    $ drove ensure-version
    nothing to do (1 target)
    $ drove exec -c 'SELECT name FROM sqlite_master WHERE type = '"'table'"' ORDER BY name'
    NAME
    alembic_version
    drove_journal
    "#
    );
}

#[test]
fn as_sql_and_as_json() {
    let world = World::single();
    assert_snapshot!(
        world.sees(
            "drove ensure-version --sql
            drove ensure-version --create --json"
        ),
        @r#"
    $ drove ensure-version --sql
    CREATE TABLE IF NOT EXISTS "alembic_version" (
        version_num VARCHAR(32) NOT NULL,
        CONSTRAINT "alembic_version_pkc" PRIMARY KEY (version_num)
    );
    CREATE TABLE IF NOT EXISTS "drove_journal" (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
        tree TEXT NOT NULL,
        action TEXT NOT NULL,
        outcome TEXT NOT NULL,
        revision TEXT,
        statement INTEGER,
        checksum TEXT,
        message TEXT,
        parents TEXT,
        body TEXT,
        fingerprint TEXT,
        token TEXT NOT NULL,
        who TEXT NOT NULL,
        tool TEXT NOT NULL
    );
    $ drove ensure-version --create --json
    {"at_ms":[ms],"event":"run_started","targets":1}
    {"at_ms":[ms],"event":"group_started","group":"main","parallel":1,"targets":1}
    {"at_ms":[ms],"event":"database_created","location":"[here]/data/app.sqlite","target":"main"}
    {"at_ms":[ms],"current":[],"event":"target_started","steps":0,"target":"main"}
    {"at_ms":[ms],"elapsed_ms":[ms],"event":"target_done","from":[],"outcome":"applied","steps":1,"target":"main","to":[]}
    {"already":0,"applied":1,"at_ms":[ms],"elapsed_ms":[ms],"event":"run_done","failed":0,"skipped":0}
    "#
    );
}
