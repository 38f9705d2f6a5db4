//! Indexes that are not a constraint's.

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Schema, Sql};

use super::{
    CLASS, CatalogKind, USER_SCHEMA, column, expression, name,
    table::{parameter_changes, parameter_list, parameters},
};

pub(crate) struct IndexKind;

impl CatalogKind for IndexKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn query(&self, version: u32) -> Option<String> {
        let target = if version >= 17 { "a.attstattarget IS NOT NULL" } else { "a.attstattarget <> -1" };
        Some(format!(
            "SELECT c.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
    '1259/' || i.indrelid AS owner,
    CASE WHEN c.relispartition THEN (
        SELECT '1259/' || h.inhparent FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = c.oid) END AS follows,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.relname) AS table,
    CASE WHEN i.indisunique THEN 'CREATE UNIQUE INDEX  ' ELSE 'CREATE INDEX  ' END || CASE WHEN c.reloptions IS NULL
        THEN d.text
        ELSE pg_catalog.replace(d.text, COALESCE(' WITH (' || (
            SELECT pg_catalog.string_agg(o.option_name || '=' || CASE
                WHEN pg_catalog.quote_ident(o.option_value) = o.option_value THEN o.option_value
                ELSE pg_catalog.quote_literal(o.option_value) END, ', ')
            FROM pg_catalog.pg_options_to_table(c.reloptions) AS o) || ')', ''), '') END AS text,
    CASE WHEN i.indisunique THEN 't' END AS unique,
    pg_catalog.array_to_json(c.reloptions) AS options,
    pg_catalog.quote_ident(ts.spcname) AS tablespace,
    CASE WHEN NOT i.indisvalid THEN 't' END AS invalid,
    CASE WHEN c.relkind = 'I' THEN 't' END AS partitioned,
    st.targets AS statistics
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    -- Behind `CREATE UNIQUE INDEX name ON ONLY `, whose length is known: to match a pattern costs more than the text.
    SELECT pg_catalog.substr(pg_catalog.pg_get_indexdef(c.oid), 18
        + pg_catalog.length(pg_catalog.quote_ident(c.relname))
        + CASE WHEN i.indisunique THEN 7 ELSE 0 END
        + CASE WHEN c.relkind = 'I' THEN 5 ELSE 0 END) AS text
) AS d
LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = c.reltablespace
LEFT JOIN (
    SELECT a.attrelid,
        pg_catalog.json_agg(pg_catalog.json_build_array(a.attnum, a.attstattarget) ORDER BY a.attnum)::pg_catalog.text AS targets
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS x ON x.oid = a.attrelid AND x.relkind IN ('i', 'I')
    WHERE {target} AND a.attrelid >= 16384
    GROUP BY a.attrelid
) AS st ON st.attrelid = c.oid
LEFT JOIN pg_catalog.pg_constraint AS k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
WHERE k.oid IS NULL AND c.relpersistence <> 't' AND {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("INDEX {}", object.name()))
    }

    /// The index of a partitioned table takes up those that its partitions have, if these are there first.
    fn finish(&self, schema: &mut Schema) {
        let pairs: Vec<(ObjectId, ObjectId)> =
            schema.of_kind("index").filter_map(|object| Some((object.follows.clone()?, object.id.clone()))).collect();
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

/// Statistics targets by column number.
fn targets(object: &Object) -> Vec<(i32, i32)> {
    object.get("statistics").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

impl ObjectKind for IndexKind {
    fn name(&self) -> &'static str {
        "index"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        vec![format!("relation {}", object.name())]
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let unique = if object.flag("unique") { "UNIQUE " } else { "" };
        let text = object.text("text");
        // Behind the words that make it, the text names the table, the method and the columns.
        let rest = text
            .strip_prefix("CREATE UNIQUE INDEX ")
            .or(text.strip_prefix("CREATE INDEX "))
            .unwrap_or(text)
            .trim_start();
        let with = parameter_list(&parameters(object.get("options")), "");
        let with = if with.is_empty() { String::new() } else { format!(" WITH ({})", with.join(", ")) };
        let (head, condition) = split_condition(rest);
        let condition = expression::readable(condition);
        let only = if object.flag("partitioned") && object.flag("invalid") { "ONLY " } else { "" };
        let tablespace = object.get("tablespace").map(|name| format!(" TABLESPACE {name}")).unwrap_or_default();
        let mut sql = vec![Sql::new(format!(
            "CREATE {unique}INDEX {} ON {only}{head}{with}{tablespace}{condition}",
            name::last(object.name())
        ))];
        sql.extend(targets(object).iter().map(|(column, target)| {
            Sql::new(format!("ALTER INDEX {} ALTER COLUMN {column} SET STATISTICS {target}", object.name()))
        }));
        sql
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP INDEX {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        if !have.definition.differs_only_in(&want.definition, &["options", "tablespace", "statistics"]) {
            return Alteration::Replace;
        }
        let alter = |what: String| Sql::new(format!("ALTER INDEX {} {what}", want.name()));
        let mut sql = Vec::new();
        if have.get("tablespace") != want.get("tablespace") {
            sql.push(alter(format!("SET TABLESPACE {}", want.get("tablespace").unwrap_or("pg_default"))));
        }
        sql.extend(parameter_changes(have.get("options"), want.get("options"), "").into_iter().map(alter));
        let (old, new) = (targets(have), targets(want));
        let set = |column: &i32, target: &i32| alter(format!("ALTER COLUMN {column} SET STATISTICS {target}"));
        sql.extend(
            old.iter()
                .filter(|(column, _)| !new.iter().any(|(other, _)| other == column))
                .map(|(column, _)| set(column, &-1)),
        );
        sql.extend(new.iter().filter(|target| !old.contains(target)).map(|(column, target)| set(column, target)));
        Alteration::InPlace(sql)
    }

    /// The index of a partitioned table does not mind that a partition goes, with or without its index.
    fn when_replaced(&self, object: &Object, needed: &Object, at: &Context<'_>) -> Reaction {
        let is_of_partition = needed.follows.as_ref() == Some(&object.id);
        match is_of_partition && !(at.is_replaced(&needed.id) && column::is_attached(needed, at)) {
            true => Reaction::Stay,
            false => Reaction::StepAside,
        }
    }

    /// The server builds an index anew when its column changes its type.
    fn when_disturbed(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }

    fn goes_with(&self, have: &Object, at: &Context<'_>) -> Option<ObjectId> {
        let parent = have.follows.as_ref()?;
        (at.is_dropped(parent) && column::is_attached(have, at)).then(|| parent.clone())
    }
}

/// The text of an index before its condition, and its condition: parameters stand between the two.
fn split_condition(text: &str) -> (&str, &str) {
    let (mut depth, mut quote) = (0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, ' ') if depth == 0 && text[at..].starts_with(" WHERE ") => return text.split_at(at),
            _ => {}
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_told_from_what_only_looks_like_one() {
        assert_eq!(
            split_condition("public.t USING btree (f(' WHERE ')) WHERE (a > 1)"),
            ("public.t USING btree (f(' WHERE '))", " WHERE (a > 1)")
        );
        assert_eq!(split_condition("public.t USING btree (a)"), ("public.t USING btree (a)", ""));
    }
}
