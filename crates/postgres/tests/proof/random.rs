//! Schemas that nobody thought of: two of them that share names, and the way between them.

use std::env;

use droveway_testkit::Cluster;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};

use crate::{
    journey::{Check, script, text, there_and_back},
    random::world::World,
    report::wait,
    state::{Scratch, own_cluster},
};

mod genome;
mod world;

/// How many decisions a schema takes at most; where they end, everything is left out.
const LENGTH: usize = 400;

/// The second genome is the first one where it was not touched.
fn pairs() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let changes = prop_oneof![Just(0u8), 1..40u8, 40..160u8];
    (vec(any::<u8>(), LENGTH), vec((any::<u8>(), any::<u8>()), LENGTH), changes).prop_map(|(first, other, share)| {
        let mixed = first.iter().zip(&other).map(|(old, (new, chance))| if *chance < share { *new } else { *old });
        let second = mixed.collect();
        (first, second)
    })
}

fn prove(cluster: &Cluster, first: &[u8], second: &[u8]) -> Result<(), String> {
    let (have, want) = (World::of(first), World::of(second));
    let (old, new, same) = (Scratch::make(cluster)?, Scratch::make(cluster)?, Scratch::make(cluster)?);
    wait(old.run(&have.sql())).map_err(|error| format!("the generator wrote bad SQL: {error}"))?;
    wait(new.run(&want.sql())).map_err(|error| format!("the generator wrote bad SQL: {error}"))?;
    wait(same.run(&have.sql())).map_err(|error| format!("the generator wrote bad SQL: {error}"))?;
    let (one, twin) = (wait(old.read())?, wait(same.read())?);
    let between = script(&one, &twin)?;
    if !between.is_empty() {
        return Err(format!("a schema differs from itself by\n{}", text(&between)));
    }
    drop(same);
    wait(old.run(&have.rows()))?;
    let query = have.query_of_what_stays(&want);
    let check = Check { expected: old.print(&query)?, query };
    wait(there_and_back(&old, &new, Some(&check)))
}

#[test]
fn any_schema_leads_to_any_other_and_keeps_its_rows() {
    let cluster = own_cluster();
    let cases = env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24);
    let config = Config { cases, max_shrink_iters: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&pairs(), |(first, second)| {
        prove(&cluster, &first, &second).map_err(|reason| {
            let (have, want) = (World::of(&first).sql(), World::of(&second).sql());
            TestCaseError::fail(format!("{reason}\n--- old.sql\n{have}\n--- new.sql\n{want}"))
        })
    });
    if let Err(error) = outcome {
        // As text and not as two lists of bytes.
        match error {
            proptest::test_runner::TestError::Fail(reason, _) => panic!("{reason}"),
            proptest::test_runner::TestError::Abort(reason) => panic!("{reason}"),
        }
    }
    println!("random: {cases} pairs of schemas");
}
