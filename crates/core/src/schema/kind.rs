//! What an engine says of one kind of object: how it is made, unmade and changed, and how it takes it when something
//! that it needs is changed under it.

use std::collections::HashMap;

use crate::schema::object::{Object, ObjectId, Schema};

/// One statement, without its semicolon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sql {
    pub text: String,
    /// What is lost when it runs, in words: `drops table t and its rows`.
    pub risk: Option<String>,
    /// It takes effect for other statements only after a commit (a new value of an enum).
    pub needs_commit: bool,
}

impl Sql {
    pub fn new(text: impl Into<String>) -> Self {
        Sql { text: text.into(), ..Sql::default() }
    }

    pub fn with_risk(mut self, risk: impl Into<String>) -> Self {
        self.risk = Some(risk.into());
        self
    }

    pub fn with_commit(mut self) -> Self {
        self.needs_commit = true;
        self
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Self {
        Sql::new(text)
    }
}

impl From<&str> for Sql {
    fn from(text: &str) -> Self {
        Sql::new(text)
    }
}

/// How an object gets from one definition to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alteration {
    /// In place, with whatever depends on it staying where it is.
    InPlace(Vec<Sql>),
    /// In place, once what depends on it has stepped aside.
    Disturbing(Vec<Sql>),
    /// Only by being dropped and made anew.
    Replace,
    /// The same, where the rows that it holds are what is no more wanted (a column that becomes a computed one).
    ReplaceWithLoss,
}

/// What becomes of an object that needs another one which is replaced, dropped or disturbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// It does not mind.
    Stay,
    /// It is dropped before and made anew after.
    StepAside,
    /// It is altered even if its definition stays the same (a column whose type is replaced).
    Convert,
    /// It cannot give way.
    Refuse(String),
}

/// What becomes of an object; one that stays as it is has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Create,
    Drop,
    Alter {
        disturbing: bool,
    },
    /// Dropped, then made anew.
    Replace,
    /// Put aside under another name, made anew, filled from the old one, which is dropped in the end.
    Aside(Aside),
}

/// Both sides of a comparison, and what was decided so far.
pub struct Context<'a> {
    pub have: &'a Schema,
    pub want: &'a Schema,
    pub fates: &'a HashMap<ObjectId, Fate>,
}

impl Context<'_> {
    pub fn fate(&self, id: &ObjectId) -> Option<&Fate> {
        self.fates.get(id)
    }

    /// Whether it is dropped and made anew, in whatever way.
    pub fn is_replaced(&self, id: &ObjectId) -> bool {
        matches!(self.fates.get(id), Some(Fate::Replace | Fate::Aside(_)))
    }

    pub fn is_created(&self, id: &ObjectId) -> bool {
        matches!(self.fates.get(id), Some(Fate::Create | Fate::Replace | Fate::Aside(_)))
    }

    pub fn is_dropped(&self, id: &ObjectId) -> bool {
        matches!(self.fates.get(id), Some(Fate::Drop | Fate::Replace | Fate::Aside(_)))
    }

    /// Whether it is there before and after, and the same one.
    pub fn stays(&self, id: &ObjectId) -> bool {
        matches!(self.fates.get(id), None | Some(Fate::Alter { .. })) && self.have.objects.contains_key(id)
    }
}

/// One kind of object of one engine.
pub trait ObjectKind: Sync + Send {
    /// As in `ObjectId`; also the word for it in messages.
    fn name(&self) -> &'static str;

    /// Whether rows go away with it.
    fn holds_data(&self, _object: &Object) -> bool {
        false
    }

    /// Names that two objects cannot have at the same time, whatever their kinds: `relation public.t`.
    fn slots(&self, _object: &Object) -> Vec<String> {
        Vec::new()
    }

    /// Whether two definitions mean the same; the context allows for what both sides have besides.
    fn same(&self, have: &Object, want: &Object, _at: &Context<'_>) -> bool {
        have.definition == want.definition
    }

    /// The statements that make it. `parts` are those of its parts that `can_fold` let into the same statement.
    fn create(&self, object: &Object, parts: &[&Object], at: &Context<'_>) -> Vec<Sql>;

    /// The statements that unmake it.
    fn drop(&self, object: &Object, at: &Context<'_>) -> Vec<Sql>;

    fn alter(&self, _have: &Object, _want: &Object, _at: &Context<'_>) -> Alteration {
        Alteration::Replace
    }

    /// Whether it can be made in the same statement as its owner.
    fn can_fold(&self, _object: &Object, _owner: &Object, _at: &Context<'_>) -> bool {
        false
    }

    /// Whether a replacement keeps the old object under another name until what depends on it is converted; the
    /// statements that put it there, and the statements that remove it in the end.
    fn set_aside(&self, _have: &Object, _want: &Object, _at: &Context<'_>) -> Option<Aside> {
        None
    }

    /// Whether an object of another kind that takes its name makes it step aside instead of being dropped first, so that
    /// what depends on it can be converted (an enum that becomes a domain).
    fn gives_name_to(&self, _other: &ObjectId) -> bool {
        false
    }

    /// What it does when `needed`, which it needs, is dropped or made anew.
    fn when_replaced(&self, object: &Object, needed: &Object, _at: &Context<'_>) -> Reaction {
        match self.holds_data(object) {
            true => Reaction::Refuse(format!("{} holds rows and needs {}", object.id, needed.id)),
            false => Reaction::StepAside,
        }
    }

    /// What it does when `needed` is altered in a disturbing way.
    fn when_disturbed(&self, object: &Object, _needed: &Object, _at: &Context<'_>) -> Reaction {
        match self.holds_data(object) {
            true => Reaction::Stay,
            false => Reaction::StepAside,
        }
    }

    /// Another object, besides its owner, with which it goes away (a sequence with the column that owns it).
    fn goes_with(&self, _have: &Object, _at: &Context<'_>) -> Option<ObjectId> {
        None
    }

    /// Whether the object that it follows brings it (a column of a partition, with its parent's column).
    fn comes_with(&self, _want: &Object, _at: &Context<'_>) -> bool {
        false
    }

    /// The object put aside whose rows wait for this one before they are brought over.
    fn fills(&self, _object: &Object) -> Option<ObjectId> {
        None
    }

    /// Names that its text may mean without the engine knowing: they order, where nothing speaks against it.
    fn mentions(&self, _object: &Object, _schema: &Schema) -> Vec<ObjectId> {
        Vec::new()
    }
}

/// A replacement by way of another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Renames the old object.
    pub rename: Vec<Sql>,
    /// Brings over what the old object holds; runs when everything that `ObjectKind::fills` names was made.
    pub fill: Vec<Sql>,
    /// Drops the old object under its other name.
    pub drop: Vec<Sql>,
}

/// The kinds of an engine in the order in which their objects are made where nothing else decides.
pub struct Kinds {
    kinds: Vec<&'static dyn ObjectKind>,
    places: std::collections::HashMap<&'static str, usize>,
}

impl Kinds {
    pub fn new(kinds: Vec<&'static dyn ObjectKind>) -> Self {
        let places = kinds.iter().enumerate().map(|(place, kind)| (kind.name(), place)).collect();
        Kinds { kinds, places }
    }

    /// The place of a kind among all; kinds that are not known come last.
    pub fn place(&self, id: &ObjectId) -> usize {
        self.places.get(id.kind.0).copied().unwrap_or(self.kinds.len())
    }

    /// The kind of an object; `None` for a kind of another program version.
    pub fn of(&self, id: &ObjectId) -> Option<&'static dyn ObjectKind> {
        self.places.get(id.kind.0).map(|place| self.kinds[*place])
    }

    pub fn iter(&self) -> impl Iterator<Item = &'static dyn ObjectKind> + '_ {
        self.kinds.iter().copied()
    }
}
