//! Events as plain lines on stderr, one a target, for logs and pipes.

use droveway::core::{
    diagnostic::count,
    event::{Event, EventKind, Reporter, TargetOutcome},
    plan::Direction,
};

use crate::report::text::{self, BOLD, DIM, GREEN, RED, YELLOW, paint};

pub struct Human {
    pub verbose: bool,
}

impl Reporter for Human {
    fn report(&self, event: &Event) {
        if let Some(line) = line(event, self.verbose) {
            talk!("{line}");
        }
    }
}

/// The line for an event, if it is worth one.
pub fn line(event: &Event, verbose: bool) -> Option<String> {
    let target = paint(BOLD, event.target.as_deref().unwrap_or("drove"));
    let text = match &event.kind {
        EventKind::DatabaseCreated { location } => format!("made the database {location}"),
        EventKind::LockWait { holder, .. } => {
            let holder = holder.as_deref().unwrap_or("another runner");
            format!("{} for {holder} to finish with this database", paint(YELLOW, "waiting"))
        }
        EventKind::Retry { attempt, wait, reason } => {
            format!(
                "{} {attempt} failed ({reason}); trying again in {}",
                paint(YELLOW, "attempt"),
                text::elapsed(*wait)
            )
        }
        EventKind::StepDone { revision, direction, message, elapsed } => {
            let arrow = match direction {
                Direction::Upgrade => "up",
                Direction::Downgrade => "down",
            };
            format!("{arrow} {revision}  {message}  {}", paint(DIM, text::elapsed(*elapsed)))
        }
        EventKind::StatementStarted { number, of, summary, .. } if verbose => {
            format!("statement {number} of {of}: {summary}")
        }
        EventKind::Notice { text } => format!("{} {text}", paint(DIM, "notice:")),
        EventKind::TargetDone { outcome: TargetOutcome::Already, to, .. } if verbose => {
            format!("{} at {}", paint(GREEN, "already"), text::rows(to))
        }
        // The error itself stands at the end, in full.
        EventKind::TargetFailed { code, .. } => format!("{} ({code})", paint(RED, "failed")),
        EventKind::TargetSkipped { reason } => format!("{} {reason}", paint(YELLOW, "skipped:")),
        EventKind::GroupStarted { group, targets, parallel } if verbose => {
            format!("group {group}: {}, {parallel} at once", count(*targets, "target"))
        }
        EventKind::TargetStarted { current, steps } if verbose => {
            format!("at {}, {} to run", text::rows(current), count(*steps, "step"))
        }
        _ => return None,
    };
    Some(format!("{target}: {text}"))
}
