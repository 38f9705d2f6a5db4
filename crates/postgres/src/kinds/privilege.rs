//! Privileges. Every object that can have some has one list, also where it is the usual one: what is made anew gets
//! what the default privileges say, and must lose what is not wanted. A column has a list of its own where somebody
//! was given something on it; so has a member of an extension where it is not as the extension left it.

use std::collections::BTreeSet;

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Schema, Sql};

use super::{
    CatalogKind, default_privilege,
    grant::{self, Grants, Target},
    name,
    subject::{about, name_after},
};

pub(crate) struct PrivilegeKind;

const SUBJECTS: &str = "SELECT 1259 AS class, c.oid, 0 AS sub, c.relowner AS role,
    CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END AS letter, c.relacl AS acl,
    CASE WHEN c.relkind = 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END AS word,
    c.relnamespace AS schema, c.relname AS name, '' AS rest, NULL AS column
FROM pg_catalog.pg_class AS c
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.oid >= 16384
UNION ALL
SELECT 1259, a.attrelid, a.attnum, c.relowner, 'c', a.attacl, 'TABLE ', c.relnamespace, c.relname, '', a.attname
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND a.attrelid >= 16384
UNION ALL
SELECT 1255, p.oid, 0, p.proowner, 'f', p.proacl,
    CASE WHEN p.prokind = 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END,
    p.pronamespace, p.proname, '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')', NULL
FROM pg_catalog.pg_proc AS p
WHERE p.oid >= 16384 AND NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.classid = 1255 AND d.objid = p.oid AND d.deptype = 'i')
UNION ALL
SELECT 1247, t.oid, 0, t.typowner, 'T', t.typacl, 'TYPE ', t.typnamespace, t.typname, '', NULL
FROM pg_catalog.pg_type AS t
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
WHERE t.oid >= 16384 AND (t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c')
UNION ALL
SELECT 2615, n.oid, 0, n.nspowner, 'n', n.nspacl, 'SCHEMA ', 0, n.nspname, '', NULL
FROM pg_catalog.pg_namespace AS n
UNION ALL
SELECT 2612, l.oid, 0, l.lanowner, 'l', l.lanacl, 'LANGUAGE ', 0, l.lanname, '', NULL
FROM pg_catalog.pg_language AS l
WHERE l.lanpltrusted
UNION ALL
SELECT 2328, w.oid, 0, w.fdwowner, 'F', w.fdwacl, 'FOREIGN DATA WRAPPER ', 0, w.fdwname, '', NULL
FROM pg_catalog.pg_foreign_data_wrapper AS w
UNION ALL
SELECT 1417, s.oid, 0, s.srvowner, 'S', s.srvacl, 'FOREIGN SERVER ', 0, s.srvname, '', NULL
FROM pg_catalog.pg_foreign_server AS s";

impl CatalogKind for PrivilegeKind {
    fn catalog(&self) -> u32 {
        0
    }

    fn is_addressed(&self) -> bool {
        false
    }

    fn reads_members(&self) -> bool {
        true
    }

    fn query(&self, _version: u32) -> Option<String> {
        let entry = grant::entry("o.role");
        let list = |acl: &str| {
            format!(
                "CASE WHEN {acl} IS NOT NULL THEN COALESCE((
        SELECT pg_catalog.string_agg({entry}, E'\\n')
        FROM pg_catalog.aclexplode({acl}) AS e), '') END"
            )
        };
        Some(format!(
            "SELECT o.class, o.oid, o.sub,
    o.class || '/' || o.oid || '/' || o.sub AS name,
    o.class || '/' || o.oid || '/' || o.sub AS owner,
    pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.role)) AS role,
    o.letter,
    o.word || COALESCE(pg_catalog.quote_ident(n.nspname) || '.', '') || pg_catalog.quote_ident(o.name) || o.rest AS target,
    pg_catalog.quote_ident(o.column) AS column,
    {} AS grants,
    {} AS base,
    CASE WHEN o.acl IS NOT NULL THEN (
        SELECT pg_catalog.string_agg({entry}, E'\\n')
        FROM pg_catalog.aclexplode(o.acl) AS e WHERE e.grantor <> o.role) END AS lent
FROM (
{SUBJECTS}
) AS o
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = o.schema
LEFT JOIN pg_catalog.pg_init_privs AS i
    ON i.classoid = o.class AND i.objoid = o.oid AND i.objsubid = o.sub AND i.privtype = 'e'",
            list("o.acl"),
            list("i.initprivs")
        ))
    }

    fn finish(&self, schema: &mut Schema) {
        let version = schema.facts.version;
        name_after(schema, self.name(), |list, subject| settle(list, subject, version));
        // What is taken from a whole table is taken from its columns as well: these wait for it.
        let columns: Vec<(ObjectId, ObjectId)> = schema
            .of_kind(self.name())
            .filter(|list| list.text("letter") == "c" && list.get("base").is_none())
            .filter_map(|list| Some((list.id.clone(), about(self.name(), relation(list, schema)?))))
            .collect();
        for (column, table) in columns {
            if let Some(list) = schema.objects.get_mut(&column) {
                list.needs.push(table);
                list.needs.sort();
            }
        }
    }
}

/// Gives a list its name and leaves out what is as usual; `None` for what is no object.
fn settle(list: &mut Object, subject: &Object, version: u32) -> Option<String> {
    let letter = list.text("letter").to_owned();
    let usual = grant::usual(&letter, version);
    let is_member = subject.id.is("extension");
    let base = match list.get("base") {
        Some(base) if is_member => grant::parse(base),
        _ => usual.clone(),
    };
    let grants = list.get("grants").map_or_else(|| usual.clone(), grant::parse);
    if grants == base && (is_member || letter == "c") {
        return None;
    }
    if grants == usual {
        list.definition.remove("grants");
    }
    if !is_member {
        list.definition.remove("base");
        let owned = if subject.id.is("column") { subject.owner.as_ref() } else { Some(&subject.id) };
        list.needs.extend(owned.map(|owned| about("owner", owned)));
    }
    let (word, target) = list.text("target").rsplit_once(' ').unwrap_or_default();
    Some(match list.get("column") {
        _ if is_member => {
            let column = list.get("column").map(|column| format!(" ({column})")).unwrap_or_default();
            format!("extension's {}{column}", list.text("target"))
        }
        Some(_) if subject.id.is("column") => subject.id.to_string(),
        Some(column) => format!("column {}.{column}", subject.name()),
        // The sequence of an identity, which stands for its column.
        None if subject.id.is("column") => format!("{} {target}", word.to_lowercase()),
        None => subject.id.to_string(),
    })
}

/// The table or view whose column a list is about.
fn relation<'a>(list: &'a Object, schema: &'a Schema) -> Option<&'a ObjectId> {
    let subject = list.owner.as_ref()?;
    if subject.is("column") { schema.get(subject)?.owner.as_ref() } else { Some(subject) }
}

fn grants(list: &Object, version: u32) -> Grants {
    list.get("grants").map_or_else(|| grant::usual(list.text("letter"), version), grant::parse)
}

/// What the list is when nobody has changed it, on an object that is there already.
fn base(list: &Object, version: u32) -> Grants {
    list.get("base").map_or_else(|| grant::usual(list.text("letter"), version), grant::parse)
}

/// Who owns the object once that is settled; without a word on owners, who owned it or has made it.
fn role<'a>(list: &'a Object, at: &'a Context<'_>) -> &'a str {
    let owner = list.needs.iter().find(|need| need.is("owner")).and_then(|owner| at.want.get(owner));
    let is_made = list.owner.as_ref().is_some_and(|subject| at.is_created(subject));
    let old = at.have.get(&list.id).map(|old| old.text("role"));
    match (owner, old) {
        (Some(owner), _) => owner.text("role"),
        (None, Some(old)) if !is_made => old,
        (None, _) => &at.have.facts.user,
    }
}

fn target<'a>(list: &'a Object, at: &'a Context<'_>) -> Target<'a> {
    Target {
        prefix: String::new(),
        on: list.text("target").to_owned(),
        column: list.get("column"),
        owner: role(list, at),
        letter: list.text("letter"),
        version: at.have.facts.version,
    }
}

/// What a new object has before anything is said of its privileges.
fn initial(list: &Object, at: &Context<'_>) -> Grants {
    let letter = list.text("letter");
    if list.owner.as_ref().is_some_and(|subject| subject.is("extension")) || letter == "c" {
        return base(list, at.have.facts.version);
    }
    let (_, name) = list.text("target").split_once(' ').unwrap_or_default();
    let schema = ["r", "s", "f", "T"].contains(&letter).then(|| name::parts(name)[0]);
    let mut grants = default_privilege::initial(at.have, schema, letter);
    grant::given(&mut grants, &at.have.facts.user, role(list, at));
    grants
}

/// The list of an object that stays, before anything is said of its privileges.
fn before(have: &Object, want: &Object, at: &Context<'_>) -> Grants {
    let mut grants = grants(have, at.have.facts.version);
    grant::given(&mut grants, have.text("role"), role(want, at));
    grants
}

/// What statements about a whole table take from its columns.
fn taken(table: &ObjectId, at: &Context<'_>) -> BTreeSet<(String, String)> {
    let (Some(have), Some(want)) = (at.have.get(table), at.want.get(table)) else { return BTreeSet::new() };
    if at.fate(table).is_none() {
        return BTreeSet::new();
    }
    grant::lost(&before(have, want, at), &grants(want, at.have.facts.version)).into_iter().collect()
}

/// The entries of a column's list that statements about the table have taken.
fn give_back(list: &Object, taken: &BTreeSet<(String, String)>, at: &Context<'_>) -> Vec<Sql> {
    let (target, version) = (target(list, at), at.have.facts.version);
    let mut sql = Vec::new();
    for (grantee, privileges) in grants(list, version) {
        for (privilege, may_grant) in privileges {
            if taken.contains(&(grantee.clone(), privilege.clone())) {
                sql.extend(target.grant(&grantee, &[&privilege], may_grant).map(Sql::from));
            }
        }
    }
    sql
}

/// The lists of a table's columns that are not changed themselves.
fn columns<'a>(table: &'a Object, at: &'a Context<'_>) -> impl Iterator<Item = &'a Object> {
    let prefix = table.owner.as_ref().map(|subject| format!("column {}.", subject.name)).unwrap_or_default();
    let start = ObjectId::new("privilege", prefix.clone());
    at.want
        .objects
        .range(start..)
        .take_while(move |(id, _)| id.is("privilege") && id.name.starts_with(&prefix))
        .map(|(_, list)| list)
        .filter(|list| at.fate(&list.id).is_none() && list.needs.contains(&table.id))
}

fn sql(statements: Vec<String>) -> Vec<Sql> {
    statements.into_iter().map(Sql::from).collect()
}

impl ObjectKind for PrivilegeKind {
    fn name(&self) -> &'static str {
        "privilege"
    }

    fn same(&self, have: &Object, want: &Object, at: &Context<'_>) -> bool {
        let version = at.have.facts.version;
        have.get("grants") == want.get("grants") || grants(have, version) == grants(want, version)
    }

    fn create(&self, object: &Object, _parts: &[&Object], at: &Context<'_>) -> Vec<Sql> {
        let is_made = object.owner.as_ref().is_some_and(|subject| at.is_created(subject));
        let version = at.have.facts.version;
        let old = if is_made { initial(object, at) } else { base(object, version) };
        sql(grant::change(&target(object, at), &old, &grants(object, version)))
    }

    fn drop(&self, object: &Object, at: &Context<'_>) -> Vec<Sql> {
        let version = at.have.facts.version;
        sql(grant::change(&target(object, at), &grants(object, version), &base(object, version)))
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        let new = grants(want, at.have.facts.version);
        let mut changes = grant::change(&target(want, at), &before(have, want, at), &new);
        if let Some(lent) = have.get("lent") {
            // What was granted by others than the owner falls with their right to do so; what is wanted of it is given
            // by the owner then.
            changes.iter_mut().filter(|change| change.starts_with("REVOKE")).for_each(|change| change.push_str(" CASCADE"));
            let lent = grant::parse(lent).into_iter();
            let lent = lent.flat_map(|(grantee, own)| own.into_keys().map(move |privilege| (grantee.clone(), privilege)));
            let again = give_back(want, &lent.collect(), at);
            changes.extend(again.into_iter().map(|sql| sql.text));
        }
        let mut statements = sql(changes);
        if want.text("letter") == "c" {
            let table = want.needs.iter().find(|need| need.is("privilege"));
            let taken = table.map(|table| taken(table, at)).unwrap_or_default();
            statements.extend(give_back(want, &taken, at));
        }
        if want.text("letter") == "r" {
            let taken = taken(&want.id, at);
            statements.extend(columns(want, at).flat_map(|list| give_back(list, &taken, at)));
        }
        Alteration::InPlace(statements)
    }

    fn when_replaced(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }

    fn when_disturbed(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }
}
