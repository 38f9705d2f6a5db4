//! `transaction: off`: progress is recorded, a failure or a kill in the middle is gone on from.

use std::process::Child;

use droveway_testkit::{available, postgres};

use crate::ground::{Ground, Ran, wait_until};

/// Ends a process as `kill -9` does.
fn kill(mut child: Child) {
    child.kill().expect("it is ours");
    child.wait().expect("it was killed");
}

#[test]
fn concurrent_indexes_vacuum_and_plain_statements_run_in_their_order() {
    for server in available() {
        let ground = Ground::postgres(&server.cluster(), "off");
        ground.revision(
            "aaaa",
            "",
            "transaction: off",
            "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY a_id ON a (id);\nVACUUM a;\nINSERT INTO a VALUES (1);",
            "DROP INDEX CONCURRENTLY a_id;\nDROP TABLE a;",
        );
        ground.well(&["upgrade"]);
        assert_eq!(ground.journal(), "began\ndone 1\ntrying 2\ndone 2\ntrying 3\ndone 3\ndone 4\napplied");
        assert_eq!(ground.versions(), "aaaa");
        ground.well(&["downgrade", "base"]);
        assert_eq!((ground.query("SELECT to_regclass('a')"), ground.versions()), (String::new(), String::new()));
    }
}

#[test]
fn a_failure_in_the_middle_stays_there_and_the_next_run_goes_on() {
    let ground = Ground::postgres(&postgres(), "off_fails");
    ground.revision(
        "aaaa",
        "",
        "transaction: off",
        "SET search_path = '';\nCREATE TABLE public.a (id int);\nINSERT INTO public.gate VALUES (1);\nCREATE TABLE public.b ();",
        "",
    );
    let failed = ground.drove(&["upgrade"]);
    failed.ends(3).says(&["\"public.gate\" does not exist", "aaaa.sql:10", "the next run goes on from there"]);
    assert_eq!((ground.journal(), ground.versions()), ("began\ndone 1\ndone 2".into(), String::new()));
    ground.drove(&["downgrade", "base"]).ends(4).says(&["stopped half-way", "finish it first"]);
    ground.query("CREATE TABLE gate (id int)");
    ground.well(&["upgrade"]);
    assert_eq!(ground.query("SELECT count(*) FROM gate"), "1");
    assert_eq!(
        (ground.journal(), ground.versions()),
        ("began\ndone 1\ndone 2\ndone 3\ndone 4\napplied".into(), "aaaa".into())
    );
}

#[test]
fn a_half_done_revision_is_not_finished_with_another_text() {
    let ground = Ground::postgres(&postgres(), "off_changed");
    let script = "CREATE TABLE a ();\nSELECT 1 / 0;";
    ground.revision("aaaa", "", "transaction: off", script, "");
    ground.drove(&["upgrade"]).ends(3);
    ground.revision("aaaa", "", "transaction: off", &script.replace("1 / 0", "1"), "");
    ground.drove(&["upgrade"]).ends(4).says(&["is no longer the text that was begun"]);
    assert_eq!(ground.journal(), "began\ndone 1");
}

#[test]
fn a_kill_during_a_plain_statement_leaves_no_doubt() {
    let ground = Ground::postgres(&postgres(), "off_killed");
    ground.revision(
        "aaaa",
        "",
        "transaction: off",
        "CREATE TABLE a ();\nSELECT pg_sleep(CASE WHEN to_regclass('go') IS NULL THEN 100 ELSE 0 END);\nCREATE TABLE b ();",
        "",
    );
    let child = ground.spawn(&["upgrade"]);
    wait_until("it sleeps", || asleep(&ground) == "1");
    kill(child);
    ground.query("CREATE TABLE go (); SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(CASE%' AND pid <> pg_backend_pid()");
    ground.well(&["upgrade"]);
    assert_eq!((ground.journal(), ground.versions()), ("began\ndone 1\ndone 2\ndone 3\napplied".into(), "aaaa".into()));
}

fn asleep(ground: &Ground) -> String {
    ground.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")
}

/// A revision that was killed while its CREATE INDEX CONCURRENTLY waited for somebody else's transaction.
fn killed_index(hint: &str) -> Ground {
    let ground = Ground::postgres(&postgres(), hint);
    ground.query("CREATE TABLE a (id int)");
    ground.revision(
        "aaaa",
        "",
        "transaction: off",
        "CREATE TABLE b ();\nCREATE INDEX CONCURRENTLY a_id ON a (id);\nCREATE TABLE c ();",
        "",
    );
    let url = ground.database().url();
    let holder = std::thread::spawn({
        let cluster = ground.database().cluster().clone();
        let name = ground.database().name().to_owned();
        move || cluster.try_psql(&name, "BEGIN; INSERT INTO a VALUES (1); SELECT pg_sleep(100)")
    });
    assert!(!url.is_empty());
    wait_until("a writer is there", || asleep(&ground) == "1");
    let child = ground.spawn(&["upgrade"]);
    wait_until("the index waits", || {
        ground.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'") == "1"
    });
    kill(child);
    ground.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    holder.join().expect("psql ends").expect_err("its session was ended");
    wait_until("all are gone", || {
        ground.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'") == "1"
    });
    assert_eq!(ground.journal(), "began\ndone 1\ntrying 2");
    ground.drove(&["upgrade"]).ends(4).says(&["whether its statement 2 happened is not known", "--in-doubt"]);
    ground
}

#[test]
fn a_killed_statement_of_its_own_is_run_again_on_a_persons_word() {
    let ground = killed_index("doubt_retry");
    ground.query("DROP INDEX IF EXISTS a_id");
    ground.well(&["upgrade", "--in-doubt", "retry"]);
    assert_eq!(ground.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass"), "t");
    assert_eq!(
        (ground.journal(), ground.versions()),
        ("began\ndone 1\ntrying 2\ndone 1\ntrying 2\ndone 2\ndone 3\napplied".into(), "aaaa".into())
    );
}

#[test]
fn a_killed_statement_of_its_own_is_passed_over_on_a_persons_word() {
    let ground = killed_index("doubt_skip");
    ground.query("DROP INDEX IF EXISTS a_id; CREATE INDEX a_id ON a (id)");
    ground.well(&["upgrade", "--in-doubt", "skip"]);
    assert_eq!(
        (ground.journal(), ground.versions()),
        ("began\ndone 1\ntrying 2\ndone 2\ndone 3\napplied".into(), "aaaa".into())
    );
}

#[test]
fn a_refused_statement_of_its_own_leaves_no_doubt() {
    let ground = Ground::postgres(&postgres(), "off_refused");
    ground.query("CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1)");
    ground.revision("aaaa", "", "transaction: off", "CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id);", "");
    ground.drove(&["upgrade"]).ends(3).says(&["could not create unique index", "Key (id)=(1) is duplicated"]);
    assert_eq!(ground.journal(), "began\ntrying 1\nbegan");
    ground.drove(&["upgrade"]).ends(3).says(&["already exists", "not valid"]);
    ground.query("DROP INDEX a_id; DELETE FROM a");
    ground.well(&["upgrade"]);
    assert_eq!(ground.versions(), "aaaa");
}

#[test]
fn a_lock_that_is_held_for_a_while_is_waited_for_without_doing_anything_twice() {
    let ground = Ground::postgres(&postgres(), "off_locked");
    ground.query("CREATE TABLE a (id int); CREATE TABLE log (id int)");
    ground.revision("aaaa", "", "transaction: off", "INSERT INTO log VALUES (1);\nALTER TABLE a ADD b int;", "");
    let cluster = ground.database().cluster().clone();
    let name = ground.database().name().to_owned();
    let holder = std::thread::spawn(move || cluster.psql(&name, "BEGIN; LOCK TABLE a; SELECT pg_sleep(2)"));
    wait_until("the table is locked", || asleep(&ground) == "1");
    let ran = Ran::wait(ground.spawn(&["upgrade"]));
    ran.ends(0).says(&["attempt 1 failed", "lock timeout"]);
    holder.join().expect("psql ends");
    assert_eq!((ground.query("SELECT count(*) FROM log"), ground.versions()), ("1".into(), "aaaa".into()));
}

#[test]
fn sqlite_goes_on_from_where_it_stopped() {
    let ground = Ground::sqlite();
    ground.revision("aaaa", "", "transaction: off", "CREATE TABLE a (id);\nVACUUM;\nINSERT INTO gate VALUES (1);", "");
    ground.drove(&["upgrade", "--create"]).ends(3).says(&["no such table: gate", "aaaa.sql:10"]);
    assert_eq!(ground.journal(), "began\ndone 1\ntrying 2\ndone 2");
    let connection = rusqlite::Connection::open(ground.file()).expect("a database");
    connection.execute_batch("CREATE TABLE gate (id)").expect("a table");
    ground.well(&["upgrade"]);
    assert_eq!((ground.query("SELECT count(*) FROM gate"), ground.versions()), ("1".into(), "aaaa".into()));
}
