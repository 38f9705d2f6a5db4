//! Aggregates: plain, ordered-set and hypothetical-set ones.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{CatalogKind, PROC, USER_SCHEMA, routine};

pub(crate) struct AggregateKind;

impl CatalogKind for AggregateKind {
    fn catalog(&self) -> u32 {
        PROC
    }

    /// `routine` is how functions of the same name are told apart; GRANT ON FUNCTION takes it too.
    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT p.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '(' || CASE
        WHEN a.aggkind <> 'n' THEN pg_catalog.pg_get_function_identity_arguments(p.oid)
        WHEN p.pronargs = 0 THEN '*'
        ELSE pg_catalog.oidvectortypes(p.proargtypes)
    END || ')' AS name,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
        || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')' AS routine,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '(' || CASE
        WHEN a.aggkind = 'n' AND p.pronargs = 0 THEN '*'
        ELSE pg_catalog.pg_get_function_arguments(p.oid)
    END || ')' AS signature,
    pg_catalog.concat(a.aggkind, ' ', a.aggnumdirectargs, ' ', pg_catalog.format_type(p.prorettype, NULL)) AS result,
    {inputs} AS inputs,
    pg_catalog.concat_ws(E',\\n    ',
        'SFUNC = ' || a.aggtransfn::pg_catalog.regproc,
        'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
        CASE WHEN a.aggtransspace <> 0 THEN 'SSPACE = ' || a.aggtransspace END,
        CASE WHEN a.aggfinalfn <> 0 THEN 'FINALFUNC = ' || a.aggfinalfn END,
        CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        CASE WHEN a.aggfinalfn <> 0 THEN {final_modify} END,
        CASE WHEN a.aggcombinefn <> 0 THEN 'COMBINEFUNC = ' || a.aggcombinefn END,
        CASE WHEN a.aggserialfn <> 0 THEN 'SERIALFUNC = ' || a.aggserialfn END,
        CASE WHEN a.aggdeserialfn <> 0 THEN 'DESERIALFUNC = ' || a.aggdeserialfn END,
        'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
        CASE WHEN a.aggmtransfn <> 0 THEN 'MSFUNC = ' || a.aggmtransfn END,
        CASE WHEN a.aggminvtransfn <> 0 THEN 'MINVFUNC = ' || a.aggminvtransfn END,
        CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, NULL) END,
        CASE WHEN a.aggmtransspace <> 0 THEN 'MSSPACE = ' || a.aggmtransspace END,
        CASE WHEN a.aggmfinalfn <> 0 THEN 'MFINALFUNC = ' || a.aggmfinalfn END,
        CASE WHEN a.aggmfinalfn <> 0 AND a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
        CASE WHEN a.aggmfinalfn <> 0 THEN {moving_modify} END,
        'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
        (SELECT 'SORTOP = OPERATOR(' || pg_catalog.quote_ident(s.nspname) || '.' || o.oprname || ')'
         FROM pg_catalog.pg_operator AS o
         JOIN pg_catalog.pg_namespace AS s ON s.oid = o.oprnamespace
         WHERE o.oid = a.aggsortop),
        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
        CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END
    ) AS options
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_aggregate AS a ON a.aggfnoid = p.oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE {USER_SCHEMA}",
            inputs = routine::INPUTS,
            final_modify = modify("FINALFUNC_MODIFY", "aggfinalmodify"),
            moving_modify = modify("MFINALFUNC_MODIFY", "aggmfinalmodify"),
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("AGGREGATE {}", object.name()))
    }
}

/// What a final function may do to the state, unless it is what is usual for the kind of aggregate.
fn modify(option: &str, column: &str) -> String {
    format!(
        "CASE WHEN a.{column} <> (CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END)::\"char\" THEN '{option} = '
            || CASE a.{column} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END"
    )
}

fn statement(verb: &str, object: &Object) -> Sql {
    format!("{verb} AGGREGATE {} (\n    {}\n)", object.text("signature"), object.text("options")).into()
}

impl ObjectKind for AggregateKind {
    fn name(&self) -> &'static str {
        "aggregate"
    }

    fn slots(&self, object: &Object) -> Vec<String> {
        vec![format!("routine {}", object.text("routine"))]
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        vec![statement("CREATE", object)]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP AGGREGATE {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        match have.get("result") == want.get("result") && routine::keeps_names(&have.definition, &want.definition) {
            true => Alteration::InPlace(vec![statement("CREATE OR REPLACE", want)]),
            false => Alteration::Replace,
        }
    }
}
