//! A plan: what would run on one database, complete before anything runs.
//!
//! A plan is two sets: what is applied now and what is to be applied. The steps are the difference, in an order that
//! respects parents and `depends_on`; and after every step the version table holds exactly the applied revisions that
//! nothing else applied stands on (`rows`).

use crate::revision::id::RevisionId;

mod error;
mod rows;
mod online;
mod offline;
mod stamp;
mod placement;

pub use error::PlanError;
pub use offline::{downgrade_range, upgrade_range};
pub use online::{downgrade, upgrade};
pub use placement::{NewRevision, Placement, create};
pub use stamp::{StampPlan, StampStep, stamp};

pub use crate::revision::file::Direction;

/// One step: the section of one revision, and the exact changes of the version table that record it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub revision: RevisionId,
    pub direction: Direction,
    /// Rows of the version table that go.
    pub forget: Vec<RevisionId>,
    /// Rows of the version table that come.
    pub remember: Vec<RevisionId>,
}

/// What would run on one database, and what its version table says before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The rows that the plan was made for, as they were read.
    pub start: Vec<RevisionId>,
    pub steps: Vec<Step>,
    /// The rows in the end, sorted.
    pub rows: Vec<RevisionId>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}
