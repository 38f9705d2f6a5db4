//! That a table is a partition of another, with its bounds. A partition is made as a table of its own and attached, as
//! pg_dump does it: what it has of its own is told there, and its indexes keep their names.

use droveway_core::schema::{Context, Object, ObjectId, ObjectKind, Reaction, Schema, Sql};

use super::{
    CLASS, CatalogKind, USER_SCHEMA,
    inheritance::{add_needs, separate},
};

pub(crate) struct PartitionKind;

impl CatalogKind for PartitionKind {
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
    '1259/' || p.oid AS needs,
    pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname) AS parent,
    pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = c.oid
JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND {USER_SCHEMA}"
        ))
    }

    /// A partition is attached when both tables have all their columns, and when it has the constraints and indexes
    /// that the parent's would make anew under other names.
    fn finish(&self, schema: &mut Schema) {
        let pairs: Vec<(ObjectId, String)> =
            schema.of_kind("partition").map(|object| (object.id.clone(), object.text("parent").to_owned())).collect();
        for (id, parent) in pairs {
            let child = id.name.clone();
            separate(schema, &child, &parent);
            add_needs(schema, &id, &parent, |object| object.id.is("column"));
            add_needs(schema, &id, &child, |object| object.id.is("column") || object.follows.is_some());
        }
    }
}

impl ObjectKind for PartitionKind {
    fn name(&self) -> &'static str {
        "partition"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        vec![format!("bound {} {}", object.text("parent"), object.text("bound"))]
    }

    fn create(&self, object: &Object, _parts: &[&Object], at: &Context<'_>) -> Vec<Sql> {
        let (parent, bound) = (object.text("parent"), object.text("bound"));
        let sql = Sql::new(format!("ALTER TABLE {parent} ATTACH PARTITION {} {bound}", object.name()));
        let may_have_rows = object.owner.as_ref().is_some_and(|table| at.have.objects.contains_key(table));
        match may_have_rows {
            true => vec![sql.with_risk(format!("fails if {} has rows outside of these bounds", object.name()))],
            false => vec![sql],
        }
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER TABLE {} DETACH PARTITION {}", object.text("parent"), object.name()).into()]
    }

    fn when_replaced(&self, _object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        match needed.id.is("table") || needed.id.is("foreign table") {
            true => Reaction::StepAside,
            false => Reaction::Stay,
        }
    }

    fn when_disturbed(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }

    fn fills(&self, object: &Object) -> Option<ObjectId> {
        Some(ObjectId::new("table", object.text("parent")))
    }
}
