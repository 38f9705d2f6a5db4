//! Transforms: how a language sees the values of a type.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::CatalogKind;

pub(crate) const TRANSFORM: u32 = 3576;

pub(crate) struct TransformKind;

impl CatalogKind for TransformKind {
    fn catalog(&self) -> u32 {
        TRANSFORM
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(
            "SELECT t.oid,
    'FOR ' || pg_catalog.format_type(t.trftype, NULL) || ' LANGUAGE ' || pg_catalog.quote_ident(l.lanname) AS name,
    pg_catalog.concat_ws(', ',
        CASE WHEN t.trffromsql <> 0 THEN 'FROM SQL WITH FUNCTION ' || t.trffromsql::pg_catalog.regprocedure END,
        CASE WHEN t.trftosql <> 0 THEN 'TO SQL WITH FUNCTION ' || t.trftosql::pg_catalog.regprocedure END
    ) AS functions
FROM pg_catalog.pg_transform AS t
JOIN pg_catalog.pg_language AS l ON l.oid = t.trflang
WHERE t.oid >= 16384"
                .to_owned(),
        )
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("TRANSFORM {}", object.name()))
    }
}

fn statement(verb: &str, object: &Object) -> Sql {
    format!("{verb} TRANSFORM {} ({})", object.name(), object.text("functions")).into()
}

impl ObjectKind for TransformKind {
    fn name(&self) -> &'static str {
        "transform"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![statement("CREATE", object)]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP TRANSFORM {}", object.name()).into()]
    }

    fn alter(&self, _have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        Alteration::InPlace(vec![statement("CREATE OR REPLACE", want)])
    }
}
