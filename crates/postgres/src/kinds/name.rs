//! Names as the server quotes them: `public."my table"."a.b"`, and their parts.

use droveway_core::sql::quote;

/// The parts of a qualified name, still quoted.
pub(crate) fn parts(name: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, c) in name.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => {
                parts.push(&name[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&name[start..]);
    parts
}

/// The last part: `a` of `public.t.a`.
pub(crate) fn last(name: &str) -> &str {
    parts(name).pop().unwrap_or(name)
}

/// Everything but the last part: `public.t` of `public.t.a`.
pub(crate) fn qualifier(name: &str) -> &str {
    let last = last(name);
    name[..name.len() - last.len()].strip_suffix('.').unwrap_or_default()
}

/// A part without its quotes.
pub(crate) fn plain(part: &str) -> String {
    match part.strip_prefix('"').and_then(|part| part.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => part.to_owned(),
    }
}

/// The longest name that the server keeps whole, in bytes.
const LONGEST: usize = 63;

/// The same name for the old one of two objects, while both are there: `public.t` becomes `t__old`.
pub(crate) fn aside(name: &str) -> String {
    const MARK: &str = "__old";
    let mut plain = plain(last(name));
    while plain.len() > LONGEST - MARK.len() {
        plain.pop();
    }
    let aside = format!("{plain}{MARK}");
    let is_plain = aside.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !aside.starts_with(|c: char| c.is_ascii_digit());
    if is_plain { aside } else { quote::identifier(&aside) }
}

/// The name of an object put aside, with its schema.
pub(crate) fn qualified_aside(name: &str) -> String {
    format!("{}.{}", qualifier(name), aside(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_between_quotes_is_part_of_a_name() {
        assert_eq!(parts("public.\"a.b\".\"c\"\"d\""), ["public", "\"a.b\"", "\"c\"\"d\""]);
        assert_eq!((last("public.t.a"), qualifier("public.t.a")), ("a", "public.t"));
        assert_eq!(plain("\"c\"\"d\""), "c\"d");
        assert_eq!(qualified_aside("public.t"), "public.t__old");
    }
}
