//! `RevisionId`: what a version table stores.

use std::{borrow::Borrow, fmt, sync::Arc};

use crate::diagnostic::Diagnostic;

/// The name of a revision. In a file of ours it has 1 to 32 characters of `[A-Za-z0-9_]` ([`RevisionId::parse`]); a
/// version table may hold any other text ([`RevisionId::stored`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionId(Arc<str>);

/// The longest id that the version table can hold, in characters.
pub const LONGEST_ID: usize = 32;

/// What would be read as an operator in a selector (`a-1`, `a+1`, `label@a`, `a:b`), so that no id may have it.
pub const OPERATORS: [char; 4] = ['@', '-', '+', ':'];

/// Words that a selector understands before it looks for an id.
const RESERVED: [&str; 4] = ["base", "current", "head", "heads"];

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    #[error("the revision id is empty")]
    Empty,
    #[error("revision id {id} has {length} characters, more than the {LONGEST_ID} that the version table holds")]
    TooLong { id: String, length: usize },
    #[error("revision id {id:?} has the character {character:?}, which no revision id may have")]
    Character { id: String, character: char },
    #[error("revision id {id} is a word that selectors use for something else")]
    Reserved { id: String },
}

impl Diagnostic for InvalidId {
    fn code(&self) -> &'static str {
        "bad-revision-id"
    }

    fn help(&self) -> Option<String> {
        Some(format!("a revision id has 1 to {LONGEST_ID} characters of A-Z, a-z, 0-9 and _"))
    }
}

impl RevisionId {
    /// Reads an id that a person or a file of ours gives. There is no `-` in it, as there is none in Alembic's: `a-1`
    /// is the revision before `a`.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        if text.is_empty() {
            return Err(InvalidId::Empty);
        }
        if let Some(character) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || *c == '_')) {
            return Err(InvalidId::Character { id: text.to_owned(), character });
        }
        if RESERVED.contains(&text) {
            return Err(InvalidId::Reserved { id: text.to_owned() });
        }
        let length = text.len();
        match length > LONGEST_ID {
            true => Err(InvalidId::TooLong { id: text.to_owned(), length }),
            false => Ok(RevisionId(text.into())),
        }
    }

    /// Takes what a version table or another tool's tree holds, whatever it is; the graph says what it makes of it.
    pub fn stored(text: &str) -> Self {
        RevisionId(text.into())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_letters_digits_and_underscores_is_accepted_up_to_32_characters() {
        for id in ["b59b5b086895", "0001_users", "A", &"x".repeat(LONGEST_ID)] {
            assert_eq!(RevisionId::parse(id).map(|id| id.to_string()), Ok(id.to_owned()));
        }
        let long = "x".repeat(LONGEST_ID + 1);
        assert_eq!(RevisionId::parse(&long), Err(InvalidId::TooLong { id: long.clone(), length: 33 }));
    }

    #[test]
    fn an_id_that_a_selector_would_misread_is_refused() {
        for character in OPERATORS {
            let id = format!("a{character}1");
            assert_eq!(RevisionId::parse(&id), Err(InvalidId::Character { id: id.clone(), character }));
        }
        assert_eq!(RevisionId::parse("head"), Err(InvalidId::Reserved { id: "head".into() }));
        assert_eq!(RevisionId::parse(""), Err(InvalidId::Empty));
    }
}
