//! Tables: ordinary, partitioned, foreign, typed. Columns, constraints and what else belongs to one are kinds of their
//! own; those that can are told in the same statement.

use std::fmt::Write;

use droveway_core::schema::{Alteration, Aside, Context, Object, ObjectId, ObjectKind, Reaction, Sql};

use super::{CLASS, CatalogKind, USER_SCHEMA, column, constraint, inheritance, name};

pub(crate) struct TableKind;
pub(crate) struct ForeignTableKind;

/// Fields that both kinds of tables share.
const QUERY: &str = "SELECT c.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
    '2615/' || n.oid || CASE WHEN c.relkind = 'p' THEN COALESCE((
        SELECT pg_catalog.string_agg(' 1247/' || a.atttypid, '')
        FROM pg_catalog.pg_partitioned_table AS p
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY (p.partattrs)
        WHERE p.partrelid = c.oid), '') ELSE '' END AS needs,
    CASE WHEN c.relpersistence = 'u' THEN 't' END AS unlogged,
    CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
    CASE WHEN c.relkind = 'p' THEN (
        SELECT pg_catalog.string_agg(pg_catalog.format_type(a.atttypid, NULL), ', ' ORDER BY a.attnum)
        FROM pg_catalog.pg_partitioned_table AS p
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY (p.partattrs)
        WHERE p.partrelid = c.oid) END AS key_types,
    pg_catalog.array_to_json(c.reloptions) AS options,
    pg_catalog.array_to_json(tc.reloptions) AS toast_options,
    pg_catalog.quote_ident(ts.spcname) AS tablespace,
    CASE WHEN am.amname <> 'heap' THEN pg_catalog.quote_ident(am.amname) END AS access_method,
    CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS of_type,
    CASE WHEN c.relrowsecurity THEN 't' END AS row_security,
    CASE WHEN c.relforcerowsecurity THEN 't' END AS force_row_security,
    CASE WHEN NOT c.relispartition AND c.oid IN (SELECT inhrelid FROM pg_catalog.pg_inherits) THEN (
        SELECT pg_catalog.json_agg(pg_catalog.quote_ident(a.attname) ORDER BY a.attname)
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attinhcount > 0 AND NOT a.attislocal) END AS inherited,
    pg_catalog.quote_ident(fs.srvname) AS server,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(pg_catalog.quote_ident(o.option_name), o.option_value))
     FROM pg_catalog.pg_options_to_table(ft.ftoptions) AS o) AS server_options
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class AS tc ON tc.oid = c.reltoastrelid
LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_foreign_table AS ft ON ft.ftrelid = c.oid
LEFT JOIN pg_catalog.pg_foreign_server AS fs ON fs.oid = ft.ftserver";

impl CatalogKind for TableKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!("{QUERY}\nWHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND {USER_SCHEMA}"))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("TABLE {}", object.name()))
    }
}

impl CatalogKind for ForeignTableKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!("{QUERY}\nWHERE c.relkind = 'f' AND {USER_SCHEMA}"))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("FOREIGN TABLE {}", object.name()))
    }
}

/// Options of a foreign object as `OPTIONS (…)` takes them.
pub(crate) fn foreign_options(text: Option<&str>) -> Vec<(String, String)> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

pub(crate) fn options_clause(text: Option<&str>) -> String {
    let options = foreign_options(text);
    match options.is_empty() {
        true => String::new(),
        false => {
            let list: Vec<String> = options.iter().map(|(key, value)| format!("{key} {}", literal(value))).collect();
            format!(" OPTIONS ({})", list.join(", "))
        }
    }
}

/// `OPTIONS (ADD …, SET …, DROP …)`; empty if nothing differs.
pub(crate) fn options_change(have: Option<&str>, want: Option<&str>) -> String {
    let (have, want) = (foreign_options(have), foreign_options(want));
    let of = |list: &[(String, String)], key: &str| {
        list.iter().find(|(other, _)| other == key).map(|(_, value)| value.clone())
    };
    let mut actions = Vec::new();
    for (key, value) in &want {
        match of(&have, key) {
            None => actions.push(format!("ADD {key} {}", literal(value))),
            Some(old) if old != *value => actions.push(format!("SET {key} {}", literal(value))),
            Some(_) => {}
        }
    }
    actions.extend(have.iter().filter(|(key, _)| of(&want, key).is_none()).map(|(key, _)| format!("DROP {key}")));
    if actions.is_empty() { String::new() } else { format!("OPTIONS ({})", actions.join(", ")) }
}

/// A string literal that means the same whatever `standard_conforming_strings` is.
pub(crate) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// Storage parameters: name and value of each.
pub(crate) fn parameters(json: Option<&str>) -> Vec<(String, String)> {
    let list: Vec<String> = json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    list.iter()
        .filter_map(|option| option.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn parameter_value(value: &str) -> String {
    let plain = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let is_number = value.parse::<f64>().is_ok();
    if is_number || (plain && !value.contains('-') && !value.starts_with(|c: char| c.is_ascii_digit())) {
        value.to_owned()
    } else {
        literal(value)
    }
}

/// `a = 1, toast.b = 2`, for WITH and SET.
pub(crate) fn parameter_list(parameters: &[(String, String)], prefix: &str) -> Vec<String> {
    parameters.iter().map(|(name, value)| format!("{prefix}{name} = {}", parameter_value(value))).collect()
}

/// The SET and RESET actions that lead from one list of parameters to another.
pub(crate) fn parameter_changes(have: Option<&str>, want: Option<&str>, prefix: &str) -> Vec<String> {
    let (have, want) = (parameters(have), parameters(want));
    let set: Vec<(String, String)> = want.iter().filter(|option| !have.contains(option)).cloned().collect();
    let reset: Vec<String> = have
        .iter()
        .filter(|(name, _)| !want.iter().any(|(other, _)| other == name))
        .map(|(name, _)| format!("{prefix}{name}"))
        .collect();
    let mut actions = Vec::new();
    if !set.is_empty() {
        actions.push(format!("SET ({})", parameter_list(&set, prefix).join(", ")));
    }
    if !reset.is_empty() {
        actions.push(format!("RESET ({})", reset.join(", ")));
    }
    actions
}

fn create(object: &Object, parts: &[&Object], at: &Context<'_>, foreign: bool) -> Vec<Sql> {
    let kind = match (foreign, object.flag("unlogged")) {
        (true, _) => "FOREIGN TABLE",
        (false, true) => "UNLOGGED TABLE",
        (false, false) => "TABLE",
    };
    let mut sql = format!("CREATE {kind} {}", object.name());
    let defaults: Vec<&&Object> = parts.iter().filter(|part| part.id.is("default")).collect();
    let default_of = |column: &Object| {
        defaults.iter().find(|default| default.id.name == column.id.name).map(|default| default.text("expression"))
    };
    let mut columns: Vec<&&Object> = parts.iter().filter(|part| part.id.is("column")).collect();
    columns.sort_by_key(|column| column::place(column));
    let is_typed = object.get("of_type").is_some();
    let inherited = |column: &Object| column.flag("inherited");
    let mut lines: Vec<String> = Vec::new();
    for column in columns {
        let default = default_of(column);
        if is_typed || inherited(column) {
            lines.extend(column::extra(column, default, is_typed));
        } else {
            lines.push(column::definition(column, default));
        }
    }
    let mut constraints: Vec<&&Object> = parts.iter().filter(|part| part.id.is("constraint")).collect();
    constraints.sort_by_key(|constraint| constraint::place(constraint));
    for constraint in constraints {
        lines.push(format!(
            "CONSTRAINT {} {}",
            name::last(constraint.name()),
            constraint::definition(constraint)
        ));
    }
    if let Some(of_type) = object.get("of_type") {
        let _ = write!(sql, " OF {of_type}");
    }
    if !(is_typed && lines.is_empty()) {
        let body: Vec<String> = lines.iter().map(|line| format!("\n    {line}")).collect();
        let end = if body.is_empty() { "" } else { "\n" };
        let _ = write!(sql, " ({}{end})", body.join(","));
    }
    let mut parents: Vec<&&Object> = parts.iter().filter(|part| part.id.is("inheritance")).collect();
    parents.sort_by_key(|parent| inheritance::place(parent));
    if !parents.is_empty() {
        let list: Vec<&str> = parents.iter().map(|parent| parent.text("parent")).collect();
        let _ = write!(sql, "\nINHERITS ({})", list.join(", "));
    }
    if let Some(key) = object.get("partition_key") {
        let _ = write!(sql, "\nPARTITION BY {key}");
    }
    if let Some(method) = object.get("access_method") {
        let _ = write!(sql, "\nUSING {method}");
    }
    if let Some(server) = object.get("server") {
        let _ = write!(sql, "\nSERVER {server}{}", options_clause(object.get("server_options")));
    }
    let mut with = parameter_list(&parameters(object.get("options")), "");
    with.extend(parameter_list(&parameters(object.get("toast_options")), "toast."));
    if !with.is_empty() {
        let _ = write!(sql, "\nWITH ({})", with.join(", "));
    }
    if let Some(tablespace) = object.get("tablespace") {
        let _ = write!(sql, "\nTABLESPACE {tablespace}");
    }
    let mut all = vec![Sql::new(sql)];
    for column in parts.iter().filter(|part| part.id.is("column")) {
        all.extend(column::settings(column, object.name()));
    }
    for (field, words) in [("row_security", "ENABLE"), ("force_row_security", "FORCE")] {
        if object.flag(field) {
            all.push(format!("ALTER TABLE {} {words} ROW LEVEL SECURITY", object.name()).into());
        }
    }
    let _ = at;
    all
}

/// Whether columns that the table had of its own are to be its parent's alone: no ALTER makes them so.
fn disowns_columns(have: &Object, want: &Object, at: &Context<'_>) -> bool {
    let inherited = |object: &Object| -> Vec<String> {
        object.get("inherited").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    };
    let before = inherited(have);
    inherited(want)
        .iter()
        .any(|column| !before.contains(column) && at.have.has("column", &format!("{}.{column}", have.name())))
}

fn alter(have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
    let name = want.name();
    let mut actions: Vec<String> = Vec::new();
    let differs = |field: &str| have.get(field) != want.get(field);
    if differs("partition_key") || differs("key_types") || differs("server") || disowns_columns(have, want, at) {
        return Alteration::Replace;
    }
    if differs("unlogged") {
        actions.push(if want.flag("unlogged") { "SET UNLOGGED" } else { "SET LOGGED" }.to_owned());
    }
    if differs("access_method") {
        actions.push(format!("SET ACCESS METHOD {}", want.get("access_method").unwrap_or("heap")));
    }
    if differs("tablespace") {
        actions.push(format!("SET TABLESPACE {}", want.get("tablespace").unwrap_or("pg_default")));
    }
    if differs("row_security") {
        let how = if want.flag("row_security") { "ENABLE" } else { "DISABLE" };
        actions.push(format!("{how} ROW LEVEL SECURITY"));
    }
    if differs("force_row_security") {
        let how = if want.flag("force_row_security") { "FORCE" } else { "NO FORCE" };
        actions.push(format!("{how} ROW LEVEL SECURITY"));
    }
    actions.extend(parameter_changes(have.get("options"), want.get("options"), ""));
    actions.extend(parameter_changes(have.get("toast_options"), want.get("toast_options"), "toast."));
    let mut sql: Vec<Sql> = actions.iter().map(|action| format!("ALTER TABLE {name} {action}").into()).collect();
    let options = options_change(have.get("server_options"), want.get("server_options"));
    if !options.is_empty() {
        sql.push(format!("ALTER FOREIGN TABLE {name} {options}").into());
    }
    Alteration::InPlace(sql)
}

/// A table that cannot become another one in place is made anew beside the old one, and takes its rows.
fn set_aside(have: &Object, want: &Object, at: &Context<'_>) -> Aside {
    let aside = name::qualified_aside(have.name());
    let mut columns: Vec<&Object> =
        parts_of(at, want, true).filter(|column| column.get("generated").is_none()).collect();
    columns.sort_by_key(|column| column::place(column));
    let was_there =
        |column: &Object| at.have.objects.get(&column.id).is_some_and(|old| old.get("generated").is_none());
    let kept: Vec<&str> = columns.iter().copied().filter(|c| was_there(c)).map(|c| name::last(c.name())).collect();
    let values: Vec<String> = columns
        .iter()
        .copied()
        .filter(|c| was_there(c))
        .filter_map(|column| Some(column::value_for(at.have.objects.get(&column.id)?, column, at)))
        .collect();
    let always = columns.iter().any(|column| column.text("identity") == "a");
    let overriding = if always { " OVERRIDING SYSTEM VALUE" } else { "" };
    let mut fill: Vec<Sql> = Vec::new();
    if !kept.is_empty() {
        fill.push(
            format!(
                "INSERT INTO {} ({}){overriding}\nSELECT {}\nFROM {}{aside}",
                want.name(),
                kept.join(", "),
                values.join(", "),
                // The rows of children stay in the children.
                if have.get("partition_key").is_some() { "" } else { "ONLY " },
            )
            .into(),
        );
    }
    for column in columns.iter().filter(|column| column.get("identity").is_some()) {
        let bare = name::plain(name::last(column.name()));
        fill.push(
            format!(
                "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), GREATEST(pg_catalog.max({}), 1)) FROM {} HAVING pg_catalog.count(*) > 0",
                literal(want.name()),
                literal(&bare),
                name::last(column.name()),
                want.name()
            )
            .into(),
        );
    }
    let mut rename: Vec<Sql> =
        vec![format!("ALTER TABLE {} RENAME TO {}", have.name(), name::aside(have.name())).into()];
    // The sequence of an identity has a name that the new one takes.
    rename.extend(
        at.have
            .parts("column", &have.id)
            .filter_map(|column| column.get("identity_name"))
            .map(|sequence| Sql::new(format!("ALTER SEQUENCE {sequence} RENAME TO {}", name::aside(sequence)))),
    );
    Aside {
        rename,
        fill,
        drop: vec![
            Sql::new(format!("DROP TABLE {aside}"))
                .with_risk(format!("the rows of {} were copied into the new table before", have.name())),
        ],
    }
}

fn parts_of<'a>(at: &Context<'a>, table: &Object, want: bool) -> impl Iterator<Item = &'a Object> {
    let schema = if want { at.want } else { at.have };
    let prefix = format!("{}.", table.name());
    let id = table.id.clone();
    schema
        .objects
        .range(ObjectId::new("column", prefix.clone())..)
        .take_while(move |(other, _)| other.is("column") && other.name.starts_with(&prefix))
        .map(|(_, object)| object)
        .filter(move |object| object.owner.as_ref() == Some(&id))
}

fn slots(object: &Object) -> Vec<String> {
    vec![format!("relation {}", object.name()), format!("type {}", object.name())]
}

impl ObjectKind for TableKind {
    fn name(&self) -> &'static str {
        "table"
    }

    fn holds_data(&self, _object: &Object) -> bool {
        true
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        slots(object)
    }

    fn create(&self, object: &Object, parts: &[&Object], at: &Context<'_>) -> Vec<Sql> {
        create(object, parts, at, false)
    }

    fn drop(&self, object: &Object, at: &Context<'_>) -> Vec<Sql> {
        let partitions = at.have.of_kind("partition").filter(|partition| partition.text("parent") == object.name()).count();
        let partitions = match partitions {
            0 => String::new(),
            1 => ", with its partition".to_owned(),
            many => format!(", with its {many} partitions"),
        };
        vec![
            Sql::new(format!("DROP TABLE {}", object.name()))
                .with_risk(format!("drops table {} and its rows{partitions}", object.name())),
        ]
    }

    fn goes_with(&self, have: &Object, at: &Context<'_>) -> Option<ObjectId> {
        let partition = at.have.find("partition", have.name())?;
        let parent = ObjectId::new("table", partition.text("parent"));
        at.is_dropped(&parent).then_some(parent)
    }

    /// A type of its partition key that is made anew takes the table with it; what else a table needs it is asked for
    /// by its columns.
    fn when_replaced(&self, object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        let is_key = object.get("partition_key").is_some() && !needed.id.is("schema") && !needed.id.is("extension");
        match is_key {
            true => Reaction::StepAside,
            false => Reaction::Refuse(format!("{} holds rows and needs {}", object.id, needed.id)),
        }
    }

    /// What type it is of is told by a kind of its own.
    fn same(&self, have: &Object, want: &Object, _at: &Context<'_>) -> bool {
        have.definition.differs_only_in(&want.definition, &["of_type"])
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        alter(have, want, at)
    }

    fn set_aside(&self, have: &Object, want: &Object, at: &Context<'_>) -> Option<Aside> {
        Some(set_aside(have, want, at))
    }
}

impl ObjectKind for ForeignTableKind {
    fn name(&self) -> &'static str {
        "foreign table"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        slots(object)
    }

    fn create(&self, object: &Object, parts: &[&Object], at: &Context<'_>) -> Vec<Sql> {
        create(object, parts, at, true)
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP FOREIGN TABLE {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        alter(have, want, at)
    }
}
