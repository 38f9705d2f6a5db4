//! Comments, on whatever has one.

use droveway_core::schema::{Alteration, Context, Object, ObjectKind, Reaction, Schema, Sql};

use super::{CatalogKind, address, subject::name_after, table::literal};

pub(crate) struct CommentKind;

impl CatalogKind for CommentKind {
    fn catalog(&self) -> u32 {
        0
    }

    fn is_addressed(&self) -> bool {
        false
    }

    fn query(&self, _version: u32) -> Option<String> {
        // Columns of views, indexes of constraints and sequences of identities are no objects of their own.
        Some(
            "SELECT d.classoid AS class, d.objoid AS oid, d.objsubid AS sub,
    d.classoid || '/' || d.objoid || '/' || d.objsubid AS name,
    d.classoid || '/' || d.objoid || '/' || d.objsubid AS owner,
    d.description AS text,
    pg_catalog.quote_ident(a.attname) AS column,
    CASE WHEN a.attname IS NULL THEN CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' WHEN 'i' THEN 'INDEX ' WHEN 'I' THEN 'INDEX '
        END || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) END AS subject
FROM pg_catalog.pg_description AS d
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = d.objoid AND d.classoid = 1259
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
WHERE (d.objoid >= 16384 OR d.classoid = 2615)
  AND NOT EXISTS (
      SELECT 1 FROM pg_catalog.pg_rewrite AS r
      WHERE d.classoid = 2618 AND r.oid = d.objoid AND r.rulename = '_RETURN')"
                .to_owned(),
        )
    }

    fn finish(&self, schema: &mut Schema) {
        name_after(schema, self.name(), |comment, subject| {
            let column = comment.definition.remove("column");
            let named = comment.definition.remove("subject");
            if let Some(column) = column.filter(|_| !subject.id.is("column")) {
                let column = format!("{}.{column}", subject.name());
                comment.definition.set("subject", format!("COLUMN {column}"));
                return Some(format!("column {column}"));
            }
            if let Some(named) = named.filter(|_| !subject.id.is("index") && !subject.id.is("sequence")) {
                let (word, name) = named.split_once(' ')?;
                let name = format!("{} {name}", word.to_lowercase());
                comment.definition.set("subject", named.clone());
                return Some(name);
            }
            address(subject).map(|_| subject.id.to_string())
        });
    }
}

/// COMMENT ON what the comment is about, as one of the two schemas has it.
fn comment_on(comment: &Object, schema: &Schema, text: &str) -> Vec<Sql> {
    let subject = || comment.owner.as_ref().and_then(|owner| schema.get(owner)).and_then(address);
    let subject = comment.get("subject").map(str::to_owned).or_else(subject);
    subject.into_iter().map(|subject| format!("COMMENT ON {subject} IS {text}").into()).collect()
}

impl ObjectKind for CommentKind {
    fn name(&self) -> &'static str {
        "comment"
    }

    fn create(&self, object: &Object, _parts: &[&Object], at: &Context<'_>) -> Vec<Sql> {
        // An extension brings its own comment, which only its owner could set.
        let extension = object.owner.as_ref().filter(|owner| owner.is("extension") && at.is_created(owner));
        let usual = extension.and_then(|id| at.want.objects.get(id)).and_then(|extension| extension.get("usual_comment"));
        if usual.is_some_and(|usual| usual == object.text("text")) {
            return Vec::new();
        }
        comment_on(object, at.want, &literal(object.text("text")))
    }

    fn drop(&self, object: &Object, at: &Context<'_>) -> Vec<Sql> {
        comment_on(object, at.have, "NULL")
    }

    fn alter(&self, _have: &Object, want: &Object, at: &Context<'_>) -> Alteration {
        Alteration::InPlace(self.create(want, &[], at))
    }

    fn when_replaced(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }

    fn when_disturbed(&self, _object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        Reaction::Stay
    }
}
