//! Migration histories of real programs: one database lives through the real steps, another one follows by ours.

use std::{fs, path::Path};

use droveway_core::schema::Schema;
use droveway_testkit::{Cluster, shared};
use serde_json::Value;

use crate::{
    journey::{apply, script, text},
    report::{Outcome, conclude, is_wanted, run_all, wait},
    state::{Scratch, difference, own_cluster},
};

/// Histories that end before their last step, also by hand: the step that PostgreSQL refuses, and why.
const ENDS: &[(&str, &str, &str)] = &[
    ("hatchet", "20260424205453_v1_0_100", "a step in Go that made its table is not in the corpus"),
    (
        "memos_postgres",
        "0.19/00__add_resource_name",
        "the schema that the first step expects is in no repository any more",
    ),
];

/// What must be there before the first step.
fn preparation(history: &str) -> &'static str {
    match history {
        "graphile_worker" => "CREATE SCHEMA graphile_worker",
        "supabase_storage_multitenant" => r#"ALTER DATABASE :"db" SET storage.iceberg_shards = '{}'"#,
        "supabase_storage_tenant" => r#"ALTER DATABASE :"db" SET storage.multitenant = 'true'"#,
        _ => "",
    }
}

struct Step {
    name: String,
    sql: String,
}

struct History {
    name: String,
    steps: Vec<Step>,
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("the corpus has a manifest")).expect("the manifest is JSON")
}

fn history(folder: &Path) -> History {
    let manifest = json(&folder.join("manifest.json"));
    let steps = manifest["steps"].as_array().into_iter().flatten().map(|step| {
        let files = step["up"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let text: String =
            files.map(|file| upgrade(&fs::read_to_string(folder.join(file)).expect("a step's file"))).collect();
        Step { name: step["name"].as_str().unwrap_or_default().to_owned(), sql: text }
    });
    History { name: manifest["name"].as_str().unwrap_or_default().to_owned(), steps: steps.collect() }
}

/// The way up, of a tool that keeps both ways in one file; with the one hole that a history leaves filled.
fn upgrade(text: &str) -> String {
    let up = text.split("-- +goose Down").next().unwrap_or_default();
    format!("{}\n", up.replace(":GRAPHILE_WORKER_SCHEMA", "graphile_worker"))
}

/// A state of the real database.
struct State {
    schema: Schema,
    dump: Option<Vec<String>>,
}

async fn state(database: &Scratch) -> Result<State, String> {
    Ok(State { schema: database.read().await?, dump: database.dump() })
}

/// From one state to the next, back, and there again to stay.
async fn follow(follower: &Scratch, before: &State, after: &State) -> Result<(), String> {
    let up = script(&before.schema, &after.schema)?;
    let down = script(&after.schema, &before.schema)?;
    if up.is_empty() {
        return match difference(&after.dump, &before.dump) {
            Some(found) => Err(format!("a change was not seen:{found}")),
            None => Ok(()),
        };
    }
    apply(follower, &up, &after.schema, &after.dump).await?;
    apply(follower, &down, &before.schema, &before.dump).await.map_err(|reason| format!("downgrade: {reason}"))?;
    follower.run(&text(&up)).await.map_err(|error| format!("the second time it was refused: {error}"))
}

/// A real step, in a transaction if it can be in one: the manifests do not always say so.
async fn step(real: &Scratch, sql: &str) -> Result<(), String> {
    if real.run(&format!("BEGIN;\n{sql}\n;COMMIT;")).await.is_ok() {
        return Ok(());
    }
    real.run(sql).await
}

/// A step that cannot be followed ends the history: nobody knows what the follower is then.
fn replay(cluster: &Cluster, history: &History) -> Vec<Outcome> {
    let prepared = || {
        let database = Scratch::make(cluster)?;
        wait(database.run(&preparation(&history.name).replace(":\"db\"", database.name())))?;
        Ok::<_, String>(database)
    };
    let preparation_failed =
        |reason| vec![Outcome { suite: history.name.clone(), case: "preparation".to_owned(), result: Err(reason) }];
    let (real, follower) = match (prepared(), prepared()) {
        (Ok(real), Ok(follower)) => (real, follower),
        (Err(reason), _) | (_, Err(reason)) => return preparation_failed(reason),
    };
    let mut outcomes = Vec::new();
    let mut say = |case: &str, result: Result<(), String>| {
        let is_ok = result.is_ok();
        outcomes.push(Outcome { suite: history.name.clone(), case: case.to_owned(), result });
        is_ok
    };
    let mut before = match wait(state(&real)) {
        Ok(state) => state,
        Err(reason) => return preparation_failed(reason),
    };
    for (at, Step { name, sql }) in history.steps.iter().enumerate() {
        if let Err(error) = wait(step(&real, sql)) {
            let known = ENDS.iter().find(|(history_name, step, _)| *history_name == history.name && step == name);
            match known {
                Some((_, _, why)) => {
                    println!("{} ends after {at} of {} steps: {why}", history.name, history.steps.len())
                }
                None => drop(say(name, Err(format!("the real step is refused: {error}")))),
            }
            break;
        }
        let followed = wait(async {
            let after = state(&real).await?;
            follow(&follower, &before, &after).await?;
            Ok(after)
        });
        match followed {
            Ok(after) => {
                say(name, Ok(()));
                before = after;
            }
            Err(reason) => {
                say(name, Err(reason));
                break;
            }
        }
    }
    outcomes
}

/// The histories of every run. The others take longer than a run may, and have been followed only in part: they are
/// named in the output, and `DROVE_PROOF` with a part of their names runs them.
const IN_EVERY_RUN: &[&str] = &["authelia_postgres", "temporal_temporal", "temporal_visibility"];

#[test]
fn real_histories_are_followed_step_by_step() {
    let Some(shared) = shared() else { return };
    let corpus = shared.join("corpus/histories");
    let manifest = json(&corpus.join("manifest.json"));
    let entries = manifest.as_array().into_iter().flatten().filter(|entry| entry["engine"] == "postgres");
    let is_asked_for = std::env::var_os("DROVE_PROOF").is_some();
    let (names, left_out): (Vec<&str>, Vec<&str>) = entries
        .filter_map(|entry| entry["name"].as_str())
        .filter(|name| is_wanted(name))
        .partition(|name| is_asked_for || IN_EVERY_RUN.contains(name));
    for name in left_out {
        println!("left out of this run: the history {name} (DROVE_PROOF={name} runs it)");
    }
    let mut histories: Vec<History> = names.iter().map(|name| history(&corpus.join(name))).collect();
    // The longest first, so that none is left to run alone in the end.
    histories.sort_by_key(|history| std::cmp::Reverse(history.steps.len()));
    let cluster = own_cluster();
    let outcomes = run_all(histories, |history| replay(&cluster, &history));
    conclude("histories", &outcomes, &[]);
}
