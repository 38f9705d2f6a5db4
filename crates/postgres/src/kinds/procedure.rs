//! Procedures.

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Schema, Sql};

use super::{CatalogKind, PROC, routine};

pub(crate) struct ProcedureKind;

impl CatalogKind for ProcedureKind {
    fn catalog(&self) -> u32 {
        PROC
    }

    fn query(&self, version: u32) -> Option<String> {
        Some(routine::query(version, "'p'"))
    }

    /// With the modes of its arguments: a list of types alone may mean two procedures, by what comes out of them.
    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("PROCEDURE {}", object.text("signature")))
    }
}

impl ObjectKind for ProcedureKind {
    fn name(&self) -> &'static str {
        "procedure"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        vec![format!("routine {}", object.name())]
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![routine::create(object).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP PROCEDURE {}", object.text("signature")).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        routine::alter(have, want)
    }

    fn when_disturbed(&self, object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        match object.flag("atomic") {
            true => Reaction::StepAside,
            false => Reaction::Stay,
        }
    }

    fn mentions(&self, object: &Object, schema: &Schema) -> Vec<ObjectId> {
        routine::mentions(object, schema)
    }
}
