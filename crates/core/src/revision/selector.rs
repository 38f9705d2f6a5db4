//! What a user types to mean revisions: `head`, `+1`, `ae10+2`, `label@head`, `a:b`. This room knows how it is written
//! and what can be wrong with it; `lookup` and `walk` find what it means.

use crate::{
    diagnostic::{Diagnostic, count},
    revision::id::RevisionId,
};

/// What stands for one end of a walk: what a user typed, or several such words (the rows of a version table, say).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    One(String),
    Many(Vec<String>),
}

impl Selection {
    /// Nothing applied: below every base.
    pub fn base() -> Self {
        Selection::Many(Vec::new())
    }

    pub(crate) fn words(&self) -> &[String] {
        match self {
            Selection::One(word) => std::slice::from_ref(word),
            Selection::Many(words) => words,
        }
    }

    /// The text that a user typed, if it is that.
    pub(crate) fn typed(&self) -> Option<&str> {
        match self {
            Selection::One(word) => Some(word),
            Selection::Many(_) => None,
        }
    }
}

impl std::fmt::Display for Selection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.words() {
            [] => f.write_str("base"),
            words => f.write_str(&words.join(", ")),
        }
    }
}

impl From<&str> for Selection {
    fn from(word: &str) -> Self {
        Selection::One(word.to_owned())
    }
}

impl From<&String> for Selection {
    fn from(word: &String) -> Self {
        Selection::One(word.clone())
    }
}

impl From<&[String]> for Selection {
    fn from(words: &[String]) -> Self {
        Selection::Many(words.to_vec())
    }
}

impl From<&[RevisionId]> for Selection {
    fn from(rows: &[RevisionId]) -> Self {
        Selection::Many(rows.iter().map(RevisionId::to_string).collect())
    }
}

/// `+1`, `ae10+2`, `label@-1`: some steps from a symbol, or from the current rows if there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Relative<'a> {
    pub(crate) branch: Option<&'a str>,
    pub(crate) symbol: Option<&'a str>,
    pub(crate) steps: i64,
}

impl<'a> Relative<'a> {
    /// Reads the start of the text; what follows the digits does not matter, as in Alembic.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let first_line = text.find('\n').unwrap_or(text.len());
        let on_branch = text[..first_line].match_indices('@').filter(|(at, _)| *at > 0).find_map(|(at, _)| {
            let (symbol, steps) = symbol_and_steps(&text[at + 1..])?;
            Some(Relative { branch: Some(&text[..at]), symbol, steps })
        });
        on_branch.or_else(|| {
            let (symbol, steps) = symbol_and_steps(text)?;
            Some(Relative { branch: None, symbol, steps })
        })
    }

    /// The symbol as a selector of its own, with its branch.
    pub(crate) fn anchored(&self, symbol: &str) -> String {
        self.branch.map_or_else(|| symbol.to_owned(), |branch| format!("{branch}@{symbol}"))
    }
}

fn symbol_and_steps(text: &str) -> Option<(Option<&str>, i64)> {
    let end = text.find(|character: char| !(character.is_alphanumeric() || character == '_'))?;
    let (symbol, rest) = text.split_at(end);
    let down = rest.starts_with('-');
    let digits = rest.strip_prefix(['+', '-'])?;
    let digits = &digits[..digits.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(digits.len())];
    if digits.is_empty() {
        return None;
    }
    // More steps than a number can hold are more than any graph has.
    let steps = digits.parse().unwrap_or(i64::MAX);
    Some(((!symbol.is_empty()).then_some(symbol), if down { -steps } else { steps }))
}

/// `-2` where an id is expected: that many revisions below the heads.
pub(crate) fn steps_below_heads(text: &str) -> Option<i64> {
    let digits = text.trim().strip_prefix('-')?;
    let all_digits = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    all_digits.then(|| digits.parse().unwrap_or(i64::MAX)).filter(|steps| *steps > 0)
}

/// Splits `branch@rest` at the first `@`. An empty branch is none.
pub(crate) fn split_branch(text: &str) -> (Option<&str>, &str) {
    match text.split_once('@') {
        Some((branch, rest)) => (Some(branch).filter(|branch| !branch.is_empty()), rest),
        None => (None, text),
    }
}

/// Why a selector means no revision, or none that can be used here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    #[error("{} is no revision and no branch label", shown(.text))]
    NotFound { text: String, near: Vec<String> },
    #[error("{text} could be any of {}", .candidates.join(", "))]
    AmbiguousPrefix { text: String, candidates: Vec<String> },
    #[error("there is no branch {branch}")]
    NoSuchBranch { branch: String },
    #[error("revision {revision} is not on branch {branch}")]
    NotInBranch { revision: RevisionId, branch: String },
    #[error("{text} could be any of {}: {}", count(.heads.len(), "head"), names(.heads))]
    MultipleHeads { text: String, heads: Vec<RevisionId> },
    #[error("{lower} is not below {upper}")]
    RangeNotAncestor { lower: String, upper: String },
    #[error("there is no revision {} {text}", if *.up { "as far up as" } else { "as far down as" })]
    RelativeTooFar { text: String, up: bool },
    #[error("the way {} from {} is not clear: it could go to {}", if *.up { "up" } else { "down" }, .from, names(.candidates))]
    AmbiguousWalk { from: String, up: bool, candidates: Vec<RevisionId> },
    #[error("{text} could start from any of {}", .rows.join(", "))]
    AmbiguousRelative { text: String, rows: Vec<String> },
    #[error("revision {lower} is already part of what revision {upper} stands on")]
    OverlappingTargets { lower: RevisionId, upper: RevisionId },
    #[error("{text} is no range of revisions")]
    BadRange { text: String },
}

fn shown(text: &str) -> &str {
    if text.is_empty() { "an empty selector" } else { text }
}

fn names(ids: &[RevisionId]) -> String {
    ids.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(", ")
}

/// The commands that end a tree's division, for a list of heads.
fn merge_or_all(heads: &[RevisionId]) -> String {
    let heads: Vec<&str> = heads.iter().map(RevisionId::as_str).collect();
    format!("join them with `drove merge -m \"...\" {}`, name one of them, or say `heads` for all", heads.join(" "))
}

impl SelectorError {
    /// The name that the parity corpus uses for the case.
    pub fn category(&self) -> String {
        self.code().replace('-', "_")
    }
}

impl Diagnostic for SelectorError {
    fn code(&self) -> &'static str {
        match self {
            SelectorError::NotFound { .. } => "not-found",
            SelectorError::AmbiguousPrefix { .. } => "ambiguous-prefix",
            SelectorError::NoSuchBranch { .. } => "no-such-branch",
            SelectorError::NotInBranch { .. } => "not-in-branch",
            SelectorError::MultipleHeads { .. } => "multiple-heads",
            SelectorError::RangeNotAncestor { .. } => "range-not-ancestor",
            SelectorError::RelativeTooFar { .. } => "relative-too-far",
            SelectorError::AmbiguousWalk { .. } => "ambiguous-walk",
            SelectorError::AmbiguousRelative { .. } => "ambiguous-relative",
            SelectorError::OverlappingTargets { .. } => "overlapping-targets",
            SelectorError::BadRange { .. } => "bad-range",
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            SelectorError::NotFound { near, .. } if !near.is_empty() => format!("did you mean {}?", near.join(" or ")),
            SelectorError::NotFound { .. } | SelectorError::NoSuchBranch { .. } => {
                "`drove history` lists the revisions and their labels; the start of an id is enough if it is unique"
                    .into()
            }
            SelectorError::AmbiguousPrefix { candidates, .. } => {
                format!("type more of it, for instance {}", candidates.first().map_or("", String::as_str))
            }
            SelectorError::NotInBranch { revision, .. } => format!("name it without the branch: {revision}"),
            SelectorError::MultipleHeads { heads, .. } => merge_or_all(heads),
            SelectorError::RangeNotAncestor { .. } => {
                "`drove current` shows what is applied, `drove history` what stands on what".into()
            }
            SelectorError::RelativeTooFar { up: true, .. } => "`head` is the last revision there is".into(),
            SelectorError::RelativeTooFar { up: false, .. } => "`base` is below the first revision".into(),
            SelectorError::AmbiguousWalk { up, .. } => {
                let step = if *up { "+1" } else { "-1" };
                format!("name the revision itself, or say the branch: `label@{step}`")
            }
            SelectorError::AmbiguousRelative { .. } => "say the branch, as in `label@+1`, or name the revision".into(),
            SelectorError::OverlappingTargets { lower, upper } => format!(
                "{upper} is enough; if the version table holds both, mend it with `drove stamp --purge {upper}`, leaving out {lower}"
            ),
            SelectorError::BadRange { .. } => "write `start:end`, `start:` or `:end`".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_selector_is_told_by_its_start() {
        let relative = |branch, symbol, steps| Some(Relative { branch, symbol, steps });
        assert_eq!(Relative::parse("+1"), relative(None, None, 1));
        assert_eq!(Relative::parse("ae10-2"), relative(None, Some("ae10"), -2));
        assert_eq!(Relative::parse("label@head-1x"), relative(Some("label"), Some("head"), -1));
        assert_eq!(Relative::parse("a@b@+3"), relative(Some("a@b"), None, 3));
        assert_eq!(Relative::parse("+99999999999999999999"), relative(None, None, i64::MAX));
        for absolute in ["", "head", "a+", "a+b", "@+", "a@head", "a.b+1"] {
            assert_eq!(Relative::parse(absolute), None, "{absolute}");
        }
    }

    #[test]
    fn a_negative_number_counts_from_the_heads() {
        assert_eq!(steps_below_heads("-3"), Some(3));
        for other in ["3", "-", "-0", "-a", "--1"] {
            assert_eq!(steps_below_heads(other), None, "{other}");
        }
    }

    #[test]
    fn several_heads_are_listed_with_the_command_that_joins_them() {
        let heads = vec![RevisionId::stored("aaa1"), RevisionId::stored("bbb2")];
        let error = SelectorError::MultipleHeads { text: "head".into(), heads };
        assert_eq!(error.to_string(), "head could be any of 2 heads: aaa1, bbb2");
        assert_eq!(
            error.help().as_deref(),
            Some("join them with `drove merge -m \"...\" aaa1 bbb2`, name one of them, or say `heads` for all")
        );
    }
}
