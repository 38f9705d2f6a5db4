//! Extensions. What belongs to one is made and dropped by it, and is no object of its own.

use droveway_core::{
    schema::{Alteration, Context, Object, ObjectKind, Sql},
    sql::quote,
};

use super::{CatalogKind, EXTENSION};

pub(crate) struct ExtensionKind;

impl CatalogKind for ExtensionKind {
    fn catalog(&self) -> u32 {
        EXTENSION
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(
            "SELECT e.oid,
    pg_catalog.quote_ident(e.extname) AS name,
    pg_catalog.quote_ident(n.nspname) AS in_schema,
    NULLIF(e.extversion, a.default_version) AS version,
    e.extversion AS installed,
    (SELECT pg_catalog.json_agg(p.target)
     FROM pg_catalog.pg_extension_update_paths(e.extname) AS p
     WHERE p.source = e.extversion AND p.path IS NOT NULL AND e.extname <> 'plpgsql') AS reachable,
    CASE WHEN e.extrelocatable THEN 't' END AS relocatable,
    a.comment AS usual_comment,
    CASE WHEN n.oid >= 16384 OR n.nspname = 'public' THEN '2615/' || n.oid END AS needs
FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
LEFT JOIN pg_catalog.pg_available_extensions() AS a ON a.name = e.extname"
                .to_owned(),
        )
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("EXTENSION {}", object.name()))
    }
}

impl ObjectKind for ExtensionKind {
    fn name(&self) -> &'static str {
        "extension"
    }

    /// A version to which no way leads stays what it is: the server cannot go back, and to drop the extension would take
    /// with it what is made of it.
    fn same(&self, have: &Object, want: &Object, _at: &Context<'_>) -> bool {
        let others = ["version", "installed", "reachable", "relocatable", "usual_comment"];
        let reachable: Vec<String> =
            have.get("reachable").and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default();
        let moves = have.get("installed") != want.get("installed")
            && reachable.iter().any(|version| version == want.text("installed"));
        have.definition.differs_only_in(&want.definition, &others) && !moves
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![
            format!(
                "CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {}{}",
                object.name(),
                object.text("in_schema"),
                version(object)
            )
            .into(),
        ]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP EXTENSION {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        let mut sql = Vec::new();
        if have.get("in_schema") != want.get("in_schema") {
            if !have.flag("relocatable") {
                return Alteration::Replace;
            }
            sql.push(format!("ALTER EXTENSION {} SET SCHEMA {}", want.name(), want.text("in_schema")).into());
        }
        if have.get("installed") != want.get("installed") {
            let to = want.get("version").map(|version| format!(" TO {}", quote::literal(version))).unwrap_or_default();
            sql.push(format!("ALTER EXTENSION {} UPDATE{to}", want.name()).into());
        }
        Alteration::InPlace(sql)
    }
}

/// The version is read, and said, only where it is not the server's own default.
fn version(object: &Object) -> String {
    match object.get("version") {
        Some(version) => format!(" VERSION {}", quote::literal(version)),
        None => String::new(),
    }
}
