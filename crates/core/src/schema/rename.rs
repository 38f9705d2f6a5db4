//! Renames: two schemas do not show them, so a person says them. What looks like one is only pointed out.

use std::collections::BTreeMap;

use crate::{
    diagnostic::{Diagnostic, nearest},
    schema::{
        kind::Sql,
        name::{parts, written_parts},
        object::{Object, ObjectId, Schema},
    },
    sql::quote,
};

/// What a person said: `table:old=new`, `column:t.old=new`, `value:type.old=new`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rename {
    /// `table`, `column`, `value`.
    pub kind: String,
    /// The name before, with what it belongs to, as SQL writes it.
    pub old: String,
    /// The name after; what it belongs to may be left out.
    pub new: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    #[error("{text:?} says no rename")]
    Form { text: String },
    #[error("a {kind:?} cannot be renamed")]
    Kind { kind: String },
    #[error("there is no {kind} {name} that could be renamed")]
    NoOld { kind: String, name: String, near: Option<String> },
    #[error("there is no {kind} {name} in the wanted schema")]
    NoNew { kind: String, name: String, near: Option<String> },
}

const FORM: &str = "write `table:old=new`, `column:table.old=new` or `value:type.old=new`";

impl Diagnostic for RenameError {
    fn code(&self) -> &'static str {
        "bad-rename"
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            RenameError::Form { .. } => FORM.to_owned(),
            RenameError::Kind { .. } => format!("what can be renamed: column, value, {}", wholes()),
            RenameError::NoOld { near, .. } | RenameError::NoNew { near, .. } => match near {
                Some(near) => format!("did you mean {near}?"),
                None => {
                    "check the name, with its schema; the old one must be in the database, the new one wanted".into()
                }
            },
        })
    }
}

/// A word for what is renamed, the kinds of objects that it means, and the words of ALTER.
struct Whole {
    word: &'static str,
    kinds: &'static [&'static str],
    alter: &'static str,
}

const WHOLES: [Whole; 8] = [
    Whole { word: "table", kinds: &["table", "foreign table"], alter: "TABLE" },
    Whole { word: "view", kinds: &["view"], alter: "VIEW" },
    Whole { word: "materialized view", kinds: &["materialized view"], alter: "MATERIALIZED VIEW" },
    Whole { word: "sequence", kinds: &["sequence"], alter: "SEQUENCE" },
    Whole { word: "index", kinds: &["index"], alter: "INDEX" },
    Whole { word: "type", kinds: &["enum", "domain", "composite type", "range"], alter: "TYPE" },
    Whole { word: "schema", kinds: &["schema"], alter: "SCHEMA" },
    Whole { word: "constraint", kinds: &["constraint"], alter: "TABLE" },
];

fn wholes() -> String {
    WHOLES.iter().map(|whole| whole.word).collect::<Vec<_>>().join(", ")
}

impl Rename {
    pub fn parse(text: &str) -> Result<Self, RenameError> {
        let form = || RenameError::Form { text: text.to_owned() };
        let (kind, names) = text.split_once(':').ok_or_else(form)?;
        let (old, new) = names.rsplit_once('=').ok_or_else(form)?;
        let (kind, old, new) = (kind.trim(), old.trim(), new.trim());
        if kind.is_empty() || old.is_empty() || new.is_empty() {
            return Err(form());
        }
        let known = ["column", "value"].contains(&kind) || WHOLES.iter().any(|whole| whole.word == kind);
        let rename = Rename { kind: kind.to_owned(), old: old.to_owned(), new: new.to_owned() };
        if !known {
            return Err(RenameError::Kind { kind: rename.kind });
        }
        let needs_owner = ["column", "value", "constraint"].contains(&kind);
        if needs_owner && written_parts(old).len() < 2 { Err(form()) } else { Ok(rename) }
    }

    /// As after `--rename`.
    pub fn flag(&self) -> String {
        let words = format!("{}:{}={}", self.kind, self.old, self.new);
        let plain = words.chars().all(|c| c.is_alphanumeric() || "._:=".contains(c));
        if plain { words } else { format!("'{}'", words.replace('\'', r"'\''")) }
    }
}

/// A rename with the statements that make it and take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renaming {
    /// The object under its new name.
    pub id: ObjectId,
    pub forward: Vec<Sql>,
    pub backward: Vec<Sql>,
}

/// Renames that a person asked for, in the order in which they are made: wholes before their parts.
pub fn resolve(renames: &[Rename], have: &Schema, want: &Schema) -> Result<Vec<Renaming>, RenameError> {
    let mut sorted: Vec<&Rename> = renames.iter().collect();
    let rank = |kind: &str| match kind {
        "schema" => 0,
        "column" | "value" | "constraint" => 2,
        _ => 1,
    };
    sorted.sort_by_key(|rename| rank(&rename.kind));
    sorted.dedup();
    // New names of wholes by their old ones.
    let mut moved: BTreeMap<String, String> = BTreeMap::new();
    let mut renamings: Vec<Renaming> = Vec::new();
    for rename in sorted {
        let renaming = match rename.kind.as_str() {
            "column" => part(rename, have, want, &moved, "column")?,
            "constraint" => part(rename, have, want, &moved, "constraint")?,
            "value" => value(rename, have, &moved)?,
            _ => whole(rename, have, want, &mut moved)?,
        };
        // The same one may be said in two ways.
        if !renamings.contains(&renaming) {
            renamings.push(renaming);
        }
    }
    Ok(renamings)
}

/// Whether a rename says anything about two schemas: the old name is there and the new one is not, and is wanted.
pub fn applies(rename: &Rename, have: &Schema, want: &Schema) -> bool {
    match resolve(std::slice::from_ref(rename), have, want) {
        Ok(renamings) => renamings.iter().all(|renaming| have.get(&renaming.id).is_none() || rename.kind == "value"),
        Err(_) => false,
    }
}

fn whole(
    rename: &Rename,
    have: &Schema,
    want: &Schema,
    moved: &mut BTreeMap<String, String>,
) -> Result<Renaming, RenameError> {
    let Some(Whole { kinds, alter, .. }) = WHOLES.iter().find(|whole| whole.word == rename.kind) else {
        return Err(RenameError::Kind { kind: rename.kind.clone() });
    };
    let old = find(have, kinds, &rename.old).ok_or_else(|| no_old(rename, have, kinds, &rename.old))?;
    let old_written = written_parts(old.name());
    let qualifier = &old_written[..old_written.len() - 1];
    // A new name without a schema stays in the old one's.
    let new_name = match written_parts(&rename.new).len() {
        1 if !qualifier.is_empty() => format!("{}.{}", qualifier.join("."), rename.new),
        _ => rename.new.clone(),
    };
    let new = find(want, kinds, &new_name).ok_or_else(|| no_new(rename, want, kinds, &new_name))?;
    let new_written = written_parts(new.name());
    moved.insert(old.name().to_owned(), new.name().to_owned());
    Ok(Renaming {
        id: new.id.clone(),
        forward: alter_whole(alter, &old_written, &new_written),
        backward: alter_whole(alter, &new_written, &old_written),
    })
}

fn alter_whole(alter: &str, from: &[&str], to: &[&str]) -> Vec<Sql> {
    let (Some((last_from, schema_from)), Some((last_to, schema_to))) = (from.split_last(), to.split_last()) else {
        return Vec::new();
    };
    let mut statements = Vec::new();
    if schema_from != schema_to {
        statements.push(format!("ALTER {alter} {} SET SCHEMA {}", from.join("."), schema_to.join(".")).into());
    }
    if last_from != last_to {
        let at = schema_to.iter().chain([last_from]).copied().collect::<Vec<_>>().join(".");
        statements.push(format!("ALTER {alter} {at} RENAME TO {last_to}").into());
    }
    statements
}

fn part(
    rename: &Rename,
    have: &Schema,
    want: &Schema,
    moved: &BTreeMap<String, String>,
    kind: &'static str,
) -> Result<Renaming, RenameError> {
    let old_text = under_old_name(&rename.old, have, moved);
    let old = find(have, &[kind], &old_text).ok_or_else(|| no_old(rename, have, &[kind], &rename.old))?;
    let written = written_parts(old.name());
    let (bare, owner) = (written[written.len() - 1], written[..written.len() - 1].join("."));
    let owner = moved.get(&owner).cloned().unwrap_or(owner);
    let new_bare = written_parts(&rename.new).pop().unwrap_or(&rename.new);
    let new_name = format!("{owner}.{new_bare}");
    let new = find(want, &[kind], &new_name).ok_or_else(|| no_new(rename, want, &[kind], &new_name))?;
    let new_bare = written_parts(new.name()).pop().unwrap_or(new_bare);
    let word = kind.to_uppercase();
    Ok(Renaming {
        id: new.id.clone(),
        forward: vec![format!("ALTER TABLE {owner} RENAME {word} {bare} TO {new_bare}").into()],
        backward: vec![format!("ALTER TABLE {owner} RENAME {word} {new_bare} TO {bare}").into()],
    })
}

/// A part may be named with the new name of what it belongs to.
fn under_old_name(name: &str, have: &Schema, moved: &BTreeMap<String, String>) -> String {
    let written = written_parts(name);
    let (bare, owner) = (written[written.len() - 1], written[..written.len() - 1].join("."));
    let by_new = moved.iter().find(|(_, new)| is_named(new, &owner)).map(|(old, _)| old.clone());
    let is_there = have.of_kind("table").any(|table| is_named(table.name(), &owner));
    match by_new {
        Some(old) if !is_there => format!("{old}.{bare}"),
        _ => name.to_owned(),
    }
}

fn value(rename: &Rename, have: &Schema, moved: &BTreeMap<String, String>) -> Result<Renaming, RenameError> {
    let written = written_parts(&rename.old);
    let (bare, owner) = (written[written.len() - 1], written[..written.len() - 1].join("."));
    let owner_text = moved.iter().find(|(_, new)| is_named(new, &owner)).map_or(owner, |(old, _)| old.clone());
    let of = find(have, &["enum"], &owner_text).ok_or_else(|| no_old(rename, have, &["enum"], &owner_text))?;
    let name = moved.get(of.name()).map_or(of.name(), String::as_str);
    let (old, new) = (parts(bare).concat(), parts(&rename.new).join("."));
    let sql = |from: &str, to: &str| {
        vec![format!("ALTER TYPE {name} RENAME VALUE {} TO {}", quote::literal(from), quote::literal(to)).into()]
    };
    Ok(Renaming {
        id: ObjectId { kind: of.id.kind, name: name.into() },
        forward: sql(&old, &new),
        backward: sql(&new, &old),
    })
}

/// The object that a name means: with all its parts, or with the last ones if only one object has these.
fn find<'a>(schema: &'a Schema, kinds: &[&'static str], name: &str) -> Option<&'a Object> {
    let candidates =
        || kinds.iter().flat_map(|kind| schema.of_kind(kind)).filter(|object| is_named(object.name(), name));
    let wanted = parts(name).len();
    if let Some(exact) = candidates().find(|object| parts(object.name()).len() == wanted) {
        return Some(exact);
    }
    if let Some(usual) = candidates().find(|object| parts(object.name())[0] == "public") {
        return Some(usual);
    }
    let mut found = candidates();
    found.next().filter(|_| found.next().is_none())
}

/// Whether the last parts of a full name are those of a shorter one.
fn is_named(full: &str, name: &str) -> bool {
    let (full, name) = (parts(full), parts(name));
    full.ends_with(&name)
}

fn near(schema: &Schema, kinds: &[&'static str], name: &str) -> Option<String> {
    let last = |name: &str| parts(name).pop().unwrap_or_default();
    let objects = || kinds.iter().flat_map(|kind| schema.of_kind(kind));
    let lasts: Vec<String> = objects().map(|object| last(object.name())).collect();
    let found = nearest(&last(name), lasts.iter().map(String::as_str))?;
    objects().find(|object| last(object.name()) == found).map(|object| object.name().to_owned())
}

fn no_old(rename: &Rename, have: &Schema, kinds: &[&'static str], name: &str) -> RenameError {
    RenameError::NoOld { kind: rename.kind.clone(), name: name.to_owned(), near: near(have, kinds, name) }
}

fn no_new(rename: &Rename, want: &Schema, kinds: &[&'static str], name: &str) -> RenameError {
    RenameError::NoNew { kind: rename.kind.clone(), name: name.to_owned(), near: near(want, kinds, name) }
}

/// Pairs of a table or column that goes and one that comes and that are alike: perhaps the same one under a new name.
pub fn likely(have: &Schema, want: &Schema) -> Vec<Rename> {
    let mut renames = pairs("table", have, want, |schema, table| {
        let columns = schema.parts("column", &table.id);
        let mut shape: Vec<String> = columns
            .map(|column| format!("{} {}", written_parts(column.name()).pop().unwrap_or_default(), column.text("type")))
            .collect();
        shape.sort();
        (!shape.is_empty()).then(|| shape.join(", "))
    });
    renames.extend(pairs("column", have, want, |_, column| {
        let owner = column.owner.as_ref()?;
        let stays = have.get(owner).is_some() && want.get(owner).is_some();
        let fields: Vec<String> = column
            .definition
            .fields()
            .filter(|(field, _)| *field != "place")
            .map(|(field, text)| format!("{field}={text}"))
            .collect();
        stays.then(|| format!("{owner} {}", fields.join(" ")))
    }));
    renames
}

fn pairs(
    kind: &'static str,
    have: &Schema,
    want: &Schema,
    shape: impl Fn(&Schema, &Object) -> Option<String>,
) -> Vec<Rename> {
    let only_in = |one: &Schema, other: &Schema| {
        let mut shapes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for object in one.of_kind(kind).filter(|object| other.get(&object.id).is_none()) {
            if let Some(shape) = shape(one, object) {
                shapes.entry(shape).or_default().push(object.name().to_owned());
            }
        }
        shapes
    };
    let (gone, come) = (only_in(have, want), only_in(want, have));
    // Of several that are alike nobody can tell which is which.
    gone.into_iter()
        .filter_map(|(shape, old)| match (&old[..], come.get(&shape).map(Vec::as_slice)) {
            ([old], Some([new])) => {
                let new_name = if kind == "column" { written_parts(new).pop().unwrap_or(new) } else { new };
                Some(Rename { kind: kind.to_owned(), old: old.clone(), new: new_name.to_owned() })
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(objects: &[(&'static str, &str)]) -> Schema {
        let mut schema = Schema::default();
        for (kind, name) in objects {
            let mut object = Object::new(ObjectId::new(kind, *name));
            if *kind == "column" {
                let written = written_parts(name);
                object.owner = Some(ObjectId::new("table", written[..written.len() - 1].join(".")));
                object.definition.set("type", "integer");
            }
            schema.add(object);
        }
        schema
    }

    fn statements(hints: &[&str], have: &Schema, want: &Schema) -> Vec<String> {
        let renames: Vec<Rename> = hints.iter().map(|hint| Rename::parse(hint).expect("it is one")).collect();
        let renamings = resolve(&renames, have, want).expect("they mean something");
        let forward = renamings.iter().flat_map(|renaming| &renaming.forward);
        let backward = renamings.iter().rev().flat_map(|renaming| &renaming.backward);
        forward.chain(backward).map(|sql| sql.text.clone()).collect()
    }

    #[test]
    fn a_column_of_a_renamed_table_is_found_under_either_name() {
        let have = schema(&[("table", "public.users"), ("column", "public.users.nm")]);
        let want = schema(&[("table", "public.\"People\""), ("column", "public.\"People\".name")]);
        for column in ["column:users.nm=name", "column:\"People\".nm=name"] {
            let twice = "column:public.users.nm=name";
            assert_eq!(
                statements(&[column, "table:users=\"People\"", twice], &have, &want),
                [
                    "ALTER TABLE public.users RENAME TO \"People\"",
                    "ALTER TABLE public.\"People\" RENAME COLUMN nm TO name",
                    "ALTER TABLE public.\"People\" RENAME COLUMN name TO nm",
                    "ALTER TABLE public.\"People\" RENAME TO users",
                ]
            );
        }
    }

    #[test]
    fn a_table_may_move_to_another_schema() {
        let (have, want) = (schema(&[("table", "a.t")]), schema(&[("table", "b.u")]));
        assert_eq!(
            statements(&["table:a.t=b.u"], &have, &want)[..2],
            ["ALTER TABLE a.t SET SCHEMA b", "ALTER TABLE b.t RENAME TO u"]
        );
    }

    #[test]
    fn a_value_is_text() {
        let have = schema(&[("enum", "public.mood")]);
        assert_eq!(
            statements(&["value:mood.\"so so\"=it's ok"], &have, &have)[0],
            "ALTER TYPE public.mood RENAME VALUE 'so so' TO 'it''s ok'"
        );
    }

    #[test]
    fn a_rename_that_cannot_be_is_refused() {
        assert!(matches!(Rename::parse("table:a"), Err(RenameError::Form { .. })));
        assert!(matches!(Rename::parse("column:a=b"), Err(RenameError::Form { .. })));
        assert!(matches!(Rename::parse("tabel:a=b"), Err(RenameError::Kind { .. })));
        let have = schema(&[("table", "public.users")]);
        let rename = Rename::parse("table:user=people").expect("it is one");
        let error = resolve(&[rename], &have, &have).expect_err("there is none");
        assert_eq!(error.help().as_deref(), Some("did you mean public.users?"));
    }

    #[test]
    fn what_looks_like_a_rename_is_pointed_out_unless_it_could_be_several() {
        let have = schema(&[
            ("table", "public.a"),
            ("column", "public.a.x"),
            ("table", "public.t"),
            ("column", "public.t.old"),
        ]);
        let want = schema(&[
            ("table", "public.b"),
            ("column", "public.b.x"),
            ("table", "public.t"),
            ("column", "public.t.new"),
        ]);
        let flags: Vec<String> = likely(&have, &want).iter().map(Rename::flag).collect();
        assert_eq!(flags, ["table:public.a=public.b", "column:public.t.old=new"]);
        let want = schema(&[("table", "public.t"), ("column", "public.t.new"), ("column", "public.t.newer")]);
        assert!(likely(&have, &want).is_empty());
    }
}
