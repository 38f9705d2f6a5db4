//! Rewrite rules, but not those that are views.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Reaction, Sql};

use super::{CatalogKind, USER_SCHEMA, name, trigger::state};

pub(crate) struct RuleKind;

impl CatalogKind for RuleKind {
    fn catalog(&self) -> u32 {
        2618
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT r.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
        || '.' || pg_catalog.quote_ident(r.rulename) AS name,
    '1259/' || c.oid AS owner,
    pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid), ';') AS text,
    NULLIF(r.ev_enabled, 'O') AS enabled
FROM pg_catalog.pg_rewrite AS r
JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND r.oid >= 16384 AND {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("RULE {} ON {}", name::last(object.name()), table(object)))
    }
}

fn table(rule: &Object) -> &str {
    name::qualifier(rule.name())
}

fn switch(rule: &Object) -> Sql {
    format!("ALTER TABLE {} {} RULE {}", table(rule), state(rule.get("enabled")), name::last(rule.name())).into()
}

impl ObjectKind for RuleKind {
    fn name(&self) -> &'static str {
        "rule"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let made = Sql::new(object.text("text"));
        std::iter::once(made).chain(object.get("enabled").map(|_| switch(object))).collect()
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP RULE {} ON {}", name::last(object.name()), table(object)).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        let mut sql = Vec::new();
        if have.get("text") != want.get("text") {
            sql.push(want.text("text").replacen("CREATE RULE", "CREATE OR REPLACE RULE", 1).into());
        }
        if have.get("enabled") != want.get("enabled") {
            sql.push(switch(want));
        }
        Alteration::InPlace(sql)
    }

    fn when_disturbed(&self, object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        if object.owner.as_ref() == Some(&needed.id) { Reaction::Stay } else { Reaction::StepAside }
    }
}
