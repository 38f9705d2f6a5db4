//! User mappings of foreign servers. Options that look like secrets are neither shown nor compared: who needs one sets
//! it by hand, and what is there stays. A server does not take its mappings away with it, so they are no parts of it.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{
    CatalogKind,
    table::{options_change, options_clause},
};

pub(crate) struct UserMappingKind;

/// Names of options whose values are secrets, as a regular expression of the server's.
pub(crate) const SECRET: &str = "(password|passwd|passphrase|passfile|secret|token|credential|api_?key|access_?key)";

impl CatalogKind for UserMappingKind {
    fn catalog(&self) -> u32 {
        1418
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT m.umid AS oid,
    role.name || ' SERVER ' || pg_catalog.quote_ident(m.srvname) AS name,
    '1417/' || m.srvid AS needs,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(pg_catalog.quote_ident(o.option_name), o.option_value)
        ORDER BY o.option_name) FROM pg_catalog.pg_options_to_table(m.umoptions) AS o
     WHERE o.option_name !~* '{SECRET}') AS options,
    (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name), ', ' ORDER BY o.option_name)
     FROM pg_catalog.pg_options_to_table(m.umoptions) AS o WHERE o.option_name ~* '{SECRET}') AS secrets
FROM pg_catalog.pg_user_mappings AS m
CROSS JOIN LATERAL (
    SELECT CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END
) AS role (name)"
        ))
    }
}

/// What the statement leaves out, in words.
fn unsaid(sql: String, mapping: &Object, secrets: Option<&str>) -> Sql {
    match secrets {
        None => sql.into(),
        Some(secrets) => Sql::new(sql).with_risk(format!(
            "leaves out {secrets} of the user mapping for {}: secrets are not written, set them by hand",
            mapping.name()
        )),
    }
}

impl ObjectKind for UserMappingKind {
    fn name(&self) -> &'static str {
        "user mapping"
    }

    fn same(&self, have: &Object, want: &Object, _at: &Context<'_>) -> bool {
        have.definition.differs_only_in(&want.definition, &["secrets"])
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let sql = format!("CREATE USER MAPPING FOR {}{}", object.name(), options_clause(object.get("options")));
        vec![unsaid(sql, object, object.get("secrets"))]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP USER MAPPING FOR {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        let change = options_change(have.get("options"), want.get("options"));
        if change.is_empty() {
            return Alteration::InPlace(Vec::new());
        }
        let sql = format!("ALTER USER MAPPING FOR {} {change}", want.name());
        let new = want.get("secrets").filter(|secrets| have.get("secrets") != Some(secrets));
        Alteration::InPlace(vec![unsaid(sql, want, new)])
    }
}
