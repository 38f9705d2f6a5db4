//! From a list of revisions to a graph: names are resolved and everything that makes a graph unusable is refused,
//! naming the revisions at fault, so that no later room has to doubt it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diagnostic::{Diagnostic, nearest},
    revision::{
        closure::Edges,
        graph::{Node, Revision, RevisionGraph, Vertex},
        id::{OPERATORS, RevisionId},
    },
};

/// Why a list of revisions is not a graph.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    #[error("revision {revision} names itself as a parent")]
    SelfLoop { revision: RevisionId },
    #[error("revision {revision} depends on itself")]
    DependencySelfLoop { revision: RevisionId },
    #[error("revision id {revision} has the character {character}, which selectors use for something else")]
    BadRevisionId { revision: RevisionId, character: char },
    #[error("branch label {label} of revision {revision} is already taken by revision {other}")]
    DuplicateBranchLabel { label: String, revision: RevisionId, other: RevisionId },
    #[error("revision {revision} names a parent {parent} that does not exist")]
    MissingParent { revision: RevisionId, parent: RevisionId, near: Option<String> },
    #[error("revision {revision} depends on {name}, which is no revision and no branch label")]
    MissingDependency { revision: RevisionId, name: String, near: Option<String> },
    #[error("revisions {} are each other's ancestors", ring(.revisions))]
    Cycle { revisions: Vec<RevisionId> },
    #[error("revisions {} need each other through depends_on", ring(.revisions))]
    DependencyCycle { revisions: Vec<RevisionId> },
}

/// Longer cycles are not told in full.
const LONGEST_RING: usize = 12;

fn ring(revisions: &[RevisionId]) -> String {
    let mut names: Vec<&str> = revisions.iter().chain(revisions.first()).map(RevisionId::as_str).collect();
    if names.len() > LONGEST_RING {
        names.splice(LONGEST_RING - 2..names.len() - 1, ["…"]);
    }
    names.join(" -> ")
}

impl GraphError {
    /// The name that the parity corpus uses for the case.
    pub fn category(&self) -> String {
        match self {
            GraphError::MissingDependency { .. } => "missing_parent".to_owned(),
            _ => self.code().replace('-', "_"),
        }
    }

    /// The header field of the first revision at fault that is to be mended, and the word in it.
    pub fn field(&self) -> (&'static str, &str) {
        match self {
            GraphError::SelfLoop { revision } => ("parents", revision.as_str()),
            GraphError::DependencySelfLoop { revision } => ("depends_on", revision.as_str()),
            GraphError::BadRevisionId { revision, .. } => ("revision", revision.as_str()),
            GraphError::DuplicateBranchLabel { label, .. } => ("labels", label),
            GraphError::MissingParent { parent, .. } => ("parents", parent.as_str()),
            GraphError::MissingDependency { name, .. } => ("depends_on", name),
            GraphError::Cycle { .. } => ("parents", ""),
            GraphError::DependencyCycle { .. } => ("depends_on", ""),
        }
    }

    /// The ids of the revisions at fault, the one to look at first.
    pub fn revisions(&self) -> Vec<&str> {
        match self {
            GraphError::SelfLoop { revision }
            | GraphError::DependencySelfLoop { revision }
            | GraphError::BadRevisionId { revision, .. }
            | GraphError::MissingParent { revision, .. }
            | GraphError::MissingDependency { revision, .. } => vec![revision.as_str()],
            GraphError::DuplicateBranchLabel { revision, other, .. } => vec![revision.as_str(), other.as_str()],
            GraphError::Cycle { revisions } | GraphError::DependencyCycle { revisions } => {
                revisions.iter().map(RevisionId::as_str).collect()
            }
        }
    }
}

impl Diagnostic for GraphError {
    fn code(&self) -> &'static str {
        match self {
            GraphError::SelfLoop { .. } => "self-loop",
            GraphError::DependencySelfLoop { .. } => "dependency-self-loop",
            GraphError::BadRevisionId { .. } => "bad-revision-id",
            GraphError::DuplicateBranchLabel { .. } => "duplicate-branch-label",
            GraphError::MissingParent { .. } => "missing-parent",
            GraphError::MissingDependency { .. } => "missing-dependency",
            GraphError::Cycle { .. } => "cycle",
            GraphError::DependencyCycle { .. } => "dependency-cycle",
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            GraphError::SelfLoop { .. } => {
                "name the revision before it in `parents`, or leave it out for a base".into()
            }
            GraphError::DependencySelfLoop { .. } => "take the revision's own id out of `depends_on`".into(),
            GraphError::BadRevisionId { .. } => "give the revision an id of letters, digits and _".into(),
            GraphError::DuplicateBranchLabel { label, .. } => {
                format!(
                    "a label is given once, where the branch begins, and spreads by itself: rename or remove {label}"
                )
            }
            GraphError::MissingParent { near: Some(near), .. }
            | GraphError::MissingDependency { near: Some(near), .. } => {
                format!("did you mean {near}?")
            }
            GraphError::MissingParent { .. } | GraphError::MissingDependency { .. } => {
                "bring the missing file back, or correct the name in this one".into()
            }
            GraphError::Cycle { .. } => "one of them must have an older parent: correct its `parents`".into(),
            GraphError::DependencyCycle { .. } => "take one of them out of another's `depends_on`".into(),
        })
    }
}

impl RevisionGraph {
    /// Checks the revisions, which are given in load order, and connects them.
    pub fn new(revisions: Vec<Revision>) -> Result<Self, GraphError> {
        revisions.iter().try_for_each(check_alone)?;
        let (mut graph, loaded) = number(revisions);
        graph.take_labels(&loaded)?;
        let needs = graph.resolve_needs(&loaded)?;
        graph.connect_parents(&loaded)?;
        graph.ranks(Edges::Parents).map_err(|revisions| GraphError::Cycle { revisions })?;
        graph.connect_needs(&needs);
        let ranks = graph.ranks(Edges::All).map_err(|revisions| GraphError::DependencyCycle { revisions })?;
        graph.vertices.iter_mut().zip(ranks).for_each(|(vertex, rank)| vertex.rank = rank);
        graph.drop_inherited_needs(&needs);
        graph.find_ends(&loaded);
        graph.spread_labels();
        Ok(graph)
    }
}

/// One revision as it was loaded; `superseded` if a later one has the same id.
struct Loaded {
    node: Node,
    superseded: Option<Revision>,
}

fn check_alone(revision: &Revision) -> Result<(), GraphError> {
    let id = &revision.id;
    if revision.parents.contains(id) {
        return Err(GraphError::SelfLoop { revision: id.clone() });
    }
    if revision.depends_on.iter().any(|name| name == id.as_str()) {
        return Err(GraphError::DependencySelfLoop { revision: id.clone() });
    }
    match id.as_str().chars().find(|character| OPERATORS.contains(character)) {
        Some(character) => Err(GraphError::BadRevisionId { revision: id.clone(), character }),
        None => Ok(()),
    }
}

/// Gives each id its place: that of its first revision, while the last one counts.
fn number(revisions: Vec<Revision>) -> (RevisionGraph, Vec<Loaded>) {
    let mut graph = RevisionGraph {
        vertices: Vec::with_capacity(revisions.len()),
        names: BTreeMap::new(),
        heads: Vec::new(),
        effective_heads: Vec::new(),
        bases: Vec::new(),
        effective_bases: Vec::new(),
        repeated: Vec::new(),
    };
    let mut loaded: Vec<Loaded> = Vec::with_capacity(revisions.len());
    let mut latest: Vec<usize> = Vec::with_capacity(revisions.len());
    for revision in revisions {
        let place = loaded.len();
        match graph.names.get(revision.id.as_str()).copied() {
            Some(node) => {
                let earlier = std::mem::replace(&mut graph.vertices[node].revision, revision);
                loaded[latest[node]].superseded = Some(earlier);
                loaded.push(Loaded { node, superseded: None });
                latest[node] = place;
                graph.repeated.push(node);
            }
            None => {
                let node = graph.vertices.len();
                graph.names.insert(revision.id.as_str().into(), node);
                graph.vertices.push(Vertex::alone(revision));
                loaded.push(Loaded { node, superseded: None });
                latest.push(place);
            }
        }
    }
    (graph, loaded)
}

impl Vertex {
    fn alone(revision: Revision) -> Self {
        Vertex {
            revision,
            parents: Vec::new(),
            below: Vec::new(),
            children: Vec::new(),
            dependents: Vec::new(),
            labels: Vec::new(),
            rank: 0,
        }
    }
}

impl Loaded {
    fn revision<'a>(&'a self, graph: &'a RevisionGraph) -> &'a Revision {
        self.superseded.as_ref().unwrap_or(&graph.vertices[self.node].revision)
    }
}

impl RevisionGraph {
    fn take_labels(&mut self, loaded: &[Loaded]) -> Result<(), GraphError> {
        for entry in loaded {
            for label in entry.revision(self).labels.clone() {
                let earlier = self.names.insert(label.as_str().into(), entry.node);
                if let Some(earlier) = earlier {
                    let (revision, other) = (self.id(entry.node).clone(), self.id(earlier).clone());
                    return Err(GraphError::DuplicateBranchLabel { label, revision, other });
                }
            }
        }
        Ok(())
    }

    /// What the `depends_on` of each revision stands for.
    fn resolve_needs(&self, loaded: &[Loaded]) -> Result<Vec<Vec<Node>>, GraphError> {
        let mut needs = vec![Vec::new(); self.len()];
        for entry in loaded {
            needs[entry.node] = self.resolve_depends_on(entry.revision(self))?;
        }
        Ok(needs)
    }

    fn resolve_depends_on(&self, revision: &Revision) -> Result<Vec<Node>, GraphError> {
        let resolve = |name: &String| {
            self.names.get(name.as_str()).copied().ok_or_else(|| GraphError::MissingDependency {
                revision: revision.id.clone(),
                name: name.clone(),
                near: self.near(name),
            })
        };
        revision.depends_on.iter().map(resolve).collect()
    }

    fn resolve_parents(&self, revision: &Revision) -> Result<Vec<Node>, GraphError> {
        let resolve = |parent: &RevisionId| {
            self.node(parent.as_str()).ok_or_else(|| GraphError::MissingParent {
                revision: revision.id.clone(),
                parent: parent.clone(),
                near: self.near(parent.as_str()),
            })
        };
        revision.parents.iter().map(resolve).collect()
    }

    fn near(&self, name: &str) -> Option<String> {
        nearest(name, self.names.keys().map(AsRef::as_ref)).map(str::to_owned)
    }

    fn connect_parents(&mut self, loaded: &[Loaded]) -> Result<(), GraphError> {
        let parents: Vec<Vec<Node>> =
            loaded.iter().map(|entry| self.resolve_parents(entry.revision(self))).collect::<Result<_, _>>()?;
        for (entry, parents) in loaded.iter().zip(parents) {
            if entry.superseded.is_none() {
                self.vertices[entry.node].parents = parents;
            }
        }
        for node in 0..self.len() {
            let below = distinct(&self.vertices[node].parents);
            for parent in &below {
                self.vertices[*parent].children.push(node);
                self.vertices[*parent].dependents.push(node);
            }
            self.vertices[node].below = below;
        }
        Ok(())
    }

    fn connect_needs(&mut self, needs: &[Vec<Node>]) {
        for (node, needs) in needs.iter().enumerate().filter(|(_, needs)| !needs.is_empty()) {
            let parents = self.vertices[node].below.len();
            let below = distinct(self.vertices[node].below.iter().chain(needs));
            for lower in &below[parents..] {
                self.vertices[*lower].dependents.push(node);
            }
            self.vertices[node].below = below;
        }
        self.vertices.iter_mut().for_each(|vertex| vertex.dependents.sort_unstable());
    }

    /// A number for each revision that is greater than those of all below it, or else the members of a cycle.
    fn ranks(&self, edges: Edges) -> Result<Vec<usize>, Vec<RevisionId>> {
        let above = |node: Node| match edges {
            Edges::Parents => &self.vertices[node].children,
            Edges::All => &self.vertices[node].dependents,
        };
        let mut missing: Vec<usize> = self.vertices.iter().map(|vertex| vertex.below.len()).collect();
        let mut ready: Vec<Node> = (0..self.len()).filter(|node| missing[*node] == 0).collect();
        let mut ranks = vec![0; self.len()];
        let mut ranked = 0;
        while let Some(node) = ready.get(ranked).copied() {
            ranks[node] = ranked;
            ranked += 1;
            for upper in above(node) {
                missing[*upper] -= 1;
                if missing[*upper] == 0 {
                    ready.push(*upper);
                }
            }
        }
        match missing.iter().position(|missing| *missing > 0) {
            Some(stuck) => Err(self.cycle_below(stuck, &missing)),
            None => Ok(ranks),
        }
    }

    /// A revision that could not be ranked stands on another such one, and so on: somewhere the line bites its tail.
    fn cycle_below(&self, stuck: Node, missing: &[usize]) -> Vec<RevisionId> {
        let mut line = Vec::new();
        let mut place = vec![None; self.len()];
        let mut node = stuck;
        while place[node].is_none() {
            place[node] = Some(line.len());
            line.push(node);
            let lower = self.vertices[node].below.iter().copied().find(|lower| missing[*lower] > 0);
            node = lower.expect("a revision is only stuck while something below it is");
        }
        self.owned_ids(&line[place[node].unwrap_or(0)..])
    }

    /// Leaves out of `below` what a revision depends on if one of its ancestors (through parents) does too.
    fn drop_inherited_needs(&mut self, needs: &[Vec<Node>]) {
        let mut wanted_by: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
        for (node, needs) in needs.iter().enumerate() {
            needs.iter().for_each(|need| wanted_by.entry(*need).or_default().push(node));
        }
        let mut seen = vec![Node::MAX; self.len()];
        for (need, wanting) in wanted_by.into_iter().filter(|(_, wanting)| wanting.len() > 1) {
            self.mark_descendants(&wanting, need, &mut seen);
            for node in wanting.into_iter().filter(|node| seen[*node] == need) {
                let vertex = &mut self.vertices[node];
                vertex.below.retain(|lower| *lower != need || vertex.parents.contains(lower));
            }
        }
    }

    /// Marks the strict descendants of the given revisions, as far up as the last of these can stand.
    fn mark_descendants(&self, nodes: &[Node], mark: Node, seen: &mut [Node]) {
        let top = nodes.iter().map(|node| self.vertices[*node].rank).max().unwrap_or(0);
        let mut todo = nodes.to_vec();
        while let Some(node) = todo.pop() {
            for child in &self.vertices[node].children {
                if self.vertices[*child].rank <= top && std::mem::replace(&mut seen[*child], mark) != mark {
                    todo.push(*child);
                }
            }
        }
    }

    fn find_ends(&mut self, loaded: &[Loaded]) {
        for entry in loaded {
            let vertex = &self.vertices[entry.node];
            let superseded = entry.superseded.is_some();
            let (own, node) = (entry.revision(self), entry.node);
            let (no_parents, no_needs) = (own.parents.is_empty(), own.depends_on.is_empty());
            let (no_children, no_dependents) = (vertex.children.is_empty(), vertex.dependents.is_empty());
            if superseded || no_children {
                self.heads.push(node);
            }
            if superseded || no_dependents {
                self.effective_heads.push(node);
            }
            if no_parents {
                self.bases.push(node);
            }
            if no_parents && no_needs {
                self.effective_bases.push(node);
            }
        }
    }
}

fn distinct<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Vec<Node> {
    let mut seen = BTreeSet::new();
    nodes.into_iter().copied().filter(|node| seen.insert(*node)).collect()
}
