//! What happens during a run, said once and read by many: the terminal, the JSON stream, the journal.

use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::{plan::Direction, revision::id::RevisionId};

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event {
    pub at: SystemTime,
    /// The target's name, where the event concerns one.
    pub target: Option<String>,
    pub kind: EventKind,
}

#[derive(Debug, Clone)]
pub enum EventKind {
    RunStarted {
        targets: usize,
    },
    GroupStarted {
        group: String,
        targets: usize,
        parallel: usize,
    },
    DatabaseCreated {
        location: String,
    },
    TargetStarted {
        current: Vec<String>,
        steps: usize,
    },
    LockWait {
        holder: Option<String>,
        waited: Duration,
    },
    /// An attempt failed for a passing reason and will be made again.
    Retry {
        attempt: u32,
        wait: Duration,
        reason: String,
    },
    StepStarted {
        revision: RevisionId,
        direction: Direction,
        message: String,
        number: usize,
        of: usize,
    },
    /// A statement of a section that runs statement by statement.
    StatementStarted {
        revision: RevisionId,
        number: usize,
        of: usize,
        summary: String,
    },
    StepDone {
        revision: RevisionId,
        direction: Direction,
        message: String,
        elapsed: Duration,
    },
    Notice {
        text: String,
    },
    TargetDone {
        outcome: TargetOutcome,
        from: Vec<String>,
        to: Vec<String>,
        steps: usize,
        elapsed: Duration,
    },
    TargetFailed {
        code: String,
        message: String,
        to: Vec<String>,
        elapsed: Duration,
    },
    TargetSkipped {
        reason: String,
    },
    RunDone {
        applied: usize,
        already: usize,
        failed: usize,
        skipped: usize,
        elapsed: Duration,
    },
}

/// How a target came through a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetOutcome {
    /// At least one step ran.
    Applied,
    /// It was where it should be.
    Already,
}

/// Reads events as they happen. It is called from several tasks at once.
pub trait Reporter: Send + Sync {
    fn report(&self, event: &Event);
}

/// Reads nothing.
pub struct Silent;

impl Reporter for Silent {
    fn report(&self, _event: &Event) {}
}
