//! Publications; what they publish are kinds of their own, since it can be changed piece by piece.

use std::collections::BTreeSet;

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Reaction, Sql};

use super::CatalogKind;

pub(crate) struct PublicationKind;
pub(crate) struct PublicationTableKind;
pub(crate) struct PublicationSchemaKind;

const ALL_OPERATIONS: &str = "insert, update, delete, truncate";

impl CatalogKind for PublicationKind {
    fn catalog(&self) -> u32 {
        6104
    }

    fn query(&self, version: u32) -> Option<String> {
        let generated = if version >= 18 { "NULLIF(p.pubgencols, 'n')" } else { "NULL" };
        Some(format!(
            "SELECT p.oid, pg_catalog.quote_ident(p.pubname) AS name,
    CASE WHEN p.puballtables THEN 't' END AS all_tables,
    NULLIF(pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END), '{ALL_OPERATIONS}')
        AS publish,
    CASE WHEN p.pubviaroot THEN 't' END AS via_root,
    {generated} AS generated
FROM pg_catalog.pg_publication AS p"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("PUBLICATION {}", object.name()))
    }
}

/// One option, with the value that it has or would have by itself.
fn option(publication: &Object, field: &str) -> String {
    let generated = if publication.text(field) == "s" { "stored" } else { "none" };
    match field {
        "publish" => format!("publish = '{}'", publication.get(field).unwrap_or(ALL_OPERATIONS)),
        "via_root" => format!("publish_via_partition_root = {}", publication.flag(field)),
        _ => format!("publish_generated_columns = {generated}"),
    }
}

const OPTIONS: [&str; 3] = ["publish", "via_root", "generated"];

impl ObjectKind for PublicationKind {
    fn name(&self) -> &'static str {
        "publication"
    }

    fn create(&self, object: &Object, parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let of = |kind: &str| parts.iter().copied().filter(|part| part.id.is(kind)).map(member).collect::<Vec<_>>();
        let (tables, schemas) = (of("publication table"), of("publication schema"));
        let content: Vec<String> = tables.into_iter().chain(schemas).collect();
        let content = match object.flag("all_tables") {
            true => " FOR ALL TABLES".to_owned(),
            false if content.is_empty() => String::new(),
            false => format!(" FOR {}", content.join(", ")),
        };
        let options: Vec<String> = OPTIONS
            .into_iter()
            .filter(|field| object.get(field).is_some())
            .map(|field| option(object, field))
            .collect();
        let with = if options.is_empty() { String::new() } else { format!(" WITH ({})", options.join(", ")) };
        vec![format!("CREATE PUBLICATION {}{content}{with}", object.name()).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP PUBLICATION {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        if !have.definition.differs_only_in(&want.definition, &OPTIONS) {
            return Alteration::Replace;
        }
        let options: Vec<String> = OPTIONS
            .into_iter()
            .filter(|field| have.get(field) != want.get(field))
            .map(|field| option(want, field))
            .collect();
        Alteration::InPlace(vec![format!("ALTER PUBLICATION {} SET ({})", want.name(), options.join(", ")).into()])
    }
}

impl CatalogKind for PublicationTableKind {
    fn catalog(&self) -> u32 {
        6106
    }

    fn query(&self, version: u32) -> Option<String> {
        let (columns, filter) = match version {
            ..15 => ("NULL", "NULL"),
            _ => (
                "(SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attname)
     FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum = ANY (m.prattrs))",
                "pg_catalog.pg_get_expr(m.prqual, m.prrelid)",
            ),
        };
        Some(format!(
            "SELECT m.oid,
    pg_catalog.quote_ident(p.pubname) || '.' || pg_catalog.quote_ident(n.nspname)
        || '.' || pg_catalog.quote_ident(c.relname) AS name,
    '6104/' || p.oid AS owner,
    '1259/' || c.oid AS needs,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS table,
    {columns} AS columns,
    {filter} AS filter
FROM pg_catalog.pg_publication_rel AS m
JOIN pg_catalog.pg_publication AS p ON p.oid = m.prpubid
JOIN pg_catalog.pg_class AS c ON c.oid = m.prrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
        ))
    }
}

impl CatalogKind for PublicationSchemaKind {
    fn catalog(&self) -> u32 {
        6237
    }

    fn query(&self, version: u32) -> Option<String> {
        (version >= 15).then(|| {
            "SELECT m.oid,
    pg_catalog.quote_ident(p.pubname) || '.' || pg_catalog.quote_ident(n.nspname) AS name,
    '6104/' || p.oid AS owner,
    '2615/' || n.oid AS needs,
    pg_catalog.quote_ident(n.nspname) AS schema
FROM pg_catalog.pg_publication_namespace AS m
JOIN pg_catalog.pg_publication AS p ON p.oid = m.pnpubid
JOIN pg_catalog.pg_namespace AS n ON n.oid = m.pnnspid"
                .to_owned()
        })
    }
}

/// What a publication publishes, as FOR and ADD take it. Tables that inherit from it are members by themselves.
fn member(part: &Object) -> String {
    if let Some(schema) = part.get("schema") {
        return format!("TABLES IN SCHEMA {schema}");
    }
    let columns = part.get("columns").map(|columns| format!(" ({columns})")).unwrap_or_default();
    let filter = part.get("filter").map(|filter| format!(" WHERE ({filter})")).unwrap_or_default();
    format!("TABLE ONLY {}{columns}{filter}", part.text("table"))
}

/// The columns in an order that does not depend on the table's.
fn columns(part: &Object) -> BTreeSet<&str> {
    part.get("columns").into_iter().flat_map(|columns| columns.split(", ")).collect()
}

fn publication(part: &Object) -> &str {
    part.owner.as_ref().map_or("", |owner| &owner.name)
}

fn add(part: &Object) -> Vec<Sql> {
    vec![format!("ALTER PUBLICATION {} ADD {}", publication(part), member(part)).into()]
}

impl ObjectKind for PublicationTableKind {
    fn name(&self) -> &'static str {
        "publication table"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        add(object)
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER PUBLICATION {} DROP TABLE ONLY {}", publication(object), object.text("table")).into()]
    }

    fn can_fold(&self, _object: &Object, owner: &Object, _at: &Context<'_>) -> bool {
        owner.id.is("publication")
    }

    fn same(&self, have: &Object, want: &Object, _at: &Context<'_>) -> bool {
        have.definition.differs_only_in(&want.definition, &["columns"]) && columns(have) == columns(want)
    }

    fn goes_with(&self, have: &Object, _at: &Context<'_>) -> Option<ObjectId> {
        have.needs.iter().find(|need| need.is("table")).cloned()
    }

    fn when_disturbed(&self, object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        let filters = object.get("filter").is_some() && needed.id.is("column");
        if filters { Reaction::StepAside } else { Reaction::Stay }
    }
}

impl ObjectKind for PublicationSchemaKind {
    fn name(&self) -> &'static str {
        "publication schema"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        add(object)
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER PUBLICATION {} DROP {}", publication(object), member(object)).into()]
    }

    fn can_fold(&self, _object: &Object, owner: &Object, _at: &Context<'_>) -> bool {
        owner.id.is("publication")
    }

    fn goes_with(&self, have: &Object, _at: &Context<'_>) -> Option<ObjectId> {
        have.needs.iter().find(|need| need.is("schema")).cloned()
    }

    fn when_disturbed(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }
}
