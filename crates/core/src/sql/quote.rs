//! The one place where names and values become SQL text.

/// A name between double quotes, as every engine here reads it: `my "table"` becomes `"my ""table"""`.
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A string between single quotes, for a session with standard-conforming strings: `it's` becomes `'it''s'`.
///
/// The caller has refused text with NUL, which no engine stores.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `NULL`, or the text as a literal.
pub fn optional_literal(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), literal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(optional_literal(None), "NULL");
    }
}
