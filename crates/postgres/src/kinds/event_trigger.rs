//! Event triggers. They come last and go first, so that they do not see what makes and unmakes the rest.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Sql};

use super::{CatalogKind, trigger::state};

pub(crate) struct EventTriggerKind;

impl CatalogKind for EventTriggerKind {
    fn catalog(&self) -> u32 {
        3466
    }

    fn query(&self, _version: u32) -> Option<String> {
        Some(
            "SELECT e.oid, pg_catalog.quote_ident(e.evtname) AS name,
    pg_catalog.quote_ident(e.evtevent) AS event,
    (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(tag.name), ', ' ORDER BY tag.place)
     FROM pg_catalog.unnest(e.evttags) WITH ORDINALITY AS tag (name, place)) AS tags,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) AS function,
    NULLIF(e.evtenabled, 'O') AS enabled
FROM pg_catalog.pg_event_trigger AS e
JOIN pg_catalog.pg_proc AS p ON p.oid = e.evtfoid
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace"
                .to_owned(),
        )
    }

    fn address(&self, object: &Object) -> Option<String> {
        Some(format!("EVENT TRIGGER {}", object.name()))
    }
}

fn switch(trigger: &Object) -> Sql {
    format!("ALTER EVENT TRIGGER {} {}", trigger.name(), state(trigger.get("enabled"))).into()
}

impl ObjectKind for EventTriggerKind {
    fn name(&self) -> &'static str {
        "event trigger"
    }

    fn create(&self, object: &Object, _parts: &[&Object], _at: &Context<'_>) -> Vec<Sql> {
        let tags = object.get("tags").map(|tags| format!("\n    WHEN TAG IN ({tags})")).unwrap_or_default();
        let made = format!(
            "CREATE EVENT TRIGGER {} ON {}{tags}\n    EXECUTE FUNCTION {}()",
            object.name(),
            object.text("event"),
            object.text("function")
        );
        std::iter::once(made.into()).chain(object.get("enabled").map(|_| switch(object))).collect()
    }

    fn drop(&self, object: &Object, _at: &Context<'_>) -> Vec<Sql> {
        vec![format!("DROP EVENT TRIGGER {}", object.name()).into()]
    }

    fn alter(&self, have: &Object, want: &Object, _at: &Context<'_>) -> Alteration {
        match have.definition.differs_only_in(&want.definition, &["enabled"]) {
            true => Alteration::InPlace(vec![switch(want)]),
            false => Alteration::Replace,
        }
    }
}
