//! Running statements, and reading what they answer.

use droveway_core::{engine::EngineErrorKind as Kind, sql::statement::StatementKind};

use crate::workbench::{NO_LIMITS, Workbench, refused, run, statement, value};

#[tokio::test]
async fn statements_run_in_order_and_stop_at_the_first_error() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let script = ["CREATE TABLE a (x)", "INSERT INTO a VALUES (1)", "INSERT INTO b VALUES (1)", "CREATE TABLE c (x)"];
    let error = run(&mut session, &script).await.unwrap_err();
    assert_eq!(error.index, 2);
    assert_eq!(error.error.message, "no such table: b");
    assert_eq!(error.error.kind, Kind::Statement);
    assert_eq!(value(&mut session, "SELECT group_concat(name) FROM sqlite_schema").await.as_deref(), Some("a"));
}

#[tokio::test]
async fn a_select_in_a_script_is_stepped_to_its_end() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x NOT NULL)").await;
    let failing = "SELECT CASE WHEN value = 3 THEN abs(-9223372036854775808) END FROM json_each('[1,2,3]')";
    let error = run(&mut session, &["SELECT 1", failing]).await.unwrap_err();
    assert_eq!((error.index, error.error.message.as_str()), (1, "integer overflow"));
}

#[tokio::test]
async fn an_errors_position_counts_characters_and_not_bytes() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let text = "SELECT 'grüße, 世界 🦬',\n  nirgends";
    let error = run(&mut session, &["SELECT 1", text]).await.unwrap_err();
    let position = error.error.position.unwrap();
    assert_eq!(text.chars().skip(position).collect::<String>(), "nirgends");

    let error = refused(session.execute("CREATE TABLE ä (ö INTEGER,, ü)").await);
    assert_eq!(error.position, Some(26));
    assert_eq!(error.message, "near \",\": syntax error");
}

#[tokio::test]
async fn what_exists_already_is_told_from_what_is_wrong() {
    let bench = Workbench::new();
    let mut session = bench
        .session("CREATE TABLE a (x); CREATE INDEX i ON a (x); CREATE VIEW v AS SELECT 1; CREATE TABLE b (x)")
        .await;
    let repeated = [
        "CREATE TABLE a (x)",
        "CREATE TABLE i (x)",
        "CREATE INDEX i ON a (x)",
        "CREATE INDEX b ON a (x)",
        "CREATE VIEW v AS SELECT 1",
        "ALTER TABLE a ADD COLUMN x",
        "ALTER TABLE a RENAME TO b",
    ];
    for sql in repeated {
        let error = refused(session.execute(sql).await);
        assert_eq!(error.kind, Kind::AlreadyExists, "{sql}: {error}");
    }
    assert_eq!(refused(session.execute("CREATE TABEL a (x)").await).kind, Kind::Statement);
}

#[tokio::test]
async fn a_broken_constraint_is_named_by_its_extended_code() {
    let bench = Workbench::new();
    let mut session = bench
        .session("CREATE TABLE a (x INTEGER PRIMARY KEY, y UNIQUE NOT NULL CHECK (y < 9)); INSERT INTO a VALUES (1, 1)")
        .await;
    let broken = [
        ("INSERT INTO a VALUES (2, 1)", "SQLITE_CONSTRAINT_UNIQUE"),
        ("INSERT INTO a VALUES (1, 2)", "SQLITE_CONSTRAINT_PRIMARYKEY"),
        ("INSERT INTO a VALUES (2, NULL)", "SQLITE_CONSTRAINT_NOTNULL"),
        ("INSERT INTO a VALUES (2, 9)", "SQLITE_CONSTRAINT_CHECK"),
    ];
    for (sql, code) in broken {
        let error = refused(session.execute(sql).await);
        assert_eq!((error.kind, error.code.as_deref()), (Kind::Statement, Some(code)));
    }
}

#[tokio::test]
async fn every_value_is_read_as_text() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let sql = "SELECT 1 AS one, -9223372036854775808, 0.1, 1.0, 1e300, 'tëxt', '', x'00ff', NULL";
    let rows = session.query(sql).await.unwrap();
    let expected = ["1", "-9223372036854775808", "0.1", "1.0", "1e300", "tëxt", "", "x'00ff'"];
    let mut expected: Vec<Option<String>> = expected.iter().map(|text| Some((*text).to_owned())).collect();
    expected.push(None);
    assert_eq!(rows.rows, [expected]);
    assert_eq!(rows.columns[0], "one");

    let none = session.query("SELECT 1 AS a, 2 AS b WHERE 0").await.unwrap();
    assert_eq!((none.columns, none.rows.len()), (vec!["a".to_owned(), "b".to_owned()], 0));
}

#[tokio::test]
async fn the_number_of_changed_rows_is_the_statements_own() {
    let bench = Workbench::new();
    let mut session = bench
        .session("CREATE TABLE a (x); CREATE TABLE log (y); CREATE TRIGGER t AFTER UPDATE ON a BEGIN INSERT INTO log VALUES (1); END")
        .await;
    let counted = [
        ("INSERT INTO a VALUES (1), (2), (3)", 3),
        ("CREATE TABLE b (x)", 0),
        ("UPDATE a SET x = 0 WHERE x > 1", 2),
        ("UPDATE a SET x = 9 WHERE x = 77", 0),
        ("SELECT * FROM a", 0),
        ("DELETE FROM a", 3),
    ];
    for (sql, rows) in counted {
        assert_eq!(session.execute(sql).await.unwrap(), rows, "{sql}");
    }
}

#[tokio::test]
async fn what_sqlite_would_swallow_without_a_word_is_refused() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x)").await;
    let swallowed = [
        ("INSERT INTO a VALUES (:name)", "the statement has a parameter `:name` and nothing gives it a value"),
        ("INSERT INTO a VALUES (?)", "the statement has a parameter `?` and nothing gives it a value"),
        ("INSERT INTO a VALUES (1); DROP TABLE a", "more than one statement stands where there must be one"),
        ("DELETE FROM a\0 WHERE x = 1", "the statement holds a NUL character"),
    ];
    for (sql, message) in swallowed {
        assert_eq!(refused(session.execute(sql).await).message, message);
    }
    assert_eq!(value(&mut session, "SELECT count(*) FROM a").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn a_trigger_with_its_own_statements_is_one_statement() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x)").await;
    let trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; INSERT INTO a VALUES (1); END;";
    run(&mut session, &[trigger]).await.unwrap();
}

#[tokio::test]
async fn client_commands_are_left_out() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let mut command = statement("\\connect elsewhere");
    command.kind = StatementKind::ClientCommand;
    session.run(&[command]).await.unwrap();
}

#[tokio::test]
async fn ten_megabytes_of_statements_run_in_one_transaction() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE a (x INTEGER, note TEXT)").await;
    let note = "n".repeat(600);
    let statements: Vec<_> =
        (0..16_000).map(|number| statement(&format!("INSERT INTO a VALUES ({number}, '{note}')"))).collect();
    assert!(statements.iter().map(|statement| statement.text.len()).sum::<usize>() > 10_000_000);
    session.begin(&NO_LIMITS).await.unwrap();
    session.run(&statements).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(value(&mut session, "SELECT count(*) FROM a").await.as_deref(), Some("16000"));
}

#[tokio::test]
async fn a_session_says_what_it_speaks_with_and_nothing_on_the_side() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let facts = session.facts();
    assert!(facts.product.starts_with("SQLite 3."), "{}", facts.product);
    assert_eq!((facts.major, facts.database.as_str(), facts.read_only), (3, "app", false));
    assert!(session.take_notices().is_empty());
}
