//! Objects: what a schema consists of. An object is typed inside its kind and a list of named texts outside of it, so
//! comparing, ordering, caching and showing need no code per kind.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
    sync::{Arc, Mutex, OnceLock},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of a kind of object: `table`, `column`, `foreign key`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(pub &'static str);

/// Names of kinds and fields are few and live as long as the program.
pub fn interned(name: &str) -> &'static str {
    static NAMES: OnceLock<Mutex<HashSet<&'static str>>> = OnceLock::new();
    let mut names = NAMES.get_or_init(Mutex::default).lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    match names.get(name) {
        Some(known) => known,
        None => {
            let known: &'static str = Box::leak(name.to_owned().into_boxed_str());
            names.insert(known);
            known
        }
    }
}

impl Kind {
    pub fn named(name: &str) -> Self {
        Kind(interned(name))
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Kind::named(&std::borrow::Cow::<str>::deserialize(deserializer)?))
    }
}

/// What an object is called: its kind, and its name as SQL writes it, with its schema and quoted where it must be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    pub kind: Kind,
    pub name: Arc<str>,
}

impl ObjectId {
    pub fn new(kind: &'static str, name: impl Into<Arc<str>>) -> Self {
        ObjectId { kind: Kind(kind), name: name.into() }
    }

    pub fn is(&self, kind: &str) -> bool {
        self.kind.0 == kind
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.0, self.name)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What an object is, as named texts. A field that has its usual value is left out, so two definitions are equal
/// exactly when the objects are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Definition(BTreeMap<&'static str, Arc<str>>);

impl Definition {
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(|text| &**text)
    }

    /// The field's text, or an empty one.
    pub fn text(&self, field: &str) -> &str {
        self.get(field).unwrap_or_default()
    }

    /// Whether a field is there and true (`t`, as the engines print it).
    pub fn flag(&self, field: &str) -> bool {
        matches!(self.get(field), Some("t" | "true" | "1"))
    }

    pub fn set(&mut self, field: &'static str, text: impl Into<Arc<str>>) {
        self.0.insert(field, text.into());
    }

    pub fn remove(&mut self, field: &str) -> Option<Arc<str>> {
        self.0.remove(field)
    }

    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(field, text)| (*field, &**text))
    }

    /// The names of the fields in which two definitions differ.
    pub fn differing(&self, other: &Self) -> BTreeSet<&'static str> {
        self.0.keys().chain(other.0.keys()).copied().filter(|field| self.get(field) != other.get(field)).collect()
    }

    /// Whether two definitions are equal but for the given fields.
    pub fn differs_only_in(&self, other: &Self, fields: &[&str]) -> bool {
        self.differing(other).iter().all(|field| fields.contains(field))
    }
}

impl Serialize for Definition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Definition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = BTreeMap::<String, Arc<str>>::deserialize(deserializer)?;
        Ok(Definition(fields.into_iter().map(|(field, text)| (interned(&field), text)).collect()))
    }
}

/// One object of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    pub id: ObjectId,
    /// The object that it is part of: it goes away with it and cannot be there without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<ObjectId>,
    /// An object of the same kind on a parent table: what happens to that one happens to this one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<ObjectId>,
    /// What must be there before it, by the engine's own dependency catalog, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<ObjectId>,
    pub definition: Definition,
}

impl Object {
    pub fn new(id: ObjectId) -> Self {
        Object { id, owner: None, follows: None, needs: Vec::new(), definition: Definition::default() }
    }

    pub fn get(&self, field: &str) -> Option<&str> {
        self.definition.get(field)
    }

    pub fn text(&self, field: &str) -> &str {
        self.definition.text(field)
    }

    pub fn flag(&self, field: &str) -> bool {
        self.definition.flag(field)
    }

    pub fn name(&self) -> &str {
        &self.id.name
    }
}

/// What is true of the database that a schema was read from, and is no part of the schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Major version of the server.
    pub version: u32,
    /// The user who read it, as SQL writes the name: who makes objects owns them.
    pub user: String,
}

/// Everything that a database is made of, but its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    pub facts: Facts,
    pub objects: BTreeMap<ObjectId, Object>,
    /// Objects of kinds that are not modelled, by kind, with their number: they are said, never compared.
    pub unmodelled: BTreeMap<String, usize>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    facts: Facts,
    objects: Vec<Object>,
    unmodelled: BTreeMap<String, usize>,
}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stored = Stored {
            facts: self.facts.clone(),
            objects: self.objects.values().cloned().collect(),
            unmodelled: self.unmodelled.clone(),
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { facts, objects, unmodelled } = Stored::deserialize(deserializer)?;
        let objects = objects.into_iter().map(|object| (object.id.clone(), object)).collect();
        Ok(Schema { facts, objects, unmodelled })
    }
}

impl Schema {
    pub fn get(&self, id: &ObjectId) -> Option<&Object> {
        self.objects.get(id)
    }

    pub fn add(&mut self, object: Object) {
        self.objects.insert(object.id.clone(), object);
    }

    pub fn has(&self, kind: &'static str, name: &str) -> bool {
        self.objects.contains_key(&ObjectId::new(kind, name))
    }

    pub fn find(&self, kind: &'static str, name: &str) -> Option<&Object> {
        self.objects.get(&ObjectId::new(kind, name))
    }

    /// The objects of one kind, by name.
    pub fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Object> {
        self.objects
            .range(ObjectId::new(kind, "")..)
            .take_while(move |(id, _)| id.kind.0 == kind)
            .map(|(_, object)| object)
    }

    /// The parts of one kind of an object whose names begin with its own (`public.t.a` of `public.t`), by name.
    pub fn parts<'a>(&'a self, kind: &'static str, owner: &'a ObjectId) -> impl Iterator<Item = &'a Object> {
        let prefix = format!("{}.", owner.name);
        self.objects
            .range(ObjectId::new(kind, &*prefix)..)
            .take_while(move |(id, _)| id.kind.0 == kind && id.name.starts_with(&prefix))
            .map(|(_, object)| object)
            .filter(move |object| object.owner.as_ref() == Some(owner))
    }

    /// Takes out all objects for which `out` holds, with their parts.
    pub fn leave_out(&mut self, out: impl Fn(&Object) -> bool) {
        let mut gone: HashSet<ObjectId> =
            self.objects.values().filter(|object| out(object)).map(|object| object.id.clone()).collect();
        if gone.is_empty() {
            return;
        }
        loop {
            let parts: Vec<ObjectId> = self
                .objects
                .values()
                .filter(|object| object.owner.as_ref().is_some_and(|owner| gone.contains(owner)))
                .map(|object| object.id.clone())
                .filter(|id| !gone.contains(id))
                .collect();
            if parts.is_empty() {
                break;
            }
            gone.extend(parts);
        }
        self.objects.retain(|id, _| !gone.contains(id));
        for object in self.objects.values_mut() {
            object.needs.retain(|need| !gone.contains(need));
        }
    }
}
