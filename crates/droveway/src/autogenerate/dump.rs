//! A schema as files: a table with all its parts is one, what has no table goes together by kind.

use std::collections::BTreeMap;

use droveway_core::{
    diagnostic::count,
    schema::{ObjectId, Schema, Script, Step, name},
};

use crate::autogenerate::script::text;

/// Kinds of objects that have a file of their own each.
const APART: [&str; 2] = ["table", "foreign table"];

/// Kinds that share a file under another word than their own.
const TOGETHER: [(&str, &[&str]); 4] = [
    ("types", &["enum", "domain", "composite type", "range", "domain constraint"]),
    ("views", &["view", "materialized view"]),
    ("functions", &["function", "procedure", "aggregate"]),
    ("schemas", &["schema", "extension"]),
];

/// The texts of a script that makes a schema, by the names of their files.
pub fn split(script: &Script, schema: &Schema) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for step in &script.steps {
        files.entry(file_name(&step.id, schema)).or_default().push(step.clone());
    }
    files.into_iter().map(|(name, steps)| (name, text(&Script { steps, changes: Vec::new() }))).collect()
}

/// `public.users.sql`, `types.sql`, `functions.sql`.
fn file_name(id: &ObjectId, schema: &Schema) -> String {
    let whole = whole(id, schema);
    let kind = whole.kind.0;
    if APART.contains(&kind) {
        let plain = |c: char| if c.is_alphanumeric() || "_-.".contains(c) { c } else { '_' };
        let name = name::parts(&whole.name).join(".").chars().map(plain).collect::<String>();
        return format!("{}.sql", name.trim_start_matches('.'));
    }
    let shared = TOGETHER.iter().find(|(_, kinds)| kinds.contains(&kind)).map(|(word, _)| (*word).to_owned());
    // `2 sequences` without the number.
    let own = || count(2, kind).split_once(' ').map_or_else(String::new, |(_, words)| words.replace(' ', "_"));
    format!("{}.sql", shared.unwrap_or_else(own))
}

/// What an object is part of in the end.
fn whole<'a>(id: &'a ObjectId, schema: &'a Schema) -> &'a ObjectId {
    let mut whole = id;
    // A chain is as long as objects are nested; the bound is for catalogs that contradict themselves.
    for _ in 0..16 {
        match schema.get(whole).and_then(|object| object.owner.as_ref()) {
            Some(owner) => whole = owner,
            None => break,
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use droveway_core::schema::{Action, Object};

    use super::*;

    #[test]
    fn parts_lie_with_their_table_and_the_rest_by_kind() {
        let mut schema = Schema::default();
        let mut index = Object::new(ObjectId::new("index", "public.i"));
        index.owner = Some(ObjectId::new("table", "public.\"a/b\""));
        schema.add(index);
        let ids = [
            ("table", "public.\"a/b\""),
            ("index", "public.i"),
            ("enum", "public.e"),
            ("text search dictionary", "public.d"),
            ("policy", "public.p"),
        ];
        let step =
            |(kind, name)| Step { action: Action::Create, id: ObjectId::new(kind, name), sql: vec![name.into()] };
        let script = Script { steps: ids.into_iter().map(step).collect(), changes: Vec::new() };
        let files = split(&script, &schema);
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["policies.sql", "public.a_b.sql", "text_search_dictionaries.sql", "types.sql"]);
        assert_eq!(files["public.a_b.sql"], "public.\"a/b\";\npublic.i;\n");
    }
}
