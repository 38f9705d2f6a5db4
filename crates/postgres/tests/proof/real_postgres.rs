//! Whole schemas of real programs: from nothing to all of it, and back to nothing.

use std::{fs, path::Path};

use droveway_testkit::{Cluster, shared};
use serde_json::Value;

use crate::{
    journey::there_and_back,
    report::{Outcome, conclude, is_wanted, run_all, wait},
    state::{Scratch, own_cluster},
};

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Only its server is too old for it.
fn loads(entry: &Value) -> bool {
    entry["loaded"]["loads"] != false
}

/// A file without the lines that it is known not to load with, and without the database that one makes for itself.
fn read(corpus: &Path, entry: &Value, file: &str) -> Result<String, String> {
    let path = corpus.join(entry["name"].as_str().unwrap_or_default()).join(file);
    let text = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
    let left_out = entry["drop"].as_str();
    let kept = |line: &&str| {
        let makes_database = ["DROP DATABASE", "CREATE DATABASE", "\\c "].iter().any(|start| line.starts_with(start));
        !makes_database && left_out.is_none_or(|word| !line.contains(word))
    };
    Ok(text.split_inclusive('\n').filter(kept).collect())
}

fn prove(cluster: &Cluster, corpus: &Path, entry: &Value) -> Result<(), String> {
    let (nothing, all) = (Scratch::make(cluster)?, Scratch::make(cluster)?);
    if let Some(prelude) = entry["prelude"].as_str() {
        wait(all.run(&prelude.replace(":\"db\"", all.name())))?;
    }
    for file in texts(&entry["files"]) {
        wait(all.run(&read(corpus, entry, file)?)).map_err(|error| format!("{file}: {error}"))?;
    }
    wait(there_and_back(&nothing, &all, None))
}

#[test]
fn real_schemas_are_made_of_nothing_and_unmade() {
    let Some(shared) = shared() else { return };
    let corpus = shared.join("corpus/real_postgres");
    let manifest: Value =
        serde_json::from_str(&fs::read_to_string(corpus.join("manifest.json")).expect("the corpus has a manifest"))
            .expect("the manifest is JSON");
    let name = |entry: &Value| entry["name"].as_str().unwrap_or_default().to_owned();
    let mut entries: Vec<&Value> = manifest.as_array().into_iter().flatten().collect();
    entries.retain(|entry| loads(entry) && is_wanted(&name(entry)));
    // The largest first, so that none is left to run alone in the end.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry["loaded"]["counts"]["columns"].as_u64()));
    let cluster = own_cluster();
    let outcomes = run_all(entries, |entry| {
        vec![Outcome { suite: "schemas".to_owned(), case: name(entry), result: prove(&cluster, &corpus, entry) }]
    });
    conclude("real_postgres", &outcomes, &[]);
}
