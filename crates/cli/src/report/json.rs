//! Events as JSON, one object a line on stdout.

use droveway::core::event::{Event, EventKind, Reporter};
use serde_json::{Value, json};

use crate::report::output;

pub struct Json;

impl Reporter for Json {
    fn report(&self, event: &Event) {
        out!("{}", object(event));
        // Whoever reads events wants them when they happen.
        output::flush();
    }
}

fn object(event: &Event) -> Value {
    let at = event.at.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64);
    let (kind, mut body) = kind(&event.kind);
    body["event"] = kind.into();
    body["at_ms"] = at.into();
    if let Some(target) = &event.target {
        body["target"] = target.as_str().into();
    }
    body
}

fn kind(kind: &EventKind) -> (&'static str, Value) {
    let ms = |duration: &std::time::Duration| duration.as_millis() as u64;
    match kind {
        EventKind::RunStarted { targets } => ("run_started", json!({"targets": targets})),
        EventKind::GroupStarted { group, targets, parallel } => {
            ("group_started", json!({"group": group, "targets": targets, "parallel": parallel}))
        }
        EventKind::DatabaseCreated { location } => ("database_created", json!({"location": location})),
        EventKind::TargetStarted { current, steps } => ("target_started", json!({"current": current, "steps": steps})),
        EventKind::LockWait { holder, waited } => ("lock_wait", json!({"holder": holder, "waited_ms": ms(waited)})),
        EventKind::Retry { attempt, wait, reason } => {
            ("retry", json!({"attempt": attempt, "wait_ms": ms(wait), "reason": reason}))
        }
        EventKind::StepStarted { revision, direction, message, number, of } => (
            "step_started",
            json!({"revision": revision.as_str(), "direction": direction, "message": message, "number": number, "of": of}),
        ),
        EventKind::StatementStarted { revision, number, of, summary } => (
            "statement_started",
            json!({"revision": revision.as_str(), "number": number, "of": of, "summary": summary}),
        ),
        EventKind::StepDone { revision, direction, message, elapsed } => (
            "step_done",
            json!({"revision": revision.as_str(), "direction": direction, "message": message, "elapsed_ms": ms(elapsed)}),
        ),
        EventKind::Notice { text } => ("notice", json!({"text": text})),
        EventKind::TargetDone { outcome, from, to, steps, elapsed } => (
            "target_done",
            json!({"outcome": outcome, "from": from, "to": to, "steps": steps, "elapsed_ms": ms(elapsed)}),
        ),
        EventKind::TargetFailed { code, message, to, elapsed } => {
            ("target_failed", json!({"code": code, "message": message, "to": to, "elapsed_ms": ms(elapsed)}))
        }
        EventKind::TargetSkipped { reason } => ("target_skipped", json!({"reason": reason})),
        EventKind::RunDone { applied, already, failed, skipped, elapsed } => (
            "run_done",
            json!({"applied": applied, "already": already, "failed": failed, "skipped": skipped, "elapsed_ms": ms(elapsed)}),
        ),
    }
}
