//! Templates of text search dictionaries.

use droveway_core::schema::{Context, Object, ObjectKind, Sql};

use super::{CatalogKind, USER_SCHEMA};

pub(crate) const TEXT_SEARCH_TEMPLATE: u32 = 3764;

pub(crate) struct TextSearchTemplateKind;

impl CatalogKind for TextSearchTemplateKind {
    fn catalog(&self) -> u32 {
        TEXT_SEARCH_TEMPLATE
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT t.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.tmplname) AS name,
    pg_catalog.concat_ws(', ',
        CASE WHEN t.tmplinit <> 0 THEN 'INIT = ' || t.tmplinit END,
        'LEXIZE = ' || t.tmpllexize
    ) AS options
FROM pg_catalog.pg_ts_template AS t
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.tmplnamespace
WHERE {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("TEXT SEARCH TEMPLATE {}", object.name()))
    }
}

impl ObjectKind for TextSearchTemplateKind {
    fn name(&self) -> &'static str {
        "text search template"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("CREATE TEXT SEARCH TEMPLATE {} ({})", object.name(), object.text("options")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP TEXT SEARCH TEMPLATE {}", object.name()).into()]
    }
}
