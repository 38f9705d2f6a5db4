//! Several runners at once, and others who hold what a revision needs.

use droveway_testkit::{available, postgres};

use crate::ground::{Base, Ground, Ran, wait_until};

/// Three revisions, each of which leaves a mark.
fn marked(ground: &Ground, head: &str) {
    ground.revision(
        "aaaa",
        "",
        head,
        "CREATE TABLE marks (id int);\nINSERT INTO marks VALUES (1);",
        "DROP TABLE marks;",
    );
    ground.revision("bbbb", "aaaa", head, "INSERT INTO marks VALUES (2);", "");
    ground.revision("cccc", "bbbb", head, "INSERT INTO marks VALUES (3);", "");
}

#[track_caller]
fn all_at_once(ground: &Ground, runners: usize) {
    let children: Vec<_> = (0..runners).map(|_| ground.spawn(&["up"])).collect();
    for ran in children.into_iter().map(Ran::wait) {
        ran.ends(0).says(&["everything is at head"]);
    }
    assert_eq!(ground.query("SELECT id FROM marks ORDER BY id"), "1\n2\n3");
    assert_eq!(ground.versions(), "cccc");
    assert_eq!(ground.query("SELECT count(*) FROM drove_journal WHERE outcome = 'applied'"), "3");
}

#[test]
fn of_many_runners_on_postgres_one_applies_and_all_are_content() {
    for server in available() {
        for (runners, head) in [(2, ""), (8, ""), (8, "transaction: off")] {
            let ground = Ground::postgres(&server.cluster(), "runners");
            marked(&ground, head);
            all_at_once(&ground, runners);
            all_at_once(&ground, runners);
        }
    }
}

#[test]
fn of_many_runners_on_a_database_that_is_missing_one_makes_it() {
    let ground = Ground::postgres(&postgres(), "missing");
    marked(&ground, "");
    let Base::Postgres(database) = &ground.base else { unreachable!("it was made above") };
    database.cluster().psql("postgres", &format!("DROP DATABASE {}", database.name()));
    all_at_once(&ground, 8);
}

#[test]
fn of_many_runners_on_sqlite_each_step_is_done_once() {
    for (runners, head) in [(2, ""), (8, ""), (8, "transaction: off")] {
        let ground = Ground::sqlite();
        marked(&ground, head);
        all_at_once(&ground, runners);
        all_at_once(&ground, runners);
    }
}

#[test]
fn a_runner_that_waits_says_for_whom() {
    let ground = Ground::postgres(&postgres(), "holder");
    ground.revision("aaaa", "", "", "SELECT pg_sleep(2);", "");
    let first = ground.spawn(&["upgrade"]);
    wait_until("the first is at work", || {
        ground.query(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'",
        ) == "1"
    });
    ground.well(&["upgrade"]).says(&["waiting for pid ", "(drove/main)", "nothing to do"]);
    Ran::wait(first).ends(0);
}

#[test]
fn a_table_lock_is_waited_for_in_short_attempts_of_the_whole_transaction() {
    let ground = Ground::postgres(&postgres(), "table_lock");
    ground.query("CREATE TABLE a (id int)");
    ground.revision("aaaa", "", "", "CREATE TABLE b ();\nALTER TABLE a ADD name text;", "");
    let (cluster, name) = (ground.database().cluster().clone(), ground.database().name().to_owned());
    let holder = std::thread::spawn(move || cluster.psql(&name, "BEGIN; LOCK TABLE a; SELECT pg_sleep(2)"));
    wait_until("the table is locked", || {
        ground.query("SELECT count(*) FROM pg_locks WHERE relation = 'a'::regclass") == "1"
    });
    ground.well(&["upgrade"]).says(&["attempt 1 failed", "canceling statement due to lock timeout"]);
    holder.join().expect("psql ends");
    assert_eq!(ground.versions(), "aaaa");
}

#[test]
fn a_table_lock_that_stays_ends_the_attempts_within_the_budget() {
    let ground = Ground::postgres(&postgres(), "lock_stays");
    let settings = std::fs::read_to_string(ground.root.path().join("drove.toml")).expect("it was written");
    ground.write("drove.toml", &settings.replace("\"20s\"", "\"1s\""));
    ground.query("CREATE TABLE a (id int)");
    ground.revision("aaaa", "", "", "CREATE TABLE b ();\nALTER TABLE a ADD name text;", "");
    let (cluster, name) = (ground.database().cluster().clone(), ground.database().name().to_owned());
    let holder = std::thread::spawn(move || cluster.try_psql(&name, "BEGIN; LOCK TABLE a; SELECT pg_sleep(100)"));
    wait_until("the table is locked", || {
        ground.query("SELECT count(*) FROM pg_locks WHERE relation = 'a'::regclass") == "1"
    });
    ground.drove(&["upgrade"]).ends(3).says(&["canceling statement due to lock timeout", "aaaa.sql:8"]);
    assert_eq!(ground.query("SELECT to_regclass('b'), to_regclass('alembic_version')"), "|");
    ground.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    holder.join().expect("psql ends").expect_err("its session was ended");
    ground.well(&["upgrade"]);
}

#[test]
fn a_connection_that_is_cut_in_the_middle_leaves_nothing_and_the_next_run_works() {
    for server in available() {
        let ground = Ground::postgres(&server.cluster(), "cut");
        ground.revision(
            "aaaa",
            "",
            "",
            "CREATE TABLE a ();\nSELECT pg_sleep(CASE WHEN to_regclass('go') IS NULL THEN 100 ELSE 0 END);",
            "",
        );
        let child = ground.spawn(&["upgrade"]);
        let sleeper = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
        wait_until("it sleeps", || ground.query(&format!("SELECT count(*) {sleeper}")) == "1");
        ground.query(&format!("SELECT pg_terminate_backend(pid) {sleeper}"));
        Ran::wait(child)
            .ends(3)
            .says(&["terminating connection due to administrator command", "rolled back as a whole"]);
        assert_eq!(ground.query("SELECT to_regclass('a'), to_regclass('alembic_version')"), "|");
        ground.query("CREATE TABLE go ()");
        ground.well(&["upgrade"]);
        assert_eq!(ground.versions(), "aaaa");
    }
}
