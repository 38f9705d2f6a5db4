//! The closing words of a run: each failure in full, a table, one line.

use droveway::{
    core::{diagnostic::count, event::TargetOutcome},
    fleet::run::{Summary, TargetEnd, TargetResult},
    problem::Exit,
};
use serde_json::json;

use crate::{
    report::{
        diagnostic,
        text::{self, GREEN, RED, YELLOW, paint},
    },
    session::Global,
};

/// What the closing line calls the place where all targets are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// `everything is at head`
    Head,
    /// `nothing to do`
    There,
}

/// Shows what a run came to and gives its exit code.
pub fn show(global: &Global, summary: &Summary, wanted: Wanted) -> Exit {
    if global.json {
        for result in &summary.results {
            if let TargetEnd::Failed(problem) = &result.end {
                let mut object = diagnostic::as_json(problem);
                object["target"] = json!(result.target);
                out!("{object}");
            }
        }
        return summary.exit();
    }
    for result in &summary.results {
        if let TargetEnd::Failed(problem) = &result.end {
            let gap = if summary.results.len() > 1 { "\n" } else { "" };
            let rendered = diagnostic::render(problem.diagnostic.as_ref());
            talk!("{gap}{}: {rendered}", paint(RED, &result.target));
        }
    }
    if !global.quiet {
        if summary.results.len() > 1 {
            let rows = summary.results.iter().map(row);
            out!("\n{}\n", text::table(&["target", "from", "to", "steps", "time", "result"], rows));
        }
        // What became of one target stands above already.
        if summary.results.len() != 1 || summary.failed() == 0 {
            out!("{}", closing(summary, wanted));
        }
    }
    summary.exit()
}

fn row(result: &TargetResult) -> Vec<String> {
    let time = text::elapsed(result.elapsed);
    let (from, to, steps, outcome) = match &result.end {
        TargetEnd::Done(done) => {
            let outcome = match done.outcome {
                TargetOutcome::Applied => "applied",
                TargetOutcome::Already => "already",
            };
            (text::rows(&done.from), text::rows(&done.to), done.steps.to_string(), outcome)
        }
        TargetEnd::Failed(_) => ("?".into(), "?".into(), "-".into(), "FAILED"),
        TargetEnd::Skipped(_) => ("-".into(), "-".into(), "-".into(), "skipped"),
    };
    vec![result.target.clone(), from, to, steps, time, outcome.to_owned()]
}

fn closing(summary: &Summary, wanted: Wanted) -> String {
    let targets = count(summary.results.len(), "target");
    let (failed, skipped) = (summary.failed(), summary.skipped());
    if failed + skipped > 0 {
        let good = summary.applied() + summary.already();
        let mut parts = vec![format!("{} of {targets} failed", failed)];
        if skipped > 0 {
            parts.push(format!("{skipped} did not start"));
        }
        if good > 0 {
            let place = if wanted == Wanted::Head { "at head" } else { "done" };
            parts.push(format!("{good} {} {place}", if good == 1 { "is" } else { "are" }));
        }
        return paint(RED, parts.join(", "));
    }
    let steps = count(summary.steps(), "step");
    match (summary.applied(), wanted) {
        _ if summary.results.is_empty() => paint(YELLOW, "there is no target"),
        (0, Wanted::Head) => paint(GREEN, format!("everything is at head ({targets})")),
        (0, Wanted::There) => paint(GREEN, format!("nothing to do ({targets})")),
        (applied, Wanted::Head) => {
            format!("{} ({} on {})", paint(GREEN, "everything is at head"), steps, count(applied, "target"))
        }
        (applied, Wanted::There) => format!("{} ({} on {})", paint(GREEN, "done"), steps, count(applied, "target")),
    }
}
