//! The shared corpus of pairs of schemas, by the criterion of its README.

use std::{collections::BTreeSet, fs, path::Path};

use droveway_testkit::{Cluster, shared};
use serde_json::Value;

use crate::{
    cases::prove,
    report::{Outcome, conclude, is_wanted, run_all},
    state::{make_roles, own_cluster},
};

/// What cannot pass, and why. A case that passes must leave this table.
const KNOWN: &[(&str, &str)] = &[(
    "pg-delta/foreign_data_wrapper_operations_alter_user_mapping_options",
    "the password of a user mapping is never printed, so it is not carried over",
)];

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_default()
}

fn roles(cases: &[&Value]) -> Vec<String> {
    let named = cases.iter().flat_map(|case| case["roles"].as_array().into_iter().flatten());
    let roles: BTreeSet<&str> = named.filter_map(Value::as_str).collect();
    roles.into_iter().map(str::to_owned).collect()
}

fn run(cluster: &Cluster, corpus: &Path, cases: Vec<&Value>) -> Vec<Outcome> {
    let roles = roles(&cases);
    make_roles(cluster, &roles.iter().map(String::as_str).collect::<Vec<_>>());
    run_all(cases, |case| {
        let (suite, case) = (text(case, "suite"), text(case, "case"));
        let result = prove(cluster, &corpus.join(suite).join(case));
        vec![Outcome { suite: suite.to_owned(), case: case.to_owned(), result }]
    })
}

#[test]
fn every_pair_of_the_corpus_is_led_there_and_back() {
    let Some(shared) = shared() else { return };
    let corpus = std::env::var_os("DROVE_PGDIFF").map_or(shared.join("corpus/pgdiff"), Into::into);
    let manifest: Value =
        serde_json::from_str(&fs::read_to_string(corpus.join("manifest.json")).expect("the corpus has a manifest"))
            .expect("the manifest is JSON");
    let cases: Vec<&Value> = manifest.as_array().into_iter().flatten().collect();
    let wanted = |case: &&Value| is_wanted(&format!("{}/{}", text(case, "suite"), text(case, "case")));
    let cluster = own_cluster();
    let major = u64::from(cluster.server().major);
    let needs_newer = |case: &&Value| case["min_pg"].as_u64().is_some_and(|least| least > major);
    let (newer, usual): (Vec<&Value>, Vec<&Value>) = cases.into_iter().filter(wanted).partition(needs_newer);
    let outcomes = run(&cluster, &corpus, usual);
    // The newest server comes without the pg_dump that would be the judge.
    for case in newer {
        println!("left out: {}/{} needs a newer server, with its pg_dump", text(case, "suite"), text(case, "case"));
    }
    conclude("pgdiff", &outcomes, KNOWN);
}
