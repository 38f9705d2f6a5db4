//! Events as plain lines on stderr, one a target, for logs and pipes.

use std::sync::atomic::{AtomicBool, Ordering};

use droveway::core::{
    diagnostic::count,
    event::{Event, EventKind, Reporter, TargetOutcome},
    plan::Direction,
};

use crate::report::text::{self, BOLD, DIM, GREEN, RED, YELLOW, paint};

pub struct Human {
    pub lines: Lines,
}

impl Reporter for Human {
    fn report(&self, event: &Event) {
        if let Some(line) = self.lines.line(event) {
            talk!("{line}");
        }
    }
}

/// Which events are worth a line.
pub struct Lines {
    verbose: bool,
    /// Whether targets run beside each other: then a failure is said at once and explained at the end, otherwise the
    /// end follows anyway.
    several: AtomicBool,
}

impl Lines {
    pub fn new(verbose: bool) -> Self {
        Lines { verbose, several: AtomicBool::new(false) }
    }

    /// The line for an event, if it is worth one.
    pub fn line(&self, event: &Event) -> Option<String> {
        match &event.kind {
            EventKind::GroupStarted { targets, .. } => self.several.store(*targets > 1, Ordering::Relaxed),
            EventKind::TargetFailed { .. } if !self.several.load(Ordering::Relaxed) => return None,
            _ => {}
        }
        line(event, self.verbose)
    }
}

fn line(event: &Event, verbose: bool) -> Option<String> {
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
