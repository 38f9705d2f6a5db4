//! Operators. A commutator or negator is not something that an operator needs: whichever of two is made second tells
//! the first.

use droveway_core::schema::{Alteration, Context, Object, ObjectId, ObjectKind, Sql};

use super::{CatalogKind, USER_SCHEMA};

pub(crate) const OPERATOR: u32 = 2617;

pub(crate) struct OperatorKind;

/// How an operator is named: `public.+(integer, integer)`, with NONE for a side that it has not.
fn identity(operator: &str, schema: &str) -> String {
    let side = |column: &str| {
        format!(
            "CASE WHEN {operator}.{column} = 0 THEN 'NONE' \
             ELSE pg_catalog.format_type({operator}.{column}, NULL) END"
        )
    };
    format!(
        "pg_catalog.quote_ident({schema}.nspname) || '.' || {operator}.oprname || '(' || {} || ', ' || {} || ')'",
        side("oprleft"),
        side("oprright")
    )
}

fn linked(column: &str) -> String {
    format!(
        "(SELECT {} FROM pg_catalog.pg_operator AS x JOIN pg_catalog.pg_namespace AS y ON y.oid = x.oprnamespace
     WHERE x.oid = o.{column} AND x.oprcode <> 0)",
        identity("x", "y")
    )
}

impl CatalogKind for OperatorKind {
    fn catalog(&self) -> u32 {
        OPERATOR
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT o.oid, {name} AS name,
    o.oprcode::pg_catalog.regproc AS function,
    CASE WHEN o.oprleft <> 0 THEN pg_catalog.format_type(o.oprleft, NULL) END AS left_type,
    CASE WHEN o.oprright <> 0 THEN pg_catalog.format_type(o.oprright, NULL) END AS right_type,
    {commutator} AS commutator,
    {negator} AS negator,
    CASE WHEN o.oprrest <> 0 THEN o.oprrest END AS restrict,
    CASE WHEN o.oprjoin <> 0 THEN o.oprjoin END AS join,
    CASE WHEN o.oprcanmerge THEN 't' END AS merges,
    CASE WHEN o.oprcanhash THEN 't' END AS hashes
FROM pg_catalog.pg_operator AS o
JOIN pg_catalog.pg_namespace AS n ON n.oid = o.oprnamespace
WHERE o.oprcode <> 0 AND {USER_SCHEMA}",
            name = identity("o", "n"),
            commutator = linked("oprcom"),
            negator = linked("oprnegate"),
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("OPERATOR {}", object.name()))
    }
}

/// `OPERATOR(public.+)` of `public.+(integer, integer)`.
fn qualified(identity: &str) -> String {
    let mut is_quoted = false;
    let end = identity.find(|c| {
        is_quoted ^= c == '"';
        c == '(' && !is_quoted
    });
    format!("OPERATOR({})", &identity[..end.unwrap_or(identity.len())])
}

/// Fields of links to another operator.
const LINKS: &[&str] = &["commutator", "negator"];

/// Whether a link changes by what happens to the operator at its other end.
fn comes_by_itself(field: &str, have: &Object, want: &Object, at: &Context<'_>) -> bool {
    let operator = |name: &str| ObjectId::new("operator", name);
    match (have.get(field), want.get(field)) {
        (old, new) if old == new => true,
        (Some(old), None) => at.is_dropped(&operator(old)),
        (None, Some(new)) => {
            at.is_created(&operator(new))
                && at.want.get(&operator(new)).is_some_and(|other| other.get(field) == Some(want.name()))
        }
        _ => false,
    }
}

/// The options that ALTER OPERATOR sets from this definition to that one; `None` if it cannot.
fn settings(have: &Object, want: &Object, at: &Context<'_>) -> Option<Vec<String>> {
    let mut settings = Vec::new();
    for field in have.definition.differing(&want.definition) {
        let can_set = at.want.facts.version >= 17 && have.get(field).is_none();
        match field {
            "restrict" => settings.push(format!("RESTRICT = {}", want.get(field).unwrap_or("NONE"))),
            "join" => settings.push(format!("JOIN = {}", want.get(field).unwrap_or("NONE"))),
            field if LINKS.contains(&field) && comes_by_itself(field, have, want, at) => {}
            "commutator" if can_set => settings.push(format!("COMMUTATOR = {}", qualified(want.text(field)))),
            "negator" if can_set => settings.push(format!("NEGATOR = {}", qualified(want.text(field)))),
            "hashes" if can_set => settings.push("HASHES".to_owned()),
            "merges" if can_set => settings.push("MERGES".to_owned()),
            _ => return None,
        }
    }
    Some(settings)
}

impl ObjectKind for OperatorKind {
    fn name(&self) -> &'static str {
        "operator"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let option = |word: &str, field: &str| object.get(field).map(|text| format!("{word} = {text}"));
        let link = |word: &str, field: &str| object.get(field).map(|name| format!("{word} = {}", qualified(name)));
        let flag = |word: &str, field: &str| object.flag(field).then(|| word.to_owned());
        let options: Vec<String> = [
            option("FUNCTION", "function"),
            option("LEFTARG", "left_type"),
            option("RIGHTARG", "right_type"),
            link("COMMUTATOR", "commutator"),
            link("NEGATOR", "negator"),
            flag("MERGES", "merges"),
            flag("HASHES", "hashes"),
            option("RESTRICT", "restrict"),
            option("JOIN", "join"),
        ]
        .into_iter()
        .flatten()
        .collect();
        let name = qualified(object.name());
        let name = name.trim_start_matches("OPERATOR(").trim_end_matches(')');
        vec![format!("CREATE OPERATOR {name} (\n    {}\n)", options.join(",\n    ")).into()]
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP OPERATOR {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        match settings(have, want, at) {
            Some(settings) if settings.is_empty() => Alteration::InPlace(Vec::new()),
            Some(settings) => Alteration::InPlace(vec![
                format!("ALTER OPERATOR {} SET ({})", want.name(), settings.join(", ")).into(),
            ]),
            None => Alteration::Replace,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_named_without_its_sides() {
        assert_eq!(qualified("public.@@(integer, text)"), "OPERATOR(public.@@)");
        assert_eq!(qualified("\"a(b\".+(NONE, text)"), "OPERATOR(\"a(b\".+)");
    }
}
