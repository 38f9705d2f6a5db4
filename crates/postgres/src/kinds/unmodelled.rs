//! What is counted and not compared.

/// Kind and number, for kinds that are not modelled.
pub(crate) const QUERY: &str = "SELECT 'security label', (SELECT pg_catalog.count(*) FROM pg_catalog.pg_seclabel)
UNION ALL
SELECT 'base type', pg_catalog.count(*)
FROM pg_catalog.pg_type AS t
WHERE t.typtype = 'b' AND t.oid >= 16384
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type AS e WHERE e.typarray = t.oid)
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d
                  WHERE d.classid = 1247 AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
SELECT 'large object', pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata";
