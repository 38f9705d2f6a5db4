//! The column that a sequence belongs to (`OWNED BY`): the sequence goes away with it.

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Sql};

use super::{CLASS, CatalogKind};

pub(crate) struct SequenceOwnerKind;

impl CatalogKind for SequenceOwnerKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn is_addressed(&self) -> bool {
        false
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(
            "SELECT c.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
    '1259/' || c.oid AS owner,
    '1259/' || d.refobjid || '/' || d.refobjsubid AS needs,
    pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.relname)
        || '.' || pg_catalog.quote_ident(a.attname) AS column
FROM pg_catalog.pg_depend AS d
JOIN pg_catalog.pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 1259 AND d.refclassid = 1259 AND d.deptype = 'a' AND d.refobjsubid > 0"
                .to_owned(),
        )
    }
}

impl ObjectKind for SequenceOwnerKind {
    fn name(&self) -> &'static str {
        "sequence owner"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER SEQUENCE {} OWNED BY {}", object.name(), object.text("column")).into()]
    }

    fn drop(&self, object: &Object, at: &Context<'_>) -> Vec<Sql> {
        // It goes away with the column, and with the sequence.
        match at.is_dropped(&ObjectId::new("sequence", object.id.name.clone())) {
            true => Vec::new(),
            false => vec![format!("ALTER SEQUENCE {} OWNED BY NONE", object.name()).into()],
        }
    }

    fn alter(&self, _have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        Alteration::InPlace(self.create(want, &[], at))
    }

    fn when_disturbed(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }
}
