//! Access methods of tables and indexes.

use droveway_core::schema::{Context, Object, ObjectKind, Sql};

use super::CatalogKind;

pub(crate) const ACCESS_METHOD: u32 = 2601;

pub(crate) struct AccessMethodKind;

impl CatalogKind for AccessMethodKind {
    fn catalog(&self) -> u32 {
        ACCESS_METHOD
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(
            "SELECT a.oid, pg_catalog.quote_ident(a.amname) AS name,
    CASE a.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END AS type,
    a.amhandler AS handler
FROM pg_catalog.pg_am AS a
WHERE a.oid >= 16384"
                .to_owned(),
        )
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("ACCESS METHOD {}", object.name()))
    }
}

impl ObjectKind for AccessMethodKind {
    fn name(&self) -> &'static str {
        "access method"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let (kind, handler) = (object.text("type"), object.text("handler"));
        vec![format!("CREATE ACCESS METHOD {} TYPE {kind} HANDLER {handler}", object.name()).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP ACCESS METHOD {}", object.name()).into()]
    }
}
