//! What of a schema takes part in a comparison.

use droveway_core::{
    bookkeeping::Tables,
    schema::{Object, Schema},
};

/// Kinds of objects that are left out unless they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Managed {
    Owners,
    Privileges,
}

impl Managed {
    /// As in `manage = ["privileges", "owners"]`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "owners" => Some(Managed::Owners),
            "privileges" => Some(Managed::Privileges),
            _ => None,
        }
    }

    fn kinds(self) -> &'static [&'static str] {
        match self {
            Managed::Owners => &["owner"],
            Managed::Privileges => &["privilege", "default privilege"],
        }
    }
}

/// What is left out of both sides.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub manage: Vec<Managed>,
    /// Bookkeeping tables, which are never part of a schema.
    pub tables: Vec<Tables>,
}

impl Filter {
    pub fn apply(&self, schema: &mut Schema) {
        let unmanaged: Vec<&str> = [Managed::Owners, Managed::Privileges]
            .into_iter()
            .filter(|kind| !self.manage.contains(kind))
            .flat_map(Managed::kinds)
            .copied()
            .collect();
        schema.leave_out(|object| unmanaged.contains(&object.id.kind.0) || self.is_ours(object));
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

/// The parts of a name as SQL writes it, without quotes: `"My App".t` gives `My App` and `t`.
pub fn name_parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut characters = name.chars().peekable();
    while let Some(c) = characters.next() {
        let last = parts.len() - 1;
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                parts[last].push('"');
            }
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            c => parts[last].push(c),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use droveway_core::schema::ObjectId;

    use super::*;

    #[test]
    fn a_name_comes_apart_at_its_dots() {
        assert_eq!(name_parts("public.t"), ["public", "t"]);
        assert_eq!(name_parts("\"My.App\".\"say \"\"hi\"\"\""), ["My.App", "say \"hi\""]);
    }

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
}
