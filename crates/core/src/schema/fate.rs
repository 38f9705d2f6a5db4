//! What becomes of each object: first by comparing, then by carrying what depends on an object that is replaced,
//! dropped or disturbed.
//!
//! An object that holds rows is never dropped to make something else possible: that is a `Conflict`.

use std::collections::{HashMap, VecDeque};

use crate::schema::{
    kind::{Alteration, Context, Fate, Kinds, ObjectKind, Reaction},
    object::{Object, ObjectId, Schema},
};

/// Why no way from one schema to the other was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    #[error("{object} cannot be changed in place, and to make it anew would lose its rows: {reason}")]
    HoldsRows { object: ObjectId, reason: String },
    #[error("objects need each other in a circle: {}", circle.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Circle { circle: Vec<ObjectId> },
    #[error("{object} is of a kind that this version of droveway does not know")]
    UnknownKind { object: ObjectId },
}

pub(crate) type Fates = HashMap<ObjectId, Fate>;

/// Which objects need a given one (or are part of it, or follow it), on the side of `have`.
pub(crate) type Dependents<'a> = HashMap<&'a ObjectId, Vec<&'a Object>>;

pub(crate) fn dependents(schema: &Schema) -> Dependents<'_> {
    let mut map: Dependents<'_> = HashMap::with_capacity(schema.objects.len());
    for object in schema.objects.values() {
        for need in object.needs.iter().chain(&object.owner).chain(&object.follows) {
            map.entry(need).or_default().push(object);
        }
    }
    map
}

/// The fates of all objects that do not stay as they are.
pub(crate) fn decide(have: &Schema, want: &Schema, kinds: &Kinds) -> Result<Fates, Conflict> {
    let mut carrier = Carrier { have, want, kinds, fates: Fates::new(), queue: VecDeque::new() };
    carrier.compare()?;
    if carrier.fates.is_empty() {
        return Ok(carrier.fates);
    }
    let dependents = dependents(have);
    while let Some(id) = carrier.queue.pop_front() {
        if let Some(of) = dependents.get(&id) {
            carrier.carry(&id, of)?;
        }
    }
    Ok(carrier.fates)
}

struct Carrier<'a> {
    have: &'a Schema,
    want: &'a Schema,
    kinds: &'a Kinds,
    fates: Fates,
    /// Objects whose dependents are to be looked at.
    queue: VecDeque<ObjectId>,
}

impl Carrier<'_> {
    fn kind(&self, id: &ObjectId) -> Result<&'static dyn ObjectKind, Conflict> {
        self.kinds.of(id).ok_or_else(|| Conflict::UnknownKind { object: id.clone() })
    }

    fn context(&self) -> Context<'_> {
        Context { have: self.have, want: self.want, fates: &self.fates }
    }

    fn compare(&mut self) -> Result<(), Conflict> {
        let mut changed = Vec::new();
        for (id, object) in &self.have.objects {
            match self.want.objects.get(id) {
                None => {
                    self.fates.insert(id.clone(), Fate::Drop);
                    self.queue.push_back(id.clone());
                }
                Some(wanted) if wanted.definition != object.definition || wanted.owner != object.owner => {
                    changed.push((object, wanted));
                }
                Some(_) => {}
            }
        }
        let created = self.want.objects.keys().filter(|id| !self.have.objects.contains_key(id));
        self.fates.extend(created.map(|id| (id.clone(), Fate::Create)));
        self.give_names()?;
        for (object, wanted) in changed {
            if !self.kind(&object.id)?.same(object, wanted, &self.context()) {
                self.alter(object, wanted)?;
            }
        }
        Ok(())
    }

    /// An object that is dropped steps aside if one of another kind takes its name, and its kind lets it.
    fn give_names(&mut self) -> Result<(), Conflict> {
        let created: Vec<&ObjectId> =
            self.fates.iter().filter(|(_, fate)| **fate == Fate::Create).map(|(id, _)| id).collect();
        let by_name: HashMap<&str, &ObjectId> = created.into_iter().map(|id| (&*id.name, id)).collect();
        let mut asides = Vec::new();
        for (id, _) in self.fates.iter().filter(|(_, fate)| **fate == Fate::Drop) {
            let (Some(other), Some(object)) = (by_name.get(&*id.name), self.have.objects.get(id)) else { continue };
            let kind = self.kind(id)?;
            if kind.gives_name_to(other)
                && let Some(aside) = kind.set_aside(object, object, &self.context())
            {
                asides.push((id.clone(), aside));
            }
        }
        self.fates.extend(asides.into_iter().map(|(id, aside)| (id, Fate::Aside(aside))));
        Ok(())
    }

    fn alter(&mut self, object: &Object, wanted: &Object) -> Result<(), Conflict> {
        match self.kind(&object.id)?.alter(object, wanted, &self.context()) {
            Alteration::InPlace(_) => {
                self.fates.insert(object.id.clone(), Fate::Alter { disturbing: false });
            }
            Alteration::Disturbing(_) => {
                self.fates.insert(object.id.clone(), Fate::Alter { disturbing: true });
                self.queue.push_back(object.id.clone());
            }
            Alteration::Replace => self.replace(object, wanted, "its definition")?,
            Alteration::ReplaceWithLoss => {
                self.fates.insert(object.id.clone(), Fate::Replace);
                self.queue.push_back(object.id.clone());
            }
        }
        Ok(())
    }

    fn replace(&mut self, object: &Object, wanted: &Object, reason: &str) -> Result<(), Conflict> {
        let kind = self.kind(&object.id)?;
        let fate = match kind.set_aside(object, wanted, &self.context()) {
            Some(aside) => Fate::Aside(aside),
            None if kind.holds_data(object) => {
                return Err(Conflict::HoldsRows { object: object.id.clone(), reason: reason.to_owned() });
            }
            None => Fate::Replace,
        };
        self.fates.insert(object.id.clone(), fate);
        self.queue.push_back(object.id.clone());
        Ok(())
    }

    fn carry(&mut self, id: &ObjectId, dependents: &[&Object]) -> Result<(), Conflict> {
        let Some(fate) = self.fates.get(id).cloned() else { return Ok(()) };
        let Some(needed) = self.have.objects.get(id) else { return Ok(()) };
        for object in dependents {
            let Some(wanted) = self.want.objects.get(&object.id) else { continue };
            if self.context().is_dropped(&object.id) {
                continue;
            }
            self.carry_one(needed, &fate, object, wanted)?;
        }
        Ok(())
    }

    fn carry_one(&mut self, needed: &Object, fate: &Fate, object: &Object, wanted: &Object) -> Result<(), Conflict> {
        let is_part = object.owner.as_ref() == Some(&needed.id);
        let kind = self.kind(&object.id)?;
        let reaction = match fate {
            Fate::Create => return Ok(()),
            // What it needs no more it lets go of by its own change.
            Fate::Drop if self.fates.contains_key(&object.id) && !wanted.needs.contains(&needed.id) => return Ok(()),
            Fate::Alter { disturbing: false } => return Ok(()),
            Fate::Alter { disturbing: true } => kind.when_disturbed(object, needed, &self.context()),
            Fate::Replace | Fate::Aside(_) if is_part => {
                self.fates.insert(object.id.clone(), Fate::Replace);
                self.queue.push_back(object.id.clone());
                return Ok(());
            }
            Fate::Drop | Fate::Replace | Fate::Aside(_) => kind.when_replaced(object, needed, &self.context()),
        };
        match reaction {
            Reaction::Stay => Ok(()),
            Reaction::StepAside => self.replace(object, wanted, &format!("{} gives way", needed.id)),
            Reaction::Convert => self.alter(object, wanted),
            Reaction::Refuse(reason) => Err(Conflict::HoldsRows { object: object.id.clone(), reason }),
        }
    }
}
