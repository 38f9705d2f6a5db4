//! Schemas, as PostgreSQL calls its name spaces.

use droveway_core::schema::{Context, Object, ObjectKind, Sql};

use super::{CatalogKind, NAMESPACE, USER_SCHEMA};

pub(crate) struct SchemaKind;

impl CatalogKind for SchemaKind {
    fn catalog(&self) -> u32 {
        NAMESPACE
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT n.oid, pg_catalog.quote_ident(n.nspname) AS name
FROM pg_catalog.pg_namespace AS n
WHERE {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("SCHEMA {}", object.name()))
    }
}

impl ObjectKind for SchemaKind {
    fn name(&self) -> &'static str {
        "schema"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("CREATE SCHEMA {}", object.name()).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP SCHEMA {}", object.name()).into()]
    }
}
