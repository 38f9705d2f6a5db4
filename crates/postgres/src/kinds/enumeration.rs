//! Enums. New values are added in place; to remove or reorder values, a new type takes the name, the columns are
//! converted by the text of their values, and the old type is dropped.

use droveway_core::{
    schema::{Alteration, Aside, Context, Object, ObjectId, ObjectKind, Reaction, Sql},
    sql::quote,
};

use super::{CatalogKind, TYPE, USER_SCHEMA, name};

pub(crate) struct EnumKind;

impl CatalogKind for EnumKind {
    fn catalog(&self) -> u32 {
        TYPE
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT t.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS name,
    '2615/' || n.oid AS needs,
    COALESCE(e.labels, '[]') AS labels
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
LEFT JOIN (
    SELECT enumtypid, pg_catalog.json_agg(enumlabel ORDER BY enumsortorder)::pg_catalog.text AS labels
    FROM pg_catalog.pg_enum
    GROUP BY enumtypid
) AS e ON e.enumtypid = t.oid
WHERE t.typtype = 'e' AND {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("TYPE {}", object.name()))
    }
}

impl ObjectKind for EnumKind {
    fn name(&self) -> &'static str {
        "enum"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        vec![format!("type {}", object.name())]
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let labels: Vec<String> = labels(object).iter().map(|label| quote::literal(label)).collect();
        vec![format!("CREATE TYPE {} AS ENUM ({})", object.name(), labels.join(", ")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP TYPE {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        match additions(&labels(have), &labels(want)) {
            None => Alteration::Replace,
            Some(added) => Alteration::InPlace(
                added
                    .into_iter()
                    .map(|place| Sql::new(format!("ALTER TYPE {} ADD VALUE IF NOT EXISTS {place}", want.name())).with_commit())
                    .collect(),
            ),
        }
    }

    fn gives_name_to(&self, other: &ObjectId) -> bool {
        is_type(other)
    }

    fn set_aside(&self, have: &Object, _want: &Object, at: &Context<'_>) -> Option<Aside> {
        set_type_aside(have, "TYPE", at)
    }

    fn when_replaced(&self, object: &Object, needed: &Object, at: &Context<'_>) -> Reaction {
        let _ = (object, needed, at);
        Reaction::StepAside
    }
}

pub(crate) fn labels(object: &Object) -> Vec<String> {
    serde_json::from_str(object.text("labels")).unwrap_or_default()
}

/// `'x' AFTER 'y'` for each new label, if nothing but additions leads from one list to the other.
fn additions(have: &[String], want: &[String]) -> Option<Vec<String>> {
    let kept: Vec<&String> = want.iter().filter(|label| have.contains(label)).collect();
    if kept.len() != have.len() || kept.iter().zip(have).any(|(kept, have)| *kept != have) {
        return None;
    }
    let mut added = Vec::new();
    for (at, label) in want.iter().enumerate().filter(|(_, label)| !have.contains(label)) {
        let next = want[at + 1..].iter().find(|other| have.contains(other));
        let place = match (at.checked_sub(1).map(|before| &want[before]), next) {
            // At the end it needs no place.
            (_, None) => String::new(),
            (Some(before), Some(_)) => format!(" AFTER {}", quote::literal(before)),
            (None, Some(next)) => format!(" BEFORE {}", quote::literal(next)),
        };
        added.push(format!("{}{place}", quote::literal(label)));
    }
    Some(added)
}

/// Whether an object is a type that columns can be of.
pub(crate) fn is_type(id: &ObjectId) -> bool {
    ["enum", "domain", "composite type", "range"].iter().any(|kind| id.is(kind))
}

/// A type that columns or other types are made of is kept under another name until they are converted.
pub(crate) fn set_type_aside(have: &Object, word: &str, at: &Context<'_>) -> Option<Aside> {
    let is_held = at.have.objects.values().any(|object| {
        let holds =
            object.id.is("column") || object.id.is("domain") || object.id.is("composite type") || object.id.is("range");
        holds && object.needs.contains(&have.id)
    });
    is_held.then(|| Aside {
        rename: vec![format!("ALTER {word} {} RENAME TO {}", have.name(), name::aside(have.name())).into()],
        fill: Vec::new(),
        drop: vec![format!("DROP {word} {}", name::qualified_aside(have.name())).into()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(labels: &str) -> Vec<String> {
        labels.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn values_are_added_where_they_belong() {
        let added = |have, want| additions(&list(have), &list(want));
        assert_eq!(added("a b", "a b c").unwrap(), ["'c'"]);
        assert_eq!(added("a b", "x y a z b").unwrap(), ["'x' BEFORE 'a'", "'y' AFTER 'x'", "'z' AFTER 'a'"]);
        assert_eq!(added("", "a b").unwrap(), ["'a'", "'b'"]);
        assert_eq!(added("a b", "b a"), None);
        assert_eq!(added("a b", "a"), None);
    }
}
