//! Views. They are changed in place where the server can: when the columns that were there stay as they are.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{
    CLASS, CatalogKind, USER_SCHEMA, expression,
    table::{parameter_changes, parameter_list, parameters},
};

pub(crate) struct ViewKind;
pub(crate) struct MaterializedViewKind;

const QUERY: &str = "SELECT c.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
    '2615/' || n.oid AS needs,
    pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';') AS text,
    pg_catalog.array_to_json(c.reloptions) AS options,
    cols.list AS columns,
    pg_catalog.quote_ident(ts.spcname) AS tablespace,
    CASE WHEN am.amname <> 'heap' THEN pg_catalog.quote_ident(am.amname) END AS access_method,
    CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 't' END AS empty,
    cols.settings AS settings
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
LEFT JOIN (
    SELECT a.attrelid,
        pg_catalog.json_agg(pg_catalog.json_build_array(pg_catalog.quote_ident(a.attname),
            pg_catalog.format_type(a.atttypid, a.atttypmod), a.attcollation::pg_catalog.regcollation) ORDER BY a.attnum)::pg_catalog.text AS list,
        NULLIF(pg_catalog.concat_ws('; ', pg_catalog.string_agg(CASE WHEN r.relkind = 'm' AND a.attstorage <> t.typstorage
            THEN pg_catalog.quote_ident(a.attname) || ' SET STORAGE ' || CASE a.attstorage
                WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END, '; ' ORDER BY a.attnum),
        pg_catalog.string_agg(CASE WHEN r.relkind = 'm' AND STATISTICS_IS_SET
            THEN pg_catalog.quote_ident(a.attname) || ' SET STATISTICS ' || a.attstattarget END, '; ' ORDER BY a.attnum)), '')
            AS settings
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS r ON r.oid = a.attrelid AND r.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384
    GROUP BY a.attrelid
) AS cols ON cols.attrelid = c.oid";

fn query(version: u32) -> String {
    QUERY.replace(
        "STATISTICS_IS_SET",
        if version >= 17 { "a.attstattarget IS NOT NULL" } else { "a.attstattarget <> -1" },
    )
}

impl CatalogKind for ViewKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn query(&self, version: u32) -> Option<String> {
        Some(format!("{}\nWHERE c.relkind = 'v' AND c.relpersistence <> 't' AND {USER_SCHEMA}", query(version)))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("VIEW {}", object.name()))
    }
}

impl CatalogKind for MaterializedViewKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn query(&self, version: u32) -> Option<String> {
        Some(format!("{}\nWHERE c.relkind = 'm' AND {USER_SCHEMA}", query(version)))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("MATERIALIZED VIEW {}", object.name()))
    }
}

/// Each column with its type and collation, as one text.
fn columns(object: &Object) -> Vec<serde_json::Value> {
    object.get("columns").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The options of a view with a check option said apart: CREATE VIEW takes it in WITH as well.
fn with(object: &Object) -> String {
    let with = parameter_list(&parameters(object.get("options")), "");
    if with.is_empty() { String::new() } else { format!(" WITH ({})", with.join(", ")) }
}

fn slots(object: &Object) -> Vec<String> {
    vec![format!("relation {}", object.name()), format!("type {}", object.name())]
}

impl ObjectKind for ViewKind {
    fn name(&self) -> &'static str {
        "view"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        slots(object)
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("CREATE VIEW {}{} AS\n{}", object.name(), with(object), expression::readable_query(object.text("text"))).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP VIEW {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        let (old, new) = (columns(have), columns(want));
        if new.len() < old.len() || old.iter().zip(&new).any(|(old, new)| old != new) {
            return Alteration::Replace;
        }
        if have.get("text") == want.get("text") {
            let changes = parameter_changes(have.get("options"), want.get("options"), "");
            return Alteration::InPlace(
                changes.iter().map(|change| Sql::new(format!("ALTER VIEW {} {change}", want.name()))).collect(),
            );
        }
        Alteration::InPlace(vec![
            format!("CREATE OR REPLACE VIEW {}{} AS\n{}", want.name(), with(want), expression::readable_query(want.text("text"))).into(),
        ])
    }
}

impl ObjectKind for MaterializedViewKind {
    fn name(&self) -> &'static str {
        "materialized view"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        slots(object)
    }

    fn same(&self, have: &Object, want: &Object, _at: &Context<'_>) -> bool {
        have.definition.differs_only_in(&want.definition, &["empty"])
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let method = object.get("access_method").map(|method| format!(" USING {method}")).unwrap_or_default();
        let space = object.get("tablespace").map(|space| format!(" TABLESPACE {space}")).unwrap_or_default();
        let data = if object.flag("empty") { "\nWITH NO DATA" } else { "" };
        let mut sql = vec![Sql::new(format!(
            "CREATE MATERIALIZED VIEW {}{method}{}{space} AS\n{}{data}",
            object.name(),
            with(object),
            expression::readable_query(object.text("text"))
        ))];
        sql.extend(settings(object));
        sql
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP MATERIALIZED VIEW {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        if !have.definition.differs_only_in(&want.definition, &["options", "tablespace", "access_method", "empty"]) {
            return Alteration::Replace;
        }
        let mut actions = Vec::new();
        if have.get("access_method") != want.get("access_method") {
            actions.push(format!("SET ACCESS METHOD {}", want.get("access_method").unwrap_or("heap")));
        }
        if have.get("tablespace") != want.get("tablespace") {
            actions.push(format!("SET TABLESPACE {}", want.get("tablespace").unwrap_or("pg_default")));
        }
        actions.extend(parameter_changes(have.get("options"), want.get("options"), ""));
        Alteration::InPlace(
            actions
                .iter()
                .map(|action| Sql::new(format!("ALTER MATERIALIZED VIEW {} {action}", want.name())))
                .collect(),
        )
    }
}

/// Settings of single columns, as `column SET …`.
fn settings(object: &Object) -> Vec<Sql> {
    object
        .get("settings")
        .map(|settings| settings.split("; ").collect::<Vec<_>>())
        .unwrap_or_default()
        .into_iter()
        .map(|setting| Sql::new(format!("ALTER MATERIALIZED VIEW {} ALTER COLUMN {setting}", object.name())))
        .collect()
}
