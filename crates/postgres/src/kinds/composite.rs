//! Composite types. Attributes are added and dropped in place; their order is part of the type.

use droveway_core::schema::{Alteration, Aside, Context, Object, ObjectId, ObjectKind, Reaction, Sql};
use serde::Deserialize;

use super::{CatalogKind, TYPE, USER_SCHEMA, enumeration::{is_type, set_type_aside}};

pub(crate) struct CompositeKind;

/// One attribute, as the query gives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Attribute {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub collation: Option<String>,
}

impl Attribute {
    fn text(&self) -> String {
        let collation = self.collation.as_ref().map(|collation| format!(" COLLATE {collation}")).unwrap_or_default();
        format!("{} {}{collation}", self.name, self.kind)
    }
}

pub(crate) fn attributes(object: &Object) -> Vec<Attribute> {
    serde_json::from_str(object.text("attributes")).unwrap_or_default()
}

impl CatalogKind for CompositeKind {
    fn catalog(&self) -> u32 {
        TYPE
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT t.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS name,
    '2615/' || n.oid AS needs,
    COALESCE(a.attributes, '[]') AS attributes
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid AND c.relkind = 'c'
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
LEFT JOIN (
    SELECT a.attrelid,
        pg_catalog.json_agg(pg_catalog.json_build_object(
            'name', pg_catalog.quote_ident(a.attname),
            'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
            'collation', CASE WHEN a.attcollation <> ty.typcollation
                THEN pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname) END
        ) ORDER BY a.attnum)::pg_catalog.text AS attributes
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS r ON r.oid = a.attrelid AND r.relkind = 'c'
    JOIN pg_catalog.pg_type AS ty ON ty.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation
    LEFT JOIN pg_catalog.pg_namespace AS ln ON ln.oid = l.collnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped
    GROUP BY a.attrelid
) AS a ON a.attrelid = c.oid
WHERE t.typtype = 'c' AND {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("TYPE {}", object.name()))
    }
}

impl ObjectKind for CompositeKind {
    fn name(&self) -> &'static str {
        "composite type"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        vec![format!("type {}", object.name()), format!("relation {}", object.name())]
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let attributes: Vec<String> =
            attributes(object).iter().map(|attribute| format!("\n    {}", attribute.text())).collect();
        let end = if attributes.is_empty() { "" } else { "\n" };
        vec![format!("CREATE TYPE {} AS ({}{end})", object.name(), attributes.join(",")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP TYPE {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        if have.needs.iter().any(|need| at.is_replaced(need)) {
            return Alteration::Replace;
        }
        let (old, new) = (attributes(have), attributes(want));
        let kept: Vec<&Attribute> = old.iter().filter(|a| new.iter().any(|b| a.name == b.name)).collect();
        let in_order = new.len() >= kept.len() && kept.iter().zip(&new).all(|(a, b)| a.name == b.name);
        if !in_order {
            return Alteration::Replace;
        }
        let retyped: Vec<&Attribute> = new.iter().zip(&kept).filter(|(b, a)| b != *a).map(|(b, _)| b).collect();
        if !retyped.is_empty() && set_type_aside(have, "TYPE", at).is_some() {
            return Alteration::Replace;
        }
        let mut actions: Vec<String> = Vec::new();
        actions.extend(
            old.iter()
                .filter(|a| !kept.contains(a))
                .map(|attribute| format!("DROP ATTRIBUTE {} CASCADE", attribute.name)),
        );
        actions.extend(retyped.iter().map(|attribute| {
            let collation = attribute.collation.as_ref().map(|c| format!(" COLLATE {c}")).unwrap_or_default();
            format!("ALTER ATTRIBUTE {} TYPE {}{collation} CASCADE", attribute.name, attribute.kind)
        }));
        actions.extend(new[kept.len()..].iter().map(|attribute| format!("ADD ATTRIBUTE {} CASCADE", attribute.text())));
        let sql = actions.iter().map(|action| {
            let sql = Sql::new(format!("ALTER TYPE {} {action}", want.name()));
            match action.starts_with("DROP ATTRIBUTE") {
                true => sql.with_risk(format!("drops an attribute of {} and its values wherever it is stored", want.name())),
                false => sql,
            }
        });
        let sql = sql.collect();
        // Views and functions that read the whole type have its attributes in their own columns.
        Alteration::Disturbing(sql)
    }

    fn gives_name_to(&self, other: &ObjectId) -> bool {
        is_type(other)
    }

    fn set_aside(&self, have: &Object, _want: &Object, at: &Context<'_>) -> Option<Aside> {
        set_type_aside(have, "TYPE", at)
    }

    fn when_replaced(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::StepAside
    }
}
