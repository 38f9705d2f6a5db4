//! Why no plan can be made.

use crate::{
    diagnostic::{Diagnostic, count},
    revision::{
        id::{OPERATORS, RevisionId},
        selector::SelectorError,
    },
};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error(transparent)]
    Selector(#[from] SelectorError),
    #[error("{text} is a range, but a database that is connected has its own start")]
    RangeNotAllowed { text: String },
    #[error("{text} does not say where the downgrade starts")]
    RangeRequired { text: String },
    #[error("the version table holds the row {row} {}", count(*.times, "time"))]
    VersionRowsMismatch { row: RevisionId, times: usize },
    #[error("revision {revision} is not a head")]
    NotAHead { revision: RevisionId, children: Vec<RevisionId> },
    #[error("revision {revision} is named twice as a parent")]
    DuplicateHeads { revision: String },
    #[error("branch label {label} is already taken by revision {other}")]
    DuplicateBranchLabel { label: String, other: RevisionId },
    #[error("revision id {id} has the character {character}, which selectors use for something else")]
    BadRevisionId { id: String, character: char },
    #[error("the new revision {id} would be its own parent")]
    SelfLoop { id: String },
    #[error("the new revision {id} would depend on itself")]
    DependencySelfLoop { id: String },
}

impl PlanError {
    /// The name that the parity corpus uses for the case.
    pub fn category(&self) -> String {
        self.code().replace('-', "_")
    }
}

impl Diagnostic for PlanError {
    fn code(&self) -> &'static str {
        match self {
            PlanError::Selector(error) => error.code(),
            PlanError::RangeNotAllowed { .. } => "range-not-allowed",
            PlanError::RangeRequired { .. } => "range-required",
            PlanError::VersionRowsMismatch { .. } => "version-rows-mismatch",
            PlanError::NotAHead { .. } => "not-a-head",
            PlanError::DuplicateHeads { .. } => "duplicate-heads",
            PlanError::DuplicateBranchLabel { .. } => "duplicate-branch-label",
            PlanError::BadRevisionId { .. } => "bad-revision-id",
            PlanError::SelfLoop { .. } => "self-loop",
            PlanError::DependencySelfLoop { .. } => "dependency-self-loop",
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            PlanError::Selector(error) => return error.help(),
            PlanError::RangeNotAllowed { .. } => {
                "give the target alone, or add --sql to write a script for the range".into()
            }
            PlanError::RangeRequired { .. } => "write `from:to`, for instance `head:-1` or `head:base`".into(),
            PlanError::VersionRowsMismatch { row, .. } => {
                format!("leave one of the rows, or set the table anew with `drove stamp --purge {row}`")
            }
            PlanError::NotAHead { revision, children } => format!(
                "{} {} on {revision} already; add --splice to begin a new branch there",
                children.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(", "),
                if children.len() == 1 { "stands" } else { "stand" }
            ),
            PlanError::DuplicateHeads { revision } => format!("name {revision} once"),
            PlanError::DuplicateBranchLabel { .. } => {
                "choose another label, or leave it out: labels spread by themselves".into()
            }
            PlanError::BadRevisionId { .. } => {
                format!("no revision id may have any of {}", OPERATORS.map(String::from).join(" "))
            }
            PlanError::SelfLoop { .. } | PlanError::DependencySelfLoop { .. } => {
                "choose another id for the new revision".into()
            }
        })
    }
}
