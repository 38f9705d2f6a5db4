//! CHECK constraints of domains.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{CONSTRAINT, CatalogKind, USER_SCHEMA, expression, name};

pub(crate) struct DomainConstraintKind;

impl CatalogKind for DomainConstraintKind {
    fn catalog(&self) -> u32 {
        CONSTRAINT
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT c.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname)
        || '.' || pg_catalog.quote_ident(c.conname) AS name,
    '1247/' || t.oid AS owner,
    pg_catalog.pg_get_constraintdef(c.oid) AS text,
    CASE WHEN NOT c.convalidated THEN 't' END AS not_valid
FROM pg_catalog.pg_constraint AS c
JOIN pg_catalog.pg_type AS t ON t.oid = c.contypid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE c.contype = 'c' AND {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        let domain = name::qualifier(object.name());
        Some(format!("CONSTRAINT {} ON DOMAIN {domain}", name::last(object.name())))
    }
}

impl ObjectKind for DomainConstraintKind {
    fn name(&self) -> &'static str {
        "domain constraint"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![
            format!(
                "ALTER DOMAIN {} ADD CONSTRAINT {} {}",
                name::qualifier(object.name()),
                name::last(object.name()),
                expression::readable(object.text("text"))
            )
            .into(),
        ]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        let (domain, constraint) = (name::qualifier(object.name()), name::last(object.name()));
        vec![format!("ALTER DOMAIN {domain} DROP CONSTRAINT {constraint}").into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        let becomes_valid = have.flag("not_valid") && !want.flag("not_valid");
        if becomes_valid && have.text("text").trim_end_matches(" NOT VALID") == want.text("text") {
            let (domain, constraint) = (name::qualifier(want.name()), name::last(want.name()));
            return Alteration::InPlace(vec![format!("ALTER DOMAIN {domain} VALIDATE CONSTRAINT {constraint}").into()]);
        }
        Alteration::Replace
    }

    fn can_fold(&self, object: &Object, _owner: &Object, _at: &Context<'_>) -> bool {
        !object.flag("not_valid")
    }
}
