//! A plan: what would run on one database, complete before anything runs.

use crate::revision::id::RevisionId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    Upgrade,
    Downgrade,
}

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
