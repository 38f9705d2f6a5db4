//! The index by which a table is clustered, and the index that identifies its rows for replication: marks on an index
//! that outlive neither it nor the table.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{CLASS, CatalogKind, USER_SCHEMA, name};

pub(crate) struct ClusterKind;
pub(crate) struct ReplicaIdentityKind;

impl CatalogKind for ClusterKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn is_addressed(&self) -> bool {
        false
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT i.indexrelid AS oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.relname) AS name,
    '1259/' || t.oid AS owner,
    '1259/' || i.indexrelid AS needs,
    pg_catalog.quote_ident(x.relname) AS index,
    CASE WHEN t.relkind = 'm' THEN 't' END AS of_view
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE i.indisclustered AND t.relpersistence <> 't' AND {USER_SCHEMA}"
        ))
    }
}

impl ObjectKind for ClusterKind {
    fn name(&self) -> &'static str {
        "cluster"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let kind = if object.flag("of_view") { "MATERIALIZED VIEW" } else { "TABLE" };
        vec![format!("ALTER {kind} {} CLUSTER ON {}", object.name(), object.text("index")).into()]
    }

    fn drop(&self, object: &Object, at: &Context<'_>) -> Vec<Sql> {
        let kind = if object.flag("of_view") { "MATERIALIZED VIEW" } else { "TABLE" };
        let gone = object.needs.iter().any(|need| at.is_dropped(need));
        match gone {
            // The mark goes with its index.
            true => Vec::new(),
            false => vec![format!("ALTER {kind} {} SET WITHOUT CLUSTER", object.name()).into()],
        }
    }

    fn alter(&self, _have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        Alteration::InPlace(self.create(want, &[], at))
    }
}

impl CatalogKind for ReplicaIdentityKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn is_addressed(&self) -> bool {
        false
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT t.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.relname) AS name,
    '1259/' || t.oid AS owner,
    '1259/' || i.indexrelid AS needs,
    t.relreplident AS mode,
    pg_catalog.quote_ident(x.relname) AS index
FROM pg_catalog.pg_class AS t
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_index AS i ON i.indrelid = t.oid AND i.indisreplident AND t.relreplident = 'i'
LEFT JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
WHERE t.relkind IN ('r', 'p') AND t.relreplident <> 'd' AND t.relpersistence <> 't' AND {USER_SCHEMA}"
        ))
    }
}

impl ObjectKind for ReplicaIdentityKind {
    fn name(&self) -> &'static str {
        "replica identity"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let how = match object.text("mode") {
            "f" => "FULL".to_owned(),
            "n" => "NOTHING".to_owned(),
            "i" if object.get("index").is_some() => format!("USING INDEX {}", name::last(object.text("index"))),
            _ => "DEFAULT".to_owned(),
        };
        vec![format!("ALTER TABLE ONLY {} REPLICA IDENTITY {how}", object.name()).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER TABLE ONLY {} REPLICA IDENTITY DEFAULT", object.name()).into()]
    }

    fn alter(&self, _have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        Alteration::InPlace(self.create(want, &[], at))
    }
}
