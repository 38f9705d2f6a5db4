//! How a value of one type becomes one of another: by a cast that the server has, or by way of its text.

use droveway_core::schema::Schema;

/// A type without its length and the like: `numeric(10,2)[]` becomes `numeric[]`.
pub(crate) fn base(kind: &str) -> String {
    let mut base = String::new();
    let (mut depth, mut quoted) = (0, false);
    for c in kind.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                base.push(c);
            }
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ if depth == 0 => base.push(c),
            _ => {}
        }
    }
    base
}

/// The type that a domain is over; other types are their own.
fn under(kind: &str, schema: &Schema) -> String {
    let mut kind = base(kind);
    for _ in 0..8 {
        match schema.find("domain", &kind) {
            Some(domain) => kind = base(domain.text("type")),
            None => break,
        }
    }
    kind
}

const TEXTS: &[&str] = &["text", "character varying", "character", "name", "\"char\"", "bpchar"];

/// Types among which every one can be cast into every other.
const FAMILIES: &[&[&str]] = &[
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["smallint", "integer", "bigint", "oid"],
    &["date", "timestamp without time zone", "timestamp with time zone"],
    &["time without time zone", "time with time zone"],
    &["json", "jsonb"],
    &["bit", "bit varying"],
    &["bit", "integer"],
    &["bit", "bigint"],
    &["boolean", "integer"],
    &["inet", "cidr"],
    &["macaddr", "macaddr8"],
    &["time without time zone", "interval"],
];

/// Casts that lead one way only.
const ONE_WAY: &[(&str, &str)] = &[
    ("timestamp without time zone", "time without time zone"),
    ("timestamp with time zone", "time without time zone"),
    ("timestamp with time zone", "time with time zone"),
    ("jsonb", "boolean"),
    ("jsonb", "smallint"),
    ("jsonb", "integer"),
    ("jsonb", "bigint"),
    ("jsonb", "numeric"),
    ("jsonb", "real"),
    ("jsonb", "double precision"),
];

fn can_cast(from: &str, to: &str, schema: &Schema) -> bool {
    if let (Some(from), Some(to)) = (from.strip_suffix("[]"), to.strip_suffix("[]")) {
        return can_cast(from, to, schema);
    }
    from == to
        || TEXTS.contains(&from)
        || TEXTS.contains(&to)
        || FAMILIES.iter().any(|family| family.contains(&from) && family.contains(&to))
        || ONE_WAY.contains(&(from, to))
        || schema.of_kind("cast").any(|cast| {
            let name = cast.name();
            name.contains(from) && name.contains(to) && name.find(from) < name.rfind(to)
        })
}

/// Types among which a value is stored without a word: what does not fit is refused, where a cast would cut it off.
const ASSIGNED: &[&[&str]] = &[
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["date", "timestamp without time zone", "timestamp with time zone"],
    &["time without time zone", "time with time zone"],
    &["json", "jsonb"],
    &["inet", "cidr"],
    &["text", "character varying", "character", "bpchar"],
];

/// Whether a column goes from one type to another without being told how.
pub(crate) fn is_assigned(from: &str, to: &str, schema: &Schema) -> bool {
    let (mut from, mut to) = (under(from, schema), under(to, schema));
    while let (Some(one), Some(other)) = (from.strip_suffix("[]"), to.strip_suffix("[]")) {
        (from, to) = (one.to_owned(), other.to_owned());
    }
    // Everything has a text.
    let is_text = ["text", "character varying", "character"].contains(&&*to);
    from == to
        || (is_text && !from.ends_with("[]"))
        || ASSIGNED.iter().any(|family| family.contains(&&*from) && family.contains(&&*to))
}

/// What becomes of a value that does not fit, in words.
pub(crate) fn loss(from: &str, to: &str) -> &'static str {
    let (from, to) = (base(from), base(to));
    let is_number = |kind: &str| FAMILIES[0].contains(&kind);
    match (is_number(&from) && is_number(&to), from.starts_with("timestamp") && to == "date") {
        (true, _) => "values out of its range are refused, and fractions that it has no place for are rounded",
        (false, true) => "the time of day is lost",
        (false, false) => "values that do not fit are refused",
    }
}

/// The expression that turns a value of `from` into one of `to`.
pub(crate) fn expression(value: &str, from: &str, to: &str, schema: &Schema) -> String {
    match can_cast(&under(from, schema), &under(to, schema), schema) {
        true => format!("{value}::{to}"),
        false => format!("{value}::text::{to}"),
    }
}

/// Whether values may be lost or refused on the way from one type to another.
pub(crate) fn narrows(from: &str, to: &str) -> bool {
    let (from_base, to_base) = (base(from), base(to));
    let numbers = ["smallint", "integer", "bigint", "numeric"];
    let rank = |kind: &str| numbers.iter().position(|number| *number == kind);
    let modifier = |kind: &str| -> Option<Vec<i64>> {
        let inner = kind.split_once('(')?.1.split_once(')')?.0;
        inner.split(',').map(|number| number.trim().parse().ok()).collect()
    };
    if from_base == to_base || (TEXTS.contains(&&*from_base) && TEXTS.contains(&&*to_base)) {
        return match (modifier(from), modifier(to)) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(from), Some(to)) => from.iter().zip(&to).any(|(from, to)| to < from),
        };
    }
    match (rank(&from_base), rank(&to_base)) {
        (Some(from_rank), Some(to_rank)) => to_rank < from_rank,
        _ => !(to_base == "text" || (from_base == "date" && to_base.starts_with("timestamp"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_goes_by_way_of_its_text_where_there_is_no_cast() {
        let schema = Schema::default();
        assert_eq!(expression("a", "text", "integer", &schema), "a::integer");
        assert_eq!(expression("a", "public.mood", "public.feeling", &schema), "a::text::public.feeling");
        assert_eq!(expression("a", "integer[]", "bigint[]", &schema), "a::bigint[]");
    }

    #[test]
    fn a_shorter_text_and_a_smaller_number_are_narrower() {
        assert!(narrows("text", "character varying(10)"));
        assert!(narrows("bigint", "integer"));
        assert!(narrows("numeric(10,2)", "numeric(8,2)"));
        assert!(!narrows("character varying(10)", "character varying(20)"));
        assert!(!narrows("integer", "text"));
    }
}
