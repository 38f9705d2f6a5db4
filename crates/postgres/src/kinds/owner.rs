//! Owners. Every object that can be given away has one; an owned sequence goes along with its table.

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Schema, Sql};

use super::{
    CatalogKind, address,
    subject::{about, name_after},
};

pub(crate) struct OwnerKind;

/// Catalogs of what has an owner, with the columns for the object and its owner.
const CATALOGS: [(&str, &str, &str); 15] = [
    ("2615", "pg_namespace", "nspowner"),
    ("1255", "pg_proc", "proowner"),
    ("2617", "pg_operator", "oprowner"),
    ("2616", "pg_opclass", "opcowner"),
    ("2753", "pg_opfamily", "opfowner"),
    ("3456", "pg_collation", "collowner"),
    ("2607", "pg_conversion", "conowner"),
    ("3600", "pg_ts_dict", "dictowner"),
    ("3602", "pg_ts_config", "cfgowner"),
    ("2612", "pg_language", "lanowner"),
    ("2328", "pg_foreign_data_wrapper", "fdwowner"),
    ("1417", "pg_foreign_server", "srvowner"),
    ("3466", "pg_event_trigger", "evtowner"),
    ("6104", "pg_publication", "pubowner"),
    ("3381", "pg_statistic_ext", "stxowner"),
];

/// The constructors of a range are parts of it (alias `x` is the function).
const OWN_FUNCTION: &str = "NOT EXISTS (
    SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.classid = 1255 AND d.objid = x.oid AND d.deptype = 'i')";

/// Relations and types, of which some are parts of others, and subscriptions, which are the whole cluster's.
const OTHERS: &str = "SELECT 1259 AS class, c.oid, c.relowner AS role,
    CASE WHEN c.relkind = 'S' AND EXISTS (
        SELECT 1 FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 1259 AND d.objid = c.oid AND d.refclassid = 1259 AND d.refobjsubid > 0
          AND d.deptype IN ('a', 'i')) THEN 't' END AS linked
FROM pg_catalog.pg_class AS c
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.oid >= 16384
UNION ALL
SELECT 1247, t.oid, t.typowner, NULL
FROM pg_catalog.pg_type AS t
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
WHERE t.oid >= 16384 AND (t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c')
UNION ALL
SELECT 6100, s.oid, s.subowner, NULL
FROM pg_catalog.pg_subscription AS s
WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())";

impl CatalogKind for OwnerKind {
    fn catalog(&self) -> u32 {
        0
    }

    fn is_addressed(&self) -> bool {
        false
    }

    fn query(&self, _version: u32) -> Option<String> {
        let catalogs: String = CATALOGS
            .iter()
            .map(|(class, table, role)| {
                let own = if *class == "1255" { OWN_FUNCTION } else { "true" };
                format!(
                    "\nUNION ALL
SELECT {class}, x.oid, x.{role}, NULL
FROM pg_catalog.{table} AS x
WHERE (x.oid >= 16384 OR {class} = 2615) AND {own}"
                )
            })
            .collect();
        Some(format!(
            "SELECT o.class, o.oid, o.class || '/' || o.oid AS name, o.class || '/' || o.oid AS owner,
    pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.role)) AS role, o.linked
FROM (
{OTHERS}{catalogs}
) AS o"
        ))
    }

    fn finish(&self, schema: &mut Schema) {
        name_after(schema, self.name(), |_, subject| {
            // The sequence of an identity stands for its column, whose owner is the table's.
            let is_part = subject.id.is("column") || subject.id.is("extension");
            (!is_part && address(subject).is_some()).then(|| subject.id.to_string())
        });
        // A sequence can be linked to a table of the same owner only: who gets what is settled by then.
        let links: Vec<(ObjectId, Vec<ObjectId>)> = schema
            .of_kind("sequence owner")
            .filter_map(|link| {
                let column = link.needs.iter().find(|need| need.is("column"))?;
                let table = schema.get(column)?.owner.as_ref()?;
                let owners = [about(self.name(), table), about(self.name(), link.owner.as_ref()?)];
                Some((link.id.clone(), owners.to_vec()))
            })
            .collect();
        for (link, owners) in links {
            if let Some(link) = schema.objects.get_mut(&link) {
                link.needs.extend(owners);
                link.needs.sort();
            }
        }
    }
}

/// Whether a sequence is given away with its table: it is linked to it, and was so before.
fn goes_along(object: &Object, subject: &ObjectId, at: &Context<'_>) -> bool {
    object.flag("linked") && !at.is_created(&ObjectId::new("sequence owner", subject.name.clone()))
}

impl ObjectKind for OwnerKind {
    fn name(&self) -> &'static str {
        "owner"
    }

    fn same(&self, have: &Object, want: &Object, _at: &Context<'_>) -> bool {
        have.get("role") == want.get("role")
    }

    fn create(&self, object: &Object, _parts: &[&Object], at: &Context<'_>) -> Vec<Sql> {
        let Some(subject) = &object.owner else { return Vec::new() };
        let is_maker = at.is_created(subject) && object.text("role") == at.have.facts.user;
        let address = at.want.get(subject).and_then(address).filter(|_| !is_maker && !goes_along(object, subject, at));
        address.map(|address| format!("ALTER {address} OWNER TO {}", object.text("role")).into()).into_iter().collect()
    }

    fn drop(&self, _object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        Vec::new()
    }

    fn alter(&self, _have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        Alteration::InPlace(self.create(want, &[], at))
    }

    fn when_replaced(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }

    fn when_disturbed(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }
}
