//! Runs every case of the revision-graph corpus: what Alembic does with a graph, a version table and a command, this
//! crate must do too, by the rules of the corpus' README.
//!
//! `DROVE_CORPUS_GRAPH` names another folder of the same format. The last line of the output is
//! `alembic_parity: N passed, M failed`. It speaks enough of the test runner's protocol for `cargo nextest`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::ExitCode,
};

use droveway_core::{
    plan::{self, NewRevision, Plan, PlanError, StampPlan},
    revision::{GraphError, Revision, RevisionGraph, RevisionId, Selection, SelectorError, range::Bounds},
};
use serde_json::{Map, Value, json};

const NAME: &str = "every_case_agrees_with_alembic";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if given("--list") {
        if !given("--ignored") {
            println!("{NAME}: test");
        }
        return ExitCode::SUCCESS;
    }
    if given("--ignored") || !wanted(&arguments) {
        return ExitCode::SUCCESS;
    }
    run(&folder())
}

/// Whether the names on the command line, if there are any, mean this test.
fn wanted(arguments: &[String]) -> bool {
    let with_value = ["--test-threads", "--format", "--color", "--logfile", "--skip", "-Z"];
    let mut names = Vec::new();
    let mut skipped = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--skip" => skipped.extend(rest.next()),
            flag if with_value.contains(&flag) => drop(rest.next()),
            flag if flag.starts_with('-') => {}
            _ => names.push(argument),
        }
    }
    let exact = arguments.iter().any(|argument| argument == "--exact");
    let means = |name: &&String| if exact { name.as_str() == NAME } else { NAME.contains(name.as_str()) };
    (names.is_empty() || names.iter().any(means)) && !skipped.iter().any(means)
}

fn folder() -> PathBuf {
    match std::env::var_os("DROVE_CORPUS_GRAPH") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/revision_graph"),
    }
}

fn run(folder: &Path) -> ExitCode {
    let (mut passed, mut failed) = (0, 0);
    for file in corpus_files(folder) {
        let (good, bad) = run_file(&file);
        println!("{}: {good} passed, {bad} failed", file.file_name().unwrap_or_default().to_string_lossy());
        passed += good;
        failed += bad;
    }
    if passed + failed == 0 {
        println!("FAILED: there is no case in {}", folder.display());
        failed = 1;
    }
    println!("alembic_parity: {passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn corpus_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).map(|entries| entries.flatten().map(|entry| entry.path()).collect());
    let mut files: Vec<PathBuf> = entries.unwrap_or_default();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

fn run_file(file: &Path) -> (usize, usize) {
    let text = std::fs::read_to_string(file).expect("a file that was just listed can be read");
    let corpus: Value = match serde_json::from_str(&text) {
        Ok(corpus) => corpus,
        Err(error) => {
            println!("FAILED {}: {error}", file.display());
            return (0, 1);
        }
    };
    let graphs: BTreeMap<&str, Result<RevisionGraph, GraphError>> = corpus["graphs"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, revisions)| (name.as_str(), RevisionGraph::new(revisions_of(revisions))))
        .collect();
    let (mut passed, mut failed) = (0, 0);
    for case in corpus["cases"].as_array().into_iter().flatten() {
        match check(case, &graphs) {
            Ok(()) => passed += 1,
            Err(reason) => {
                failed += 1;
                let (id, graph) = (&case["id"], &case["graph"]);
                println!("FAILED {id} on {graph}: {} {}: {reason}", case["op"], case["name"]);
            }
        }
    }
    (passed, failed)
}

fn revisions_of(list: &Value) -> Vec<Revision> {
    let revision = |value: &Value| Revision {
        id: RevisionId::stored(value["id"].as_str().unwrap_or_default()),
        parents: texts(&value["down_revision"]).iter().map(|id| RevisionId::stored(id)).collect(),
        depends_on: texts(&value["depends_on"]),
        labels: texts(&value["branch_labels"]),
        message: String::new(),
        created: None,
    };
    list.as_array().into_iter().flatten().map(revision).collect()
}

/// A string or a list of strings, as a list.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn ids(value: &Value) -> Vec<RevisionId> {
    texts(value).iter().map(|id| RevisionId::stored(id)).collect()
}

fn selection(value: &Value) -> Selection {
    match value {
        Value::String(text) => Selection::One(text.clone()),
        other => Selection::Many(texts(other)),
    }
}

/// What a case came to: plain JSON of the corpus' form, or the category of the error and its words.
type Outcome = Result<Value, (String, String)>;

fn check(case: &Value, graphs: &BTreeMap<&str, Result<RevisionGraph, GraphError>>) -> Result<(), String> {
    let name = case["graph"].as_str().unwrap_or_default();
    let graph = graphs.get(name).ok_or_else(|| format!("there is no graph {name}"))?;
    let outcome = match graph {
        Ok(graph) => outcome(case, graph)?,
        Err(error) => Err((error.category(), error.to_string())),
    };
    match (case.get("expect"), case.get("expect_error"), graph) {
        (Some(expected), None, _) => compare(case, expected, outcome, graph.as_ref().ok()),
        (None, Some(expected), _) => compare_error(case, expected, outcome, graph.as_ref().ok()),
        _ => Err("the case expects neither a result nor an error, or both".to_owned()),
    }
}

fn outcome(case: &Value, graph: &RevisionGraph) -> Result<Outcome, String> {
    let current = ids(&case["current"]);
    let target = &case["target"];
    let typed = target.as_str().unwrap_or_default();
    let op = case["op"].as_str().unwrap_or_default();
    Ok(match op {
        "load" => Ok(json!({ "ok": true })),
        "upgrade" => planned(plan::upgrade(graph, &current, selection(target))),
        "downgrade" => planned(plan::downgrade(graph, &current, typed)),
        "upgrade_sql" => scripted(plan::upgrade_range(graph, typed)),
        "downgrade_sql" => scripted(plan::downgrade_range(graph, typed)),
        "stamp" => {
            let purge = case["purge"].as_bool().unwrap_or(false);
            stamped(plan::stamp(graph, &current, &texts(target), purge))
        }
        "history" => revisions(graph.history(target.as_str(), &current)),
        "current" => revisions(graph.current(&current).map(sorted)),
        "heads" => Ok(json!({
            "heads": strings(graph.heads()), "effective_heads": strings(graph.effective_heads()),
        })),
        "bases" => Ok(json!({
            "bases": strings(graph.bases()), "effective_bases": strings(graph.effective_bases()),
        })),
        "branches" => branches(graph),
        "labels" => Ok(labels(graph)),
        "resolve" => revisions(graph.resolve_selection(&selection(target))),
        "resolve_one" => graph
            .resolve_one(typed)
            .map(|revision| json!({ "revision": revision.as_ref().map(RevisionId::as_str) }))
            .map_err(selector_failure),
        "iterate" => iterate(case, graph),
        "create" => create(case, graph),
        _ => return Err(format!("unknown operation {op:?}")),
    })
}

fn strings<'a>(ids: impl IntoIterator<Item = &'a RevisionId>) -> Vec<String> {
    ids.into_iter().map(RevisionId::to_string).collect()
}

fn sorted(mut ids: Vec<RevisionId>) -> Vec<RevisionId> {
    ids.sort();
    ids
}

fn selector_failure(error: SelectorError) -> (String, String) {
    (error.category(), error.to_string())
}

fn plan_failure(error: PlanError) -> (String, String) {
    (error.category(), error.to_string())
}

fn revisions(found: Result<Vec<RevisionId>, SelectorError>) -> Outcome {
    found.map(|ids| json!({ "revisions": strings(&ids) })).map_err(selector_failure)
}

fn planned(plan: Result<Plan, PlanError>) -> Outcome {
    let plan = plan.map_err(plan_failure)?;
    let mut rows: Vec<RevisionId> = plan.start.clone();
    let steps: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| {
            change(&mut rows, &step.forget, &step.remember);
            json!({ "revision": step.revision.as_str(), "direction": step.direction, "rows_after": strings(&rows) })
        })
        .collect();
    let end = sorted(rows);
    assert_eq!(end, plan.rows, "the plan's final rows are those of its steps");
    Ok(json!({ "steps": steps, "rows": strings(&end) }))
}

/// What the version table does with a step: every row that goes was there once, every row that comes was not.
fn change(rows: &mut Vec<RevisionId>, forget: &[RevisionId], remember: &[RevisionId]) {
    for row in forget {
        assert_eq!(rows.iter().filter(|held| *held == row).count(), 1, "the row {row} is there to go");
        rows.retain(|held| held != row);
    }
    for row in remember {
        assert!(!rows.contains(row), "the row {row} is not there yet");
        rows.push(row.clone());
    }
    rows.sort();
}

fn scripted(planned_range: Result<(Vec<RevisionId>, Plan), PlanError>) -> Outcome {
    let (start, plan) = planned_range.map_err(plan_failure)?;
    let mut outcome = planned(Ok(plan))?;
    outcome["start_rows"] = json!(strings(&start));
    Ok(outcome)
}

fn stamped(plan: Result<StampPlan, PlanError>) -> Outcome {
    let plan = plan.map_err(plan_failure)?;
    let mut rows = if plan.purge.is_empty() { plan.start.clone() } else { Vec::new() };
    let steps: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| {
            change(&mut rows, &step.forget, &step.remember);
            json!({ "from": strings(&step.from), "to": strings(&step.to), "rows_after": strings(&rows) })
        })
        .collect();
    let end = sorted(rows);
    assert_eq!(end, plan.rows, "the plan's final rows are those of its steps");
    Ok(json!({ "steps": steps, "rows": strings(&end) }))
}

fn branches(graph: &RevisionGraph) -> Outcome {
    let branches = graph.branches().map_err(selector_failure)?;
    let points: Vec<Value> = branches
        .iter()
        .filter(|branch| branch.divides())
        .map(
            |branch| json!({ "revision": branch.revision.as_str(), "next": strings(&sorted(branch.children.clone())) }),
        )
        .collect();
    let merges = strings(branches.iter().filter(|branch| branch.merges).map(|branch| &branch.revision));
    Ok(json!({ "branch_points": points, "merge_points": merges }))
}

fn labels(graph: &RevisionGraph) -> Value {
    let labels: Map<String, Value> = graph
        .revisions()
        .map(|revision| (revision.id.to_string(), graph.labels(&revision.id)))
        .filter(|(_, labels)| !labels.is_empty())
        .map(|(id, labels)| (id, json!(labels)))
        .collect();
    json!({ "labels": labels })
}

fn iterate(case: &Value, graph: &RevisionGraph) -> Outcome {
    let flag = |name: &str| case[name].as_bool().unwrap_or(false);
    let bounds = Bounds {
        inclusive: flag("inclusive"),
        from_base: flag("implicit_base"),
        forgiving: !case["assert_relative_length"].as_bool().unwrap_or(true),
    };
    let upper = selection(&case["upper"]);
    revisions(match flag("for_downgrade") {
        true => graph.revisions_down_to(&upper, case["lower"].as_str().unwrap_or("base"), bounds),
        false => graph.revisions_up_to(&upper, &selection(&case["lower"]), bounds),
    })
}

fn create(case: &Value, graph: &RevisionGraph) -> Outcome {
    let new = NewRevision {
        rev_id: case["rev_id"].as_str().map(str::to_owned),
        head: selection(&case["head"]),
        splice: case["splice"].as_bool().unwrap_or(false),
        depends_on: texts(&case["depends_on"]),
        labels: texts(&case["branch_labels"]),
    };
    let placement = plan::create(graph, &new).map_err(plan_failure)?;
    Ok(json!({
        "down_revision": strings(&placement.parents),
        "depends_on": placement.depends_on,
        "branch_labels": placement.labels,
    }))
}

fn compare(case: &Value, expected: &Value, outcome: Outcome, graph: Option<&RevisionGraph>) -> Result<(), String> {
    let found = outcome.map_err(|(category, words)| format!("expected a result, got {category}: {words}"))?;
    if case["order"] == "any" {
        return compare_in_any_order(case, expected, &found, graph);
    }
    for (key, wanted) in expected.as_object().into_iter().flatten() {
        let same = match key.as_str() {
            "steps" => compare_steps(wanted, &found["steps"])?,
            "rows" => same_rows(&found["rows"], wanted, &case["minimal_rows"]),
            "labels" => sorted_lists(wanted) == found["labels"],
            "branch_points" => with_sorted_children(wanted) == found["branch_points"],
            _ => *wanted == found[key],
        };
        if !same {
            return Err(format!("{key}: expected {wanted}, got {}", found[key]));
        }
    }
    Ok(())
}

fn same_rows(found: &Value, wanted: &Value, minimal: &Value) -> bool {
    let set = |rows: &Value| {
        let mut rows = texts(rows);
        rows.sort();
        rows
    };
    set(found) == set(wanted) || (!minimal.is_null() && set(found) == set(minimal))
}

fn compare_steps(wanted: &Value, found: &Value) -> Result<bool, String> {
    let (wanted, found) = (list(wanted), list(found));
    for (number, (wanted, found)) in wanted.iter().zip(found).enumerate() {
        let same_step = ["revision", "direction", "from", "to"].iter().all(|key| wanted[key] == found[key]);
        if !same_step || !same_rows(&found["rows_after"], &wanted["rows_after"], &wanted["minimal_rows_after"]) {
            return Err(format!("step {}: expected {wanted}, got {found}", number + 1));
        }
    }
    Ok(wanted.len() == found.len())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn sorted_lists(lists: &Value) -> Value {
    let lists = lists.as_object().into_iter().flatten().map(|(id, labels)| {
        let mut labels = texts(labels);
        labels.sort();
        (id.clone(), json!(labels))
    });
    Value::Object(lists.collect())
}

fn with_sorted_children(points: &Value) -> Value {
    let sort = |point: &Value| {
        let mut next = texts(&point["next"]);
        next.sort();
        json!({ "revision": point["revision"], "next": next })
    };
    list(points).iter().map(sort).collect()
}

/// Alembic's own order is not stable here: the same steps in any order that respects the graph are right.
fn compare_in_any_order(
    case: &Value,
    expected: &Value,
    found: &Value,
    graph: Option<&RevisionGraph>,
) -> Result<(), String> {
    let set = |value: &Value, key: &str| -> BTreeSet<String> {
        list(value).iter().map(|step| step.get(key).unwrap_or(step).to_string()).collect()
    };
    for key in ["steps", "revisions"].into_iter().filter(|key| expected.get(key).is_some()) {
        if set(&expected[key], "revision") != set(&found[key], "revision") {
            return Err(format!("expected {} in any order, got {}", expected[key], found[key]));
        }
    }
    if expected.get("rows").is_some() && !same_rows(&found["rows"], &expected["rows"], &case["minimal_rows"]) {
        return Err(format!("rows: expected {}, got {}", expected["rows"], found["rows"]));
    }
    graph.map_or(Ok(()), |graph| obeys_the_rules(case, found, graph))
}

fn compare_error(
    case: &Value,
    expected: &Value,
    outcome: Outcome,
    graph: Option<&RevisionGraph>,
) -> Result<(), String> {
    let wanted = expected["category"].as_str().unwrap_or_default();
    match outcome {
        Err(_) if wanted == "alembic_crash" => Ok(()),
        Err((category, _)) if category == wanted => Ok(()),
        Err((category, words)) => Err(format!("expected {wanted}, got {category}: {words}")),
        Ok(found) if wanted == "alembic_crash" => graph.map_or(Ok(()), |graph| obeys_the_rules(case, &found, graph)),
        Ok(found) => Err(format!("expected {wanted}, got {found}")),
    }
}

/// Steps respect parents and `depends_on`, and after each the rows are the applied revisions that nothing stands on.
fn obeys_the_rules(case: &Value, found: &Value, graph: &RevisionGraph) -> Result<(), String> {
    if case["op"] == "stamp" || found.get("steps").is_none() {
        return Ok(());
    }
    let start = found.get("start_rows").unwrap_or(&case["current"]);
    let nodes = graph.resolve_selection(&Selection::Many(texts(start))).map_err(|error| error.to_string())?;
    let mut applied: BTreeSet<RevisionId> = graph.ancestors(&nodes).into_iter().cloned().collect();
    for step in list(&found["steps"]) {
        let id = RevisionId::stored(step["revision"].as_str().unwrap_or_default());
        let below = graph.ancestors([&id]);
        let in_order = match step["direction"].as_str() {
            Some("upgrade") => {
                let needed = below.into_iter().all(|needed| *needed == id || applied.contains(needed));
                needed && applied.insert(id.clone())
            }
            _ => {
                let was_applied = applied.remove(&id);
                was_applied && applied.iter().all(|other| !graph.ancestors([other]).contains(&id))
            }
        };
        if !in_order {
            return Err(format!("the step {step} comes at a wrong time"));
        }
        // A row may be written as the beginning of an id, and stays as it is until a step replaces it.
        let rows = Selection::Many(texts(&step["rows_after"]));
        let rows = graph.resolve_selection(&rows).map_err(|error| error.to_string())?;
        if sorted(rows) != tips(graph, &applied) {
            return Err(format!("after the step {step} the rows are not those that nothing stands on"));
        }
    }
    Ok(())
}

fn tips(graph: &RevisionGraph, applied: &BTreeSet<RevisionId>) -> Vec<RevisionId> {
    let stands_on = |upper: &RevisionId, lower: &RevisionId| upper != lower && graph.ancestors([upper]).contains(lower);
    applied.iter().filter(|id| !applied.iter().any(|other| stands_on(other, id))).cloned().collect()
}
