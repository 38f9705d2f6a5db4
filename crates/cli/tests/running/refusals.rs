//! What a person reads when a database refuses a statement.

use droveway_testkit::{available, postgres};

use crate::ground::Ground;

/// Applies one revision that is refused and gives the report of it.
#[track_caller]
fn refused(ground: &Ground, upgrade: &str) -> String {
    ground.revision("aaaa", "", "", upgrade, "");
    let ran = ground.drove(&["upgrade"]);
    ran.ends(3);
    let report = ran.err.split_once("main: error: ").unwrap_or_else(|| panic!("{}", ran.err)).1.to_owned();
    report.trim_end().to_owned() + "\n"
}

#[test]
fn a_caret_stands_at_the_servers_position_behind_letters_of_any_width() {
    for server in available() {
        let ground = Ground::postgres(&server.cluster(), "caret");
        let report = refused(&ground, "SELECT 'äöü€😀';\nSELECT 1;\nSELECT 'ßß',\n       '😀', nosuch FROM pg_class;");
        insta::allow_duplicates! { insta::assert_snapshot!(report, @r#"
    tree/versions/aaaa.sql:10: column "nosuch" does not exist
      --> tree/versions/aaaa.sql:10:13
       |
    10 |        '😀', nosuch FROM pg_class
       |              ^^^^^^ column "nosuch" does not exist
       |
       = note: the upgrade of aaaa was rolled back as a whole
       = note: code: 42703
    "#) };
    }
}

#[test]
fn an_error_inside_a_block_comes_with_its_context() {
    let ground = Ground::postgres(&postgres(), "context");
    let report = refused(&ground, "DO $$\nBEGIN\n  PERFORM 1;\n  PERFORM 1 / 0;\nEND $$;");
    insta::assert_snapshot!(report, @r#"
    tree/versions/aaaa.sql:10: division by zero
      --> tree/versions/aaaa.sql:10:3
       |
    10 |   PERFORM 1 / 0;
       |   ^^^^^^^^^^^^^^ division by zero
       |
       = note: the upgrade of aaaa was rolled back as a whole
       = note: context: SQL statement "SELECT 1 / 0"
               PL/pgSQL function inline_code_block line 4 at PERFORM
       = note: code: 22012
    "#);
}

#[test]
fn a_broken_constraint_has_no_position_and_a_detail() {
    let ground = Ground::postgres(&postgres(), "constraint");
    let report = refused(
        &ground,
        "CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO a VALUES (1);\nINSERT INTO a\n  VALUES (1);",
    );
    insta::assert_snapshot!(report, @r#"
    tree/versions/aaaa.sql:9: duplicate key value violates unique constraint "a_pkey"
     --> tree/versions/aaaa.sql:9:1
      |
    9 | INSERT INTO a
      | ^^^^^^^^^^^^^ duplicate key value violates unique constraint "a_pkey"
      |
      = note: the upgrade of aaaa was rolled back as a whole
      = note: detail: Key (id)=(1) already exists.
      = note: code: 23505
    "#);
}

#[test]
fn a_deferred_constraint_speaks_up_at_the_commit() {
    let ground = Ground::postgres(&postgres(), "deferred");
    let report = refused(
        &ground,
        "CREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES (1);",
    );
    insta::assert_snapshot!(report, @r#"
    tree/versions/aaaa.sql: insert or update on table "c" violates foreign key constraint "c_p_fkey"
     |
     = note: the statements ran, and the COMMIT behind them was refused: nothing of them stays
     = note: detail: Key (p)=(1) is not present in table "p".
     = note: code: 23503
    "#);
}

#[test]
fn a_hint_of_the_servers_is_passed_on() {
    let ground = Ground::postgres(&postgres(), "hint");
    let report = refused(&ground, "CREATE TABLE a (name text);\nSELECT naem FROM a;");
    insta::assert_snapshot!(report, @r#"
    tree/versions/aaaa.sql:8: column "naem" does not exist
     --> tree/versions/aaaa.sql:8:8
      |
    8 | SELECT naem FROM a
      |        ^^^^ column "naem" does not exist
      |
      = note: the upgrade of aaaa was rolled back as a whole
      = note: hint: Perhaps you meant to reference the column "a.name".
      = note: code: 42703
    "#);
}

#[test]
fn the_refused_line_of_copy_data_is_shown() {
    let ground = Ground::postgres(&postgres(), "copy");
    let report = refused(
        &ground,
        "CREATE TABLE a (id int,\n  name text);\nCOPY a (id,\n  name) FROM stdin;\n1\tone\n2\ttwo\nthree\tthree\n\\.\nSELECT 1;",
    );
    insta::assert_snapshot!(report, @r#"
    tree/versions/aaaa.sql:13: invalid input syntax for type integer: "three"
      --> tree/versions/aaaa.sql:13:1
       |
    13 | three    three
       | ^^^^^^^^^^^^^^ invalid input syntax for type integer: "three"
       |
       = note: the upgrade of aaaa was rolled back as a whole
       = note: context: COPY a, line 3, column id: "three"
       = note: code: 22P02
    "#);
}

#[test]
fn sqlite_points_too() {
    let ground = Ground::sqlite();
    ground.revision("aaaa", "", "", "SELECT 1;", "");
    ground.well(&["upgrade", "--create"]);
    ground.well(&["downgrade", "base"]);
    let report = refused(&ground, "CREATE TABLE a (id);\nINSERT INTO a VALUES ('äöü€😀',\n  nosuch);");
    insta::assert_snapshot!(report, @r#"
    tree/versions/aaaa.sql:9: no such column: nosuch
     --> tree/versions/aaaa.sql:9:3
      |
    9 |   nosuch)
      |   ^^^^^^ no such column: nosuch
      |
      = note: the upgrade of aaaa was rolled back as a whole
      = note: code: SQLITE_ERROR
    "#);
    let report = refused(&ground, "CREATE TABLE a (id UNIQUE);\nINSERT INTO a VALUES (1), (1);");
    insta::assert_snapshot!(report, @r#"
    tree/versions/aaaa.sql:8: UNIQUE constraint failed: a.id
     --> tree/versions/aaaa.sql:8:1
      |
    8 | INSERT INTO a VALUES (1), (1)
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UNIQUE constraint failed: a.id
      |
      = note: the upgrade of aaaa was rolled back as a whole
      = note: code: SQLITE_CONSTRAINT_UNIQUE
    "#);
}

#[test]
fn what_exists_already_on_an_unstamped_database_is_explained() {
    let ground = Ground::postgres(&postgres(), "unstamped");
    ground.query("CREATE TABLE a ()");
    let report = refused(&ground, "CREATE TABLE a ();").replace(&ground.database().url(), "URL");
    assert!(report.contains("`drove -t main stamp head`"), "{report}");
    ground.well(&["stamp", "head"]);
    assert_eq!(ground.versions(), "aaaa");
    ground.well(&["upgrade"]).says(&["nothing to do"]);
}

#[test]
fn in_a_stamped_database_the_way_of_stamping_is_not_recommended() {
    let ground = Ground::postgres(&postgres(), "stamped");
    ground.revision("aaaa", "", "", "SELECT 1;", "");
    ground.revision("bbbb", "aaaa", "", "CREATE TABLE a ();", "");
    ground.query("CREATE TABLE a ()");
    let ran = ground.drove(&["upgrade"]);
    ran.ends(3).says(&["relation \"a\" already exists"]);
    assert!(!ran.err.contains("stamp"), "{}", ran.err);
    assert_eq!(ground.versions(), "aaaa");
}
