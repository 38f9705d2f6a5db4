//! Languages that are not an extension's.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::CatalogKind;

pub(crate) const LANGUAGE: u32 = 2612;

pub(crate) struct LanguageKind;

impl CatalogKind for LanguageKind {
    fn catalog(&self) -> u32 {
        LANGUAGE
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(
            "SELECT l.oid, pg_catalog.quote_ident(l.lanname) AS name,
    CASE WHEN l.lanpltrusted THEN 't' END AS trusted,
    l.lanplcallfoid::pg_catalog.regproc AS handler,
    CASE WHEN l.laninline <> 0 THEN l.laninline::pg_catalog.regproc END AS inline,
    CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::pg_catalog.regproc END AS validator
FROM pg_catalog.pg_language AS l
WHERE l.lanispl AND l.oid >= 16384 AND l.lanplcallfoid <> 0"
                .to_owned(),
        )
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("LANGUAGE {}", object.name()))
    }
}

fn statement(verb: &str, object: &Object) -> Sql {
    let trusted = if object.flag("trusted") { "TRUSTED " } else { "" };
    let mut text = format!("{verb} {trusted}LANGUAGE {} HANDLER {}", object.name(), object.text("handler"));
    for (word, field) in [("INLINE", "inline"), ("VALIDATOR", "validator")] {
        if let Some(function) = object.get(field) {
            text.push_str(&format!(" {word} {function}"));
        }
    }
    text.into()
}

impl ObjectKind for LanguageKind {
    fn name(&self) -> &'static str {
        "language"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![statement("CREATE", object)]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP LANGUAGE {}", object.name()).into()]
    }

    fn alter(&self, _have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        Alteration::InPlace(vec![statement("CREATE OR REPLACE", want)])
    }
}
