//! Extended statistics. The server rebuilds them itself when a column changes its type.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Reaction, Sql};

use super::{CatalogKind, USER_SCHEMA};

pub(crate) struct StatisticsKind;

impl CatalogKind for StatisticsKind {
    fn catalog(&self) -> u32 {
        3381
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT s.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(s.stxname) AS name,
    '1259/' || s.stxrelid AS owner,
    '2615/' || n.oid AS needs,
    pg_catalog.pg_get_statisticsobjdef(s.oid) AS text,
    NULLIF(s.stxstattarget, -1) AS target
FROM pg_catalog.pg_statistic_ext AS s
JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace
WHERE {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("STATISTICS {}", object.name()))
    }
}

fn aim(statistics: &Object) -> Sql {
    format!("ALTER STATISTICS {} SET STATISTICS {}", statistics.name(), statistics.get("target").unwrap_or("-1")).into()
}

impl ObjectKind for StatisticsKind {
    fn name(&self) -> &'static str {
        "statistics"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        vec![format!("statistics {}", object.name())]
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let made = Sql::new(object.text("text"));
        std::iter::once(made).chain(object.get("target").map(|_| aim(object))).collect()
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP STATISTICS {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        match have.definition.differs_only_in(&want.definition, &["target"]) {
            true => Alteration::InPlace(vec![aim(want)]),
            false => Alteration::Replace,
        }
    }

    fn when_disturbed(&self, object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        // The server's rebuilding forgets the target.
        let forgets = object.get("target").is_some() && needed.id.is("column");
        if forgets { Reaction::Convert } else { Reaction::Stay }
    }
}
