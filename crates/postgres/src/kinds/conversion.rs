//! Conversions between encodings.

use droveway_core::schema::{Context, Object, ObjectKind, Sql};

use super::{CatalogKind, USER_SCHEMA};

pub(crate) const CONVERSION: u32 = 2607;

pub(crate) struct ConversionKind;

impl CatalogKind for ConversionKind {
    fn catalog(&self) -> u32 {
        CONVERSION
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.conname) AS name,
    CASE WHEN c.condefault THEN 't' END AS default,
    pg_catalog.quote_literal(pg_catalog.pg_encoding_to_char(c.conforencoding)) AS source,
    pg_catalog.quote_literal(pg_catalog.pg_encoding_to_char(c.contoencoding)) AS target,
    c.conproc AS function
FROM pg_catalog.pg_conversion AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.connamespace
WHERE {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("CONVERSION {}", object.name()))
    }
}

impl ObjectKind for ConversionKind {
    fn name(&self) -> &'static str {
        "conversion"
    }

    /// One schema has one default for a pair of encodings.
    fn slots(&self, object: &Object) -> Vec<String> {
        let schema = super::routine::home(object.name());
        let default = object.flag("default").then(|| {
            format!("default conversion in {schema} from {} to {}", object.text("source"), object.text("target"))
        });
        default.into_iter().collect()
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let default = if object.flag("default") { "DEFAULT " } else { "" };
        let text = format!(
            "CREATE {default}CONVERSION {} FOR {} TO {} FROM {}",
            object.name(),
            object.text("source"),
            object.text("target"),
            object.text("function")
        );
        vec![text.into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP CONVERSION {}", object.name()).into()]
    }
}
