//! Domains.

use droveway_core::schema::{Alteration, Aside, Context, Object, ObjectId, ObjectKind, Reaction, Sql};

use super::{CatalogKind, TYPE, USER_SCHEMA, enumeration::{is_type, set_type_aside}, expression, name};

pub(crate) struct DomainKind;

impl CatalogKind for DomainKind {
    fn catalog(&self) -> u32 {
        TYPE
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT t.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS name,
    '2615/' || n.oid AS needs,
    pg_catalog.format_type(t.typbasetype, t.typtypmod) AS type,
    CASE WHEN t.typcollation <> b.typcollation
        THEN pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(c.collname) END AS collation,
    pg_catalog.pg_get_expr(t.typdefaultbin, 0) AS expression,
    CASE WHEN t.typnotnull THEN 't' END AS not_null
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = t.typcollation
LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.collnamespace
WHERE t.typtype = 'd' AND {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("DOMAIN {}", object.name()))
    }
}

impl ObjectKind for DomainKind {
    fn name(&self) -> &'static str {
        "domain"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        vec![format!("type {}", object.name())]
    }

    fn create(&self, object: &Object, parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let mut sql = format!("CREATE DOMAIN {} AS {}", object.name(), object.text("type"));
        if let Some(collation) = object.get("collation") {
            sql.push_str(&format!(" COLLATE {collation}"));
        }
        if object.flag("not_null") {
            sql.push_str(" NOT NULL");
        }
        if let Some(expression) = object.get("expression") {
            sql.push_str(&format!(" DEFAULT {expression}"));
        }
        for part in parts {
            sql.push_str(&format!("\n    CONSTRAINT {} {}", name::last(part.name()), expression::readable(part.text("text"))));
        }
        vec![sql.into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP DOMAIN {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        let base_is_replaced = have.needs.iter().any(|need| at.is_replaced(need) && !need.is("function"));
        if have.get("type") != want.get("type") || have.get("collation") != want.get("collation") || base_is_replaced {
            return Alteration::Replace;
        }
        let alter = |what: String| Sql::new(format!("ALTER DOMAIN {} {what}", want.name()));
        let mut sql = Vec::new();
        if have.get("expression") != want.get("expression") {
            sql.push(alter(match want.get("expression") {
                Some(expression) => format!("SET DEFAULT {expression}"),
                None => "DROP DEFAULT".to_owned(),
            }));
        }
        if have.flag("not_null") != want.flag("not_null") {
            sql.push(alter(if want.flag("not_null") { "SET NOT NULL" } else { "DROP NOT NULL" }.to_owned()));
        }
        Alteration::InPlace(sql)
    }

    fn gives_name_to(&self, other: &ObjectId) -> bool {
        is_type(other)
    }

    fn set_aside(&self, have: &Object, _want: &Object, at: &Context<'_>) -> Option<Aside> {
        set_type_aside(have, "DOMAIN", at)
    }

    fn when_replaced(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::StepAside
    }
}
