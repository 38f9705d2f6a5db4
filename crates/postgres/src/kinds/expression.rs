//! Expressions as the server prints them, in the form in which it reads them back as the same expression.
//!
//! `status IN ('a', 'b')` over a varchar column is printed as `(status)::text = ANY ((ARRAY['a'::character varying,
//! …])::text[])`. Read back, the cast of the array becomes a cast of each element, which is another expression; without
//! the cast the server puts the same one there by itself.

/// The text with casts of array constructors left out where the server adds them.
pub(crate) fn readable(text: &str) -> String {
    const OPEN: &str = "((ARRAY[";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        let is_operand = rest[..at].ends_with("ANY ") || rest[..at].ends_with("ALL ");
        let inner = &rest[at + OPEN.len()..];
        match closing(inner).filter(|_| is_operand) {
            Some(end) if all_varying(&inner[..end]) && inner[end..].starts_with("])::text[])") => {
                out.push_str(&rest[..at]);
                out.push_str("(ARRAY[");
                out.push_str(&inner[..end]);
                out.push_str("])");
                rest = &inner[end + "])::text[])".len()..];
            }
            _ => {
                out.push_str(&rest[..at + OPEN.len()]);
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A query in the form in which the server reads it back as the same query.
///
/// A literal in a later arm of a UNION has no name that counts, and is printed as `NULL::integer` without one. Read
/// back, it is named after the cast, and from then on printed as `NULL::integer AS int4`.
pub(crate) fn readable_query(text: &str) -> String {
    let text = readable(text);
    let mut out = String::with_capacity(text.len());
    let mut in_list = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end().trim_end_matches(',');
        let item = bare.rsplit_once("SELECT ").map(|(_, item)| item).or(in_list.then_some(bare.trim_start()));
        match item.is_some_and(is_cast_literal) {
            true => {
                out.push_str(bare);
                out.push_str(" AS \"?column?\"");
                out.push_str(&line[bare.len()..]);
            }
            false => out.push_str(line),
        }
        in_list = line.trim_end().ends_with(',');
    }
    out
}

/// Whether a text is nothing but a literal with a cast.
fn is_cast_literal(text: &str) -> bool {
    let end = match text.strip_prefix('\'') {
        Some(literal) => literal_end(literal).map(|end| end + 1),
        None => text.starts_with("NULL::").then_some("NULL".len()),
    };
    let cast = end.and_then(|end| text[end..].strip_prefix("::"));
    cast.is_some_and(|cast| !cast.is_empty() && !cast.contains([':', '\'', '|', '=']) && !cast.contains(" AS "))
}

/// Where the bracket that is open at the start of the text is closed.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted && depth == 0 => return Some(at),
            ']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether every element is a literal that is a varchar or a character.
fn all_varying(list: &str) -> bool {
    let mut rest = list;
    loop {
        let Some(literal) = rest.strip_prefix('\'') else { return false };
        let Some(end) = literal_end(literal) else { return false };
        let after = &literal[end..];
        let Some(after) = after.strip_prefix("::character varying").or(after.strip_prefix("::bpchar")) else {
            return false;
        };
        match after.strip_prefix(", ") {
            Some(next) => rest = next,
            None => return after.is_empty(),
        }
    }
}

/// Behind the closing quote of a literal whose first quote was read.
fn literal_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'\'' {
            if bytes.get(at + 1) != Some(&b'\'') {
                return Some(at + 1);
            }
            at += 1;
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cast_that_the_server_adds_is_left_out() {
        assert_eq!(
            readable("CHECK (((s)::text = ANY ((ARRAY['it''s'::character varying, ']'::character varying])::text[])))"),
            "CHECK (((s)::text = ANY (ARRAY['it''s'::character varying, ']'::character varying])))"
        );
        let other = "CHECK ((a = ANY ((ARRAY[1, b])::bigint[])))";
        assert_eq!(readable(other), other);
    }

    #[test]
    fn a_literal_without_a_name_keeps_none() {
        let union =
            " SELECT t.a,\n    t.b\n   FROM t\nUNION ALL\n SELECT 'it''s, '::text,\n    NULL::numeric(10,2)\n   FROM u";
        let named = " SELECT t.a,\n    t.b\n   FROM t\nUNION ALL\n SELECT 'it''s, '::text AS \"?column?\",\n    NULL::numeric(10,2) AS \"?column?\"\n   FROM u";
        assert_eq!(readable_query(union), named);
        let other = " SELECT 'a'::text AS c,\n    'b'::text = t.a,\n    'c'::text || 'd'::text\n   FROM t\n  WHERE t.a =\n 'a'::text";
        assert_eq!(readable_query(other), other);
    }
}
