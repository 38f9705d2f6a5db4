//! Dictionaries of text search.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{CatalogKind, USER_SCHEMA};

pub(crate) const TEXT_SEARCH_DICTIONARY: u32 = 3600;

pub(crate) struct TextSearchDictionaryKind;

impl CatalogKind for TextSearchDictionaryKind {
    fn catalog(&self) -> u32 {
        TEXT_SEARCH_DICTIONARY
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT d.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(d.dictname) AS name,
    pg_catalog.quote_ident(y.nspname) || '.' || pg_catalog.quote_ident(t.tmplname) AS template,
    NULLIF(d.dictinitoption, '') AS options
FROM pg_catalog.pg_ts_dict AS d
JOIN pg_catalog.pg_namespace AS n ON n.oid = d.dictnamespace
JOIN pg_catalog.pg_ts_template AS t ON t.oid = d.dicttemplate
JOIN pg_catalog.pg_namespace AS y ON y.oid = t.tmplnamespace
WHERE {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("TEXT SEARCH DICTIONARY {}", object.name()))
    }
}

/// The options in a text like `stopwords = 'english', language = E'a\\b'`, whole, each with its name.
fn options(text: &str) -> Vec<(&str, &str)> {
    let (mut in_value, mut in_name) = (false, false);
    let pieces = text.split(|c| {
        in_value ^= c == '\'' && !in_name;
        in_name ^= c == '"' && !in_value;
        c == ',' && !in_value && !in_name
    });
    let name = |option: &str| {
        let mut is_quoted = false;
        option.find(|c| {
            is_quoted ^= c == '"';
            c == '=' && !is_quoted
        })
    };
    pieces
        .map(str::trim)
        .filter(|option| !option.is_empty())
        .map(|option| (option[..name(option).unwrap_or(option.len())].trim(), option))
        .collect()
}

/// All wanted options, each of which goes to the end of the list when it is set, and the names of those to forget.
fn settings(have: &str, want: &str) -> String {
    let wanted = options(want);
    let gone =
        options(have).into_iter().map(|(name, _)| name).filter(|name| wanted.iter().all(|(kept, _)| kept != name));
    gone.chain(wanted.iter().map(|(_, option)| *option)).collect::<Vec<_>>().join(", ")
}

impl ObjectKind for TextSearchDictionaryKind {
    fn name(&self) -> &'static str {
        "text search dictionary"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let options = object.get("options").map(|options| format!(", {options}")).unwrap_or_default();
        let template = object.text("template");
        vec![format!("CREATE TEXT SEARCH DICTIONARY {} (TEMPLATE = {template}{options})", object.name()).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP TEXT SEARCH DICTIONARY {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        if !have.definition.differs_only_in(&want.definition, &["options"]) {
            return Alteration::Replace;
        }
        let settings = settings(have.text("options"), want.text("options"));
        Alteration::InPlace(vec![format!("ALTER TEXT SEARCH DICTIONARY {} ({settings})", want.name()).into()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_that_is_not_wanted_is_forgotten_and_the_others_are_set_in_order() {
        let have = "language = 'english', stopwords = 'a, b', \"x=y\" = E'it''s'";
        assert_eq!(settings(have, "stopwords = 'c'"), "language, \"x=y\", stopwords = 'c'");
        assert_eq!(settings("", "language = 'german'"), "language = 'german'");
        assert_eq!(settings("language = 'german'", ""), "language");
    }
}
