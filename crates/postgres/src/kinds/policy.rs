//! Policies of row level security. Whether a table has that switched on is the table's matter.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Reaction, Sql};

use super::{CatalogKind, USER_SCHEMA, name};

pub(crate) struct PolicyKind;

impl CatalogKind for PolicyKind {
    fn catalog(&self) -> u32 {
        3256
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT p.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
        || '.' || pg_catalog.quote_ident(p.polname) AS name,
    '1259/' || c.oid AS owner,
    CASE WHEN NOT p.polpermissive THEN 't' END AS restrictive,
    CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' END
        AS command,
    (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', ' ORDER BY r.rolname)
     FROM pg_catalog.pg_roles AS r WHERE r.oid = ANY (p.polroles)) AS roles,
    pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS using,
    pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS check
FROM pg_catalog.pg_policy AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {USER_SCHEMA}"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("POLICY {}", place(object)))
    }
}

/// `p ON public.t`
fn place(policy: &Object) -> String {
    format!("{} ON {}", name::last(policy.name()), name::qualifier(policy.name()))
}

/// The clauses with which CREATE and ALTER end.
fn clauses(policy: &Object, fields: &[&str]) -> String {
    let clause = |field: &&str| match *field {
        "roles" => Some(format!("\n    TO {}", policy.get("roles").unwrap_or("PUBLIC"))),
        "using" => policy.get("using").map(|text| format!("\n    USING ({text})")),
        _ => policy.get("check").map(|text| format!("\n    WITH CHECK ({text})")),
    };
    fields.iter().filter_map(clause).collect()
}

impl ObjectKind for PolicyKind {
    fn name(&self) -> &'static str {
        "policy"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let restrictive = if object.flag("restrictive") { "\n    AS RESTRICTIVE" } else { "" };
        let command = object.get("command").map(|command| format!("\n    FOR {command}")).unwrap_or_default();
        let fields: &[&str] =
            if object.get("roles").is_some() { &["roles", "using", "check"] } else { &["using", "check"] };
        let clauses = clauses(object, fields);
        vec![format!("CREATE POLICY {}{restrictive}{command}{clauses}", place(object)).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP POLICY {}", place(object)).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        // ALTER can change an expression but not take it away.
        let loses = |field: &str| have.get(field).is_some() && want.get(field).is_none();
        if !have.definition.differs_only_in(&want.definition, &["roles", "using", "check"])
            || loses("using")
            || loses("check")
        {
            return Alteration::Replace;
        }
        let differing: Vec<&str> =
            ["roles", "using", "check"].into_iter().filter(|field| have.get(field) != want.get(field)).collect();
        Alteration::InPlace(vec![format!("ALTER POLICY {}{}", place(want), clauses(want, &differing)).into()])
    }

    fn when_disturbed(&self, object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        if object.owner.as_ref() == Some(&needed.id) { Reaction::Stay } else { Reaction::StepAside }
    }
}
