//! Reads a whole schema: one query for each kind of object over the whole database, and the server's own dependency
//! catalog, all in one message and one snapshot. Rows are joined here by object id, never by the server.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use droveway_core::{
    engine::{EngineError, Rows},
    schema::{Facts, Object, ObjectId, Schema, interned},
};

use crate::{
    kinds::{self, CatalogKind},
    link::{Keep, Link},
};

/// Catalog, object and column number, as in `pg_depend`.
type Key = (u32, u32, i32);

/// Names come out qualified, expressions in one form, times in one zone, whatever the session was set to. Nested loops
/// are for small parts of catalogs: without statistics, as in a scratch database just made, the server takes them for
/// the whole, and the time goes with the square of the tables.
const SETTINGS: &str = "SET LOCAL search_path = '';
SET LOCAL jit = off;
SET LOCAL enable_nestloop = off;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL quote_all_identifiers = off";

const FACTS: &str = "SELECT pg_catalog.quote_ident(current_user)";

const MEMBERS: &str = "SELECT classid, objid, refobjid
FROM pg_catalog.pg_depend
WHERE deptype = 'e' AND refclassid = 3079";

/// Dependencies of the users' objects on the users' objects. Those of objects that are parts of others by their
/// nature (rules of views, indexes of constraints) are attributed by `ALIASES`.
const DEPENDENCIES: &str = "SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype
FROM pg_catalog.pg_depend
WHERE objid >= 16384
  AND deptype <> 'e'
  AND (refobjid >= 16384 OR refclassid = 2615)
  AND refclassid <> 1255 OR (refclassid = 1255 AND refobjid >= 16384 AND deptype <> 'e')";

/// Objects that stand for others: row types for their tables, arrays for their elements, the rules that are views,
/// the indexes that are constraints, the sequences that are identity columns, the members of operator classes, the
/// functions that make values of a range type.
const ALIASES: &str = "SELECT 1247 AS class, t.oid, 0 AS sub,
    CASE WHEN c.relkind = 'c' THEN 1247 ELSE 1259 END AS toclass,
    CASE WHEN c.relkind = 'c' THEN t.oid ELSE t.typrelid END AS tooid,
    0 AS tosub
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
WHERE t.oid >= 16384 AND c.relkind <> 'c'
UNION ALL
SELECT 1247, t.oid, 0, 1247, e.oid, 0
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_type AS e ON e.typarray = t.oid
WHERE t.oid >= 16384
UNION ALL
SELECT 1259, c.oid, 0, 1247, c.reltype, 0
FROM pg_catalog.pg_class AS c
WHERE c.relkind = 'c' AND c.oid >= 16384
UNION ALL
SELECT 2618, r.oid, 0, 1259, r.ev_class, 0
FROM pg_catalog.pg_rewrite AS r
WHERE r.rulename = '_RETURN' AND r.oid >= 16384
UNION ALL
SELECT 1259, d.objid, 0, d.refclassid, d.refobjid, d.refobjsubid
FROM pg_catalog.pg_depend AS d
WHERE d.classid = 1259 AND d.deptype = 'i' AND d.objid >= 16384
  AND (d.refclassid = 2606 OR (d.refclassid = 1259 AND d.refobjsubid > 0))
UNION ALL
SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, 0
FROM pg_catalog.pg_depend AS d
WHERE d.classid IN (2602, 2603) AND d.refclassid = 2616 AND d.objid >= 16384
UNION ALL
SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, 0
FROM pg_catalog.pg_depend AS d
WHERE d.classid = 1255 AND d.refclassid = 1247 AND d.deptype = 'i' AND d.objid >= 16384
UNION ALL
SELECT 2604, a.oid, 0, 1259, a.adrelid, a.adnum
FROM pg_catalog.pg_attrdef AS a
JOIN pg_catalog.pg_attribute AS t ON t.attrelid = a.adrelid AND t.attnum = a.adnum
WHERE t.attgenerated <> '' AND a.oid >= 16384
UNION ALL
SELECT 1247, r.rngmultitypid, 0, 1247, r.rngtypid, 0
FROM pg_catalog.pg_range AS r
JOIN pg_catalog.pg_type AS t ON t.oid = r.rngmultitypid
WHERE t.oid >= 16384
UNION ALL
SELECT 1247, t.typarray, 0, 1247, r.rngtypid, 0
FROM pg_catalog.pg_range AS r
JOIN pg_catalog.pg_type AS t ON t.oid = r.rngmultitypid
WHERE t.oid >= 16384";

/// Everything that a schema of a server of this major version is read with, as one message in one snapshot: what these
/// queries cost is what no reading can go below.
pub fn introspection_queries(version: u32) -> String {
    let mut message = vec![
        "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned(),
        SETTINGS.to_owned(),
        FACTS.to_owned(),
        MEMBERS.to_owned(),
        aliases(version),
        DEPENDENCIES.to_owned(),
        kinds::unmodelled::QUERY.to_owned(),
    ];
    message.extend(kinds::all().filter_map(|kind| kind.query(version)));
    message.push("COMMIT".to_owned());
    message.join(";\n")
}

pub(crate) async fn introspect(link: &mut Link, version: u32) -> Result<Schema, EngineError> {
    let before = 1 + SETTINGS.split(';').count();
    let reply = link.send(&introspection_queries(version), Keep::Rows).await;
    if reply.error.is_some() {
        let _ = link.send("ROLLBACK", Keep::Nothing).await;
    }
    let mut answers = reply.all()?.into_iter().skip(before).map(|finished| finished.rows);
    let mut next = || answers.next().unwrap_or_default();
    let (facts, members, aliases, dependencies, unmodelled) = (next(), next(), next(), next(), next());
    let mut reader = Reader::new(version, &facts, &members);
    for kind in kinds::all().filter(|kind| kind.query(version).is_some()) {
        reader.read(kind, next());
    }
    reader.alias(&aliases);
    reader.depend(&dependencies);
    Ok(reader.finish(&unmodelled))
}

fn aliases(version: u32) -> String {
    // Multirange types came with 14; a column's own NOT NULL constraint with 18.
    let multirange = ALIASES.find("UNION ALL\nSELECT 1247, r.rngmultitypid").unwrap_or(ALIASES.len());
    let mut sql = if version < 14 { ALIASES[..multirange].trim_end().to_owned() } else { ALIASES.to_owned() };
    if version >= 18 {
        sql.push_str(
            "\nUNION ALL
SELECT 2606, c.oid, 0, 1259, c.conrelid, c.conkey[1]
FROM pg_catalog.pg_constraint AS c
WHERE c.contype = 'n' AND c.conrelid <> 0 AND c.oid >= 16384",
        );
    }
    sql
}

struct Reader {
    facts: Facts,
    /// Members of extensions, with the extension.
    members: HashMap<(u32, u32), Key>,
    objects: Vec<Object>,
    owners: Vec<Option<Key>>,
    follows: Vec<Option<Key>>,
    needs: Vec<Vec<Key>>,
    /// What a key means to who depends on it.
    keys: HashMap<Key, usize>,
    aliases: HashMap<Key, Key>,
    /// Objects that came with others.
    implicit: HashSet<usize>,
}

impl Reader {
    fn new(version: u32, facts: &Rows, members: &Rows) -> Self {
        let user = facts.rows.first().and_then(|row| row.first().cloned().flatten()).unwrap_or_default();
        let members = members
            .rows
            .iter()
            .map(|row| ((number(&row[0]), number(&row[1])), (kinds::EXTENSION, number(&row[2]), 0)))
            .collect();
        Reader {
            facts: Facts { version, user },
            members,
            objects: Vec::new(),
            owners: Vec::new(),
            follows: Vec::new(),
            needs: Vec::new(),
            keys: HashMap::new(),
            aliases: HashMap::new(),
            implicit: HashSet::new(),
        }
    }

    /// Takes the rows of one kind. The columns `oid` and `sub` are the object's key, `name` its name; `owner`,
    /// `follows` and `needs` are keys (`catalog/oid/column`, several with spaces between); the rest is its definition.
    fn read(&mut self, kind: &dyn CatalogKind, rows: Rows) {
        let columns: Vec<&'static str> = rows.columns.iter().map(|column| interned(column)).collect();
        for row in rows.rows {
            let mut object = Object::new(ObjectId::new(kind.name(), ""));
            let (mut class, mut oid, mut sub) = (kind.catalog(), 0, 0);
            let (mut owner, mut follows, mut needs) = (None, None, Vec::new());
            for (column, value) in columns.iter().zip(row) {
                let Some(value) = value else { continue };
                match *column {
                    "class" => class = value.parse().unwrap_or(class),
                    "oid" => oid = value.parse().unwrap_or(0),
                    "sub" => sub = value.parse().unwrap_or(0),
                    "name" => object.id.name = Arc::from(value),
                    "owner" => owner = key(&value),
                    "follows" => follows = key(&value),
                    "needs" => needs = value.split_whitespace().filter_map(key).collect(),
                    field => object.definition.set(field, value),
                }
            }
            if self.members.contains_key(&(class, oid)) && !kind.reads_members() {
                continue;
            }
            if kind.is_addressed() {
                self.keys.insert((class, oid, sub), self.objects.len());
            }
            self.objects.push(object);
            self.owners.push(owner);
            self.follows.push(follows);
            self.needs.push(needs);
        }
    }

    fn alias(&mut self, rows: &Rows) {
        let key = |row: &[Option<String>]| (number(&row[0]), number(&row[1]), signed(&row[2]));
        self.aliases.extend(rows.rows.iter().map(|row| (key(row), key(&row[3..]))));
    }

    /// The object that a key means: itself, what it stands for, the whole it is part of, or its extension.
    fn resolve(&self, key: Key) -> Option<usize> {
        let mut key = key;
        for _ in 0..6 {
            if let Some(found) = self.keys.get(&key) {
                return Some(*found);
            }
            if let Some(extension) = self.members.get(&(key.0, key.1)) {
                return self.keys.get(extension).copied();
            }
            key = match self.aliases.get(&key) {
                Some(alias) => *alias,
                None if key.2 != 0 => (key.0, key.1, 0),
                None => return None,
            };
        }
        None
    }

    fn depend(&mut self, rows: &Rows) {
        for row in &rows.rows {
            let from = (number(&row[0]), number(&row[1]), signed(&row[2]));
            let to = (number(&row[3]), number(&row[4]), signed(&row[5]));
            let how = row[6].as_deref().unwrap_or_default();
            // Parts of a partitioned index: the parent needs them, said by the kinds themselves. Sequences of
            // columns: said by a kind of its own.
            if matches!(how, "P" | "S") || (how == "a" && from.0 == kinds::CLASS && to.2 > 0 && self.is_sequence(from))
            {
                continue;
            }
            // What the server made with a type by itself: constructors of ranges, and their casts.
            if how == "i"
                && matches!(from.0, kinds::PROC | kinds::CAST)
                && let Some(made) = self.keys.remove(&from)
            {
                self.implicit.insert(made);
                self.aliases.insert(from, to);
                continue;
            }
            let Some(from) = self.resolve(from) else { continue };
            self.needs[from].push(to);
        }
    }

    fn is_sequence(&self, key: Key) -> bool {
        self.keys.get(&key).is_some_and(|at| self.objects[*at].id.is("sequence"))
    }

    fn finish(mut self, unmodelled: &Rows) -> Schema {
        let ids: Vec<ObjectId> = self.objects.iter().map(|object| object.id.clone()).collect();
        let mut gone = std::mem::take(&mut self.implicit);
        for at in 0..self.objects.len() {
            let owner = self.owners[at].map(|owner| self.resolve(owner));
            match owner {
                // Part of something that is not read: of an extension's object, or a system's.
                Some(None) => {
                    gone.insert(at);
                    continue;
                }
                Some(Some(owner)) if gone.contains(&owner) => {
                    gone.insert(at);
                    continue;
                }
                Some(Some(owner))
                    if ids[owner].is("extension") && !(ids[at].is("comment") || ids[at].is("privilege")) =>
                {
                    gone.insert(at);
                    continue;
                }
                Some(Some(owner)) => self.objects[at].owner = Some(ids[owner].clone()),
                None => {}
            }
            let follows = self.follows[at].and_then(|follows| self.resolve(follows));
            // Nothing needs its own parts.
            let is_part = |need: &usize| self.owners[*need].and_then(|owner| self.resolve(owner)) == Some(at);
            let mut needs: Vec<ObjectId> = self.needs[at]
                .iter()
                .filter_map(|need| self.resolve(*need))
                .filter(|need| *need != at && !is_part(need))
                .map(|need| ids[need].clone())
                .collect();
            needs.sort();
            needs.dedup();
            let object = &mut self.objects[at];
            needs.retain(|need| object.owner.as_ref() != Some(need) && *need != object.id);
            object.follows = follows.map(|follows| ids[follows].clone());
            object.needs = needs;
        }
        let mut schema = Schema { facts: self.facts, ..Schema::default() };
        for (at, object) in self.objects.into_iter().enumerate() {
            if !gone.contains(&at) {
                schema.add(object);
            }
        }
        schema.unmodelled = counts(unmodelled);
        kinds::finish(&mut schema);
        schema
    }
}

fn counts(rows: &Rows) -> BTreeMap<String, usize> {
    rows.rows
        .iter()
        .filter_map(|row| Some((row[0].clone()?, row[1].as_deref()?.parse().ok()?)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn number(value: &Option<String>) -> u32 {
    value.as_deref().and_then(|value| value.parse().ok()).unwrap_or(0)
}

fn signed(value: &Option<String>) -> i32 {
    value.as_deref().and_then(|value| value.parse().ok()).unwrap_or(0)
}

fn key(text: &str) -> Option<Key> {
    let mut parts = text.split('/');
    let class = parts.next()?.parse().ok()?;
    let oid = parts.next()?.parse().ok()?;
    let sub = parts.next().map_or(Some(0), |sub| sub.parse().ok())?;
    Some((class, oid, sub))
}
