//! The tables that a database keeps about itself, and what a probe reads of them.

use droveway_core::{
    bookkeeping::{Entry, JOURNAL_COLUMNS, LastEntry, Outcome, Tables, row_changes},
    engine::{EngineErrorKind as Kind, Probe},
    revision::id::RevisionId,
};

use crate::workbench::{NO_LIMITS, Workbench, refused, value};

const ENTRY: Entry<'static> = Entry {
    tree: "model/blub_test",
    action: "upgrade",
    outcome: Outcome::Applied,
    revision: Some("b59b5b086895"),
    statement: None,
    checksum: Some("c0ffee"),
    message: Some("it's the first"),
    parents: None,
    body: None,
    token: "t1",
    who: "me@here",
    tool: "drove 0.1.0",
};

#[tokio::test]
async fn the_version_table_is_alembics_own() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let create = droveway_sqlite::engine().dialect().create_version_table(&Tables::default());
    session.execute(&create).await.unwrap();
    session.execute(&create).await.unwrap();
    let made = value(&mut session, "SELECT sql FROM sqlite_schema WHERE type = 'table'").await.unwrap();
    let plain = made.replace('"', "").split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        plain,
        "CREATE TABLE alembic_version ( version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num) )"
    );
}

#[tokio::test]
async fn the_bookkeeping_writes_and_reads_back_under_any_names() {
    for tables in [
        Tables::default(),
        Tables { schema: Some("main".into()), version: "my \"versions\"".into(), journal: "journal ä'".into() },
    ] {
        let bench = Workbench::new();
        let mut session = bench.session("").await;
        let dialect = droveway_sqlite::engine().dialect();
        let first = RevisionId::parse("b59b5b086895").unwrap();
        session.begin(&NO_LIMITS).await.unwrap();
        session.execute(&dialect.create_version_table(&tables)).await.unwrap();
        session.execute(&dialect.create_journal(&tables)).await.unwrap();
        for change in row_changes(&tables, &[], &[first]) {
            assert_eq!(session.execute(&change).await.unwrap(), 1);
        }
        assert_eq!(session.execute(&ENTRY.insert(&tables)).await.unwrap(), 1);
        session.commit().await.unwrap();

        let probe = session.probe(&tables).await.unwrap();
        assert_eq!(probe.version_rows, Some(vec!["b59b5b086895".to_owned()]));
        let last = LastEntry {
            tree: "model/blub_test".into(),
            action: "upgrade".into(),
            outcome: "applied".into(),
            revision: Some("b59b5b086895".into()),
            statement: None,
            checksum: Some("c0ffee".into()),
        };
        assert_eq!(probe.last_entry, Some(last));
        assert!(!probe.holds_tables);
    }
}

#[tokio::test]
async fn the_journal_has_the_columns_that_core_names_and_a_time_of_its_own() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let tables = Tables::default();
    session.execute(&droveway_sqlite::engine().dialect().create_journal(&tables)).await.unwrap();
    session.execute(&ENTRY.insert(&tables)).await.unwrap();

    let rows = session.query("SELECT name FROM pragma_table_info('drove_journal')").await.unwrap().rows;
    let names: Vec<String> = rows.into_iter().flatten().flatten().collect();
    let expected: Vec<&str> = ["id", "at"].into_iter().chain(JOURNAL_COLUMNS.map(|(name, _)| name)).collect();
    assert_eq!(names, expected);
    let at = value(&mut session, "SELECT at FROM drove_journal").await.unwrap();
    assert!(at.len() == "2026-11-22T15:42:33.123Z".len() && at.ends_with('Z') && at.contains('T'), "{at}");
}

#[tokio::test]
async fn a_probe_tells_an_owners_tables_from_ours_and_writes_nothing() {
    let ours =
        "CREATE TABLE drove_journal (id INTEGER PRIMARY KEY, tree, action, outcome, revision, statement, checksum)";
    let cases = [
        ("", false),
        ("CREATE TABLE a (x INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE a", false),
        (ours, false),
        ("CREATE TABLE customers (id)", true),
        ("CREATE VIEW answers AS SELECT 42", true),
        ("CREATE TABLE sqliteness (id)", true),
    ];
    for (script, holds_tables) in cases {
        let bench = Workbench::new();
        let mut session = bench.session(script).await;
        let before = std::fs::read(bench.path("app.db")).unwrap();
        let probe = session.probe(&Tables::default()).await.unwrap();
        assert_eq!(probe, Probe { holds_tables, ..Probe::default() }, "{script}");
        assert!(!session.in_transaction().await.unwrap());
        assert_eq!(std::fs::read(bench.path("app.db")).unwrap(), before);
    }
}

#[tokio::test]
async fn a_version_table_is_found_whatever_the_case_of_its_name() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE Alembic_Version (version_num VARCHAR(32)); CREATE TABLE a (x)").await;
    let probe = session.probe(&Tables::default()).await.unwrap();
    assert_eq!(probe, Probe { version_rows: Some(vec![]), ..Probe::default() });
}

#[tokio::test]
async fn a_probe_inside_a_transaction_leaves_it_open() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    session.begin(&NO_LIMITS).await.unwrap();
    session.execute("CREATE TABLE a (x)").await.unwrap();
    assert!(session.probe(&Tables::default()).await.unwrap().holds_tables);
    assert!(session.in_first_transaction().await.unwrap());
}

#[tokio::test]
async fn a_probe_that_fails_leaves_no_transaction_behind() {
    let bench = Workbench::new();
    let mut session = bench.session("CREATE TABLE alembic_version (something_else)").await;
    let error = refused(session.probe(&Tables::default()).await);
    assert_eq!(error.message, "no such column: version_num");
    assert!(!session.in_transaction().await.unwrap());
}

#[tokio::test]
async fn a_schema_is_refused_where_there_is_none() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    let tables = Tables { schema: Some("migrations".into()), ..Tables::default() };
    let error = refused(session.probe(&tables).await);
    assert_eq!(error.kind, Kind::Address);
    assert_eq!(error.message, "the version table cannot be in the schema `migrations`: an SQLite file has none");
}

#[tokio::test]
async fn the_preamble_of_a_script_is_sql_that_sqlite_takes() {
    let bench = Workbench::new();
    let mut session = bench.session("").await;
    for line in droveway_sqlite::engine().dialect().script_preamble() {
        session.execute(&line).await.unwrap();
    }
}
