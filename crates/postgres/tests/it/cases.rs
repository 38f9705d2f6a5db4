//! Case folders: `tests/cases/<name>/{old,new}.sql` are two states of a schema. The way from one to the other, and back,
//! must end in what the other one is, by our reading and by that of pg_dump.

use std::{fs, path::Path};

use droveway_core::schema::{Schema, diff};
use droveway_postgres::kinds;
use droveway_testkit::{Database, postgres};

use crate::ground::session;

async fn read(database: &Database) -> Schema {
    let mut session = session(database).await;
    let schema = session.introspect().await.expect("it can be read");
    session.close().await;
    schema
}

/// What pg_dump says, as sorted lines, but for its comments and settings.
fn dump(database: &Database) -> Option<Vec<String>> {
    let text = database.pg_dump(&["--schema-only"])?;
    let is_schema = |line: &&str| !line.is_empty() && !["--", "SET ", "\\"].iter().any(|start| line.starts_with(start));
    let mut lines: Vec<String> = text.lines().filter(is_schema).map(str::to_owned).collect();
    lines.sort();
    Some(lines)
}

async fn lead(from: &Database, to: &Database, case: &str) {
    let want = read(to).await;
    let script = diff(&read(from).await, &want, kinds()).unwrap_or_else(|conflict| panic!("{case}: {conflict}"));
    let statements: String = script.statements().map(|sql| format!("{};\n", sql.text)).collect();
    let applied = from.try_psql(&format!("SET check_function_bodies = off;\n{statements}"));
    applied.unwrap_or_else(|error| panic!("{case}: {error}\n{statements}"));
    let left = diff(&read(from).await, &want, kinds()).unwrap_or_else(|conflict| panic!("{case}: {conflict}"));
    assert!(left.is_empty(), "{case}: still to do after\n{statements}\n{:#?}", left.changes);
    assert_eq!(dump(from), dump(to), "{case}: pg_dump sees another schema after\n{statements}");
}

#[tokio::test]
async fn each_case_leads_to_the_other_state_and_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<_> = fs::read_dir(root).expect("cases").map(|entry| entry.expect("entry").path()).collect();
    folders.sort();
    for folder in folders {
        let case = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let load = |file: &str| {
            let database = postgres().database("case");
            database.psql(&fs::read_to_string(folder.join(file)).expect("both files"));
            database
        };
        let (old, new) = (load("old.sql"), load("new.sql"));
        lead(&load("old.sql"), &new, &case).await;
        lead(&load("new.sql"), &old, &case).await;
    }
}
