//! The operators and functions that an operator family has besides those of its classes.

use droveway_core::schema::{Context, Object, ObjectKind, Sql};

use super::CatalogKind;

/// `pg_amop` and `pg_amproc`.
pub(crate) const MEMBER_OPERATOR: u32 = 2602;
pub(crate) const MEMBER_FUNCTION: u32 = 2603;

pub(crate) struct OperatorFamilyMemberKind;

/// What follows the number of a member operator: its name and, for one that orders, by which family.
pub(crate) const OPERATOR_TEXT: &str = "o.amopopr::pg_catalog.regoperator || CASE WHEN o.amopsortfamily <> 0 THEN (
        SELECT ' FOR ORDER BY ' || pg_catalog.quote_ident(y.nspname) || '.' || pg_catalog.quote_ident(x.opfname)
        FROM pg_catalog.pg_opfamily AS x
        JOIN pg_catalog.pg_namespace AS y ON y.oid = x.opfnamespace
        WHERE x.oid = o.amopsortfamily) ELSE '' END";

/// A member function's number and the types it is for.
pub(crate) const FUNCTION_PLACE: &str = "'FUNCTION ' || p.amprocnum || ' (' \
     || pg_catalog.format_type(p.amproclefttype, NULL) || ', ' \
     || pg_catalog.format_type(p.amprocrighttype, NULL) || ')'";

const FAMILY: &str = "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(f.opfname)
        || ' USING ' || pg_catalog.quote_ident(m.amname)";

const OF_FAMILY: &str = "JOIN pg_catalog.pg_namespace AS n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am AS m ON m.oid = f.opfmethod
JOIN pg_catalog.pg_depend AS d ON d.refclassid = 2753 AND d.refobjid = f.oid";

impl CatalogKind for OperatorFamilyMemberKind {
    fn catalog(&self) -> u32 {
        MEMBER_OPERATOR
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT {MEMBER_OPERATOR} AS class, o.oid, {FAMILY} || ' ' || s.place AS name,
    '2753/' || f.oid AS owner, {FAMILY} AS family, s.place,
    'OPERATOR ' || o.amopstrategy || ' ' || {OPERATOR_TEXT} AS member
FROM pg_catalog.pg_amop AS o
JOIN pg_catalog.pg_opfamily AS f ON f.oid = o.amopfamily
{OF_FAMILY} AND d.classid = {MEMBER_OPERATOR} AND d.objid = o.oid,
LATERAL (SELECT 'OPERATOR ' || o.amopstrategy || ' (' || pg_catalog.format_type(o.amoplefttype, NULL) || ', '
    || pg_catalog.format_type(o.amoprighttype, NULL) || ')' AS place) AS s
WHERE o.oid >= 16384
UNION ALL
SELECT {MEMBER_FUNCTION}, p.oid, {FAMILY} || ' ' || s.place,
    '2753/' || f.oid, {FAMILY}, s.place,
    s.place || ' ' || p.amproc::pg_catalog.regprocedure
FROM pg_catalog.pg_amproc AS p
JOIN pg_catalog.pg_opfamily AS f ON f.oid = p.amprocfamily
{OF_FAMILY} AND d.classid = {MEMBER_FUNCTION} AND d.objid = p.oid,
LATERAL (SELECT {FUNCTION_PLACE} AS place) AS s
WHERE p.oid >= 16384"
        ))
    }
}

impl ObjectKind for OperatorFamilyMemberKind {
    fn name(&self) -> &'static str {
        "operator family member"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER OPERATOR FAMILY {} ADD {}", object.text("family"), object.text("member")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("ALTER OPERATOR FAMILY {} DROP {}", object.text("family"), object.text("place")).into()]
    }
}
