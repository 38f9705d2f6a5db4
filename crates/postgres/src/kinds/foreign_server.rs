//! Foreign servers.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{
    CatalogKind,
    foreign_data_wrapper::options,
    table::{literal, options_change, options_clause},
};

pub(crate) struct ForeignServerKind;

impl CatalogKind for ForeignServerKind {
    fn catalog(&self) -> u32 {
        1417
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT s.oid, pg_catalog.quote_ident(s.srvname) AS name,
    '2328/' || w.oid AS needs,
    pg_catalog.quote_ident(w.fdwname) AS wrapper,
    s.srvtype AS type,
    s.srvversion AS version,
    {} AS options
FROM pg_catalog.pg_foreign_server AS s
JOIN pg_catalog.pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw",
            options("s.srvoptions")
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("SERVER {}", object.name()))
    }
}

impl ObjectKind for ForeignServerKind {
    fn name(&self) -> &'static str {
        "foreign server"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let word = |word: &str, field: &str| {
            object.get(field).map(|text| format!(" {word} {}", literal(text))).unwrap_or_default()
        };
        vec![
            format!(
                "CREATE SERVER {}{}{} FOREIGN DATA WRAPPER {}{}",
                object.name(),
                word("TYPE", "type"),
                word("VERSION", "version"),
                object.text("wrapper"),
                options_clause(object.get("options"))
            )
            .into(),
        ]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP SERVER {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        if !have.definition.differs_only_in(&want.definition, &["version", "options"]) {
            return Alteration::Replace;
        }
        let mut actions = Vec::new();
        if have.get("version") != want.get("version") {
            let version = want.get("version").map_or_else(|| "NULL".to_owned(), literal);
            actions.push(format!("VERSION {version}"));
        }
        actions.push(options_change(have.get("options"), want.get("options")));
        actions.retain(|action| !action.is_empty());
        let sql = format!("ALTER SERVER {} {}", want.name(), actions.join(" "));
        Alteration::InPlace(if actions.is_empty() { Vec::new() } else { vec![sql.into()] })
    }
}
