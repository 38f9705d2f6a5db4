//! Renames that are said in the schema's own files: `-- drove:renamed-from old`, above a CREATE statement or on (or
//! above) the line of a column.

use droveway_core::{
    schema::rename::Rename,
    sql::{split::split, statement::Statement, syntax::Syntax},
};

use crate::source::text::SqlText;

const MARK: &str = "-- drove:renamed-from";

/// Every rename that the texts speak of.
pub fn hints(texts: &[SqlText], syntax: Syntax) -> Vec<Rename> {
    texts.iter().flat_map(|text| hints_in(&text.text, syntax)).collect()
}

fn hints_in(text: &str, syntax: Syntax) -> Vec<Rename> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    let statements = split(text, syntax).unwrap_or_default();
    let mut hints = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if let Some(at) = line.find(MARK) {
            let old = line[at + MARK.len()..].trim().trim_end_matches(';');
            hints.extend(hint(text, &statements, offset, line, at, old).filter(|_| !old.is_empty()));
        }
        offset += line.len();
    }
    hints
}

/// What a comment is about: the statement that begins after it, or the column on its line or the next.
fn hint(text: &str, statements: &[Statement], offset: usize, line: &str, at: usize, old: &str) -> Option<Rename> {
    let place = offset + at;
    let inside = statements.iter().find(|it| it.offset < place && place < it.offset + it.text.len());
    let (statement, column_line) = match inside {
        Some(statement) if line[..at].trim().is_empty() => (statement, text[offset + line.len()..].lines().next()?),
        Some(statement) => (statement, &line[..at]),
        // Behind the end of a statement it speaks of that one, on a line of its own of the next.
        None if line[..at].trim().is_empty() => (statements.iter().find(|it| it.offset > place)?, ""),
        None => (statements.iter().rfind(|it| it.offset < place)?, ""),
    };
    let (kind, name) = created(&statement.text)?;
    // On the first line of the statement the whole is meant.
    let on_first_line = inside.is_some() && !text[statement.offset..place].contains('\n');
    match inside {
        Some(_) if !on_first_line => {
            let column = first_name(column_line.trim_start().trim_start_matches([',', '(']).trim_start())?;
            Some(Rename { kind: "column".to_owned(), old: format!("{name}.{old}"), new: column.to_owned() })
        }
        _ => Some(Rename { kind: kind.to_owned(), old: old.to_owned(), new: name.to_owned() }),
    }
}

/// What a CREATE statement makes, and its name.
fn created(statement: &str) -> Option<(&'static str, &str)> {
    const KINDS: [(&str, &str); 8] = [
        ("MATERIALIZED VIEW", "materialized view"),
        ("TABLE", "table"),
        ("VIEW", "view"),
        ("SEQUENCE", "sequence"),
        ("INDEX", "index"),
        ("TYPE", "type"),
        ("DOMAIN", "type"),
        ("SCHEMA", "schema"),
    ];
    let mut rest = word(statement, "CREATE")?;
    for skipped in ["OR", "REPLACE", "UNLOGGED", "UNIQUE", "FOREIGN", "RECURSIVE"] {
        rest = word(rest, skipped).unwrap_or(rest);
    }
    let (kind, mut rest) = KINDS.into_iter().find_map(|(words, kind)| {
        let rest = words.split(' ').try_fold(rest, word)?;
        Some((kind, rest))
    })?;
    for skipped in ["CONCURRENTLY", "IF", "NOT", "EXISTS"] {
        rest = word(rest, skipped).unwrap_or(rest);
    }
    Some((kind, first_name(rest)?))
}

/// The text behind a word, if it begins with it.
fn word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let text = text.trim_start();
    let begins = text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let rest = text.get(word.len()..).filter(|_| begins)?;
    rest.starts_with(|c: char| !c.is_alphanumeric() && c != '_').then_some(rest)
}

/// The name at the start of a text, with its schema.
fn first_name(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let mut quoted = false;
    let end = text.char_indices().find_map(|(at, c)| {
        if c == '"' {
            quoted = !quoted;
        }
        let goes_on = quoted || c.is_alphanumeric() || "_$.\"".contains(c);
        (!goes_on).then_some(at)
    });
    let name = &text[..end.unwrap_or(text.len())];
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_speaks_of_the_statement_or_the_column_that_it_stands_at() {
        let text = "-- drove:renamed-from users
CREATE TABLE IF NOT EXISTS app.people (
    id integer PRIMARY KEY,
    -- drove:renamed-from nm
    name text,
    \"Mail\" text NOT NULL -- drove:renamed-from email
);
CREATE TYPE mood AS ENUM ('a'); -- drove:renamed-from nothing
CREATE VIEW v AS SELECT 1;
CREATE UNIQUE INDEX CONCURRENTLY i -- drove:renamed-from j
    ON t (a);
";
        let found: Vec<String> = hints_in(text, Syntax::POSTGRES).iter().map(Rename::flag).collect();
        assert_eq!(
            found,
            [
                "table:users=app.people",
                "column:app.people.nm=name",
                "'column:app.people.email=\"Mail\"'",
                "type:nothing=mood",
                "index:j=i",
            ]
        );
    }
}
