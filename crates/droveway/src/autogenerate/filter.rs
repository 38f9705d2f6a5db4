//! What of a schema takes part in a comparison.

use std::collections::{BTreeSet, HashSet};

use droveway_core::{
    bookkeeping::Tables,
    diagnostic::Diagnostic,
    schema::{Object, ObjectId, Schema, name::parts as name_parts},
};
use globset::{Glob, GlobMatcher};

pub use crate::config::schema::Managed;

/// What is left out of both sides.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub manage: Vec<Managed>,
    /// Bookkeeping tables, which are never part of a schema.
    pub tables: Vec<Tables>,
    /// What takes part; none: everything.
    pub include: Vec<Pattern>,
    pub exclude: Vec<Pattern>,
}

/// `audit.*`, `table:public.part_*`, `schema:partman`.
#[derive(Debug, Clone)]
pub struct Pattern {
    kind: Option<String>,
    names: GlobMatcher,
    /// A pattern without a dot means names in any schema.
    is_plain: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("{text:?} is no pattern of objects: {reason}")]
pub struct BadPattern {
    text: String,
    reason: String,
}

impl Diagnostic for BadPattern {
    fn code(&self) -> &'static str {
        "bad-pattern"
    }

    fn help(&self) -> Option<String> {
        Some("write a name with its schema, such as `audit.*`, with a kind if it matters: `table:audit.*`, `schema:audit`".into())
    }
}

impl Pattern {
    pub fn parse(text: &str) -> Result<Self, BadPattern> {
        let (kind, name) = match text.split_once(':') {
            Some((kind, name)) => (Some(kind.trim().to_owned()), name.trim()),
            None => (None, text.trim()),
        };
        let bad = |reason: String| BadPattern { text: text.to_owned(), reason };
        if name.is_empty() || kind.as_ref().is_some_and(String::is_empty) {
            return Err(bad("a part of it is empty".to_owned()));
        }
        let names = Glob::new(name).map_err(|error| bad(error.kind().to_string()))?.compile_matcher();
        Ok(Pattern { kind, names, is_plain: !name.contains('.') })
    }

    pub fn parse_all(texts: &[String]) -> Result<Vec<Self>, BadPattern> {
        texts.iter().map(|text| Self::parse(text)).collect()
    }

    fn means(&self, id: &ObjectId) -> bool {
        if self.kind.as_ref().is_some_and(|kind| !id.is(kind)) {
            return false;
        }
        let parts = name_parts(&id.name);
        self.names.is_match(parts.join("."))
            || (self.is_plain && parts.last().is_some_and(|name| self.names.is_match(name)))
    }
}

/// The kinds of objects that are managed together.
fn kinds(managed: Managed) -> &'static [&'static str] {
    match managed {
        Managed::Owners => &["owner"],
        Managed::Privileges => &["privilege", "default privilege"],
    }
}

impl Filter {
    fn is_unmanaged(&self, id: &ObjectId) -> bool {
        [Managed::Owners, Managed::Privileges]
            .into_iter()
            .filter(|managed| !self.manage.contains(managed))
            .any(|managed| kinds(managed).iter().any(|kind| id.is(kind)))
    }

    /// The wanted schema with those owners and privileges that nobody manages here as they are in `have`: they are no
    /// difference, and come back with an object that has to be made anew.
    pub fn settle(&self, have: &Schema, want: &Schema) -> Schema {
        let mut settled = want.clone();
        settled.objects.retain(|id, _| !self.is_unmanaged(id));
        let kept = have.objects.values().filter(|object| {
            let has_subject = object.owner.as_ref().is_none_or(|subject| settled.objects.contains_key(subject));
            self.is_unmanaged(&object.id) && has_subject
        });
        let kept: Vec<Object> = kept.cloned().collect();
        kept.into_iter().for_each(|object| settled.add(object));
        settled
    }

    /// Takes out what is no part of the comparison.
    pub fn apply(&self, schema: &mut Schema) {
        let left_out: BTreeSet<String> = schema
            .of_kind("schema")
            .filter(|object| self.excludes(object))
            .map(|object| name_parts(object.name()).concat())
            .collect();
        let lies_in_one = |object: &Object| {
            let mut parts = name_parts(object.name());
            parts.len() > 1 && left_out.contains(&std::mem::take(&mut parts[0]))
        };
        schema.leave_out(|object| {
            self.is_ours(object) || self.excludes(object) || (!left_out.is_empty() && lies_in_one(object))
        });
        if !self.include.is_empty() {
            self.keep_included(schema);
        }
    }

    fn excludes(&self, object: &Object) -> bool {
        self.exclude.iter().any(|pattern| pattern.means(&object.id))
    }

    /// Keeps what is meant, with its parts.
    fn keep_included(&self, schema: &mut Schema) {
        let mut kept: HashSet<ObjectId> = HashSet::new();
        for object in schema.objects.values() {
            let owners = std::iter::successors(Some(object), |object| schema.get(object.owner.as_ref()?)).take(16);
            if owners.into_iter().any(|object| self.include.iter().any(|pattern| pattern.means(&object.id))) {
                kept.insert(object.id.clone());
            }
        }
        schema.leave_out(|object| !kept.contains(&object.id));
    }

    fn is_ours(&self, object: &Object) -> bool {
        if !object.id.is("table") {
            return false;
        }
        let parts = name_parts(object.name());
        let (schema, name) = match &parts[..] {
            [name] => (None, name),
            [schema, name] => (Some(schema), name),
            _ => return false,
        };
        self.tables.iter().any(|tables| {
            (*name == tables.version || *name == tables.journal)
                && tables.schema.as_ref().is_none_or(|ours| schema.is_none_or(|schema| schema == ours))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookkeeping_is_no_part_of_a_schema() {
        let mut schema = Schema::default();
        for name in ["public.alembic_version", "other.drove_journal", "public.drove", "public.t"] {
            schema.add(Object::new(ObjectId::new("table", name)));
        }
        Filter { tables: vec![Tables::default()], ..Filter::default() }.apply(&mut schema);
        let left: Vec<&str> = schema.objects.keys().map(|id| &*id.name).collect();
        assert_eq!(left, ["public.drove", "public.t"]);
    }

    fn names_after(filter: &Filter) -> Vec<String> {
        let mut schema = Schema::default();
        let ids = [
            ("schema", "audit"),
            ("schema", "public"),
            ("table", "audit.log"),
            ("table", "public.log"),
            ("view", "public.v"),
        ];
        for (kind, name) in ids {
            schema.add(Object::new(ObjectId::new(kind, name)));
        }
        let mut column = Object::new(ObjectId::new("column", "public.log.at"));
        column.owner = Some(ObjectId::new("table", "public.log"));
        schema.add(column);
        filter.apply(&mut schema);
        schema.objects.keys().map(ToString::to_string).collect()
    }

    fn patterns(texts: &[&str]) -> Vec<Pattern> {
        texts.iter().map(|text| Pattern::parse(text).expect("it is one")).collect()
    }

    #[test]
    fn a_schema_goes_with_all_that_lies_in_it() {
        let filter = Filter { exclude: patterns(&["schema:audit", "view:*"]), ..Filter::default() };
        assert_eq!(names_after(&filter), ["column public.log.at", "schema public", "table public.log"]);
    }

    #[test]
    fn what_is_included_comes_with_its_parts() {
        let filter = Filter { include: patterns(&["table:public.*"]), ..Filter::default() };
        assert_eq!(names_after(&filter), ["column public.log.at", "table public.log"]);
        let filter = Filter { include: patterns(&["log"]), ..Filter::default() };
        assert_eq!(names_after(&filter), ["column public.log.at", "table audit.log", "table public.log"]);
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_refused() {
        for text in ["", "table:", ":x", "[a"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
