//! From one schema to another: the steps in order, each with its statements. Parts are told by the statement that
//! makes or drops what they belong to, wherever the order allows.

use std::collections::{HashMap, HashSet};

use crate::schema::{
    fate::{Fates, decide},
    kind::{Alteration, Context, Fate, Kinds, Sql},
    object::{Object, ObjectId, Schema},
    order::{Order, must_free_its_name, order, root, whole},
};

pub use crate::schema::{fate::Conflict, order::Action};

/// One thing that happens, with its statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub action: Action,
    pub id: ObjectId,
    pub sql: Vec<Sql>,
}

/// What leads from one schema to another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    pub steps: Vec<Step>,
    /// What becomes of each object, by object, whether or not it has statements of its own.
    pub changes: Vec<(ObjectId, Change)>,
}

/// What a person is told of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    Create,
    Drop,
    Alter,
    Replace,
}

impl Script {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    pub fn statements(&self) -> impl Iterator<Item = &Sql> {
        self.steps.iter().flat_map(|step| &step.sql)
    }
}

/// The steps that lead from `have` to `want`, with the same result for the same input.
pub fn diff(have: &Schema, want: &Schema, kinds: &Kinds) -> Result<Script, Conflict> {
    let fates = decide(have, want, kinds)?;
    if fates.is_empty() {
        return Ok(Script::default());
    }
    let order = order(have, want, &fates, kinds)?;
    let at = Context { have, want, fates: &fates };
    let folded = fold(&order, kinds, &at);
    let silent = silent_drops(&order, &folded, kinds, &at);
    let mut steps = Vec::new();
    for node in &order.sequence {
        let (action, object) = (order.nodes[*node].action, order.nodes[*node].object);
        let Some(kind) = kinds.of(&object.id) else {
            return Err(Conflict::UnknownKind { object: object.id.clone() });
        };
        let sql = match (action, at.fate(&object.id)) {
            (Action::Aside, Some(Fate::Aside(aside))) => aside.rename.clone(),
            (Action::Drop, Some(Fate::Aside(aside))) => aside.fill.iter().chain(&aside.drop).cloned().collect(),
            (Action::Drop, _) if silent.contains(node) => Vec::new(),
            (Action::Drop, _) => kind.drop(object, &at),
            (Action::Create, _) if folded.inside.contains(node) || kind.comes_with(object, &at) => Vec::new(),
            (Action::Create, _) => kind.create(object, folded.parts.get(node).map_or(&[][..], Vec::as_slice), &at),
            (Action::Alter, _) => match have.objects.get(&object.id).map(|old| kind.alter(old, object, &at)) {
                Some(Alteration::InPlace(sql) | Alteration::Disturbing(sql)) => sql,
                _ => Vec::new(),
            },
            (Action::Aside, _) => Vec::new(),
        };
        if !sql.is_empty() {
            steps.push(Step { action, id: object.id.clone(), sql });
        }
    }
    Ok(Script { steps, changes: changes(&fates) })
}

fn changes(fates: &Fates) -> Vec<(ObjectId, Change)> {
    let mut changes: Vec<(ObjectId, Change)> = fates
        .iter()
        .map(|(id, fate)| {
            let change = match fate {
                Fate::Create => Change::Create,
                Fate::Drop => Change::Drop,
                Fate::Alter { .. } => Change::Alter,
                Fate::Replace | Fate::Aside(_) => Change::Replace,
            };
            (id.clone(), change)
        })
        .collect();
    changes.sort();
    changes
}

struct Folded<'a> {
    /// The node whose statement makes another one.
    into: HashMap<usize, usize>,
    /// Nodes that another one's statement makes.
    inside: HashSet<usize>,
    parts: HashMap<usize, Vec<&'a Object>>,
}

/// A part is made with its owner if everything that it waits for comes before the owner.
fn fold<'a>(order: &Order<'a>, kinds: &Kinds, at: &Context<'a>) -> Folded<'a> {
    let mut folded = Folded { into: HashMap::new(), inside: HashSet::new(), parts: HashMap::new() };
    for node in &order.sequence {
        let part = order.nodes[*node].object;
        if order.nodes[*node].action != Action::Create {
            continue;
        }
        let mut whole = whole(part, kinds, at);
        // A part of a part that has a statement of its own is told there.
        if let Some(owner) = part.owner.as_ref().filter(|owner| whole.id != part.id && **owner != whole.id)
            && let Some(made) = order.node(Action::Create, owner)
            && !folded.inside.contains(&made)
        {
            whole = order.nodes[made].object;
        }
        let Some(into) = order.node(Action::Create, &whole.id).filter(|into| into != node) else { continue };
        let is_told = |before: &usize| {
            *before == into
                || order.position[*before] < order.position[into]
                || folded.parts.get(&into).is_some_and(|parts| {
                    order.nodes[*before].action == Action::Create
                        && parts.iter().any(|other| other.id == order.nodes[*before].object.id)
                })
        };
        // The name of a part may be free only when the whole that has it is gone.
        let frees = |before: &usize| order.nodes[*before].action != Action::Drop || is_told(before);
        if order.before[*node].iter().all(is_told) && order.soft_before[*node].iter().all(frees) {
            folded.into.insert(*node, into);
            folded.inside.insert(*node);
            folded.parts.entry(into).or_default().push(part);
        }
    }
    folded
}

/// A part need not be dropped by a statement of its own if nothing waits for that before its owner is dropped.
fn silent_drops<'a>(order: &Order<'a>, folded: &Folded<'a>, kinds: &Kinds, at: &Context<'a>) -> HashSet<usize> {
    let place = |node: usize| order.position[folded.into.get(&node).copied().unwrap_or(node)];
    let mut silent = HashSet::new();
    for node in &order.sequence {
        let object = order.nodes[*node].object;
        if order.nodes[*node].action != Action::Drop {
            continue;
        }
        let root = root(object, kinds, at);
        let Some(whole) = order.node(Action::Drop, &root.id).filter(|whole| whole != node) else { continue };
        let waits = |then: &usize| {
            let other = &order.nodes[*then];
            let goes_too = other.action == Action::Drop && self::root(other.object, kinds, at).id == root.id;
            !goes_too && place(*then) < order.position[whole]
        };
        let is_kept = matches!(at.fate(&root.id), Some(Fate::Aside(_)))
            && !(at.is_created(&object.id) && must_free_its_name(object, kinds));
        if is_kept || !order.after[*node].iter().any(waits) {
            silent.insert(*node);
        }
    }
    silent
}
