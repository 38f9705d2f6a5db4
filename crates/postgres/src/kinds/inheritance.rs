//! That one table inherits from another (not partitions: these are a kind of their own).

use droveway_core::schema::{Context, Object, ObjectId, ObjectKind, Reaction, Schema, Sql};

use super::{CLASS, CatalogKind, USER_SCHEMA};

pub(crate) struct InheritanceKind;

impl CatalogKind for InheritanceKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn is_addressed(&self) -> bool {
        false
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT c.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) || ' inherits '
        || pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname) AS name,
    '1259/' || c.oid AS owner,
    '1259/' || p.oid AS needs,
    i.inhseqno AS place,
    (SELECT pg_catalog.string_agg(a.attname, ', ' ORDER BY a.attname)
     FROM pg_catalog.pg_attribute AS a
     WHERE a.attrelid = c.oid AND a.attislocal AND a.attinhcount > 0 AND NOT a.attisdropped) AS local,
    pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname) AS parent,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS child
FROM pg_catalog.pg_inherits AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
WHERE NOT c.relispartition AND c.relkind IN ('r', 'f') AND c.relpersistence <> 't' AND {USER_SCHEMA}"
        ))
    }

    /// A child does not need its parent but through this object, which also needs the parent's columns.
    fn finish(&self, schema: &mut Schema) {
        let pairs: Vec<(ObjectId, String, String)> = schema
            .of_kind("inheritance")
            .map(|object| (object.id.clone(), object.text("child").to_owned(), object.text("parent").to_owned()))
            .collect();
        for (id, child, parent) in pairs {
            separate(schema, &child, &parent);
            add_needs(schema, &id, &parent, |object| object.id.is("column"));
        }
    }
}

/// The place of a parent among the parents of a table.
pub(crate) fn place(object: &Object) -> u32 {
    object.text("place").parse().unwrap_or(u32::MAX)
}

/// Takes away the direct dependency of a child on its parent.
pub(crate) fn separate(schema: &mut Schema, child: &str, parent: &str) {
    for kind in ["table", "foreign table"] {
        if let Some(object) = schema.objects.get_mut(&ObjectId::new(kind, child)) {
            object.needs.retain(|need| &*need.name != parent || !(need.is("table") || need.is("foreign table")));
        }
    }
}

/// Lets an object need parts of a table.
pub(crate) fn add_needs(schema: &mut Schema, id: &ObjectId, table: &str, which: impl Fn(&Object) -> bool) {
    let prefix = format!("{table}.");
    let mut found = Vec::new();
    for kind in ["column", "constraint", "index"] {
        let parts = schema.objects.range(ObjectId::new(kind, if kind == "index" { "" } else { &prefix })..);
        found.extend(
            parts
                .take_while(|(other, _)| other.is(kind) && (kind == "index" || other.name.starts_with(&prefix)))
                .filter(|(_, part)| part.owner.as_ref().is_some_and(|owner| &*owner.name == table) && which(part))
                .map(|(other, _)| other.clone()),
        );
    }
    if let Some(object) = schema.objects.get_mut(id) {
        object.needs.extend(found);
        object.needs.sort();
        object.needs.dedup();
    }
}

impl ObjectKind for InheritanceKind {
    fn name(&self) -> &'static str {
        "inheritance"
    }

    fn same(&self, have: &Object, want: &Object, _at: &Context<'_>) -> bool {
        // Leaving the parent and joining it again makes the columns the child's own as well; no way leads back.
        let owns_more = want.text("local").len() > have.text("local").len();
        have.definition.differs_only_in(&want.definition, &["place", "local"]) && !owns_more
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER TABLE {} INHERIT {}", object.text("child"), object.text("parent")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER TABLE {} NO INHERIT {}", object.text("child"), object.text("parent")).into()]
    }

    fn can_fold(&self, _object: &Object, _owner: &Object, _at: &Context<'_>) -> bool {
        true
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
        object.owner.clone()
    }
}
