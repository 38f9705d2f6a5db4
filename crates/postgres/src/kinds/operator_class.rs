//! Operator classes with their operators and functions. PostgreSQL cannot change one in place.

use droveway_core::schema::{Context, Object, ObjectKind, Sql};

use super::{
    CatalogKind, USER_SCHEMA,
    operator_family_member::{FUNCTION_PLACE, MEMBER_FUNCTION, MEMBER_OPERATOR, OPERATOR_TEXT},
};

pub(crate) const OPERATOR_CLASS: u32 = 2616;

pub(crate) struct OperatorClassKind;

impl CatalogKind for OperatorClassKind {
    fn catalog(&self) -> u32 {
        OPERATOR_CLASS
    }

    /// A class without members is written with the storage it has anyway: the statement wants something.
    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT c.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.opcname)
        || ' USING ' || pg_catalog.quote_ident(m.amname) AS name,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.opcname) AS class_name,
    CASE WHEN c.opcdefault THEN 't' END AS default,
    pg_catalog.format_type(c.opcintype, NULL) AS type,
    pg_catalog.quote_ident(m.amname) AS method,
    pg_catalog.quote_ident(fn.nspname) || '.' || pg_catalog.quote_ident(f.opfname) AS family,
    COALESCE(NULLIF(pg_catalog.concat_ws(E',\\n    ',
        CASE WHEN c.opckeytype <> 0 THEN 'STORAGE ' || pg_catalog.format_type(c.opckeytype, NULL) END,
        (SELECT pg_catalog.string_agg('OPERATOR ' || o.amopstrategy || ' ' || {OPERATOR_TEXT}, E',\\n    '
             ORDER BY o.amopstrategy, o.amopopr::pg_catalog.regoperator::pg_catalog.text COLLATE \"C\")
         FROM pg_catalog.pg_depend AS d
         JOIN pg_catalog.pg_amop AS o ON o.oid = d.objid
         WHERE d.refclassid = {OPERATOR_CLASS} AND d.refobjid = c.oid AND d.classid = {MEMBER_OPERATOR}),
        (SELECT pg_catalog.string_agg({FUNCTION_PLACE} || ' ' || p.amproc::pg_catalog.regprocedure, E',\\n    '
             ORDER BY p.amprocnum, p.amproc::pg_catalog.regprocedure::pg_catalog.text COLLATE \"C\")
         FROM pg_catalog.pg_depend AS d
         JOIN pg_catalog.pg_amproc AS p ON p.oid = d.objid
         WHERE d.refclassid = {OPERATOR_CLASS} AND d.refobjid = c.oid AND d.classid = {MEMBER_FUNCTION})
    ), ''), 'STORAGE ' || pg_catalog.format_type(c.opcintype, NULL)) AS members
FROM pg_catalog.pg_opclass AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.opcnamespace
JOIN pg_catalog.pg_am AS m ON m.oid = c.opcmethod
JOIN pg_catalog.pg_opfamily AS f ON f.oid = c.opcfamily
JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.opfnamespace
WHERE {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("OPERATOR CLASS {}", object.name()))
    }
}

impl ObjectKind for OperatorClassKind {
    fn name(&self) -> &'static str {
        "operator class"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        let default = object
            .flag("default")
            .then(|| format!("default operator class for {} using {}", object.text("type"), object.text("method")));
        default.into_iter().collect()
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let default = if object.flag("default") { "DEFAULT " } else { "" };
        let text = format!(
            "CREATE OPERATOR CLASS {}\n    {default}FOR TYPE {} USING {} FAMILY {} AS\n    {}",
            object.text("class_name"),
            object.text("type"),
            object.text("method"),
            object.text("family"),
            object.text("members")
        );
        vec![text.into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP OPERATOR CLASS {}", object.name()).into()]
    }
}
