//! What functions and procedures have in common: how they are read, when a new text may take the place of an old one,
//! and which names a body seems to mean.

use std::collections::BTreeSet;

use droveway_core::schema::{Alteration, Definition, Kind, Object, ObjectId, Schema};

use super::{PROC, USER_SCHEMA, name};

/// The query for the routines of the given kinds (`prokind`), but for those that make the values of a range type. `text` is the whole statement; the other fields say
/// what CREATE OR REPLACE cannot change.
pub(crate) fn query(version: u32, prokinds: &str) -> String {
    // SQL bodies that are parsed once came with 14.
    let atomic = if version < 14 { "NULL" } else { "CASE WHEN p.prosqlbody IS NOT NULL THEN 't' END" };
    format!(
        "SELECT p.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
        || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')' AS name,
    pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\\n') AS text,
    CASE p.prokind WHEN 'p' THEN
        pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
            || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'
    END AS signature,
    CASE WHEN p.prokind = 'w' THEN 't' END AS window,
    {atomic} AS atomic,
    CASE WHEN p.proretset THEN 'SETOF ' ELSE '' END || pg_catalog.format_type(p.prorettype, NULL) AS result,
    {INPUTS} AS inputs,
    CASE WHEN p.prorettype = 2249 AND p.proargmodes IS NOT NULL THEN (
        SELECT pg_catalog.string_agg(
            pg_catalog.concat(a.name, ' ', pg_catalog.format_type(a.type, NULL)), E'\\n' ORDER BY a.place)
        FROM ROWS FROM (
            pg_catalog.unnest(p.proallargtypes), pg_catalog.unnest(p.proargmodes), pg_catalog.unnest(p.proargnames)
        ) WITH ORDINALITY AS a(type, mode, name, place)
        WHERE a.mode IN ('o', 'b', 't'))
    END AS outputs,
    CASE WHEN p.pronargdefaults > 0 THEN p.pronargdefaults END AS default_count,
    CASE WHEN EXISTS (
        SELECT FROM pg_catalog.unnest(p.proargtypes) AS a(type) WHERE a.type IN ({POLYMORPHIC})
    ) THEN pg_catalog.pg_get_expr(p.proargdefaults, 0) END AS polymorphic_defaults
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.prokind IN ({prokinds}) AND {USER_SCHEMA}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                  WHERE d.classid = {PROC} AND d.objid = p.oid AND d.deptype = 'i')"
    )
}

/// `anyelement` and its like.
const POLYMORPHIC: &str = "2283, 2277, 2776, 3500, 3831, 4537, 4538, 5077, 5078, 5079, 5080";

/// The names of a routine's input arguments, one a line; those without a name are empty.
pub(crate) const INPUTS: &str = "CASE WHEN p.proargmodes IS NULL
        THEN pg_catalog.array_to_string(p.proargnames, E'\\n', '')
        ELSE (
            SELECT pg_catalog.string_agg(a.name, E'\\n' ORDER BY a.place)
            FROM ROWS FROM (pg_catalog.unnest(p.proargmodes), pg_catalog.unnest(p.proargnames))
                WITH ORDINALITY AS a(mode, name, place)
            WHERE a.mode IN ('i', 'b', 'v'))
    END";

/// The statement that makes it where there is none.
pub(crate) fn create(object: &Object) -> String {
    object.text("text").replacen("CREATE OR REPLACE ", "CREATE ", 1)
}

/// CREATE OR REPLACE, where PostgreSQL lets the new routine take the place of the old one.
pub(crate) fn alter(have: &Object, want: &Object) -> Alteration {
    match can_take_the_place(&have.definition, &want.definition) {
        true => Alteration::InPlace(vec![want.text("text").into()]),
        false => Alteration::Replace,
    }
}

fn can_take_the_place(have: &Definition, want: &Definition) -> bool {
    let as_before = ["window", "result", "outputs"].iter().all(|field| have.get(field) == want.get(field));
    as_before && keeps_names(have, want) && keeps_defaults(have, want)
}

/// A name once given to an input argument stays: calls may use it.
pub(crate) fn keeps_names(have: &Definition, want: &Definition) -> bool {
    let mut wanted = want.text("inputs").split('\n');
    have.text("inputs").split('\n').all(|name| {
        let wanted = wanted.next().unwrap_or_default();
        name.is_empty() || name == wanted
    })
}

/// Defaults may be added and changed, not taken away; that of a polymorphic argument must keep its type, which its
/// text does not tell.
fn keeps_defaults(have: &Definition, want: &Definition) -> bool {
    let count = |definition: &Definition| definition.text("default_count").parse::<u32>().unwrap_or(0);
    count(want) >= count(have) && have.get("polymorphic_defaults") == want.get("polymorphic_defaults")
}

/// Kinds whose objects a body names as it names tables, types and sequences.
const NAMED: &[&str] =
    &["table", "foreign table", "view", "materialized view", "sequence", "enum", "domain", "composite type", "range"];

/// Kinds whose objects a body calls.
const CALLED: &[&str] = &["function", "procedure", "aggregate"];

/// The objects whose names stand in a text, as far as a look at its words can tell: a name without a schema is looked
/// for in the schema `home` and in `public`.
pub(crate) fn mentioned(text: &str, home: &str, schema: &Schema) -> BTreeSet<ObjectId> {
    let words = words(text);
    let mut found = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        let qualified = words.get(at + 1).filter(|next| next.follows_dot);
        match qualified {
            Some(name) => look_up(&word.spellings(), &name.spellings(), schema, &mut found),
            None if word.follows_dot => {}
            None => look_up(&[home.to_owned(), "public".to_owned()], &word.spellings(), schema, &mut found),
        }
    }
    let tables: Vec<ObjectId> = found.iter().filter(|id| id.is("table")).cloned().collect();
    for (table, word) in tables.iter().flat_map(|table| words.iter().map(move |word| (table, word))) {
        let columns =
            word.spellings().into_iter().map(|column| ObjectId::new("column", format!("{}.{column}", table.name)));
        found.extend(columns.filter(|column| schema.objects.contains_key(column)));
    }
    found
}

fn look_up(schemas: &[String], names: &[String], schema: &Schema, found: &mut BTreeSet<ObjectId>) {
    for (space, name) in schemas.iter().flat_map(|space| names.iter().map(move |name| (space, name))) {
        let full = format!("{space}.{name}");
        for kind in NAMED {
            found.extend(schema.get(&ObjectId::new(kind, full.as_str())).map(|object| object.id.clone()));
        }
        let call = format!("{full}(");
        for kind in CALLED {
            let overloads = schema.objects.range(ObjectId::new(kind, call.as_str())..).map(|(id, _)| id);
            found.extend(overloads.take_while(|id| id.kind == Kind(kind) && id.name.starts_with(&call)).cloned());
        }
    }
}

struct Word<'a> {
    text: &'a str,
    is_quoted: bool,
    follows_dot: bool,
}

impl Word<'_> {
    /// How `quote_ident` may write the name: it quotes some words that need no quotes here.
    fn spellings(&self) -> Vec<String> {
        match self.is_quoted {
            true => vec![format!("\"{}\"", self.text), self.text.to_owned()],
            false => {
                let lower = self.text.to_lowercase();
                let quoted = format!("\"{lower}\"");
                vec![lower, quoted]
            }
        }
    }
}

/// The names in a text, also those in its strings: they may be run.
fn words(text: &str) -> Vec<Word<'_>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut words = Vec::new();
    let mut follows_dot = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            c if c.is_alphabetic() || c == '_' => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
            _ => 0,
        };
        if end > 0 {
            let is_quoted = first == '"';
            words.push(Word { text: rest[..end].trim_matches('"'), is_quoted, follows_dot });
            follows_dot = false;
            rest = &rest[end..];
        } else {
            follows_dot = first == '.';
            rest = &rest[first.len_utf8()..];
        }
    }
    words
}

/// The schema in a routine's name.
pub(crate) fn home(name: &str) -> &str {
    name::parts(name).first().copied().unwrap_or_default()
}

/// What the text of a routine mentions besides itself. The bodies that PostgreSQL parsed are known to its dependency
/// catalog.
pub(crate) fn mentions(object: &Object, schema: &Schema) -> Vec<ObjectId> {
    match object.flag("atomic") {
        true => Vec::new(),
        false => {
            let mut found = mentioned(object.text("text"), home(object.name()), schema);
            found.remove(&object.id);
            found.into_iter().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(fields: &[(&'static str, &str)]) -> Definition {
        let mut definition = Definition::default();
        fields.iter().for_each(|(field, text)| definition.set(field, *text));
        definition
    }

    #[test]
    fn an_argument_without_a_name_may_get_one_and_none_may_lose_it() {
        let (unnamed, named) = (definition(&[("inputs", "a\n")]), definition(&[("inputs", "a\nb")]));
        assert!(keeps_names(&unnamed, &named));
        assert!(!keeps_names(&named, &unnamed));
        assert!(!keeps_names(&named, &definition(&[])));
        assert!(keeps_names(&definition(&[]), &named));
    }

    #[test]
    fn a_default_may_be_added_and_not_removed() {
        let (one, two) = (definition(&[("default_count", "1")]), definition(&[("default_count", "2")]));
        assert!(keeps_defaults(&one, &two));
        assert!(!keeps_defaults(&two, &one));
        assert!(!keeps_defaults(&one, &definition(&[])));
    }

    #[test]
    fn names_in_a_body_are_found_with_and_without_their_schema() {
        let mut schema = Schema::default();
        let ids = [
            ObjectId::new("table", "app.orders"),
            ObjectId::new("table", "public.\"Odd Name\""),
            ObjectId::new("function", "app.total(integer)"),
            ObjectId::new("function", "app.total(text)"),
            ObjectId::new("table", "other.orders"),
            ObjectId::new("table", "app.order"),
        ];
        ids.iter().for_each(|id| schema.add(Object::new(id.clone())));
        let text = "SELECT App.TOTAL(o.id) FROM orders AS o JOIN \"public\".\"Odd Name\" USING (id)";
        let found: Vec<ObjectId> = mentioned(text, "app", &schema).into_iter().collect();
        assert_eq!(found, [ids[2].clone(), ids[3].clone(), ids[0].clone(), ids[1].clone()]);
    }

    #[test]
    fn the_home_of_a_routine_is_its_schema() {
        assert_eq!(home("public.f(integer)"), "public");
        assert_eq!(home("\"odd.name\".f(integer)"), "\"odd.name\"");
    }
}
