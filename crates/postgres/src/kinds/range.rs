//! Range types.

use droveway_core::schema::{Aside, Context, Object, ObjectId, ObjectKind, Reaction, Sql};

use super::{CatalogKind, TYPE, USER_SCHEMA, enumeration::{is_type, set_type_aside}};

pub(crate) struct RangeKind;

impl CatalogKind for RangeKind {
    fn catalog(&self) -> u32 {
        TYPE
    }

    fn query(&self, version: u32) -> Option<String> {
        let multirange = match version {
            ..14 => "NULL",
            _ => {
                "(SELECT pg_catalog.quote_ident(mn.nspname) || '.' || pg_catalog.quote_ident(m.typname)
        FROM pg_catalog.pg_type AS m
        JOIN pg_catalog.pg_namespace AS mn ON mn.oid = m.typnamespace
        WHERE m.oid = r.rngmultitypid)"
            }
        };
        Some(format!(
            "SELECT t.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS name,
    '2615/' || n.oid AS needs,
    pg_catalog.format_type(r.rngsubtype, NULL) AS subtype,
    CASE WHEN NOT o.opcdefault
        THEN pg_catalog.quote_ident(opn.nspname) || '.' || pg_catalog.quote_ident(o.opcname) END AS opclass,
    CASE WHEN r.rngcollation <> s.typcollation
        THEN pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(c.collname) END AS collation,
    NULLIF(r.rngcanonical::pg_catalog.text, '-') AS canonical,
    NULLIF(r.rngsubdiff::pg_catalog.text, '-') AS subdiff,
    {multirange} AS multirange
FROM pg_catalog.pg_type AS t
JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_type AS s ON s.oid = r.rngsubtype
JOIN pg_catalog.pg_opclass AS o ON o.oid = r.rngsubopc
JOIN pg_catalog.pg_namespace AS opn ON opn.oid = o.opcnamespace
LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = r.rngcollation
LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.collnamespace
WHERE t.typtype = 'r' AND {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("TYPE {}", object.name()))
    }
}

impl ObjectKind for RangeKind {
    fn name(&self) -> &'static str {
        "range"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        let mut slots = vec![format!("type {}", object.name())];
        slots.extend(object.get("multirange").map(|name| format!("type {name}")));
        slots
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let options = [
            ("SUBTYPE", "subtype"),
            ("SUBTYPE_OPCLASS", "opclass"),
            ("COLLATION", "collation"),
            ("CANONICAL", "canonical"),
            ("SUBTYPE_DIFF", "subdiff"),
            ("MULTIRANGE_TYPE_NAME", "multirange"),
        ];
        let options: Vec<String> = options
            .iter()
            .filter_map(|(word, field)| object.get(field).map(|value| format!("\n    {word} = {value}")))
            .collect();
        vec![format!("CREATE TYPE {} AS RANGE ({}\n)", object.name(), options.join(",")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP TYPE {}", object.name()).into()]
    }

    fn gives_name_to(&self, other: &ObjectId) -> bool {
        is_type(other)
    }

    fn set_aside(&self, have: &Object, want: &Object, at: &Context<'_>) -> Option<Aside> {
        let mut aside = set_type_aside(have, "TYPE", at)?;
        let bare = super::name::aside(have.name());
        let subtype = have.text("subtype");
        for arguments in [format!("{subtype}, {subtype}"), format!("{subtype}, {subtype}, text")] {
            aside.rename.push(format!("ALTER FUNCTION {}({arguments}) RENAME TO {bare}", have.name()).into());
        }
        // The range of ranges has a name of its own, that the new one may take.
        if let Some(multirange) = have.get("multirange").filter(|_| have.get("multirange") == want.get("multirange")) {
            let aside_name = super::name::aside(multirange);
            let range = super::name::qualified_aside(have.name());
            aside.rename.push(format!("ALTER TYPE {multirange} RENAME TO {aside_name}").into());
            for arguments in [String::new(), range.clone(), format!("{range}[]")] {
                aside.rename.push(format!("ALTER FUNCTION {multirange}({arguments}) RENAME TO {aside_name}").into());
            }
        }
        Some(aside)
    }

    fn when_replaced(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::StepAside
    }
}
