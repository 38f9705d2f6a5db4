//! The splitter against the real thing: every file of the shared SQLite corpora is run as a whole by SQLite and
//! statement by statement. Both must accept or refuse it, for the same reason, and the two databases must be the same
//! in the end.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use droveway_core::sql::{
    split::{Syntax, split},
    statement::StatementKind,
};
use droveway_testkit::shared;
use rusqlite::Connection;
use serde_json::Value;

/// Scripts that build on each other, in the order in which they run.
struct Lineage {
    name: String,
    scripts: Vec<Script>,
}

struct Script {
    name: String,
    text: String,
}

/// What one lineage came to.
#[derive(Default)]
struct Outcome {
    passed: usize,
    accepted: usize,
    failures: Vec<String>,
}

#[test]
fn every_shared_script_is_accepted_by_statements_exactly_where_it_is_accepted_whole() {
    let Some(shared) = shared() else { return };
    let mut all = Outcome::default();
    let (lineages, left_out) = corpora(&shared.join("corpus"));
    for lineage in lineages {
        let outcome = replay(&lineage);
        all.passed += outcome.passed;
        all.accepted += outcome.accepted;
        all.failures.extend(outcome.failures);
    }
    for failure in &all.failures {
        println!("{failure}");
    }
    println!("left out (mysql): {}", left_out.join(", "));
    println!(
        "splitting: {} files passed, {} failed ({} accepted by SQLite)",
        all.passed,
        all.failures.len(),
        all.accepted
    );
    assert!(all.failures.is_empty(), "{}", all.failures.join("\n"));
    assert!(all.accepted > 150, "only {} files were accepted: the corpora are not what they were", all.accepted);
}

// --- the corpora ---

fn corpora(corpus: &Path) -> (Vec<Lineage>, Vec<String>) {
    let mut lineages = Vec::new();
    let mut left_out = Vec::new();
    for entry in manifest(&corpus.join("histories")).as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        match entry["engine"].as_str().unwrap() {
            "sqlite" => lineages.extend(history(&corpus.join("histories").join(name), name)),
            "mysql" => left_out.push(name.to_owned()),
            _ => {}
        }
    }
    for entry in manifest(&corpus.join("real_sqlite")).as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        let files = entry["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap());
        let scripts = files.map(|file| script(&corpus.join("real_sqlite").join(name), name, file));
        lineages.push(Lineage { name: name.to_owned(), scripts: scripts.collect() });
    }
    (lineages, left_out)
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap()
}

fn script(folder: &Path, name: &str, file: &str) -> Script {
    Script { name: format!("{name}/{file}"), text: fs::read_to_string(folder.join(file)).unwrap() }
}

/// All steps up, then all steps down; each file that belongs to no step is a lineage of its own.
fn history(folder: &Path, name: &str) -> Vec<Lineage> {
    let manifest = manifest(folder);
    let steps = manifest["steps"].as_array().unwrap();
    let ups = steps.iter().flat_map(|step| step["up"].as_array().into_iter().flatten());
    let downs = steps.iter().rev().map(|step| &step["down"]);
    let files: Vec<&str> = ups.chain(downs).filter_map(Value::as_str).collect();
    let used: BTreeSet<&str> = files.iter().copied().collect();
    let others = sql_files(folder).into_iter().filter(|file| !used.contains(file.as_str()));
    let lone =
        others.map(|file| Lineage { name: format!("{name}/{file}"), scripts: vec![script(folder, name, &file)] });
    let scripts = files.iter().map(|file| script(folder, name, file)).collect();
    [Lineage { name: name.to_owned(), scripts }].into_iter().chain(lone).collect()
}

fn sql_files(folder: &Path) -> Vec<String> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(inner) = folders.pop() {
        for path in fs::read_dir(inner).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "sql") {
                files.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}

// --- both ways ---

fn replay(lineage: &Lineage) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let [whole, single] = ["whole", "single"].map(|way| folder.path().join(way));
    let mut outcome = Outcome::default();
    for script in &lineage.scripts {
        let by_sqlite = open(&whole).execute_batch(&script.text).map_err(reason);
        let by_statements = run_single(&open(&single), &script.text);
        outcome.accepted += usize::from(by_sqlite.is_ok());
        match by_sqlite == by_statements {
            true => outcome.passed += 1,
            false => outcome
                .failures
                .push(format!("{}: SQLite says {by_sqlite:?}, by statements {by_statements:?}", script.name)),
        }
    }
    let (whole, single) = (contents(&whole), contents(&single));
    if whole != single {
        outcome.failures.push(format!("{}: the two databases differ:\n{whole:?}\n{single:?}", lineage.name));
    }
    outcome
}

/// A connection for each script, so that no setting and no open transaction outlives it. Two of the corpora write to
/// databases that their program attaches.
fn open(path: &PathBuf) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("PRAGMA synchronous = OFF").unwrap();
    connection.execute_batch("ATTACH ':memory:' AS fts_db; ATTACH ':memory:' AS notes_db").unwrap();
    connection
}

fn run_single(connection: &Connection, text: &str) -> Result<(), String> {
    for statement in split(text, Syntax::SQLITE).map_err(|error| error.to_string())? {
        run(connection, &statement.text).map_err(reason)?;
    }
    Ok(())
}

/// SQLite's own message, without the text that was being run.
fn reason(error: rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg,
        error => error.to_string(),
    }
}

/// Prepares and runs one statement: two that were not cut apart are an error here.
fn run(connection: &Connection, text: &str) -> rusqlite::Result<()> {
    let mut prepared = connection.prepare(text)?;
    let mut rows = prepared.raw_query();
    while rows.next()?.is_some() {}
    Ok(())
}

fn contents(path: &PathBuf) -> Vec<String> {
    let connection = open(path);
    let mut prepared = connection.prepare("SELECT type || ' ' || name || ': ' || sql FROM sqlite_master").unwrap();
    let rows = prepared.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
    rows.map(|row| row.unwrap().unwrap_or_default()).collect()
}

#[test]
fn two_statements_in_one_are_refused_here() {
    let connection = Connection::open_in_memory().unwrap();
    assert!(run(&connection, "SELECT 1; SELECT 2").is_err());
    assert!(run(&connection, "SELECT 1").is_ok());
}

/// Each statement, and whether SQLite refuses it inside a transaction.
const IN_TRANSACTION: &[(&str, bool)] = &[
    ("VACUUM", true),
    ("VACUUM INTO ':memory:'", true),
    ("DETACH side", true),
    ("PRAGMA synchronous = OFF", true),
    ("PRAGMA temp_store = 2", true),
    ("PRAGMA synchronous", false),
    ("PRAGMA temp_store", false),
    ("PRAGMA journal_mode", false),
    ("PRAGMA user_version = 2", false),
    ("PRAGMA defer_foreign_keys = ON", false),
    ("PRAGMA incremental_vacuum", false),
    ("PRAGMA optimize", false),
    ("REINDEX", false),
    ("ANALYZE", false),
    ("CREATE INDEX i ON t (a)", false),
];

#[test]
fn what_sqlite_refuses_in_a_transaction_is_told_to_run_alone() {
    for (sql, refused) in IN_TRANSACTION {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("ATTACH ':memory:' AS side; CREATE TABLE side.t (a); CREATE TEMP TABLE u (a)")
            .unwrap();
        connection.execute_batch("BEGIN; CREATE TABLE t (a); INSERT INTO side.t VALUES (1)").unwrap();
        connection.execute_batch("INSERT INTO u VALUES (1)").unwrap();
        assert_eq!(run(&connection, sql).is_err(), *refused, "{sql}");
        let alone = split(sql, Syntax::SQLITE).unwrap()[0].kind == StatementKind::Alone;
        assert_eq!(alone, *refused, "{sql}");
    }
}
