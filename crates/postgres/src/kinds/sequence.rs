//! Sequences that are not a column's identity.

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Sql};

use super::{CLASS, CatalogKind, USER_SCHEMA};

pub(crate) struct SequenceKind;

impl CatalogKind for SequenceKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT c.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
    '2615/' || n.oid AS needs,
    pg_catalog.format_type(s.seqtypid, NULL) AS type,
    s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS min, s.seqmax AS max, s.seqcache AS cache,
    CASE WHEN s.seqcycle THEN 't' END AS cycle,
    CASE WHEN c.relpersistence = 'u' THEN 't' END AS unlogged
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = c.oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND {USER_SCHEMA}
  AND NOT EXISTS (
      SELECT 1 FROM pg_catalog.pg_depend AS d
      WHERE d.classid = 1259 AND d.objid = c.oid AND d.deptype = 'i' AND d.refclassid = 1259)"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("SEQUENCE {}", object.name()))
    }
}

/// The options of a sequence, those that are as usual left out.
pub(crate) fn options(object: &Object, prefix: &str) -> Vec<String> {
    let get = |field: &str| object.get(&format!("{prefix}{field}")).unwrap_or_default();
    let number = |field: &str| get(field).parse::<i64>().unwrap_or(1);
    let increment = number("increment");
    let (lowest, highest) = match get("type") {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let (usual_min, usual_max) = if increment > 0 { (1, highest) } else { (lowest, -1) };
    let (min, max) = (number("min"), number("max"));
    let usual_start = if increment > 0 { min } else { max };
    let mut options = Vec::new();
    if increment != 1 {
        options.push(format!("INCREMENT BY {increment}"));
    }
    if min != usual_min {
        options.push(format!("MINVALUE {min}"));
    }
    if max != usual_max {
        options.push(format!("MAXVALUE {max}"));
    }
    if number("start") != usual_start {
        options.push(format!("START WITH {}", number("start")));
    }
    if number("cache") != 1 {
        options.push(format!("CACHE {}", number("cache")));
    }
    if get("cycle") == "t" {
        options.push("CYCLE".to_owned());
    }
    options
}

/// The options that lead from one sequence to another: all that differ.
pub(crate) fn changed(have: &Object, want: &Object, prefix: &str) -> Vec<String> {
    let differs = |field: &str| {
        let field = format!("{prefix}{field}");
        have.get(&field) != want.get(&field)
    };
    let value = |field: &str| want.get(&format!("{prefix}{field}")).unwrap_or_default().to_owned();
    let mut changed = Vec::new();
    for (field, word) in [
        ("increment", "INCREMENT BY"),
        ("min", "MINVALUE"),
        ("max", "MAXVALUE"),
        ("start", "START WITH"),
        ("cache", "CACHE"),
    ] {
        // A change of the type moves bounds that are the type's own.
        if differs(field) || (differs("type") && ["min", "max"].contains(&field)) {
            changed.push(format!("{word} {}", value(field)));
        }
    }
    if differs("cycle") {
        changed.push(if value("cycle") == "t" { "CYCLE" } else { "NO CYCLE" }.to_owned());
    }
    changed
}

/// Brings the present value of a sequence between its new bounds, where these leave out values that it may have.
pub(crate) fn fit(sequence: &str, have: &Object, want: &Object, prefix: &str) -> Vec<String> {
    let number = |object: &Object, field: &str| {
        object.get(&format!("{prefix}{field}")).and_then(|value| value.parse::<i64>().ok()).unwrap_or(1)
    };
    let (old_min, old_max) = (number(have, "min"), number(have, "max"));
    let (min, max) = (number(want, "min"), number(want, "max"));
    if min <= old_min && max >= old_max {
        return Vec::new();
    }
    let mut sql = Vec::new();
    let mut wider = Vec::new();
    if min < old_min {
        wider.push(format!("MINVALUE {min}"));
    }
    if max > old_max {
        wider.push(format!("MAXVALUE {max}"));
    }
    if !wider.is_empty() {
        sql.push(format!("ALTER SEQUENCE {sequence} {}", wider.join(" ")));
    }
    sql.push(format!(
        "SELECT pg_catalog.setval('{}', GREATEST(LEAST(last_value, {max}), {min}), is_called AND last_value BETWEEN {min} AND {max}) FROM {sequence}",
        sequence.replace('\'', "''")
    ));
    sql
}

impl ObjectKind for SequenceKind {
    fn name(&self) -> &'static str {
        "sequence"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        vec![format!("relation {}", object.name())]
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let unlogged = if object.flag("unlogged") { "UNLOGGED " } else { "" };
        let mut sql = format!("CREATE {unlogged}SEQUENCE {}", object.name());
        if object.text("type") != "bigint" {
            sql.push_str(&format!(" AS {}", object.text("type")));
        }
        for option in options(object, "") {
            sql.push_str(&format!(" {option}"));
        }
        vec![sql.into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP SEQUENCE {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        let mut sql: Vec<Sql> = Vec::new();
        if have.flag("unlogged") != want.flag("unlogged") {
            let how = if want.flag("unlogged") { "UNLOGGED" } else { "LOGGED" };
            sql.push(format!("ALTER SEQUENCE {} SET {how}", want.name()).into());
        }
        let wider = ["smallint", "integer", "bigint"];
        let rank = |object: &Object| wider.iter().position(|kind| *kind == object.text("type"));
        let as_type = format!("ALTER SEQUENCE {} AS {}", want.name(), want.text("type"));
        let grows = rank(want) > rank(have);
        if grows {
            sql.push(as_type.clone().into());
        }
        sql.extend(fit(want.name(), have, want, "").into_iter().map(Sql::from));
        let changed = changed(have, want, "");
        let type_first =
            if !grows && rank(want) != rank(have) { format!(" AS {}", want.text("type")) } else { String::new() };
        if !changed.is_empty() || !type_first.is_empty() {
            sql.push(format!("ALTER SEQUENCE {}{type_first} {}", want.name(), changed.join(" ")).trim_end().into());
        }
        Alteration::InPlace(sql)
    }

    fn goes_with(&self, have: &Object, at: &Context<'_>) -> Option<ObjectId> {
        let owned = at.have.find("sequence owner", have.name())?;
        owned.needs.iter().find(|need| need.is("column")).cloned()
    }
}
