//! Foreign data wrappers that no extension brings.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{
    CatalogKind,
    table::{options_change, options_clause},
};

pub(crate) struct ForeignDataWrapperKind;

/// The options of a foreign object, in the order of their names.
pub(crate) fn options(column: &str) -> String {
    format!(
        "(SELECT pg_catalog.json_agg(pg_catalog.json_build_array(pg_catalog.quote_ident(o.option_name), o.option_value)
        ORDER BY o.option_name) FROM pg_catalog.pg_options_to_table({column}) AS o)"
    )
}

impl CatalogKind for ForeignDataWrapperKind {
    fn catalog(&self) -> u32 {
        2328
    }

    fn query(&self, _version: u32) -> Option<String> {
        let function = |column: &str| {
            format!(
                "(SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
     FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace WHERE p.oid = {column})"
            )
        };
        Some(format!(
            "SELECT w.oid, pg_catalog.quote_ident(w.fdwname) AS name,
    {} AS handler,
    {} AS validator,
    {} AS options
FROM pg_catalog.pg_foreign_data_wrapper AS w",
            function("w.fdwhandler"),
            function("w.fdwvalidator"),
            options("w.fdwoptions")
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("FOREIGN DATA WRAPPER {}", object.name()))
    }
}

impl ObjectKind for ForeignDataWrapperKind {
    fn name(&self) -> &'static str {
        "foreign data wrapper"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let handler = object.get("handler").map(|name| format!(" HANDLER {name}")).unwrap_or_default();
        let validator = object.get("validator").map(|name| format!(" VALIDATOR {name}")).unwrap_or_default();
        let options = options_clause(object.get("options"));
        vec![format!("CREATE FOREIGN DATA WRAPPER {}{handler}{validator}{options}", object.name()).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP FOREIGN DATA WRAPPER {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        let mut actions = Vec::new();
        for (field, word) in [("handler", "HANDLER"), ("validator", "VALIDATOR")] {
            if have.get(field) != want.get(field) {
                actions.push(match want.get(field) {
                    Some(name) => format!("{word} {name}"),
                    None => format!("NO {word}"),
                });
            }
        }
        actions.push(options_change(have.get("options"), want.get("options")));
        actions.retain(|action| !action.is_empty());
        let sql = format!("ALTER FOREIGN DATA WRAPPER {} {}", want.name(), actions.join(" "));
        Alteration::InPlace(if actions.is_empty() { Vec::new() } else { vec![sql.into()] })
    }
}
