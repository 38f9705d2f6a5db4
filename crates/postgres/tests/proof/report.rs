//! Many cases, two at a time, and what is said of them.

use std::{collections::BTreeMap, sync::Mutex, thread};

/// What came of a case: its suite, its name, and why it failed.
pub struct Outcome {
    pub suite: String,
    pub case: String,
    pub result: Result<(), String>,
}

/// How many cases run at once.
const WORKERS: usize = 2;

/// Runs every case, the first ones first, and returns what came of each.
pub fn run_all<T: Send>(cases: Vec<T>, run: impl Fn(T) -> Vec<Outcome> + Sync) -> Vec<Outcome> {
    let queue = Mutex::new(cases.into_iter());
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some(case) = next else { break };
                    let of_one = run(case);
                    outcomes.lock().unwrap().extend(of_one);
                }
            });
        }
    });
    outcomes.into_inner().unwrap()
}

/// Waits for one case on this thread.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Whether a case is wanted: `DROVE_PROOF` may name a part of some cases' names, for work on them.
pub fn is_wanted(case: &str) -> bool {
    std::env::var("DROVE_PROOF").map_or(true, |part| case.contains(&part))
}

/// Says how many passed, and fails if one failed that is not known to, or passed that is known to fail.
pub fn conclude(title: &str, outcomes: &[Outcome], known: &[(&str, &str)]) {
    let mut suites: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut excused = 0;
    for Outcome { suite, case, result } in outcomes {
        let (passed, all) = suites.entry(suite).or_default();
        *all += 1;
        *passed += usize::from(result.is_ok());
        let name = format!("{suite}/{case}");
        match (known.iter().find(|(known, _)| *known == name), result) {
            (None, Ok(())) => {}
            (None, Err(reason)) => wrong.push(format!("FAILED {name}: {reason}")),
            (Some((_, why)), Err(_)) => {
                excused += 1;
                println!("known to fail: {name}: {why}");
            }
            (Some(_), Ok(())) => wrong.push(format!("PASSED {name}: take it out of the known failures")),
        }
    }
    for (suite, (passed, all)) in &suites {
        println!("{title}: {suite} {passed} of {all}");
    }
    wrong.iter().for_each(|line| println!("{line}\n"));
    let passed: usize = suites.values().map(|(passed, _)| passed).sum();
    let other = wrong.len();
    println!("{title}: {passed} of {} passed, {excused} known to fail, {other} wrong", outcomes.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(!outcomes.is_empty(), "{title}: there are no cases");
}
