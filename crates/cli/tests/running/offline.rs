//! A script that is written offline and applied by the database's own client leaves exactly what a run leaves.

use droveway_testkit::available;

use crate::ground::{Ground, rows, schema};

/// A tree of everything that is special: no transaction, COPY data, transactions of its own.
fn special(ground: &Ground) {
    ground.revision(
        "aaaa",
        "",
        "",
        "CREATE TABLE a (id int, name text); -- a comment\nCOPY a FROM stdin;\n1\tone\n2\t\\N\n\\.",
        "DROP TABLE a;",
    );
    ground.revision(
        "bbbb",
        "aaaa",
        "transaction: off",
        "CREATE INDEX CONCURRENTLY a_id ON a (id);\nVACUUM a",
        "DROP INDEX CONCURRENTLY a_id;",
    );
    ground.revision(
        "cccc",
        "bbbb",
        "",
        "BEGIN;\nCREATE TABLE c1 ();\nCOMMIT;\nBEGIN;\nCREATE TABLE c2 ();\nCOMMIT;",
        "DROP TABLE c1, c2;",
    );
    ground.revision(
        "dddd",
        "cccc",
        "",
        "CREATE TABLE d1 ();\nCOMMIT AND CHAIN;\nCREATE TABLE d2 ();",
        "DROP TABLE d1, d2;",
    );
    ground.revision(
        "ffff",
        "eeee",
        "",
        "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.f ();",
        "SET search_path = pg_catalog;\nDROP TABLE public.f;",
    );
    ground.revision("eeee", "dddd", "", "BEGIN;\nCREATE TABLE e ();\nCOMMIT;", "DROP TABLE e;");
}

fn dump(ground: &Ground) -> ((Option<String>, String), String) {
    let database = ground.database();
    (schema(database.cluster(), database.name()), rows(database.cluster(), database.name()))
}

#[test]
fn a_special_tree_offline_is_the_same_as_online() {
    for server in available() {
        let (online, offline) =
            (Ground::postgres(&server.cluster(), "online"), Ground::postgres(&server.cluster(), "offline"));
        special(&online);
        special(&offline);
        online.well(&["upgrade"]);
        offline.database().psql(&offline.well(&["upgrade", "--sql"]).out);
        assert_eq!(dump(&online), dump(&offline));
        assert_eq!(offline.versions(), "ffff");
        online.well(&["downgrade", "aaaa"]);
        offline.database().psql(&offline.well(&["downgrade", "--sql", "ffff:aaaa"]).out);
        assert_eq!(dump(&online), dump(&offline));
        assert_eq!(offline.versions(), "aaaa");
        online.well(&["stamp", "cccc"]);
        offline.database().psql(&offline.well(&["stamp", "--sql", "aaaa:cccc"]).out);
        assert_eq!((online.versions(), offline.versions()), ("cccc".into(), "cccc".into()));
    }
}

#[test]
fn a_sqlite_rebuild_offline_is_the_same_as_online() {
    let grounds = [Ground::sqlite(), Ground::sqlite()];
    for ground in &grounds {
        ground.revision("aaaa", "", "", "CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (p REFERENCES p (id) ON DELETE CASCADE);\nINSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1);", "DROP TABLE c;\nDROP TABLE p;");
        ground.revision("bbbb", "aaaa", "", "PRAGMA foreign_keys = off;\nCREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT);\nINSERT INTO n (id) SELECT id FROM p;\nDROP TABLE p;\nALTER TABLE n RENAME TO p;\nPRAGMA foreign_keys = on;", "ALTER TABLE p DROP COLUMN name;");
        ground.revision("cccc", "bbbb", "transaction: off", "CREATE TABLE d (id);\nVACUUM;", "DROP TABLE d;");
    }
    let [online, offline] = &grounds;
    let apply = |script: &str| {
        let connection = rusqlite::Connection::open(offline.file()).expect("a database");
        connection.execute_batch("PRAGMA foreign_keys = on").expect("a pragma");
        connection.execute_batch(script).unwrap_or_else(|error| panic!("{error}\n{script}"));
    };
    let tables = |ground: &Ground| {
        ground.query(
            "SELECT sql FROM sqlite_schema WHERE name NOT LIKE '%drove_journal%' AND sql IS NOT NULL ORDER BY name",
        )
    };
    online.well(&["upgrade", "--create"]);
    apply(&offline.well(&["upgrade", "--sql"]).out);
    assert_eq!(tables(online), tables(offline));
    assert_eq!(offline.query("SELECT count(*) FROM c"), "1");
    assert_eq!((online.versions(), offline.versions()), ("cccc".into(), "cccc".into()));
    online.well(&["downgrade", "base"]);
    apply(&offline.well(&["downgrade", "--sql", "cccc:base"]).out);
    assert_eq!(tables(online), tables(offline));
    apply(&offline.well(&["stamp", "--sql", "bbbb"]).out);
    assert_eq!(offline.versions(), "bbbb");
}
