//! Lists for people: the history newest first, where it branches and merges, and what a database is at.

use crate::revision::{
    graph::RevisionGraph,
    id::RevisionId,
    range::Bounds,
    selector::{Selection, SelectorError},
};

/// A place where the history divides or comes together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    pub revision: RevisionId,
    /// The revisions that follow it; more than one makes a branch point.
    pub children: Vec<RevisionId>,
    /// Whether the revision joins several parents.
    pub merges: bool,
}

impl Branch {
    pub fn divides(&self) -> bool {
        self.children.len() > 1
    }
}

impl RevisionGraph {
    /// The revisions of a range (`a:b`, `a:`, `:b`; all without one), both ends with them, newest first. `current`
    /// (the rows of a version table) is what the word `current` stands for at one end.
    pub fn history(&self, range: Option<&str>, current: &[RevisionId]) -> Result<Vec<RevisionId>, SelectorError> {
        let bad = |text: &str| SelectorError::BadRange { text: text.to_owned() };
        let (lower, upper) = match range {
            None => ("", ""),
            Some(text) => text.trim().split_once(':').ok_or_else(|| bad(text))?,
        };
        if upper.contains(':') {
            return Err(bad(range.unwrap_or_default()));
        }
        let end = |text: &str, default: &str, is_current: bool| match (is_current, text) {
            (true, _) if !current.is_empty() => Selection::from(current),
            (true, _) | (false, "") => Selection::from(default),
            (false, text) => Selection::from(text),
        };
        let upper_is_current = upper == "current";
        let lower = end(lower, "base", lower == "current" && !upper_is_current);
        let upper = end(upper, "heads", upper_is_current);
        self.revisions_up_to(&upper, &lower, Bounds { inclusive: true, from_base: false, forgiving: true })
    }

    /// All branch points and merges, in the order of the history.
    pub fn branches(&self) -> Result<Vec<Branch>, SelectorError> {
        let history = self.history(None, &[])?;
        let branches = history.into_iter().map(|revision| Branch {
            children: self.children(&revision).into_iter().cloned().collect(),
            merges: self.is_merge(&revision),
            revision,
        });
        Ok(branches.filter(|branch| branch.merges || branch.divides()).collect())
    }

    /// What a database with these rows is at: the newest applied revision of every line, also of lines that have no
    /// row of their own because another one depends on them.
    pub fn current(&self, rows: &[RevisionId]) -> Result<Vec<RevisionId>, SelectorError> {
        Ok(self.owned_ids(&self.applied_tips(&Selection::from(rows))?))
    }
}
