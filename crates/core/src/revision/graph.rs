//! The graph that revisions form: checked once when it is made, immutable afterwards, without any I/O.

use crate::revision::id::RevisionId;

/// What the graph knows of one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub id: RevisionId,
    /// In the order of the file; more than one makes a merge.
    pub parents: Vec<RevisionId>,
    /// Ids or branch labels of revisions that must be applied before this one, on any branch.
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    pub message: String,
    /// When the file was made, as it says itself (RFC 3339), for display only.
    pub created: Option<String>,
}

pub struct RevisionGraph {}
