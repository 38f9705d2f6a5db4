//! Defaults of columns of tables, foreign tables and views.

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Sql};

use super::{ATTRDEF, CatalogKind, USER_SCHEMA, cast_path, name};

pub(crate) struct DefaultKind;

impl CatalogKind for DefaultKind {
    fn catalog(&self) -> u32 {
        ATTRDEF
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT d.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
        || '.' || pg_catalog.quote_ident(a.attname) AS name,
    '1259/' || c.oid || '/' || a.attnum AS owner,
    CASE WHEN c.relkind = 'v' THEN 't' END AS of_view,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression
FROM pg_catalog.pg_attrdef AS d
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
JOIN pg_catalog.pg_class AS c ON c.oid = d.adrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE a.attgenerated = '' AND c.relpersistence <> 't' AND {USER_SCHEMA}"
        ))
    }
}

impl DefaultKind {
    fn set(&self, object: &Object, what: &str) -> Sql {
        let (table, column) = (name::qualifier(object.name()), name::last(object.name()));
        let kind = if object.flag("of_view") { "VIEW" } else { "TABLE ONLY" };
        Sql::new(format!("ALTER {kind} {table} ALTER COLUMN {column} {what}"))
    }
}

impl ObjectKind for DefaultKind {
    fn name(&self) -> &'static str {
        "default"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![self.set(object, &format!("SET DEFAULT {}", object.text("expression")))]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![self.set(object, "DROP DEFAULT")]
    }

    fn alter(&self, _have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        Alteration::InPlace(self.create(want, &[], at))
    }

    fn can_fold(&self, object: &Object, owner: &Object, _at: &Context<'_>) -> bool {
        let holds = ["column", "table", "foreign table"].iter().any(|kind| owner.id.is(kind));
        !object.flag("of_view") && holds && !owner.flag("inherited")
    }

    /// The server converts a default with its column, but not always, and not always as it would be written.
    fn when_disturbed(&self, object: &Object, needed: &Object, at: &Context<'_>) -> Reaction {
        if object.owner.as_ref() != Some(&needed.id) {
            return Reaction::StepAside;
        }
        let kind = |schema: &droveway_core::schema::Schema| {
            schema.objects.get(&needed.id).map(|column| cast_path::base(column.text("type")))
        };
        match kind(at.have) == kind(at.want) {
            true => Reaction::Stay,
            false => Reaction::StepAside,
        }
    }

    fn fills(&self, object: &Object) -> Option<ObjectId> {
        (!object.flag("of_view")).then(|| ObjectId::new("table", name::qualifier(object.name())))
    }
}
