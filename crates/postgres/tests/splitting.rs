//! The splitter against the real thing: every file of the shared PostgreSQL corpora goes through psql as a whole and
//! through a connection statement by statement. Both must accept or refuse it, for the same reason, and the two
//! databases must be the same in the end.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    thread,
};

use droveway_core::sql::{
    split::{Syntax, split},
    statement::{Statement, StatementKind},
};
use droveway_testkit::{Cluster, Database, Options, shared};
use futures_util::SinkExt;
use serde_json::Value;
use tokio_postgres::{Client, NoTls};

/// Scripts that build on each other, in the order in which they run.
struct Lineage {
    name: String,
    /// What must be there first; for psql's eyes only.
    preparation: String,
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
    let cluster = Cluster::start(&Options { tls: false, ..Options::default() });
    let (lineages, left_out) = corpora(&shared.join("corpus"));
    let queue = Mutex::new(lineages);
    let outcome = Mutex::new(Outcome::default());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(lineage) = take(&queue) {
                    let of_one = replay(&cluster, &lineage);
                    outcome.lock().unwrap().add(of_one);
                }
            });
        }
    });
    let Outcome { passed, accepted, failures } = outcome.into_inner().unwrap();
    for failure in &failures {
        println!("{failure}");
    }
    println!("left out (mysql): {}", left_out.join(", "));
    println!("splitting: {passed} files passed, {} failed ({accepted} accepted by PostgreSQL)", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(accepted > 500, "only {accepted} files were accepted: the corpora are not what they were");
}

fn take(queue: &Mutex<Vec<Lineage>>) -> Option<Lineage> {
    queue.lock().unwrap().pop()
}

impl Outcome {
    fn add(&mut self, other: Outcome) {
        self.passed += other.passed;
        self.accepted += other.accepted;
        self.failures.extend(other.failures);
    }
}

// --- the corpora ---

/// The lineages, the longest last (which is where the queue is served), and the names of what is for another engine.
fn corpora(corpus: &Path) -> (Vec<Lineage>, Vec<String>) {
    let mut lineages = Vec::new();
    let mut left_out = Vec::new();
    for entry in manifest(&corpus.join("histories")).as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        match entry["engine"].as_str().unwrap() {
            "postgres" => lineages.extend(history(&corpus.join("histories").join(name), name)),
            "mysql" => left_out.push(name.to_owned()),
            _ => {}
        }
    }
    let schemas = manifest(&corpus.join("real_postgres"));
    lineages.extend(schemas.as_array().unwrap().iter().map(|entry| schema(&corpus.join("real_postgres"), entry)));
    lineages.sort_by_key(|lineage| lineage.scripts.len());
    (lineages, left_out)
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap()
}

/// All steps up, then all steps down; each file that belongs to no step is a lineage of its own.
fn history(folder: &Path, name: &str) -> Vec<Lineage> {
    let manifest = manifest(folder);
    let steps = manifest["steps"].as_array().unwrap();
    let mut ups = Vec::new();
    let mut downs = Vec::new();
    for step in steps {
        let files = step["up"].as_array().into_iter().flatten().map(|file| file.as_str().unwrap());
        for file in files {
            let (up, down) = halves(&read(folder, file));
            ups.push(Script { name: format!("{name}/{file}"), text: up });
            downs.extend(down.map(|text| Script { name: format!("{name}/{file} (down)"), text }));
        }
        let down = step["down"].as_str();
        downs.extend(down.map(|file| Script { name: format!("{name}/{file}"), text: read(folder, file) }));
    }
    let used: BTreeSet<String> = ups.iter().chain(&downs).map(|script| script.name.clone()).collect();
    ups.extend(downs.into_iter().rev());
    let others = sql_files(folder).into_iter().filter(|file| !used.contains(&format!("{name}/{file}")));
    let lone = others.map(|file| Lineage {
        name: format!("{name}/{file}"),
        preparation: String::new(),
        scripts: vec![Script { name: format!("{name}/{file}"), text: read(folder, &file) }],
    });
    let stepwise = Lineage { name: name.to_owned(), preparation: preparation(name).to_owned(), scripts: ups };
    lone.collect::<Vec<_>>().into_iter().chain([stepwise]).collect()
}

/// A file, with the one hole that a history leaves for its program to fill.
fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap().replace(":GRAPHILE_WORKER_SCHEMA", "graphile_worker")
}

/// The two directions, for a tool that keeps both in one file.
fn halves(text: &str) -> (String, Option<String>) {
    match text.find("-- +goose Down") {
        Some(cut) => (text[..cut].to_owned(), Some(text[cut..].to_owned())),
        None => (text.to_owned(), None),
    }
}

fn preparation(history: &str) -> &'static str {
    match history {
        "graphile_worker" => "CREATE SCHEMA graphile_worker",
        "supabase_storage_multitenant" => r#"ALTER DATABASE :"db" SET storage.iceberg_shards = '{}'"#,
        "supabase_storage_tenant" => r#"ALTER DATABASE :"db" SET storage.multitenant = 'true'"#,
        _ => "",
    }
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

/// One whole schema: its files in the order of the manifest, without the lines that it says to leave out.
fn schema(corpus: &Path, entry: &Value) -> Lineage {
    let name = entry["name"].as_str().unwrap();
    let files = entry["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap());
    let kept = |line: &&str| entry["drop"].as_str().is_none_or(|word| !line.contains(word));
    let scripts = files.map(|file| {
        let text = fs::read_to_string(corpus.join(name).join(file)).unwrap();
        let text = text.split_inclusive('\n').filter(kept).collect();
        Script { name: format!("{name}/{file}"), text }
    });
    let preparation = entry["prelude"].as_str().unwrap_or_default().to_owned();
    Lineage { name: name.to_owned(), preparation, scripts: scripts.collect() }
}

// --- both ways ---

/// A script's fate: accepted, or refused with the server's message.
type Fate = Result<(), String>;

fn replay(cluster: &Cluster, lineage: &Lineage) -> Outcome {
    let whole = prepared(cluster, lineage, "whole");
    let single = prepared(cluster, lineage, "single");
    let mut outcome = Outcome::default();
    for script in &lineage.scripts {
        let by_psql = run_whole(&whole, &in_scratch(&script.text, &whole, true));
        let by_statements = run_single(&single, &in_scratch(&script.text, &single, false));
        outcome.accepted += usize::from(by_psql.is_ok());
        match difference(&by_psql, &by_statements) {
            None => outcome.passed += 1,
            Some(reason) => outcome.failures.push(format!("{}: {reason}", script.name)),
        }
    }
    if dump(&whole) != dump(&single) {
        let text = first_differences(&dump(&whole), &dump(&single));
        outcome.failures.push(format!("{}: the two databases differ: {text}", lineage.name));
    }
    outcome
}

fn prepared(cluster: &Cluster, lineage: &Lineage, way: &str) -> Database {
    let database = cluster.database(&format!("{}_{way}", lineage.name));
    if !lineage.preparation.is_empty() {
        database.psql(&lineage.preparation.replace(":\"db\"", database.name()));
    }
    database
}

/// A script that makes a database of its own gets one beside each of the two; what comes after `\c` stays where the
/// comparison looks for it.
fn in_scratch(text: &str, database: &Database, without_connect: bool) -> String {
    let kept = text.split_inclusive('\n').filter(|line| !(without_connect && line.starts_with("\\c ")));
    let renamed = kept.map(|line| match line.contains(" DATABASE ") {
        true => line.replace("chinook", &format!("{}_own", database.name())),
        false => line.to_owned(),
    });
    renamed.collect()
}

fn difference(by_psql: &Fate, by_statements: &Fate) -> Option<String> {
    match (by_psql, by_statements) {
        (Ok(()), Ok(())) => None,
        (Err(psql), Err(message)) if same_reason(psql, message) => None,
        _ => Some(format!("psql says {by_psql:?}, by statements {by_statements:?}")),
    }
}

/// What we refuse to cut psql sends, for the server to refuse; and a statement without its semicolon ends elsewhere.
fn same_reason(psql: &str, message: &str) -> bool {
    let at_semicolon = message == "syntax error at end of input" && psql.contains("syntax error at or near \";\"");
    psql.contains(message) || at_semicolon || message.starts_with(NOT_CUT)
}

const NOT_CUT: &str = "not cut";

/// Over the socket, which asks for no password: deriving its key takes a debug build longer than most scripts.
fn address(database: &Database) -> String {
    let cluster = database.cluster();
    let folder = cluster.socket_dir();
    format!("host={} port={} user={} dbname={}", folder.display(), cluster.port(), cluster.superuser(), database.name())
}

fn run_whole(database: &Database, script: &str) -> Fate {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), script).unwrap();
    let own = database.cluster().server().bin.join("psql");
    let program = if own.is_file() { own } else { PathBuf::from("psql") };
    let output = Command::new(program)
        .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", &address(database), "--output=/dev/null"])
        .arg("--file")
        .arg(file.path())
        .env("PGCLIENTENCODING", "UTF8")
        .output()
        .expect("psql runs");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn run_single(database: &Database, script: &str) -> Fate {
    let statements = split(script, Syntax::POSTGRES).map_err(|error| format!("{NOT_CUT}: {error:?}"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&address(database), NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        let fate = send_all(&client, &statements).await;
        drop(client);
        connection.await.unwrap().unwrap();
        fate
    })
}

async fn send_all(client: &Client, statements: &[Statement]) -> Fate {
    for statement in statements.iter().filter(|statement| statement.is_sent()) {
        let sent = match &statement.kind {
            StatementKind::CopyIn { data } => copy_in(client, &statement.text, data).await,
            // The extended protocol takes one statement at a time: two that were not cut apart are an error.
            _ => client.execute(&statement.text, &[]).await.map(|_| ()),
        };
        sent.map_err(|error| error.as_db_error().map_or(error.to_string(), |error| error.message().to_owned()))?;
    }
    Ok(())
}

async fn copy_in(client: &Client, text: &str, data: &str) -> Result<(), tokio_postgres::Error> {
    let mut sink = Box::pin(client.copy_in(text).await?);
    sink.send(Cursor::new(data.as_bytes().to_vec())).await?;
    sink.as_mut().finish().await.map(|_| ())
}

/// The schema as pg_dump tells it, without the token that differs from dump to dump.
fn dump(database: &Database) -> String {
    let text = database.pg_dump(&["--schema-only"]).expect("a cluster's own pg_dump reads it");
    let kept = text.lines().filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
    kept.fold(String::new(), |text, line| text + line + "\n").replace(database.name(), "it")
}

/// The first lines that differ.
fn first_differences(one: &str, other: &str) -> String {
    let differing = one.lines().zip(other.lines()).filter(|(one, other)| one != other).take(3);
    differing.fold(String::new(), |mut text, (one, other)| {
        let _ = write!(text, "\n  whole  {one}\n  single {other}");
        text
    })
}

// --- what cannot run inside a transaction block ---

/// Facts that the text of a statement cannot tell: whether its table is partitioned.
const HIDDEN: [&str; 2] = ["reindex table lk.p", "cluster lk.p using p_pkey"];

#[test]
fn what_a_server_refuses_in_a_transaction_block_is_told_to_run_alone() {
    let Some(shared) = shared() else { return };
    let facts: Value =
        serde_json::from_str(&fs::read_to_string(shared.join("corpus/pg_ddl_locks.json")).unwrap()).unwrap();
    let blocks = facts["transaction_block"].as_array().unwrap().iter();
    let forms = facts["forms"].as_array().unwrap().iter().filter(|form| form["result"] == "ok");
    let told = blocks
        .map(|fact| (fact["sql"].as_str().unwrap(), fact["in_transaction_block"] == "refused"))
        .chain(forms.map(|form| (form["sql"].as_str().unwrap(), form["transactional"] == false)));
    let mut wrong = Vec::new();
    let mut count = 0;
    for (sql, refused) in told.filter(|(sql, _)| !HIDDEN.contains(sql)) {
        let statements = split(sql, Syntax::POSTGRES).unwrap();
        let outside = |it: &Statement| it.kind == StatementKind::Alone || it.moves_transaction();
        if statements.iter().any(outside) != refused {
            wrong.push(format!("{sql}: refused {refused}, told {:?}", statements[0].kind));
        }
        count += 1;
    }
    println!("transaction block: {count} facts compared");
    assert!(count > 200, "only {count} facts are there");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
