//! Default privileges: what a role's new objects let others do. They are one object, there on both sides, so that they
//! change when everything is made: until then new objects get what the database gave them before.

use std::collections::{BTreeMap, BTreeSet};

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Reaction, Schema, Sql};

use super::{
    CatalogKind,
    grant::{self, Grants, Target},
};

pub(crate) struct DefaultPrivilegeKind;

/// The role that makes objects, the schema (empty for all) and the kind of objects as `pg_default_acl` has it.
type Scope = (String, String, String);

impl CatalogKind for DefaultPrivilegeKind {
    fn catalog(&self) -> u32 {
        826
    }

    fn is_addressed(&self) -> bool {
        false
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT 'of all roles' AS name,
    pg_catalog.string_agg(x.line, E'\\n' ORDER BY x.line) AS grants,
    pg_catalog.string_agg(DISTINCT '2615/' || NULLIF(x.schema, 0), ' ') AS needs
FROM (
    SELECT d.defaclnamespace AS schema,
        pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.defaclrole)) || E'\\t'
        || COALESCE(pg_catalog.quote_ident(n.nspname), '') || E'\\t' || d.defaclobjtype::pg_catalog.text
        || COALESCE(E'\\t' || {}, '') AS line
    FROM pg_catalog.pg_default_acl AS d
    LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = d.defaclnamespace
    LEFT JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) AS e ON true
) AS x",
            grant::entry("d.defaclrole")
        ))
    }
}

fn scopes(object: Option<&Object>) -> BTreeMap<Scope, Grants> {
    let mut scopes: BTreeMap<Scope, Grants> = BTreeMap::new();
    for line in object.into_iter().flat_map(|object| object.text("grants").lines()) {
        let mut fields = line.splitn(4, '\t');
        let mut next = || fields.next().unwrap_or_default().to_owned();
        let (scope, entry) = ((next(), next(), next()), next());
        grant::add(scopes.entry(scope).or_default(), &entry);
    }
    scopes
}

/// The letter that `acldefault` takes for a kind of objects in `pg_default_acl`.
fn letter(kind: &str) -> &str {
    if kind == "S" { "s" } else { kind }
}

/// What a new object of the user's lets others do, by the default privileges of a database.
pub(crate) fn initial(have: &Schema, schema: Option<&str>, letter: &str) -> Grants {
    let usual = grant::usual(letter, have.facts.version);
    let kind = match letter {
        "s" => "S",
        "r" | "f" | "T" | "n" => letter,
        _ => return usual,
    };
    let scopes = scopes(have.of_kind("default privilege").next());
    let of = |schema: &str| scopes.get(&(have.facts.user.clone(), schema.to_owned(), kind.to_owned())).cloned();
    let mut grants = of("").unwrap_or(usual);
    for (grantee, privileges) in schema.and_then(of).unwrap_or_default() {
        let own = grants.entry(grantee).or_default();
        privileges.into_iter().for_each(|(privilege, option)| *own.entry(privilege).or_default() |= option);
    }
    grants
}

fn target(scope: &Scope, version: u32) -> Target<'_> {
    let (role, schema, kind) = scope;
    let within = if schema.is_empty() { String::new() } else { format!(" IN SCHEMA {schema}") };
    let on = match kind.as_str() {
        "r" => "TABLES",
        "S" => "SEQUENCES",
        "f" => "FUNCTIONS",
        "T" => "TYPES",
        "n" => "SCHEMAS",
        _ => "LARGE OBJECTS",
    };
    Target {
        prefix: format!("ALTER DEFAULT PRIVILEGES FOR ROLE {role}{within} "),
        on: on.to_owned(),
        column: None,
        owner: role,
        letter: letter(kind),
        version,
    }
}

fn change(have: Option<&Object>, want: Option<&Object>, at: &Context<'_>) -> Vec<Sql> {
    let version = at.have.facts.version;
    let (have, want) = (scopes(have), scopes(want));
    let mut sql = Vec::new();
    for scope in have.keys().chain(want.keys()).collect::<BTreeSet<_>>() {
        // Those of a schema go away with it.
        if !scope.1.is_empty() && !at.want.has("schema", &scope.1) {
            continue;
        }
        let absent = || if scope.1.is_empty() { grant::usual(letter(&scope.2), version) } else { Grants::new() };
        let old = have.get(scope).cloned().unwrap_or_else(absent);
        let new = want.get(scope).cloned().unwrap_or_else(absent);
        sql.extend(grant::change(&target(scope, version), &old, &new).into_iter().map(Sql::from));
    }
    sql
}

impl ObjectKind for DefaultPrivilegeKind {
    fn name(&self) -> &'static str {
        "default privilege"
    }

    fn create(&self, object: &Object, _parts: &[&Object], at: &Context<'_>) -> Vec<Sql> {
        change(None, Some(object), at)
    }

    fn drop(&self, object: &Object, at: &Context<'_>) -> Vec<Sql> {
        change(Some(object), None, at)
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        Alteration::InPlace(change(Some(have), Some(want), at))
    }

    fn when_replaced(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }

    fn when_disturbed(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }
}
