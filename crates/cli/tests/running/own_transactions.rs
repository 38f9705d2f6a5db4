//! Scripts that bring transactions of their own: the version row is exactly right afterwards, whatever they do.

use droveway_testkit::{available, postgres};

use crate::ground::Ground;

const TABLES: &str = "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' AND relname <> 'drove_journal'";

/// Applies one revision and compares the tables and the version row.
#[track_caller]
fn applies(ground: &Ground, head: &str, upgrade: &str, tables: &str) {
    ground.revision("aaaa", "", head, upgrade, "");
    ground.well(&["upgrade"]);
    assert_eq!(ground.query(TABLES), tables);
    assert_eq!(ground.versions(), "aaaa");
    assert_eq!(ground.query("SELECT count(*) FROM drove_journal WHERE outcome = 'applied'"), "1");
    ground.well(&["upgrade"]).says(&["nothing to do"]);
}

#[test]
fn a_transaction_around_everything_gives_way_to_the_runners() {
    for server in available() {
        let ground = Ground::postgres(&server.cluster(), "whole");
        applies(&ground, "", "BEGIN;\nCREATE TABLE a ();\nCREATE TABLE b ();\nCOMMIT;", "a,b");
        assert_eq!(ground.journal(), "applied");
    }
}

#[test]
fn one_around_everything_that_fails_leaves_nothing() {
    let ground = Ground::postgres(&postgres(), "whole_fails");
    ground.revision("aaaa", "", "", "BEGIN;\nCREATE TABLE a ();\nSELECT 1 / 0;\nCOMMIT;", "");
    ground.drove(&["upgrade"]).ends(3).says(&["division by zero", "rolled back as a whole", "aaaa.sql:9"]);
    assert_eq!(ground.query("SELECT to_regclass('a'), to_regclass('alembic_version')"), "|");
}

#[test]
fn several_transactions_are_kept_and_noted_at_their_commits() {
    let ground = Ground::postgres(&postgres(), "several");
    applies(&ground, "", "BEGIN;\nCREATE TABLE a ();\nCOMMIT;\nBEGIN;\nCREATE TABLE b ();\nCOMMIT;", "a,b");
    assert_eq!(ground.journal(), "began\ndone 3\ndone 6\napplied");
}

#[test]
fn the_next_run_begins_again_with_the_transaction_that_failed() {
    let ground = Ground::postgres(&postgres(), "several_fail");
    let script = |fix: &str| format!("BEGIN;\nCREATE TABLE a ();\nCOMMIT;\nBEGIN;\nCREATE TABLE b ();\n{fix}\nCOMMIT;");
    ground.revision("aaaa", "", "", &script("INSERT INTO gate VALUES (1);"), "");
    ground
        .drove(&["upgrade"])
        .ends(3)
        .says(&["relation \"gate\" does not exist", "statement 6 of the section's 7 statements"]);
    assert_eq!(ground.query(TABLES), "a");
    assert_eq!(ground.journal(), "began\ndone 3");
    ground.query("CREATE TABLE gate (id int)");
    ground.well(&["upgrade"]);
    assert_eq!(ground.query(TABLES), "a,b,gate");
    assert_eq!(ground.query("SELECT count(*) FROM gate"), "1");
    assert_eq!(ground.versions(), "aaaa");
}

#[test]
fn a_chain_of_transactions_ends_with_the_version_row() {
    let ground = Ground::postgres(&postgres(), "chain");
    applies(
        &ground,
        "",
        "CREATE TABLE a ();\nCOMMIT AND CHAIN;\nCREATE TABLE b ();\nCOMMIT AND CHAIN;\nCREATE TABLE c ();",
        "a,b,c",
    );
    assert_eq!(ground.journal(), "began\ndone 2\ndone 4\napplied");
}

#[test]
fn the_end_of_a_chain_fails_together_with_its_version_row() {
    let ground = Ground::postgres(&postgres(), "chain_fails");
    ground.revision("aaaa", "", "", "CREATE TABLE a ();\nCOMMIT AND CHAIN;\nCREATE TABLE b ();\nSELECT 1 / 0;", "");
    ground.drove(&["upgrade"]).ends(3);
    assert_eq!((ground.query(TABLES), ground.versions()), ("a".into(), String::new()));
    ground.drove(&["upgrade"]).ends(3);
    assert_eq!((ground.query(TABLES), ground.journal()), ("a".into(), "began\ndone 2".into()));
}

#[test]
fn a_lone_commit_in_the_middle_ends_the_transaction_that_a_script_takes_for_granted() {
    let ground = Ground::postgres(&postgres(), "lone");
    applies(
        &ground,
        "",
        "CREATE TABLE a (id int);\nCOMMIT;\nCREATE INDEX CONCURRENTLY a_id ON a (id);\nCREATE TABLE b ();",
        "a,b",
    );
    assert_eq!(ground.journal(), "began\ndone 2\ntrying 3\ndone 3\ndone 4\napplied");
}

#[test]
fn a_rollback_in_the_middle_takes_back_what_was_before_it() {
    let ground = Ground::postgres(&postgres(), "rollback");
    applies(&ground, "", "CREATE TABLE a ();\nROLLBACK;\nCREATE TABLE b ();", "b");
}

#[test]
fn a_script_without_transaction_that_forgets_its_commit_is_told_so() {
    let ground = Ground::postgres(&postgres(), "forgotten");
    ground.revision("aaaa", "", "transaction: off", "CREATE TABLE a ();\nBEGIN;\nCREATE TABLE b ();", "");
    ground.drove(&["upgrade"]).ends(3).says(&["ends inside a transaction that it has opened"]);
    assert_eq!((ground.query(TABLES), ground.versions()), ("a".into(), String::new()));
}

#[test]
fn procedures_and_blocks_that_commit_run_outside_of_any_transaction() {
    for server in available() {
        let ground = Ground::postgres(&server.cluster(), "procedures");
        let script = "CREATE TABLE a (id int);
CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO a VALUES (1); COMMIT; INSERT INTO a VALUES (2); COMMIT; END $$;
CALL fill();
DO $$ BEGIN INSERT INTO a VALUES (3); COMMIT; END $$;";
        applies(&ground, "transaction: off", script, "a");
        assert_eq!(ground.query("SELECT count(*) FROM a"), "3");
        assert_eq!(ground.journal(), "began\ndone 1\ndone 2\ntrying 3\ndone 3\ntrying 4\ndone 4\napplied");
    }
}

#[test]
fn a_block_that_commits_inside_a_transaction_is_refused_with_the_way_out() {
    let ground = Ground::postgres(&postgres(), "block_commits");
    ground.revision("aaaa", "", "", "CREATE TABLE a ();\nDO $$ BEGIN COMMIT; END $$;", "");
    ground.drove(&["upgrade"]).ends(3).says(&["invalid transaction termination", "transaction: off"]);
    ground.revision("aaaa", "", "", "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY x ON a (id);", "");
    ground.drove(&["upgrade"]).ends(3).says(&["cannot run inside a transaction block", "transaction: off"]);
    assert_eq!(ground.query("SELECT to_regclass('a')"), "");
}

#[test]
fn a_transaction_of_a_special_sort_keeps_its_sort() {
    let ground = Ground::postgres(&postgres(), "serializable");
    applies(
        &ground,
        "",
        "BEGIN ISOLATION LEVEL SERIALIZABLE;\nCREATE TABLE a (level text);\nINSERT INTO a VALUES (current_setting('transaction_isolation'));\nCOMMIT;",
        "a",
    );
    assert_eq!(ground.query("SELECT level FROM a"), "serializable");
}

#[test]
fn sqlite_scripts_bring_theirs_too() {
    let ground = Ground::sqlite();
    ground.revision(
        "aaaa",
        "",
        "",
        "BEGIN;\nCREATE TABLE a (id);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (id);\nCOMMIT;\nCREATE TABLE c (id);",
        "",
    );
    ground.revision("bbbb", "aaaa", "", "CREATE TABLE d (id);\nCOMMIT;\nCREATE TABLE e (id);", "");
    ground.revision("cccc", "bbbb", "", "BEGIN EXCLUSIVE;\nCREATE TABLE f (id);\nCOMMIT;", "");
    ground.well(&["upgrade", "--create"]);
    assert_eq!(ground.versions(), "cccc");
    let tables = "SELECT group_concat(name, '') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' AND length(name) = 1 ORDER BY 1)";
    assert_eq!(ground.query(tables), "abcdef");
}
