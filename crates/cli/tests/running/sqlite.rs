//! What is special about SQLite: foreign keys around a table built anew, and WAL.

use crate::ground::Ground;

const FAMILY: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 'a'), (2, 'b');
INSERT INTO child VALUES (10, 1), (11, 2);";

fn rebuild(copied: &str) -> String {
    format!(
        "PRAGMA foreign_keys = off;
CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO new_parent SELECT * FROM parent WHERE {copied};
DROP TABLE parent;
ALTER TABLE new_parent RENAME TO parent;
PRAGMA foreign_keys = on;"
    )
}

fn family() -> Ground {
    let ground = Ground::sqlite();
    ground.revision("aaaa", "", "", FAMILY, "");
    ground.well(&["upgrade", "--create"]);
    ground
}

fn execute(ground: &Ground, sql: &str) {
    let connection = rusqlite::Connection::open(ground.file()).expect("a database");
    connection.execute_batch(sql).expect("good SQL");
}

#[test]
fn a_table_built_anew_keeps_its_children() {
    for wrap in [false, true] {
        let ground = family();
        let script = match wrap {
            false => rebuild("true"),
            true => rebuild("true")
                .replace("off;\n", "off;\nBEGIN;\n")
                .replace("PRAGMA foreign_keys = on", "COMMIT;\nPRAGMA foreign_keys = on"),
        };
        ground.revision("bbbb", "aaaa", "", &script, "");
        ground.well(&["upgrade"]);
        assert_eq!(ground.query("SELECT id, parent_id FROM child ORDER BY id"), "10|1\n11|2");
        assert_eq!((ground.versions(), ground.journal()), ("bbbb".into(), "applied\napplied".into()));
    }
}

#[test]
fn a_revision_that_leaves_children_without_parents_is_rolled_back() {
    let ground = family();
    ground.revision("bbbb", "aaaa", "", &rebuild("id = 1"), "");
    ground.drove(&["upgrade"]).ends(3).says(&["child: parent_id refers to missing rows of parent (1 row)"]);
    assert_eq!((ground.query("SELECT count(*) FROM parent"), ground.versions()), ("2".into(), "aaaa".into()));
}

#[test]
fn children_that_had_no_parents_before_are_not_this_revisions_fault() {
    let ground = family();
    execute(&ground, "PRAGMA foreign_keys = off; INSERT INTO child VALUES (12, 98), (13, 99)");
    ground.revision("bbbb", "aaaa", "", &rebuild("id = 1"), "");
    ground.drove(&["upgrade"]).ends(3).says(&["child: parent_id refers to missing rows of parent (1 row)"]);
    ground.revision("bbbb", "aaaa", "", &rebuild("true"), "");
    ground.well(&["upgrade"]);
    assert_eq!((ground.query("SELECT count(*) FROM child"), ground.versions()), ("4".into(), "bbbb".into()));
}

#[test]
fn the_journal_mode_is_left_as_it_was_found() {
    for mode in ["wal", "delete"] {
        let ground = family();
        execute(&ground, &format!("PRAGMA journal_mode = {mode}"));
        ground.revision("bbbb", "aaaa", "", "CREATE TABLE b (id);", "");
        ground.well(&["upgrade"]);
        assert_eq!(ground.query("PRAGMA journal_mode"), mode);
    }
}
