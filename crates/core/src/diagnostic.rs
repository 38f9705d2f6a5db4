//! What every error of the product can tell: which kind it is, where it points, and what to do next.

use std::ops::Range;

/// An error that a person can act on. The `Display` text is one lowercase clause that says what and which.
pub trait Diagnostic: std::error::Error {
    /// A stable name for machines, in kebab-case: `unknown-revision`.
    fn code(&self) -> &'static str;

    /// What to do next, as one or more lines of text.
    fn help(&self) -> Option<String> {
        None
    }

    /// The place in a file or in a text that the error speaks of.
    fn snippet(&self) -> Option<Snippet> {
        None
    }

    /// More facts, one line each: the server's detail and hint, for instance.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A piece of text with the part of it that an error points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The file's path as the user would write it, or a name such as `<command line>`.
    pub path: String,
    /// The text that is shown; usually a whole file or one statement.
    pub text: String,
    /// The number in the file of the text's first line, counted from 1.
    pub first_line: usize,
    /// The bytes of `text` that are meant.
    pub span: Range<usize>,
    /// What is wrong there, in a few words.
    pub label: String,
}

impl Snippet {
    /// The line in the file on which the marked part begins, counted from 1.
    pub fn line(&self) -> usize {
        let start = self.span.start.min(self.text.len());
        self.first_line + self.text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count()
    }
}

/// The word of `words` nearest to `word`, if one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    words
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// `1 target`, `3 targets`: a count with its noun, said right.
pub fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y'), noun.strip_suffix("ch")) {
        (1, ..) => format!("1 {noun}"),
        (_, Some(stem), _) => format!("{number} {stem}ies"),
        (_, _, Some(_)) => format!("{number} {noun}es"),
        _ if noun.ends_with('x') => format!("{number} {noun}es"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_right() {
        assert_eq!(count(1, "target"), "1 target");
        assert_eq!(count(3, "targets".trim_end_matches('s')), "3 targets");
        assert_eq!(count(2, "query"), "2 queries");
        assert_eq!(count(0, "branch"), "0 branches");
        assert_eq!(count(2, "index"), "2 indexes");
    }

    #[test]
    fn a_near_word_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("lock_timeot", ["lock_timeout", "engine"]), Some("lock_timeout"));
        assert_eq!(nearest("zebra", ["lock_timeout", "engine"]), None);
    }
}
