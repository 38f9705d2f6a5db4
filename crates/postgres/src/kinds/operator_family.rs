//! Operator families, without their members: those of a class belong to it, the loose ones are a kind of their own.

use droveway_core::schema::{Context, Object, ObjectKind, Sql};

use super::{CatalogKind, USER_SCHEMA};

pub(crate) const OPERATOR_FAMILY: u32 = 2753;

pub(crate) struct OperatorFamilyKind;

impl CatalogKind for OperatorFamilyKind {
    fn catalog(&self) -> u32 {
        OPERATOR_FAMILY
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT f.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(f.opfname)
        || ' USING ' || pg_catalog.quote_ident(m.amname) AS name
FROM pg_catalog.pg_opfamily AS f
JOIN pg_catalog.pg_namespace AS n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am AS m ON m.oid = f.opfmethod
WHERE {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("OPERATOR FAMILY {}", object.name()))
    }
}

impl ObjectKind for OperatorFamilyKind {
    fn name(&self) -> &'static str {
        "operator family"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("CREATE OPERATOR FAMILY {}", object.name()).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP OPERATOR FAMILY {}", object.name()).into()]
    }
}
