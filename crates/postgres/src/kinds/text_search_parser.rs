//! Parsers of text search.

use droveway_core::schema::{Context, Object, ObjectKind, Sql};

use super::{CatalogKind, USER_SCHEMA};

pub(crate) const TEXT_SEARCH_PARSER: u32 = 3601;

pub(crate) struct TextSearchParserKind;

impl CatalogKind for TextSearchParserKind {
    fn catalog(&self) -> u32 {
        TEXT_SEARCH_PARSER
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT p.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.prsname) AS name,
    pg_catalog.concat_ws(E',\\n    ',
        'START = ' || p.prsstart,
        'GETTOKEN = ' || p.prstoken,
        'END = ' || p.prsend,
        CASE WHEN p.prsheadline <> 0 THEN 'HEADLINE = ' || p.prsheadline END,
        'LEXTYPES = ' || p.prslextype
    ) AS options
FROM pg_catalog.pg_ts_parser AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.prsnamespace
WHERE {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("TEXT SEARCH PARSER {}", object.name()))
    }
}

impl ObjectKind for TextSearchParserKind {
    fn name(&self) -> &'static str {
        "text search parser"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("CREATE TEXT SEARCH PARSER {} (\n    {}\n)", object.name(), object.text("options")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP TEXT SEARCH PARSER {}", object.name()).into()]
    }
}
