//! Triggers, but not those that the server makes for constraints. The trigger that a partition has from its parent is
//! an object only where it is switched otherwise than the parent's.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Reaction, Sql};

use super::{CatalogKind, USER_SCHEMA, name};

pub(crate) struct TriggerKind;

impl CatalogKind for TriggerKind {
    fn catalog(&self) -> u32 {
        2620
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(format!(
            "SELECT t.oid,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
        || '.' || pg_catalog.quote_ident(t.tgname) AS name,
    '1259/' || c.oid AS owner,
    CASE WHEN u.oid IS NOT NULL THEN (
        WITH RECURSIVE above AS (
            SELECT u.oid, u.tgparentid
            UNION ALL
            SELECT x.oid, x.tgparentid FROM pg_catalog.pg_trigger AS x JOIN above ON x.oid = above.tgparentid)
        SELECT '2620/' || above.oid FROM above WHERE above.tgparentid = 0) END AS follows,
    CASE WHEN u.oid IS NOT NULL THEN 't' END AS inherited,
    CASE WHEN u.oid IS NULL THEN pg_catalog.pg_get_triggerdef(t.oid, false) END AS text,
    CASE WHEN t.tgconstraint <> 0 THEN 't' END AS constraint,
    NULLIF(t.tgenabled, 'O') AS enabled
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_trigger AS u ON u.oid = t.tgparentid
WHERE {USER_SCHEMA}
  AND CASE WHEN u.oid IS NULL THEN NOT t.tgisinternal
      ELSE t.tgenabled <> u.tgenabled AND t.tgname !~ '^(RI|PK)_ConstraintTrigger_' END"
        ))
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("TRIGGER {} ON {}", name::last(object.name()), table(object)))
    }
}

fn table(trigger: &Object) -> &str {
    name::qualifier(trigger.name())
}

/// The words that bring a trigger or a rule into one of the states that the catalog knows.
pub(crate) fn state(letter: Option<&str>) -> &'static str {
    match letter {
        Some("D") => "DISABLE",
        Some("R") => "ENABLE REPLICA",
        Some("A") => "ENABLE ALWAYS",
        _ => "ENABLE",
    }
}

fn switch(trigger: &Object, letter: Option<&str>) -> Sql {
    format!("ALTER TABLE {} {} TRIGGER {}", table(trigger), state(letter), name::last(trigger.name())).into()
}

/// The states of the partitions' triggers, which the statement for the parent's has changed as well.
fn partitions<'a>(parent: &'a Object, at: &'a Context<'_>) -> impl Iterator<Item = Sql> + 'a {
    let follows = |trigger: &&Object| trigger.follows.as_ref() == Some(&parent.id) && at.stays(&trigger.id);
    at.want.of_kind("trigger").filter(follows).map(|trigger| switch(trigger, trigger.get("enabled")))
}

impl ObjectKind for TriggerKind {
    fn name(&self) -> &'static str {
        "trigger"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let made = (!object.flag("inherited")).then(|| object.text("text").into());
        let switched = object.get("enabled").or(object.flag("inherited").then_some("O"));
        made.into_iter().chain(switched.map(|letter| switch(object, Some(letter)))).collect()
    }

    fn drop(&self, object: &Object, at: &Context<'_>) -> Vec<Sql> {
        match &object.follows {
            _ if !object.flag("inherited") => {
                vec![format!("DROP TRIGGER {} ON {}", name::last(object.name()), table(object)).into()]
            }
            Some(parent) if !at.is_dropped(parent) => {
                vec![switch(object, at.want.get(parent).and_then(|parent| parent.get("enabled")))]
            }
            _ => Vec::new(),
        }
    }

    fn alter(&self, have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        if have.flag("inherited") != want.flag("inherited") {
            return Alteration::Replace;
        }
        if have.text("text") == want.text("text") {
            let switched = std::iter::once(switch(want, want.get("enabled")));
            return Alteration::InPlace(switched.chain(partitions(want, at)).collect());
        }
        if at.have.facts.version < 14 || have.flag("constraint") || want.flag("constraint") {
            return Alteration::Replace;
        }
        // What is replaced is switched on again, here and in partitions.
        let made = want.text("text").replacen("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1);
        let switched = want.get("enabled").map(|letter| switch(want, Some(letter)));
        Alteration::InPlace(std::iter::once(made.into()).chain(switched).chain(partitions(want, at)).collect())
    }

    fn when_disturbed(&self, _object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        if needed.id.is("column") { Reaction::StepAside } else { Reaction::Stay }
    }
}
