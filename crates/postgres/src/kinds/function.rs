//! Functions, window functions among them, in all languages.

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Schema, Sql};

use super::{CatalogKind, PROC, routine};

pub(crate) struct FunctionKind;

impl CatalogKind for FunctionKind {
    fn catalog(&self) -> u32 {
        PROC
    }

    fn query(&self, version: u32) -> Option<String> {
        Some(routine::query(version, "'f', 'w'"))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("FUNCTION {}", object.name()))
    }
}

impl ObjectKind for FunctionKind {
    fn name(&self) -> &'static str {
        "function"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        vec![format!("routine {}", object.name())]
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![routine::create(object).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP FUNCTION {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        routine::alter(have, want)
    }

    /// Only a parsed body holds on to columns; a body that is text, and the types of arguments, do not.
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
