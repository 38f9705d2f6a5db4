//! Configurations of text search, with the dictionaries for each type of token.

use std::collections::BTreeMap;

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{CatalogKind, USER_SCHEMA};

pub(crate) const TEXT_SEARCH_CONFIGURATION: u32 = 3602;

pub(crate) struct TextSearchConfigurationKind;

impl CatalogKind for TextSearchConfigurationKind {
    fn catalog(&self) -> u32 {
        TEXT_SEARCH_CONFIGURATION
    }

    /// `mappings` has one line for each type of token: its name, a space, its dictionaries.
    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.cfgname) AS name,
    pg_catalog.quote_ident(y.nspname) || '.' || pg_catalog.quote_ident(p.prsname) AS parser,
    (SELECT pg_catalog.string_agg(m.line, E'\\n' ORDER BY m.line COLLATE \"C\") FROM (
        SELECT pg_catalog.quote_ident(t.alias) || ' ' || pg_catalog.string_agg(
            pg_catalog.quote_ident(z.nspname) || '.' || pg_catalog.quote_ident(d.dictname), ', ' ORDER BY x.mapseqno
        ) AS line
        FROM pg_catalog.pg_ts_config_map AS x
        JOIN pg_catalog.ts_token_type(c.cfgparser) AS t ON t.tokid = x.maptokentype
        JOIN pg_catalog.pg_ts_dict AS d ON d.oid = x.mapdict
        JOIN pg_catalog.pg_namespace AS z ON z.oid = d.dictnamespace
        WHERE x.mapcfg = c.oid
        GROUP BY t.alias) AS m
    ) AS mappings
FROM pg_catalog.pg_ts_config AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.cfgnamespace
JOIN pg_catalog.pg_ts_parser AS p ON p.oid = c.cfgparser
JOIN pg_catalog.pg_namespace AS y ON y.oid = p.prsnamespace
WHERE {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("TEXT SEARCH CONFIGURATION {}", object.name()))
    }
}

/// Dictionaries by type of token. The name of a type may have spaces inside its quotes.
fn mappings(object: &Object) -> BTreeMap<&str, &str> {
    let cut = |line: &str| match line.strip_prefix('"') {
        Some(quoted) => quoted.find("\" ").map(|end| end + 2),
        None => line.find(' '),
    };
    object
        .text("mappings")
        .lines()
        .filter_map(|line| cut(line).map(|end| (&line[..end], line[end..].trim_start())))
        .collect()
}

/// One statement for all types of tokens with the same dictionaries.
fn mapping<'a>(name: &str, verb: &str, mappings: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Sql> {
    let mut tokens: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    mappings.for_each(|(token, dictionaries)| tokens.entry(dictionaries).or_default().push(token));
    tokens
        .into_iter()
        .map(|(dictionaries, tokens)| {
            format!(
                "ALTER TEXT SEARCH CONFIGURATION {name}\n    {verb} MAPPING FOR {} WITH {dictionaries}",
                tokens.join(", ")
            )
            .into()
        })
        .collect()
}

impl ObjectKind for TextSearchConfigurationKind {
    fn name(&self) -> &'static str {
        "text search configuration"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let (name, parser) = (object.name(), object.text("parser"));
        let mut sql = vec![format!("CREATE TEXT SEARCH CONFIGURATION {name} (PARSER = {parser})").into()];
        sql.extend(mapping(name, "ADD", mappings(object).into_iter()));
        sql
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP TEXT SEARCH CONFIGURATION {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        if !have.definition.differs_only_in(&want.definition, &["mappings"]) {
            return Alteration::Replace;
        }
        let (name, old, new) = (want.name(), mappings(have), mappings(want));
        let gone: Vec<&str> = old.keys().copied().filter(|token| !new.contains_key(token)).collect();
        let mut sql = Vec::new();
        if !gone.is_empty() {
            let gone = gone.join(", ");
            sql.push(format!("ALTER TEXT SEARCH CONFIGURATION {name}\n    DROP MAPPING FOR {gone}").into());
        }
        let (kept, added): (Vec<_>, Vec<_>) = new.into_iter().partition(|(token, _)| old.contains_key(token));
        let changed = kept.into_iter().filter(|(token, dictionaries)| old.get(token) != Some(dictionaries));
        sql.extend(mapping(name, "ALTER", changed));
        sql.extend(mapping(name, "ADD", added.into_iter()));
        Alteration::InPlace(sql)
    }
}
