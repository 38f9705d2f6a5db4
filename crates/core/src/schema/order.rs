//! The order in which things happen: one graph over both sides, drops by the needs of `have`, creations by the needs
//! of `want`, sorted once. Where the needs leave a choice, soft edges and the order of kinds make it, so that the same
//! input gives the same bytes.
//!
//! Kahn's algorithm with a priority queue: n log n in objects that change.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap, HashMap},
};

use crate::schema::{
    fate::{Conflict, Fates},
    kind::{Context, Fate, Kinds},
    object::{Object, ObjectId, Schema},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// The old object gets another name.
    Aside,
    Drop,
    Alter,
    Create,
}

#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub action: Action,
    pub object: &'a Object,
}

/// What happens, its necessary order, and the order that was chosen.
pub(crate) struct Order<'a> {
    pub nodes: Vec<Node<'a>>,
    /// For each node, those that must come after it.
    pub after: Vec<Vec<usize>>,
    /// For each node, those that must come before it.
    pub before: Vec<Vec<usize>>,
    /// For each node, those that should come before it.
    pub soft_before: Vec<Vec<usize>>,
    /// Nodes by position.
    pub sequence: Vec<usize>,
    /// Positions by node.
    pub position: Vec<usize>,
    pub index: HashMap<(Action, &'a ObjectId), usize>,
}

impl<'a> Order<'a> {
    pub fn node(&self, action: Action, id: &ObjectId) -> Option<usize> {
        self.index.get(&(action, id)).copied()
    }
}

/// The object with which an object goes away in the end: the owner of its owner, and so on, as far as they are dropped.
pub(crate) fn root<'a>(object: &'a Object, kinds: &Kinds, at: &Context<'a>) -> &'a Object {
    let mut root = object;
    // A chain is as long as objects are nested; the bound is for catalogs that contradict themselves.
    for _ in 0..16 {
        let other = kinds.of(&root.id).and_then(|kind| kind.goes_with(root, at));
        let next = [root.owner.clone(), other]
            .into_iter()
            .flatten()
            .find(|id| at.is_dropped(id))
            .and_then(|id| at.have.objects.get(&id));
        match next {
            Some(next) => root = next,
            None => break,
        }
    }
    root
}

/// The object whose statement may make a part: the outermost owner that is made too and takes it in.
pub(crate) fn whole<'a>(object: &'a Object, kinds: &Kinds, at: &Context<'a>) -> &'a Object {
    let Some(kind) = kinds.of(&object.id) else { return object };
    let mut whole = object;
    for _ in 0..16 {
        let next = whole.owner.as_ref().filter(|owner| at.is_created(owner)).and_then(|id| at.want.objects.get(id));
        match next {
            Some(owner) if kind.can_fold(object, owner, at) => whole = owner,
            _ => break,
        }
    }
    whole
}

/// Whether a part of something put aside is dropped before that, since the new part takes its name; never what holds
/// rows.
pub(crate) fn must_free_its_name(part: &Object, kinds: &Kinds) -> bool {
    kinds.of(&part.id).is_some_and(|kind| !kind.holds_data(part) && !kind.slots(part).is_empty())
}

/// Whether an object is another one, or part of it.
fn is_inside(id: &ObjectId, whole: &Object, at: &Context<'_>) -> bool {
    let mut id = id.clone();
    for _ in 0..16 {
        if id == whole.id {
            return true;
        }
        match at.want.objects.get(&id).and_then(|object| object.owner.clone()) {
            Some(owner) => id = owner,
            None => return false,
        }
    }
    false
}

pub(crate) fn order<'a>(
    have: &'a Schema,
    want: &'a Schema,
    fates: &'a Fates,
    kinds: &Kinds,
) -> Result<Order<'a>, Conflict> {
    let mut graph = Graph::new(have, want, fates, kinds);
    graph.connect();
    graph.sort()
}

struct Graph<'a, 'k> {
    at: Context<'a>,
    kinds: &'k Kinds,
    nodes: Vec<Node<'a>>,
    index: HashMap<(Action, &'a ObjectId), usize>,
    after: Vec<Vec<usize>>,
    soft_after: Vec<Vec<usize>>,
}

impl<'a, 'k> Graph<'a, 'k> {
    fn new(have: &'a Schema, want: &'a Schema, fates: &'a Fates, kinds: &'k Kinds) -> Self {
        let mut graph = Graph {
            at: Context { have, want, fates },
            kinds,
            nodes: Vec::new(),
            index: HashMap::new(),
            after: Vec::new(),
            soft_after: Vec::new(),
        };
        let mut ids: Vec<&'a ObjectId> = fates.keys().collect();
        ids.sort();
        for id in ids {
            let (old, new) = (have.objects.get(id), want.objects.get(id));
            match &fates[id] {
                Fate::Create => graph.add(Action::Create, new),
                Fate::Drop => graph.add(Action::Drop, old),
                Fate::Alter { .. } => graph.add(Action::Alter, new),
                Fate::Replace => {
                    graph.add(Action::Drop, old);
                    graph.add(Action::Create, new);
                }
                Fate::Aside(_) => {
                    graph.add(Action::Aside, old);
                    graph.add(Action::Drop, old);
                    graph.add(Action::Create, new);
                }
            }
        }
        graph.after = vec![Vec::new(); graph.nodes.len()];
        graph.soft_after = vec![Vec::new(); graph.nodes.len()];
        graph
    }

    fn add(&mut self, action: Action, object: Option<&'a Object>) {
        if let Some(object) = object {
            self.index.insert((action, &object.id), self.nodes.len());
            self.nodes.push(Node { action, object });
        }
    }

    fn node(&self, action: Action, id: &ObjectId) -> Option<usize> {
        self.index.get(&(action, id)).copied()
    }

    fn hard(&mut self, first: Option<usize>, then: Option<usize>) {
        if let (Some(first), Some(then)) = (first, then)
            && first != then
        {
            self.after[first].push(then);
        }
    }

    fn soft(&mut self, first: Option<usize>, then: Option<usize>) {
        if let (Some(first), Some(then)) = (first, then)
            && first != then
        {
            self.soft_after[first].push(then);
        }
    }

    fn connect(&mut self) {
        for node in 0..self.nodes.len() {
            let Node { action, object } = self.nodes[node];
            match action {
                Action::Aside => self.hard(Some(node), self.node(Action::Create, &object.id)),
                Action::Create => self.connect_create(node, object),
                Action::Alter => self.connect_alter(node, object),
                Action::Drop => self.connect_drop(node, object),
            }
        }
        self.connect_slots();
    }

    fn made(&self, id: &ObjectId) -> Option<usize> {
        self.node(Action::Create, id).or_else(|| self.node(Action::Alter, id))
    }

    fn connect_create(&mut self, node: usize, object: &'a Object) {
        let kind = self.kinds.of(&object.id);
        let whole = whole(object, self.kinds, &self.at);
        let into = (whole.id != object.id).then(|| self.node(Action::Create, &whole.id)).flatten();
        for need in object.needs.iter().chain(&object.owner).chain(self.leader(object)) {
            // A part of a new table does not wait for a change of what it follows: the table joins its parent later.
            let follows = into.is_some() && object.follows.as_ref() == Some(need);
            let made = if follows { self.node(Action::Create, need) } else { self.made(need) };
            self.hard(made, Some(node));
            if into.is_some() && !is_inside(need, whole, &self.at) {
                self.soft(made, into);
            }
        }
        if let Some(kind) = kind {
            for mention in kind.mentions(object, self.at.want) {
                self.soft(self.made(&mention), Some(node));
            }
            if let Some(aside) = kind.fills(object).filter(|id| matches!(self.at.fate(id), Some(Fate::Aside(_)))) {
                self.hard(Some(node), self.node(Action::Drop, &aside));
            }
        }
    }

    /// What an object follows, if that comes first; an index of a partitioned table comes after those that follow it.
    fn leader(&self, object: &'a Object) -> Option<&'a ObjectId> {
        let follows = object.follows.as_ref()?;
        let needs_it = self.at.want.objects.get(follows).is_some_and(|leader| leader.needs.contains(&object.id));
        (!needs_it).then_some(follows)
    }

    fn connect_alter(&mut self, node: usize, object: &'a Object) {
        for need in object.needs.iter().chain(&object.owner).chain(self.leader(object)) {
            self.hard(self.node(Action::Create, need), Some(node));
            match object.follows.as_ref() == Some(need) {
                true => self.hard(self.node(Action::Alter, need), Some(node)),
                false => self.soft(self.node(Action::Alter, need), Some(node)),
            }
        }
        let kind = self.kinds.of(&object.id);
        for mention in kind.map(|kind| kind.mentions(object, self.at.want)).unwrap_or_default() {
            self.soft(self.made(&mention), Some(node));
        }
        let Some(old) = self.at.have.objects.get(&object.id) else { return };
        for need in &old.needs {
            self.hard(Some(node), self.node(Action::Drop, need));
        }
        for mention in kind.map(|kind| kind.mentions(old, self.at.have)).unwrap_or_default() {
            self.soft(Some(node), self.node(Action::Drop, &mention));
        }
    }

    fn connect_drop(&mut self, node: usize, object: &'a Object) {
        let own_root = root(object, self.kinds, &self.at);
        let own_root_drop = self.node(Action::Drop, &own_root.id);
        // Part of something put aside: it is there until that one is dropped, and nothing is done to it before.
        if own_root.id != object.id && matches!(self.at.fate(&own_root.id), Some(Fate::Aside(_))) {
            self.connect_drop_of_aside(node, object, own_root);
            return;
        }
        for need in object.needs.iter().chain(&object.owner) {
            self.hard(Some(node), self.node(Action::Drop, need));
            // It is dropped while what it needs still has its name; a part goes away with the whole.
            if own_root.id == object.id && self.node(Action::Aside, &object.id).is_none() {
                self.hard(Some(node), self.node(Action::Aside, need));
            }
            self.before_alter(node, need);
            let Some(needed) = self.at.have.objects.get(need) else { continue };
            let its_root = root(needed, self.kinds, &self.at);
            if its_root.id != own_root.id {
                self.soft(own_root_drop, self.node(Action::Drop, need));
                self.soft(own_root_drop, self.node(Action::Alter, need));
                if its_root.id != needed.id {
                    self.hard(Some(node), self.node(Action::Drop, &its_root.id));
                    self.soft(own_root_drop, self.node(Action::Drop, &its_root.id));
                }
            }
        }
        let kind = self.kinds.of(&object.id);
        if let Some(with) = kind.and_then(|kind| kind.goes_with(object, &self.at)) {
            let needs_it = self.at.have.objects.get(&with).is_some_and(|with| with.needs.contains(&object.id));
            if !needs_it {
                self.hard(Some(node), self.node(Action::Drop, &with));
            }
        }
        for mention in kind.map(|kind| kind.mentions(object, self.at.have)).unwrap_or_default() {
            self.soft(Some(node), self.node(Action::Drop, &mention));
        }
        let created = self.node(Action::Create, &object.id);
        match self.node(Action::Aside, &object.id).is_some() {
            true => self.hard(created, Some(node)),
            false => {
                self.hard(Some(node), created);
                if own_root.id != object.id {
                    self.soft(own_root_drop, created);
                }
            }
        }
    }

    /// A part whose name the new part takes is dropped before the whole is put aside; the others go with it.
    fn connect_drop_of_aside(&mut self, node: usize, object: &'a Object, whole: &'a Object) {
        let whole_drop = self.node(Action::Drop, &whole.id);
        self.hard(Some(node), whole_drop);
        let created = self.node(Action::Create, &object.id);
        let goes_before = created.is_some() && must_free_its_name(object, self.kinds);
        let gone = if goes_before { Some(node) } else { whole_drop };
        for need in &object.needs {
            let is_part =
                self.at.have.objects.get(need).is_some_and(|need| root(need, self.kinds, &self.at).id == whole.id);
            if !is_part {
                self.hard(gone, self.node(Action::Drop, need));
            }
        }
        if goes_before {
            self.hard(Some(node), created);
            self.hard(Some(node), self.node(Action::Aside, &whole.id));
        }
    }

    /// An alteration of what an object needs waits until the object is gone; what is altered may follow another one.
    fn before_alter(&mut self, node: usize, need: &ObjectId) {
        let mut need = Some(need);
        for _ in 0..16 {
            let Some(id) = need else { break };
            self.hard(Some(node), self.node(Action::Alter, id));
            need = self.at.have.objects.get(id).and_then(|object| object.follows.as_ref());
        }
    }

    /// A name is free only when who had it is gone.
    fn connect_slots(&mut self) {
        let mut holders: HashMap<String, usize> = HashMap::new();
        let slots = |graph: &Self, node: &Node<'a>| {
            graph.kinds.of(&node.object.id).map(|kind| kind.slots(node.object)).unwrap_or_default()
        };
        for (index, node) in self.nodes.iter().enumerate() {
            let freed = match node.action {
                Action::Drop => slots(self, node),
                Action::Alter => self.slots_of_alteration(node).0,
                Action::Aside | Action::Create => continue,
            };
            holders.extend(freed.into_iter().map(|slot| (slot, index)));
        }
        if holders.is_empty() {
            return;
        }
        for index in 0..self.nodes.len() {
            let taken = match self.nodes[index].action {
                Action::Create => slots(self, &self.nodes[index]),
                Action::Alter => self.slots_of_alteration(&self.nodes[index]).1,
                Action::Aside | Action::Drop => continue,
            };
            for slot in taken {
                let Some(holder) = holders.get(&slot).copied() else { continue };
                let held = self.nodes[holder].object;
                if held.id == self.nodes[index].object.id {
                    continue;
                }
                match self.node(Action::Aside, &held.id) {
                    Some(aside) => self.hard(Some(aside), Some(index)),
                    None => {
                        self.hard(Some(holder), Some(index));
                        let root = root(held, self.kinds, &self.at);
                        self.soft(self.node(Action::Drop, &root.id), Some(index));
                    }
                }
            }
        }
    }

    /// The names that an alteration gives up, and those that it takes.
    fn slots_of_alteration(&self, node: &Node<'a>) -> (Vec<String>, Vec<String>) {
        let of = |object: Option<&Object>| {
            object.and_then(|object| Some(self.kinds.of(&object.id)?.slots(object))).unwrap_or_default()
        };
        let (old, new) = (of(self.at.have.objects.get(&node.object.id)), of(Some(node.object)));
        let freed = old.iter().filter(|slot| !new.contains(slot)).cloned().collect();
        let taken = new.into_iter().filter(|slot| !old.contains(slot)).collect();
        (freed, taken)
    }

    fn priority(&self, node: usize) -> (u8, usize, &'a ObjectId) {
        let Node { action, object } = &self.nodes[node];
        let place = self.kinds.place(&object.id);
        match action {
            Action::Aside => (0, place, &object.id),
            Action::Drop => (1, usize::MAX - place, &object.id),
            Action::Alter => (2, place, &object.id),
            Action::Create => (2, place, &object.id),
        }
    }

    fn sort(mut self) -> Result<Order<'a>, Conflict> {
        let count = self.nodes.len();
        for list in self.after.iter_mut().chain(self.soft_after.iter_mut()) {
            list.sort_unstable();
            list.dedup();
        }
        let mut before = vec![Vec::new(); count];
        let mut soft_before = vec![Vec::new(); count];
        for node in 0..count {
            self.after[node].iter().for_each(|then| before[*then].push(node));
            self.soft_after[node].iter().for_each(|then| soft_before[*then].push(node));
        }
        let mut soft: Vec<usize> = soft_before.iter().map(Vec::len).collect();
        let mut hard: Vec<usize> = before.iter().map(Vec::len).collect();
        // Nodes are numbered by priority, so that the queue compares numbers.
        let mut by_priority: Vec<usize> = (0..count).collect();
        by_priority.sort_by_key(|node| (self.priority(*node), self.nodes[*node].action));
        let mut rank = vec![0usize; count];
        by_priority.iter().enumerate().for_each(|(place, node)| rank[*node] = place);

        let mut ready: BinaryHeap<Reverse<usize>> = BinaryHeap::new();
        let mut waiting: BTreeSet<usize> = BTreeSet::new();
        let mut done = vec![false; count];
        for node in 0..count {
            match (hard[node], soft[node]) {
                (0, 0) => ready.push(Reverse(rank[node])),
                (0, _) => {
                    waiting.insert(rank[node]);
                }
                _ => {}
            }
        }
        let mut sequence = Vec::with_capacity(count);
        loop {
            let place = match ready.pop() {
                Some(Reverse(place)) => place,
                None => match waiting.pop_first() {
                    Some(place) => place,
                    None => break,
                },
            };
            let node = by_priority[place];
            if std::mem::replace(&mut done[node], true) {
                continue;
            }
            sequence.push(node);
            for then in &self.soft_after[node] {
                soft[*then] -= 1;
                if hard[*then] == 0 && soft[*then] == 0 && !done[*then] {
                    waiting.remove(&rank[*then]);
                    ready.push(Reverse(rank[*then]));
                }
            }
            for then in &self.after[node] {
                hard[*then] -= 1;
                if hard[*then] == 0 && !done[*then] {
                    match soft[*then] {
                        0 => ready.push(Reverse(rank[*then])),
                        _ => {
                            waiting.insert(rank[*then]);
                        }
                    }
                }
            }
        }
        if sequence.len() < count {
            return Err(self.circle(&done));
        }
        let mut position = vec![0; count];
        sequence.iter().enumerate().for_each(|(place, node)| position[*node] = place);
        Ok(Order { nodes: self.nodes, after: self.after, before, soft_before, sequence, position, index: self.index })
    }

    /// One circle among the nodes that were never ready.
    fn circle(&self, done: &[bool]) -> Conflict {
        let left = |node: &usize| !done[*node];
        let mut seen: Vec<usize> = Vec::new();
        let mut at = (0..self.nodes.len()).find(left);
        // Each node that is left has a predecessor that is left: going back must come to a node twice.
        while let Some(node) = at.filter(|node| !seen.contains(node)) {
            seen.push(node);
            at = (0..self.nodes.len()).filter(left).find(|before| self.after[*before].contains(&node));
        }
        let start = at.and_then(|node| seen.iter().position(|other| *other == node)).unwrap_or(0);
        Conflict::Circle {
            circle: seen[start..].iter().rev().map(|node| self.nodes[*node].object.id.clone()).collect(),
        }
    }
}
