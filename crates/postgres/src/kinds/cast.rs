//! Casts.

use droveway_core::schema::{Context, Object, ObjectKind, Sql};

use super::CatalogKind;

pub(crate) const CAST: u32 = 2605;

pub(crate) struct CastKind;

impl CatalogKind for CastKind {
    fn catalog(&self) -> u32 {
        CAST
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(
            "SELECT c.oid,
    '(' || pg_catalog.format_type(c.castsource, NULL)
        || ' AS ' || pg_catalog.format_type(c.casttarget, NULL) || ')' AS name,
    CASE c.castmethod
        WHEN 'b' THEN 'WITHOUT FUNCTION'
        WHEN 'i' THEN 'WITH INOUT'
        ELSE 'WITH FUNCTION ' || c.castfunc::pg_catalog.regprocedure
    END AS method,
    CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' END AS context
FROM pg_catalog.pg_cast AS c
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                  WHERE d.classid = 2605 AND d.objid = c.oid AND d.refclassid IN (1247, 1255) AND d.deptype = 'i')"
                .to_owned(),
        )
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("CAST {}", object.name()))
    }
}

impl ObjectKind for CastKind {
    fn name(&self) -> &'static str {
        "cast"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("CREATE CAST {} {}{}", object.name(), object.text("method"), object.text("context")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP CAST {}", object.name()).into()]
    }
}
