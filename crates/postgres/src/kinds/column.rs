//! Columns of tables and foreign tables, with their generation expressions and identities; defaults are a kind of their
//! own, since what they need may need the table.

use std::fmt::Write;

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Sql};

use super::{
    CLASS, CatalogKind, USER_SCHEMA, cast_path, name,
    sequence::{self, fit},
    table_type,
    table::{literal, options_change, options_clause, parameter_changes, parameter_list, parameters},
};

pub(crate) struct ColumnKind;

impl CatalogKind for ColumnKind {
    fn catalog(&self) -> u32 {
        CLASS
    }

    fn query(&self, version: u32) -> Option<String> {
        let compression = if version >= 14 { "NULLIF(a.attcompression, '')" } else { "NULL" };
        let statistics = if version >= 17 { "a.attstattarget" } else { "NULLIF(a.attstattarget, -1)" };
        let (not_null_fields, not_null_join) = match version {
            ..18 => ("NULL AS not_null_name, NULL AS not_null_flags", ""),
            _ => (
                "CASE WHEN nn.conname <> pg_catalog.left(c.relname || '_' || a.attname || '_not_null', 63)
        THEN pg_catalog.quote_ident(nn.conname) END AS not_null_name,
    NULLIF(CASE WHEN nn.connoinherit THEN ' NO INHERIT' ELSE '' END
        || CASE WHEN nn.conoid IS NOT NULL AND NOT nn.convalidated THEN ' NOT VALID' ELSE '' END, '') AS not_null_flags",
                "
LEFT JOIN (
    SELECT oid AS conoid, conrelid, conkey[1] AS attnum, conname, connoinherit, convalidated
    FROM pg_catalog.pg_constraint WHERE contype = 'n' AND conrelid <> 0
) AS nn ON nn.conrelid = a.attrelid AND nn.attnum = a.attnum",
            ),
        };
        Some(format!(
            "SELECT c.oid, a.attnum AS sub,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
        || '.' || pg_catalog.quote_ident(a.attname) AS name,
    '1259/' || c.oid AS owner,
    CASE WHEN a.attinhcount > 0 THEN (
        SELECT '1259/' || i.inhparent || '/' || p.attnum
        FROM pg_catalog.pg_inherits AS i
        JOIN pg_catalog.pg_attribute AS p
            ON p.attrelid = i.inhparent AND p.attname = a.attname AND NOT p.attisdropped
        WHERE i.inhrelid = c.oid
        ORDER BY i.inhseqno
        LIMIT 1) END AS follows,
    a.attnum AS place,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    CASE WHEN a.attcollation <> t.typcollation
        THEN pg_catalog.quote_ident(ln.nspname) || '.' || pg_catalog.quote_ident(l.collname) END AS collation,
    CASE WHEN a.attnotnull THEN 't' END AS not_null,
    {not_null_fields},
    CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS generated,
    CASE WHEN a.attgenerated = 'v' THEN 't' END AS virtual,
    NULLIF(a.attidentity, '') AS identity,
    CASE WHEN sq.seqrelid IS NOT NULL THEN pg_catalog.quote_ident(sn.nspname) || '.' || pg_catalog.quote_ident(sc.relname)
        END AS identity_name,
    pg_catalog.format_type(sq.seqtypid, NULL) AS identity_type,
    sq.seqstart AS identity_start, sq.seqincrement AS identity_increment, sq.seqmin AS identity_min,
    sq.seqmax AS identity_max, sq.seqcache AS identity_cache,
    CASE WHEN sq.seqcycle THEN 't' END AS identity_cycle,
    CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage,
    CASE WHEN a.attstorage <> t.typstorage THEN t.typstorage END AS usual_storage,
    {compression} AS compression,
    {statistics} AS statistics,
    pg_catalog.array_to_json(a.attoptions) AS options,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(pg_catalog.quote_ident(o.option_name), o.option_value))
     FROM pg_catalog.pg_options_to_table(a.attfdwoptions) AS o) AS foreign_options,
    CASE WHEN a.attinhcount > 0 AND NOT a.attislocal AND NOT c.relispartition THEN 't' END AS inherited
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated <> ''
LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation
LEFT JOIN pg_catalog.pg_namespace AS ln ON ln.oid = l.collnamespace
LEFT JOIN pg_catalog.pg_depend AS sd ON a.attidentity <> '' AND sd.refclassid = 1259 AND sd.refobjid = a.attrelid
    AND sd.refobjsubid = a.attnum AND sd.classid = 1259 AND sd.deptype = 'i'
LEFT JOIN pg_catalog.pg_sequence AS sq ON sq.seqrelid = sd.objid
LEFT JOIN pg_catalog.pg_class AS sc ON sc.oid = sq.seqrelid
LEFT JOIN pg_catalog.pg_namespace AS sn ON sn.oid = sc.relnamespace{not_null_join}
WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped AND {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("COLUMN {}", object.name()))
    }
}

/// The place of a column in its table, from 1 on, with gaps.
pub(crate) fn place(column: &Object) -> u32 {
    column.text("place").parse().unwrap_or(u32::MAX)
}

fn table(column: &Object) -> &str {
    name::qualifier(column.name())
}

fn bare(column: &Object) -> &str {
    name::last(column.name())
}

/// The name that the server gives to an identity's sequence by itself.
fn usual_sequence(column: &Object) -> String {
    let table = table(column);
    let plain = format!("{}_{}_seq", name::plain(name::last(table)), name::plain(bare(column)));
    format!("{}.{plain}", name::qualifier(table))
}

fn identity_clause(column: &Object) -> Option<String> {
    let how = match column.get("identity")? {
        "a" => "ALWAYS",
        _ => "BY DEFAULT",
    };
    let mut options = Vec::new();
    if let Some(sequence) = column.get("identity_name").filter(|sequence| *sequence != usual_sequence(column)) {
        options.push(format!("SEQUENCE NAME {sequence}"));
    }
    options.extend(sequence::options(column, "identity_"));
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
    Some(format!("GENERATED {how} AS IDENTITY{options}"))
}

fn not_null_clause(column: &Object) -> Option<String> {
    column.flag("not_null").then(|| {
        let flags = column.get("not_null_flags").unwrap_or_default();
        match column.get("not_null_name") {
            Some(constraint) => format!("CONSTRAINT {constraint} NOT NULL{flags}"),
            None => format!("NOT NULL{flags}"),
        }
    })
}

/// A column as CREATE TABLE and ADD COLUMN take it.
pub(crate) fn definition(column: &Object, default: Option<&str>) -> String {
    let mut text = format!("{} {}", bare(column), column.text("type"));
    if let Some(method) = compression(column) {
        let _ = write!(text, " COMPRESSION {method}");
    }
    text.push_str(&options_clause(column.get("foreign_options")));
    if let Some(collation) = column.get("collation") {
        let _ = write!(text, " COLLATE {collation}");
    }
    constraints(column, default, &mut text);
    text
}

fn compression(column: &Object) -> Option<&'static str> {
    match column.get("compression")? {
        "p" => Some("pglz"),
        "l" => Some("lz4"),
        _ => None,
    }
}

fn constraints(column: &Object, default: Option<&str>, text: &mut String) {
    if let Some(expression) = column.get("generated") {
        let how = if column.flag("virtual") { "VIRTUAL" } else { "STORED" };
        let _ = write!(text, " GENERATED ALWAYS AS ({expression}) {how}");
    }
    if let Some(expression) = default {
        let _ = write!(text, " DEFAULT {expression}");
    }
    if let Some(identity) = identity_clause(column) {
        let _ = write!(text, " {identity}");
    }
    if let Some(not_null) = not_null_clause(column) {
        let _ = write!(text, " {not_null}");
    }
}

/// What a column of a typed table says besides its name; a column that is inherited says nothing in CREATE TABLE.
pub(crate) fn extra(column: &Object, default: Option<&str>, is_typed: bool) -> Option<String> {
    let mut text = String::new();
    constraints(column, default, &mut text);
    (is_typed && !text.is_empty()).then(|| format!("{} WITH OPTIONS{text}", bare(column)))
}

fn storage(letter: &str) -> &'static str {
    match letter {
        "p" => "PLAIN",
        "e" => "EXTERNAL",
        "m" => "MAIN",
        _ => "EXTENDED",
    }
}

/// The settings of a column that CREATE TABLE does not take.
pub(crate) fn settings(column: &Object, table: &str) -> Vec<Sql> {
    let alter = |what: String| Sql::new(format!("ALTER TABLE ONLY {table} ALTER COLUMN {} {what}", bare(column)));
    let mut sql = Vec::new();
    if let Some(letter) = column.get("storage") {
        sql.push(alter(format!("SET STORAGE {}", storage(letter))));
    }
    if let Some(target) = column.get("statistics") {
        sql.push(alter(format!("SET STATISTICS {target}")));
    }
    let options = parameter_list(&parameters(column.get("options")), "");
    if !options.is_empty() {
        sql.push(alter(format!("SET ({})", options.join(", "))));
    }
    sql
}

/// Whether a part of a table is the image of a part of the table's parent, before and after: then changes of that one
/// reach it.
pub(crate) fn is_attached(object: &Object, at: &Context<'_>) -> bool {
    let owner = |id: &ObjectId| {
        let object = at.want.objects.get(id).or_else(|| at.have.objects.get(id))?;
        object.owner.clone()
    };
    let (Some(child), Some(parent)) = (object.owner.clone(), object.follows.as_ref().and_then(owner)) else {
        return false;
    };
    let partition = ObjectId::new("partition", child.name.clone());
    let inheritance = ObjectId::new("inheritance", format!("{} inherits {}", child.name, parent.name));
    (at.stays(&partition) || at.stays(&inheritance)) && at.stays(&child) && at.stays(&parent)
}

/// Puts the identity behind the values that are there already.
fn continue_after_rows(column: &Object) -> Sql {
    let table = table(column);
    Sql::new(format!(
        "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), pg_catalog.max({bare})) FROM {table} HAVING pg_catalog.max({bare}) >= {}",
        literal(table),
        literal(&name::plain(bare(column))),
        column.get("identity_min").unwrap_or("1"),
        bare = bare(column)
    ))
}

struct Changes<'a> {
    have: &'a Object,
    want: &'a Object,
    sql: Vec<Sql>,
}

impl Changes<'_> {
    fn differs(&self, field: &str) -> bool {
        self.have.get(field) != self.want.get(field)
    }

    fn push(&mut self, what: String) {
        self.sql.push(format!("ALTER TABLE {} ALTER COLUMN {} {what}", table(self.want), bare(self.want)).into());
    }

    fn only(&mut self, what: String) {
        self.sql.push(format!("ALTER TABLE ONLY {} ALTER COLUMN {} {what}", table(self.want), bare(self.want)).into());
    }

    fn retype(&mut self, at: &Context<'_>, replaced: bool) {
        let (from, to) = (self.have.text("type"), self.want.text("type"));
        let collation = self.want.get("collation").map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        let column = bare(self.want);
        let foreign = self.want.owner.as_ref().is_some_and(|owner| owner.is("foreign table"));
        let using = match (replaced, cast_path::base(from) == cast_path::base(to)) {
            // Its values are elsewhere.
            _ if foreign => String::new(),
            (true, _) => format!(" USING {}", through_text(column, to, at)),
            (false, true) => String::new(),
            (false, false) if cast_path::is_assigned(from, to, at.want) => String::new(),
            (false, false) => format!(" USING {}", cast_path::expression(column, from, to, at.want)),
        };
        let function = if replaced { array_function(from, to, at) } else { None };
        let using = match &function {
            Some(_) => format!(" USING {ARRAY_FUNCTION}({column})"),
            None => using,
        };
        let mut sql =
            Sql::new(format!("ALTER TABLE {} ALTER COLUMN {column} TYPE {to}{collation}{using}", table(self.want)));
        if !replaced && cast_path::narrows(from, to) {
            sql = sql
                .with_risk(format!("{} becomes {to}: {}", self.want.name(), cast_path::loss(from, to)));
        }
        let (before, after) = function.unzip();
        self.sql.extend(before.map(Sql::from));
        self.sql.push(sql);
        self.sql.extend(after.map(Sql::from));
    }

    fn identity(&mut self) {
        match (self.have.get("identity"), self.want.get("identity")) {
            (None, Some(_)) => {
                if let Some(clause) = identity_clause(self.want) {
                    self.push(format!("ADD {clause}"));
                    self.sql.push(continue_after_rows(self.want));
                }
            }
            (Some(_), None) => self.push("DROP IDENTITY".to_owned()),
            (Some(old), Some(new)) => {
                if old != new {
                    let how = if new == "a" { "ALWAYS" } else { "BY DEFAULT" };
                    self.push(format!("SET GENERATED {how}"));
                }
                self.identity_sequence();
            }
            (None, None) => {}
        }
    }

    fn identity_sequence(&mut self) {
        let old_name = self.have.text("identity_name").to_owned();
        let name = self.want.text("identity_name").to_owned();
        if name::qualifier(&old_name) != name::qualifier(&name) {
            // It lives in its table's schema, and moves with it.
            return;
        }
        if old_name != name {
            self.sql.push(format!("ALTER SEQUENCE {old_name} RENAME TO {}", name::last(&name)).into());
        }
        let fit = fit(&name, self.have, self.want, "identity_");
        self.sql.extend(fit.into_iter().map(Sql::from));
        // The sequence of an identity has taken on the column's new type.
        if self.differs("identity_type") {
            self.sql.push(format!("ALTER SEQUENCE {name} AS {}", self.want.text("identity_type")).into());
        }
        let changed = sequence::changed(self.have, self.want, "identity_");
        if !changed.is_empty() {
            self.sql.push(format!("ALTER SEQUENCE {name} {}", changed.join(" ")).into());
        }
    }

    /// A change of the type has given the column the new type's own storage and compression.
    fn settings(&mut self, retyped: bool) {
        let wants = |changes: &Self, field: &str| match retyped {
            true => changes.want.get(field).is_some(),
            false => changes.differs(field),
        };
        if wants(self, "storage") {
            let to = self.want.get("storage").or(self.have.get("usual_storage")).map_or("EXTENDED", storage);
            self.only(format!("SET STORAGE {to}"));
        }
        if wants(self, "compression") {
            self.only(format!("SET COMPRESSION {}", compression(self.want).unwrap_or("default")));
        }
        if self.differs("statistics") {
            self.only(format!("SET STATISTICS {}", self.want.get("statistics").unwrap_or("-1")));
        }
        for change in parameter_changes(self.have.get("options"), self.want.get("options"), "") {
            self.only(change);
        }
        let foreign = options_change(self.have.get("foreign_options"), self.want.get("foreign_options"));
        if !foreign.is_empty() {
            let (table, column) = (table(self.want), bare(self.want));
            self.sql.push(format!("ALTER FOREIGN TABLE {table} ALTER COLUMN {column} {foreign}").into());
        }
    }
}

/// The function that converts arrays of a composite type: an array goes value by value, which no expression can say.
const ARRAY_FUNCTION: &str = "pg_temp.drove_convert";

/// Makes and drops the function for arrays of a composite type that is made anew with other attributes.
fn array_function(from: &str, to: &str, at: &Context<'_>) -> Option<(String, String)> {
    let element = to.strip_suffix("[]")?;
    let (old, new) = (at.have.find("composite type", element)?, at.want.find("composite type", element)?);
    if from != to || old.get("attributes") == new.get("attributes") {
        return None;
    }
    let old_array = format!("{}[]", name::qualified_aside(element));
    let value = through_text("$1[place]", element, at);
    Some((
        format!(
            "CREATE FUNCTION {ARRAY_FUNCTION}({old_array}) RETURNS {to} LANGUAGE sql AS $drove$
SELECT CASE WHEN $1 IS NULL THEN NULL ELSE ARRAY(SELECT {value} FROM pg_catalog.generate_subscripts($1, 1) AS place ORDER BY place) END
$drove$"
        ),
        format!("DROP FUNCTION {ARRAY_FUNCTION}({old_array})"),
    ))
}

/// The value of a column of an old table as one for a new table.
pub(crate) fn value_for(have: &Object, want: &Object, at: &Context<'_>) -> String {
    let (column, from, to) = (bare(want), have.text("type"), want.text("type"));
    match (is_type_replaced(to, at), from == to) {
        (true, _) => through_text(column, to, at),
        (false, true) => column.to_owned(),
        (false, false) => cast_path::expression(column, from, to, at.want),
    }
}

/// A value of the old type of the same name as one of the new type.
fn through_text(column: &str, to: &str, at: &Context<'_>) -> String {
    let attributes = |schema: &droveway_core::schema::Schema| {
        schema.find("composite type", to).map(super::composite::attributes).unwrap_or_default()
    };
    let (old, new) = (attributes(at.have), attributes(at.want));
    if new.is_empty() || old.is_empty() {
        return format!("{column}::text::{to}");
    }
    let values: Vec<String> = new
        .iter()
        .map(|attribute| match old.iter().find(|other| other.name == attribute.name) {
            Some(same) if same.kind == attribute.kind && is_type_replaced(&same.kind, at) => {
                format!("({column}).{}::text::{}", attribute.name, attribute.kind)
            }
            Some(same) if same.kind == attribute.kind => format!("({column}).{}", attribute.name),
            Some(other) => {
                cast_path::expression(&format!("({column}).{}", attribute.name), &other.kind, &attribute.kind, at.want)
            }
            None => format!("NULL::{}", attribute.kind),
        })
        .collect();
    format!("CASE WHEN {column} IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW({})::{to} END", values.join(", "))
}

/// The kinds of types that can be made anew under a column.
const TYPES: [&str; 4] = ["enum", "domain", "composite type", "range"];

fn is_type_replaced(name: &str, at: &Context<'_>) -> bool {
    let name = cast_path::base(name);
    let name = name.trim_end_matches("[]");
    TYPES.iter().any(|kind| at.is_replaced(&ObjectId::new(kind, name)))
}

/// Whether a type that the column is of is dropped and made anew.
fn type_is_replaced(have: &Object, at: &Context<'_>) -> bool {
    have.needs.iter().any(|need| {
        let is_type = TYPES.iter().any(|kind| need.is(kind));
        is_type && at.is_replaced(need)
    })
}

impl ObjectKind for ColumnKind {
    fn name(&self) -> &'static str {
        "column"
    }

    fn holds_data(&self, object: &Object) -> bool {
        object.get("generated").is_none()
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        object.get("identity_name").map(|sequence| format!("relation {sequence}")).into_iter().collect()
    }

    fn same(&self, have: &Object, want: &Object, _at: &Context<'_>) -> bool {
        have.definition.differs_only_in(&want.definition, &["place", "inherited"])
    }

    fn create(&self, object: &Object, parts: &[&Object], at: &Context<'_>) -> Vec<Sql> {
        let default = parts.iter().find(|part| part.id.is("default")).map(|part| part.text("expression"));
        let mut add = Sql::new(format!("ALTER TABLE {} ADD COLUMN {}", table(object), definition(object, default)));
        let is_filled = default.is_some() || object.get("identity").is_some() || object.get("generated").is_some();
        let may_have_rows = object.owner.as_ref().is_some_and(|table| at.stays(table));
        if object.flag("not_null") && !is_filled && may_have_rows {
            add = add.with_risk(format!("fails if {} has rows: {} has no default", table(object), object.name()));
        }
        let mut sql = vec![add];
        sql.extend(settings(object, table(object)));
        sql
    }

    fn drop(&self, object: &Object, at: &Context<'_>) -> Vec<Sql> {
        if table_type::is_typed(object, at) {
            return Vec::new();
        }
        let sql = Sql::new(format!("ALTER TABLE {} DROP COLUMN {}", table(object), bare(object)));
        match self.holds_data(object) {
            true => vec![sql.with_risk(format!("drops column {} and its values", object.name()))],
            false => vec![sql],
        }
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        match (have.get("generated"), want.get("generated")) {
            (None, Some(_)) => return Alteration::ReplaceWithLoss,
            (Some(old), Some(new)) if old != new || have.get("type") != want.get("type") => return Alteration::Replace,
            (Some(_), Some(_)) if have.flag("virtual") != want.flag("virtual") || type_is_replaced(have, at) => {
                return Alteration::Replace;
            }
            (Some(_), None) if have.flag("virtual") => return Alteration::Replace,
            _ => {}
        }
        let mut changes = Changes { have, want, sql: Vec::new() };
        let parent = want.follows.as_ref().filter(|_| is_attached(want, at));
        // What the parent's change does to its children is not done again.
        let by_parent = |field: &str| {
            let value = |schema: &droveway_core::schema::Schema| {
                parent.and_then(|id| schema.objects.get(id)).map(|object| object.get(field).map(str::to_owned))
            };
            let (old, new) = (value(at.have), value(at.want));
            old.is_some()
                && old.as_ref().is_some_and(|old| old.as_deref() == have.get(field))
                && new.as_ref().is_some_and(|new| new.as_deref() == want.get(field))
        };
        let replaced = type_is_replaced(have, at);
        let recollates = have.needs.iter().any(|need| need.is("collation") && at.is_replaced(need));
        let retypes = changes.differs("type") || changes.differs("collation") || replaced || recollates;
        if changes.differs("generated") {
            changes.push("DROP EXPRESSION".to_owned());
        }
        if changes.differs("identity") && want.get("identity").is_none() {
            changes.identity();
        }
        if retypes && !table_type::is_typed(want, at) && !(parent.is_some() && by_parent("type")) {
            changes.retype(at, replaced);
        }
        let names = changes.differs("not_null_name") || changes.differs("not_null_flags");
        if (changes.differs("not_null") || (names && want.flag("not_null"))) && !by_parent("not_null") {
            not_null(&mut changes);
        }
        if want.get("identity").is_some() {
            changes.identity();
        }
        changes.settings(retypes);
        match retypes {
            true => Alteration::Disturbing(changes.sql),
            false => Alteration::InPlace(changes.sql),
        }
    }

    fn can_fold(&self, _object: &Object, _owner: &Object, _at: &Context<'_>) -> bool {
        true
    }

    fn when_replaced(&self, object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        let is_type = TYPES.iter().any(|kind| needed.id.is(kind));
        match (self.holds_data(object), is_type) {
            (true, true) => Reaction::Convert,
            (true, false) if needed.id.is("column") && object.follows.as_ref() == Some(&needed.id) => Reaction::Stay,
            (true, false) if needed.id.is("extension") => {
                Reaction::Refuse(format!("{} is of a type of {}", object.id, needed.id))
            }
            // A whole row of another table as a column.
            (true, false) => Reaction::Convert,
            (false, _) => Reaction::StepAside,
        }
    }

    fn when_disturbed(&self, object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        match self.holds_data(object) || object.follows.as_ref() == Some(&needed.id) {
            true => Reaction::Stay,
            false => Reaction::StepAside,
        }
    }

    fn goes_with(&self, have: &Object, at: &Context<'_>) -> Option<ObjectId> {
        let parent = have.follows.as_ref()?;
        (at.is_dropped(parent) && is_attached(have, at)).then(|| parent.clone())
    }

    fn comes_with(&self, want: &Object, at: &Context<'_>) -> bool {
        table_type::is_typed(want, at)
            || want.follows.as_ref().is_some_and(|parent| at.is_created(parent) && is_attached(want, at))
    }

    fn fills(&self, object: &Object) -> Option<ObjectId> {
        object.owner.clone()
    }
}

fn not_null(changes: &mut Changes<'_>) {
    let (table, column) = (table(changes.want), bare(changes.want));
    let named = changes.want.get("not_null_name").is_some() || changes.want.get("not_null_flags").is_some();
    let was = changes.have.flag("not_null");
    if was {
        changes.push("DROP NOT NULL".to_owned());
    }
    match (changes.want.flag("not_null"), named) {
        (false, _) => {}
        (true, false) => {
            let sql = format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL");
            let name = changes.want.name();
            changes.sql.push(match was {
                true => sql.into(),
                false => Sql::new(sql).with_risk(format!("fails if {name} holds nulls")),
            });
        }
        (true, true) => {
            let flags = changes.want.get("not_null_flags").unwrap_or_default();
            let constraint = match changes.want.get("not_null_name") {
                Some(name) => format!("CONSTRAINT {name} "),
                None => String::new(),
            };
            changes.sql.push(format!("ALTER TABLE {table} ADD {constraint}NOT NULL {column}{flags}").into());
        }
    }
}
