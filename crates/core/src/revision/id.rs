//! `RevisionId`: what a version table stores.

use std::{borrow::Borrow, fmt, sync::Arc};

use crate::diagnostic::Diagnostic;

/// The name of a revision: 1 to 32 characters of `[A-Za-z0-9_-]`, what `alembic_version.version_num` can hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionId(Arc<str>);

/// The longest id that the version table can hold, in characters.
pub const LONGEST_ID: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    #[error("the revision id is empty")]
    Empty,
    #[error("revision id {id} has {length} characters, more than the {LONGEST_ID} that the version table holds")]
    TooLong { id: String, length: usize },
    #[error("revision id {id:?} has the character {character:?}, which no revision id may have")]
    Character { id: String, character: char },
}

impl Diagnostic for InvalidId {
    fn code(&self) -> &'static str {
        "bad-revision-id"
    }

    fn help(&self) -> Option<String> {
        Some(format!("a revision id has 1 to {LONGEST_ID} characters of A-Z, a-z, 0-9, _ and -"))
    }
}

impl RevisionId {
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        if text.is_empty() {
            return Err(InvalidId::Empty);
        }
        if let Some(character) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || "_-".contains(*c))) {
            return Err(InvalidId::Character { id: text.to_owned(), character });
        }
        let length = text.len();
        match length > LONGEST_ID {
            true => Err(InvalidId::TooLong { id: text.to_owned(), length }),
            false => Ok(RevisionId(text.into())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RevisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Borrow<str> for RevisionId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for RevisionId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
