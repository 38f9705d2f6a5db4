//! Collations. The version of the library that they were made with is a fact of the server, not of the schema.

use droveway_core::schema::{Aside, Context, Object, ObjectKind, Sql};

use super::{CatalogKind, USER_SCHEMA, enumeration::set_type_aside};

pub(crate) const COLLATION: u32 = 3456;

pub(crate) struct CollationKind;

impl CatalogKind for CollationKind {
    fn catalog(&self) -> u32 {
        COLLATION
    }

    fn query(&self, version: u32) -> Option<String> {
        let locale = match version {
            ..=14 => "NULL",
            15 | 16 => "c.colliculocale",
            _ => "c.colllocale",
        };
        let rules = if version < 16 { "NULL" } else { "c.collicurules" };
        Some(format!(
            "SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname) AS name,
    pg_catalog.concat_ws(', ',
        CASE c.collprovider WHEN 'i' THEN 'provider = icu' WHEN 'c' THEN 'provider = libc'
            WHEN 'b' THEN 'provider = builtin' ELSE 'provider = default' END,
        CASE WHEN NOT c.collisdeterministic THEN 'deterministic = false' END,
        CASE
            WHEN c.collprovider = 'd' THEN NULL
            WHEN {locale} IS NOT NULL THEN 'locale = ' || pg_catalog.quote_literal({locale})
            WHEN c.collcollate = c.collctype THEN 'locale = ' || pg_catalog.quote_literal(c.collcollate)
            ELSE 'lc_collate = ' || pg_catalog.quote_literal(c.collcollate)
                || ', lc_ctype = ' || pg_catalog.quote_literal(c.collctype)
        END,
        'rules = ' || pg_catalog.quote_literal({rules})
    ) AS options
FROM pg_catalog.pg_collation AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.collnamespace
WHERE {USER_SCHEMA}
  AND c.collencoding IN (-1, (SELECT b.encoding FROM pg_catalog.pg_database AS b
                              WHERE b.datname = pg_catalog.current_database()))"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("COLLATION {}", object.name()))
    }
}

impl ObjectKind for CollationKind {
    fn name(&self) -> &'static str {
        "collation"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("CREATE COLLATION {} ({})", object.name(), object.text("options")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP COLLATION {}", object.name()).into()]
    }

    /// Columns and types that have it take on the new one of its name while the old one is still there.
    fn set_aside(&self, have: &Object, _want: &Object, at: &Context<'_>) -> Option<Aside> {
        set_type_aside(have, "COLLATION", at)
    }
}
