//! Foreign keys: enforced unless the address or a rebuild says otherwise.

use droveway_core::engine::BrokenKey;

use crate::workbench::{NO_LIMITS, Workbench, open, refused, run, value};

const FAMILY: &str = "
    CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);
    INSERT INTO parent VALUES (1, 'a'), (2, 'b');
    INSERT INTO child VALUES (10, 1), (11, 2);
";

const REBUILD: [&str; 5] = [
    "PRAGMA foreign_keys = OFF",
    "CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "INSERT INTO new_parent SELECT * FROM parent",
    "DROP TABLE parent",
    "ALTER TABLE new_parent RENAME TO parent",
];

#[tokio::test]
async fn foreign_keys_are_enforced_by_default() {
    let bench = Workbench::new();
    let mut session = bench.session(FAMILY).await;
    let error = refused(session.execute("INSERT INTO child VALUES (12, 99)").await);
    assert_eq!(error.code.as_deref(), Some("SQLITE_CONSTRAINT_FOREIGNKEY"));
}

#[tokio::test]
async fn an_address_can_leave_them_off() {
    let bench = Workbench::new();
    drop(bench.database("app.db", FAMILY));
    let mut place = bench.address("app.db");
    place.parameters.insert("foreign_keys".into(), "off".into());
    let mut session = open(&place, false).await.unwrap();
    assert_eq!(session.execute("INSERT INTO child VALUES (12, 99)").await.unwrap(), 1);
    assert!(!session.enforce_foreign_keys(true).await.unwrap());
    assert!(session.enforce_foreign_keys(true).await.unwrap());
}

#[tokio::test]
async fn a_table_built_anew_with_enforcement_off_keeps_its_children() {
    let bench = Workbench::new();
    let mut session = bench.session(FAMILY).await;
    assert!(session.enforce_foreign_keys(false).await.unwrap());
    session.begin(&NO_LIMITS).await.unwrap();
    run(&mut session, &REBUILD).await.unwrap();
    assert!(session.broken_foreign_keys().await.unwrap().is_empty());
    session.commit().await.unwrap();
    assert!(!session.enforce_foreign_keys(true).await.unwrap());
    assert_eq!(value(&mut session, "SELECT count(*) FROM child").await.as_deref(), Some("2"));
}

/// Why the runner moves the pragma out: SQLite ignores it inside the transaction and deletes the children.
#[tokio::test]
async fn the_same_rebuild_with_enforcement_on_loses_them() {
    let bench = Workbench::new();
    let mut session = bench.session(FAMILY).await;
    session.begin(&NO_LIMITS).await.unwrap();
    run(&mut session, &REBUILD).await.unwrap();
    session.commit().await.unwrap();
    assert_eq!(value(&mut session, "SELECT count(*) FROM child").await.as_deref(), Some("0"));
    assert_eq!(value(&mut session, "PRAGMA foreign_keys").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_script_without_a_transaction_switches_them_itself() {
    let bench = Workbench::new();
    let mut session = bench.session(FAMILY).await;
    run(&mut session, &REBUILD).await.unwrap();
    assert_eq!(value(&mut session, "SELECT count(*) FROM child").await.as_deref(), Some("2"));
    assert!(!session.enforce_foreign_keys(true).await.unwrap());
}

#[tokio::test]
async fn inside_a_transaction_the_switch_is_refused_and_not_ignored() {
    let bench = Workbench::new();
    let mut session = bench.session(FAMILY).await;
    session.begin(&NO_LIMITS).await.unwrap();
    let error = refused(session.enforce_foreign_keys(false).await);
    assert_eq!(error.message, "foreign keys cannot be switched on or off inside a transaction");
}

#[tokio::test]
async fn rows_that_refer_to_nothing_are_counted_for_each_key() {
    let bench = Workbench::new();
    let mut session = bench
        .session("CREATE TABLE pair (a, b, PRIMARY KEY (a, b)); CREATE TABLE link (x, y, FOREIGN KEY (x, y) REFERENCES pair); CREATE TABLE flat (id PRIMARY KEY, of REFERENCES pair_one (a)) WITHOUT ROWID; CREATE TABLE pair_one (a PRIMARY KEY)")
        .await;
    session.enforce_foreign_keys(false).await.unwrap();
    session.begin(&NO_LIMITS).await.unwrap();
    run(&mut session, &["INSERT INTO link VALUES (1, 2)", "INSERT INTO flat VALUES ('k', 7)"]).await.unwrap();
    let key = |text: &str, rows| BrokenKey { text: text.to_owned(), rows };
    let flat = key("flat: of refers to missing rows of pair_one", 1);
    let link = "link: x, y refers to missing rows of pair";
    assert_eq!(session.broken_foreign_keys().await.unwrap(), [flat.clone(), key(link, 1)]);

    let many = "INSERT INTO link SELECT value, 0 FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12]')";
    run(&mut session, &[many]).await.unwrap();
    assert_eq!(session.broken_foreign_keys().await.unwrap(), [flat, key(link, 13)]);
}

#[tokio::test]
async fn a_deferred_key_fails_the_commit_and_leaves_the_transaction_open() {
    let bench = Workbench::new();
    let mut session = bench
        .session("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)")
        .await;
    session.begin(&NO_LIMITS).await.unwrap();
    session.execute("INSERT INTO c VALUES (1)").await.unwrap();
    let error = refused(session.commit().await);
    assert_eq!(error.code.as_deref(), Some("SQLITE_CONSTRAINT_FOREIGNKEY"));
    assert!(session.in_first_transaction().await.unwrap());
    session.rollback().await.unwrap();
    assert_eq!(value(&mut session, "SELECT count(*) FROM c").await.as_deref(), Some("0"));
}
