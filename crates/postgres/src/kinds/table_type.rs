//! The composite type that a table is of (`CREATE TABLE … OF`): its columns are the type's attributes.

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Schema, Sql};

use super::{CLASS, CatalogKind, USER_SCHEMA, inheritance::add_needs};

pub(crate) struct TableTypeKind;

impl CatalogKind for TableTypeKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn is_addressed(&self) -> bool {
        false
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT c.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
    '1259/' || c.oid AS owner,
    '1247/' || c.reloftype AS needs,
    pg_catalog.format_type(c.reloftype, NULL) AS type
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.reloftype <> 0 AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND {USER_SCHEMA}"
        ))
    }

    /// A table becomes one of its type when it has all the columns, and its columns follow the type.
    fn finish(&self, schema: &mut Schema) {
        let typed: Vec<(ObjectId, ObjectId)> = schema
            .of_kind("table type")
            .map(|object| (object.id.clone(), ObjectId::new("composite type", object.text("type"))))
            .collect();
        for (id, of_type) in typed {
            let table = id.name.clone();
            add_needs(schema, &id, &table, |object| object.id.is("column"));
            let columns: Vec<ObjectId> = schema
                .of_kind("column")
                .filter(|column| column.owner.as_ref().is_some_and(|owner| owner.name == table))
                .map(|column| column.id.clone())
                .collect();
            for column in columns {
                if let Some(column) = schema.objects.get_mut(&column) {
                    column.follows = Some(of_type.clone());
                }
            }
        }
    }
}

/// Whether a column's table is of the same type before and after: then the type changes it.
pub(crate) fn is_typed(column: &Object, at: &Context<'_>) -> bool {
    column.owner.as_ref().is_some_and(|table| at.stays(table) && at.stays(&ObjectId { kind: KIND, name: table.name.clone() }))
}

const KIND: droveway_core::schema::Kind = droveway_core::schema::Kind("table type");

impl ObjectKind for TableTypeKind {
    fn name(&self) -> &'static str {
        KIND.0
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER TABLE {} OF {}", object.name(), object.text("type")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER TABLE {} NOT OF", object.name()).into()]
    }

    fn alter(&self, _have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        Alteration::InPlace(self.create(want, &[], at))
    }

    fn when_replaced(&self, _object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        if needed.id.is("column") { Reaction::Stay } else { Reaction::StepAside }
    }

    fn when_disturbed(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }

    fn comes_with(&self, want: &Object, at: &Context<'_>) -> bool {
        want.owner.as_ref().is_some_and(|table| at.is_created(table))
    }
}
