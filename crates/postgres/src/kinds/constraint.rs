//! Constraints of tables: primary, unique, check, foreign, exclusion.

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Schema, Sql};

use super::{
    CONSTRAINT, CatalogKind, USER_SCHEMA, cast_path, column, expression, name,
    table::{parameter_list, parameters},
};

pub(crate) struct ConstraintKind;

impl CatalogKind for ConstraintKind {
    fn catalog(&self) -> u32 {
        CONSTRAINT
    }

    fn query(&self, version: u32) -> Option<String> {
        let enforced = if version >= 18 { "CASE WHEN NOT c.conenforced THEN 't' END" } else { "NULL" };
        Some(format!(
            "SELECT c.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(r.relname)
        || '.' || pg_catalog.quote_ident(c.conname) AS name,
    '1259/' || r.oid AS owner,
    CASE WHEN c.conparentid <> 0 THEN '2606/' || c.conparentid
         WHEN c.contype = 'c' AND c.coninhcount > 0 THEN (
            SELECT '2606/' || p.oid
            FROM pg_catalog.pg_inherits AS i
            JOIN pg_catalog.pg_constraint AS p ON p.conrelid = i.inhparent AND p.conname = c.conname AND p.contype = 'c'
            WHERE i.inhrelid = r.oid
            LIMIT 1) END AS follows,
    c.contype AS type,
    pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(c.oid),
        '( NOT DEFERRABLE| DEFERRABLE| INITIALLY DEFERRED| NOT VALID| NOT ENFORCED)+$', '') AS text,
    CASE WHEN c.condeferrable THEN 't' END AS deferrable,
    CASE WHEN c.condeferred THEN 't' END AS deferred,
    CASE WHEN NOT c.convalidated THEN 't' END AS not_valid,
    {enforced} AS not_enforced,
    CASE WHEN c.contype IN ('p', 'u') THEN pg_catalog.array_to_json(i.reloptions) END AS options,
    CASE WHEN c.contype IN ('p', 'u', 'x') THEN pg_catalog.quote_ident(ts.spcname) END AS tablespace,
    CASE WHEN c.contype IN ('p', 'u', 'x')
        THEN pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(i.relname) END AS index
FROM pg_catalog.pg_constraint AS c
JOIN pg_catalog.pg_class AS r ON r.oid = c.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace
LEFT JOIN pg_catalog.pg_class AS i ON i.oid = c.conindid
LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = i.reltablespace
WHERE c.contype IN ('c', 'f', 'p', 'u', 'x') AND r.relpersistence <> 't'
  AND NOT (c.contype = 'f' AND c.conparentid <> 0)
  AND NOT (c.contype = 'c' AND NOT c.conislocal AND NOT r.relispartition)
  AND {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("CONSTRAINT {} ON {}", bare(object), table(object)))
    }

    /// The constraint of a partitioned table takes up those that its partitions have, if these are there first.
    fn finish(&self, schema: &mut Schema) {
        let pairs: Vec<(ObjectId, ObjectId)> = schema
            .of_kind("constraint")
            .filter(|object| object.get("index").is_some())
            .filter_map(|object| Some((object.follows.clone()?, object.id.clone())))
            .collect();
        for (parent, child) in pairs {
            if let Some(object) = schema.objects.get_mut(&child) {
                object.needs.retain(|need| *need != parent);
            }
            if let Some(object) = schema.objects.get_mut(&parent) {
                object.needs.push(child);
                object.needs.sort();
            }
        }
    }
}

fn table(object: &Object) -> &str {
    name::qualifier(object.name())
}

fn bare(object: &Object) -> &str {
    name::last(object.name())
}

fn deferral(object: &Object) -> &'static str {
    match (object.flag("deferrable"), object.flag("deferred")) {
        (_, true) => " DEFERRABLE INITIALLY DEFERRED",
        (true, false) => " DEFERRABLE",
        (false, false) => "",
    }
}

/// Where a constraint stands in CREATE TABLE: the primary key first, foreign keys last.
pub(crate) fn place(object: &Object) -> (usize, &str) {
    let order = ["p", "u", "x", "c", "f"];
    (order.iter().position(|kind| Some(*kind) == object.get("type")).unwrap_or(order.len()), bare(object))
}

/// The constraint as ADD CONSTRAINT and CREATE TABLE take it.
pub(crate) fn definition(object: &Object) -> String {
    let mut text = expression::readable(object.text("text"));
    let with = parameter_list(&parameters(object.get("options")), "");
    if !with.is_empty() {
        text.push_str(&format!(" WITH ({})", with.join(", ")));
    }
    if let Some(tablespace) = object.get("tablespace") {
        text.push_str(&format!(" USING INDEX TABLESPACE {tablespace}"));
    }
    text.push_str(deferral(object));
    if object.flag("not_enforced") {
        text.push_str(" NOT ENFORCED");
    } else if object.flag("not_valid") {
        text.push_str(" NOT VALID");
    }
    text
}

impl ObjectKind for ConstraintKind {
    fn name(&self) -> &'static str {
        "constraint"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        object.get("index").map(|index| format!("relation {index}")).into_iter().collect()
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER TABLE {} ADD CONSTRAINT {} {}", table(object), bare(object), definition(object)).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER TABLE {} DROP CONSTRAINT {}", table(object), bare(object)).into()]
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        if column::is_attached(want, at) && want.get("type") == Some("c") {
            return Alteration::InPlace(Vec::new());
        }
        let alter = |what: String| Sql::new(format!("ALTER TABLE {} {what}", table(want)));
        let only = |fields: &[&str]| have.definition.differs_only_in(&want.definition, fields);
        let mut sql = Vec::new();
        if only(&["not_valid"]) && have.flag("not_valid") {
            sql.push(alter(format!("VALIDATE CONSTRAINT {}", bare(want))));
            return Alteration::InPlace(sql);
        }
        if want.get("type") == Some("f") && only(&["deferrable", "deferred"]) {
            let how = match deferral(want) {
                "" => " NOT DEFERRABLE",
                " DEFERRABLE" => " DEFERRABLE INITIALLY IMMEDIATE",
                deferred => deferred,
            };
            sql.push(alter(format!("ALTER CONSTRAINT {}{how}", bare(want))));
            return Alteration::InPlace(sql);
        }
        if only(&["options", "tablespace"]) {
            let index = want.text("index");
            if have.get("tablespace") != want.get("tablespace") {
                let to = want.get("tablespace").unwrap_or("pg_default");
                sql.push(format!("ALTER INDEX {index} SET TABLESPACE {to}").into());
            }
            let changes = super::table::parameter_changes(have.get("options"), want.get("options"), "");
            sql.extend(changes.iter().map(|change| Sql::new(format!("ALTER INDEX {index} {change}"))));
            return Alteration::InPlace(sql);
        }
        Alteration::Replace
    }

    fn can_fold(&self, object: &Object, owner: &Object, _at: &Context<'_>) -> bool {
        (owner.id.is("table") || owner.id.is("foreign table"))
            && !object.flag("not_valid")
            && !object.flag("not_enforced")
    }

    /// The index of a partitioned table does not mind that a partition goes, with or without its index.
    fn when_replaced(&self, object: &Object, needed: &Object, at: &Context<'_>) -> Reaction {
        let is_of_partition = needed.follows.as_ref() == Some(&object.id);
        match is_of_partition && !(at.is_replaced(&needed.id) && column::is_attached(needed, at)) {
            true => Reaction::Stay,
            false => Reaction::StepAside,
        }
    }

    /// The server makes indexes and checks anew when a column changes its type, and compares the two ends of a foreign
    /// key while only one of them has changed.
    fn when_disturbed(&self, object: &Object, needed: &Object, at: &Context<'_>) -> Reaction {
        let kind = |schema: &Schema| schema.objects.get(&needed.id).map(|column| cast_path::base(column.text("type")));
        let is_other = kind(at.have) != kind(at.want) || needed.needs.iter().any(|need| at.is_replaced(need));
        match object.get("type") {
            Some("f") if is_other => Reaction::StepAside,
            _ => Reaction::Stay,
        }
    }

    fn goes_with(&self, have: &Object, at: &Context<'_>) -> Option<ObjectId> {
        let parent = have.follows.as_ref()?;
        (at.is_dropped(parent) && column::is_attached(have, at)).then(|| parent.clone())
    }

    fn comes_with(&self, want: &Object, at: &Context<'_>) -> bool {
        want.get("type") == Some("c")
            && want.follows.as_ref().is_some_and(|parent| at.is_created(parent) && column::is_attached(want, at))
    }
}
