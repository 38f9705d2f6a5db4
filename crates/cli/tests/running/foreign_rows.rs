//! Databases that are somebody else's: rows of another tree, rows that nobody knows, rows that Alembic wrote.

use droveway_testkit::{available, postgres};

use crate::ground::Ground;

/// Two trees for one database: `main` and a copy of it.
fn with_copy(ground: &Ground) {
    let settings = std::fs::read_to_string(ground.root.path().join("drove.toml")).expect("it was written");
    let (before, group) = settings.split_once("[group.main]").expect("the group stands at the end");
    ground.write(
        "drove.toml",
        &format!("{before}[group.main]{group}\n[group.copy]{}", group.replace("\"tree\"", "\"copy\"")),
    );
    ground.write("copy/tree.toml", "");
    let text = std::fs::read_to_string(ground.root.path().join("tree/versions/aaaa.sql")).expect("it was written");
    ground.write("copy/versions/aaaa.sql", &text);
    ground.write("copy/versions/cccc.sql", &text.replace("aaaa", "cccc").replace("parents:", "parents: aaaa"));
}

#[test]
fn a_copied_tree_does_not_touch_the_database_of_the_first() {
    for server in available() {
        let ground = Ground::postgres(&server.cluster(), "copied");
        ground.revision("aaaa", "", "", "CREATE TABLE IF NOT EXISTS a ();", "");
        with_copy(&ground);
        ground.well(&["-t", "main", "upgrade"]);
        let refused = ground.drove(&["-t", "copy", "upgrade"]);
        refused.ends(4).says(&["follows tree main, not copy", "stamp --purge"]);
        assert_eq!(ground.versions(), "aaaa");
        ground.drove(&["-t", "copy", "downgrade", "base"]).ends(4);
        ground.drove(&["-t", "copy", "stamp", "cccc"]).ends(4);
        ground.well(&["-t", "copy", "stamp", "--purge", "aaaa"]);
        ground.well(&["-t", "copy", "upgrade"]);
        assert_eq!(ground.versions(), "cccc");
        ground.drove(&["-t", "main", "upgrade"]).ends(4).says(&["cccc", "tree copy has it"]);
    }
}

#[test]
fn a_row_that_no_tree_knows_is_refused_until_it_is_purged() {
    let ground = Ground::postgres(&postgres(), "unknown");
    ground.revision("aaaa", "", "", "CREATE TABLE a ();", "");
    ground.query("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)); INSERT INTO alembic_version VALUES ('feedbeef')");
    ground.drove(&["upgrade"]).ends(4).says(&["stands at feedbeef", "tree main does not have", "stamp --purge"]);
    ground.drove(&["stamp", "aaaa"]).ends(4);
    assert_eq!(
        (ground.versions(), ground.query("SELECT to_regclass('drove_journal')")),
        ("feedbeef".into(), String::new())
    );
    ground.well(&["current"]).says(&["feedbeef", "not in this tree"]);
    ground.well(&["stamp", "--purge", "aaaa"]);
    assert_eq!(ground.versions(), "aaaa");
}

#[test]
fn a_row_whose_file_is_gone_is_remembered_by_the_database() {
    for ground in [Ground::postgres(&postgres(), "gone"), Ground::sqlite()] {
        ground.revision("aaaa", "", "", "SELECT 1;", "");
        ground.revision("bbbb", "aaaa", "", "CREATE TABLE b (id int);", "");
        ground.well(&["upgrade", "--create"]);
        std::fs::remove_file(ground.root.path().join("tree/versions/bbbb.sql")).expect("it was there");
        ground
            .drove(&["upgrade"])
            .ends(4)
            .says(&["stands at bbbb", "the database remembers bbbb: \"Revision bbbb\", of tree main"]);
        ground.well(&["stamp", "--purge", "base"]);
        assert_eq!(ground.versions(), "");
    }
}

#[test]
fn a_database_of_alembics_carries_on() {
    for server in available() {
        let ground = Ground::postgres(&server.cluster(), "alembic");
        ground.revision("aaaa", "", "", "CREATE TABLE a ();", "DROP TABLE a;");
        ground.revision("bbbb", "aaaa", "", "CREATE TABLE b ();", "DROP TABLE b;");
        ground.query(
            "BEGIN;
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE a ();
INSERT INTO alembic_version (version_num) VALUES ('aaaa') RETURNING alembic_version.version_num;
COMMIT;",
        );
        let table = |ground: &Ground| {
            let columns = "SELECT attname, format_type(atttypid, atttypmod), attnotnull, conname, pg_get_constraintdef(c.oid)
FROM pg_attribute JOIN pg_constraint AS c ON conrelid = attrelid AND contype = 'p' WHERE attrelid = 'alembic_version'::regclass AND attnum > 0";
            ground.query(columns)
        };
        let before = table(&ground);
        ground.well(&["current"]).says(&["aaaa"]);
        ground.well(&["upgrade"]);
        assert_eq!((ground.versions(), table(&ground)), ("bbbb".into(), before.clone()));
        let fresh = Ground::postgres(&server.cluster(), "fresh");
        fresh.revision("aaaa", "", "", "CREATE TABLE a ();", "");
        fresh.well(&["upgrade"]);
        assert_eq!(table(&fresh), before);
        ground.well(&["stamp", "aaaa"]);
        assert_eq!(ground.versions(), "aaaa");
    }
}
