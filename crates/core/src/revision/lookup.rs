//! From the text of a selector to revisions: exact ids and labels, unique beginnings of them, `head` and `heads`, and
//! the branch that a selector is narrowed to.

use std::ops::Bound;

use crate::revision::{
    closure::{Edges, NodeSet},
    graph::{Node, RevisionGraph},
    id::RevisionId,
    selector::{Selection, SelectorError, split_branch, steps_below_heads},
};

/// Ids and labels as short as this are only found when they are typed whole.
const SHORTEST_ABBREVIATED: usize = 4;

/// How alike a name must be to what was typed to be offered instead, and how many are.
const LIKE: f64 = 0.8;
const OFFERED: usize = 3;

/// Where a walk stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    At(Node),
    /// One step below a base.
    Base,
    /// No place in particular: below all bases for who goes up, above all heads for who goes down. Also where a walk
    /// ends that was to go further than there is a way.
    Outside,
}

impl Place {
    pub(crate) fn node(self) -> Option<Node> {
        match self {
            Place::At(node) => Some(node),
            Place::Base | Place::Outside => None,
        }
    }

    pub(crate) fn of(found: Option<Node>) -> Self {
        found.map_or(Place::Outside, Place::At)
    }
}

/// A selector without its branch: what it stands for already, or a name still to be found.
enum Symbol<'a> {
    Found(Vec<Node>),
    Name(&'a str),
}

impl RevisionGraph {
    /// The revisions that a selector means, as `drove show` lists them; `base` means none. `current` (the rows of a
    /// version table) is what the word `current` stands for.
    pub fn resolve(&self, selector: &str, current: &[RevisionId]) -> Result<Vec<RevisionId>, SelectorError> {
        let selection = match selector {
            "current" => Selection::from(current),
            _ => Selection::from(selector),
        };
        self.resolve_selection(&selection)
    }

    /// The revisions that several selectors mean, one after the other.
    pub fn resolve_selection(&self, selection: &Selection) -> Result<Vec<RevisionId>, SelectorError> {
        let nodes = self.select_nodes(selection)?;
        Ok(self.owned_ids(&nodes))
    }

    /// The one revision that a selector means, or none for `base`.
    pub fn resolve_one(&self, selector: &str) -> Result<Option<RevisionId>, SelectorError> {
        Ok(self.find_one(selector)?.map(|node| self.id(node).clone()))
    }

    /// The places that a selection means; `-2` counts from the heads and may lead below a base.
    pub(crate) fn select(&self, selection: &Selection) -> Result<Vec<Place>, SelectorError> {
        let mut places = Vec::new();
        for word in selection.words() {
            places.extend(self.select_word(word)?);
        }
        Ok(places)
    }

    /// Like `select`, where only revisions will do.
    pub(crate) fn select_nodes(&self, selection: &Selection) -> Result<Vec<Node>, SelectorError> {
        let places = self.select(selection)?;
        let too_far = || SelectorError::RelativeTooFar { text: selection.to_string(), up: false };
        places.into_iter().map(|place| place.node().ok_or_else(too_far)).collect()
    }

    fn select_word(&self, word: &str) -> Result<Vec<Place>, SelectorError> {
        let (branch, _) = split_branch(word);
        match self.symbol(word)? {
            Symbol::Name(name) => match steps_below_heads(name) {
                Some(steps) => self.below_heads(word.contains('@').then_some(branch.unwrap_or("")), steps),
                None => Ok(vec![Place::At(self.find(name, branch)?)]),
            },
            Symbol::Found(nodes) => {
                nodes.into_iter().map(|node| self.check_branch(node, branch).map(Place::At)).collect()
            }
        }
    }

    fn below_heads(&self, label: Option<&str>, steps: i64) -> Result<Vec<Place>, SelectorError> {
        let on_branch = |node: &&Node| match label {
            Some(label) => self.vertices[**node].labels.iter().any(|own| own.as_ref() == label),
            None => true,
        };
        let heads = self.effective_heads.iter().filter(on_branch);
        heads.map(|head| self.walk(Place::At(*head), -steps, None, true)).collect()
    }

    /// The one revision that a selector means; none for `base`.
    pub(crate) fn find_one(&self, word: &str) -> Result<Option<Node>, SelectorError> {
        let (branch, _) = split_branch(word);
        match self.symbol(word)? {
            Symbol::Name(name) => self.find(name, branch).map(Some),
            Symbol::Found(nodes) => match nodes.as_slice() {
                [] => branch.map_or(Ok(()), |branch| self.find_branch(branch).map(drop)).map(|()| None),
                [node] => self.check_branch(*node, branch).map(Some),
                several => Err(self.multiple_heads(word, several)),
            },
        }
    }

    /// Reads a selector up to the point where a name has to be found.
    fn symbol<'a>(&self, word: &'a str) -> Result<Symbol<'a>, SelectorError> {
        let (branch, symbol) = split_branch(word);
        Ok(match (symbol, branch) {
            ("base", _) => Symbol::Found(Vec::new()),
            ("heads", None) => Symbol::Found(self.effective_heads.clone()),
            ("heads", Some(branch)) => Symbol::Found(self.on_lineage(&self.heads, branch, Edges::Parents)?),
            ("head", None) => Symbol::Found(self.single_head(word, self.heads.clone())?),
            ("head", Some(branch)) => {
                let heads = self.on_lineage(&self.heads, branch, Edges::Parents)?;
                Symbol::Found(self.single_head(word, heads)?)
            }
            (name, _) => Symbol::Name(name),
        })
    }

    fn single_head(&self, word: &str, heads: Vec<Node>) -> Result<Vec<Node>, SelectorError> {
        match heads.len() {
            0 | 1 => Ok(heads),
            _ => Err(self.multiple_heads(word, &heads)),
        }
    }

    fn multiple_heads(&self, text: &str, heads: &[Node]) -> SelectorError {
        SelectorError::MultipleHeads { text: text.to_owned(), heads: self.owned_ids(heads) }
    }

    /// The revision with this id or label, or the only one (on the branch) whose id or label begins so.
    pub(crate) fn find(&self, name: &str, branch: Option<&str>) -> Result<Node, SelectorError> {
        let anchor = branch.map(|branch| self.find_branch(branch)).transpose()?;
        if let Some(node) = self.names.get(name) {
            return self.check_branch(*node, branch);
        }
        let mut matches = self.names_beginning(name);
        if anchor.is_some() {
            let lineage = self.lineage_of(branch.unwrap_or_default(), Edges::Parents)?;
            matches.retain(|(_, node)| lineage.as_ref().is_none_or(|lineage| lineage.contains(*node)));
        }
        match matches.as_slice() {
            [] => Err(SelectorError::NotFound { text: name.to_owned(), near: self.names_like(name) }),
            [(_, node)] => self.check_branch(*node, branch),
            several => Err(SelectorError::AmbiguousPrefix {
                text: name.to_owned(),
                candidates: several.iter().map(|(name, _)| (*name).to_owned()).collect(),
            }),
        }
    }

    /// The revision that stands for a branch: the one with this label, or any revision on it.
    pub(crate) fn find_branch(&self, branch: &str) -> Result<Node, SelectorError> {
        let not_found = |_| SelectorError::NoSuchBranch { branch: branch.to_owned() };
        self.names.get(branch).map_or_else(|| self.find(branch, None).map_err(not_found), |node| Ok(*node))
    }

    fn check_branch(&self, node: Node, branch: Option<&str>) -> Result<Node, SelectorError> {
        let Some(branch) = branch else { return Ok(node) };
        let anchor = self.find_branch(branch)?;
        match self.lineage(&[anchor], Edges::Parents).contains(node) {
            true => Ok(node),
            false => Err(SelectorError::NotInBranch { revision: self.id(node).clone(), branch: branch.to_owned() }),
        }
    }

    fn names_beginning(&self, start: &str) -> Vec<(&str, Node)> {
        if start.is_empty() {
            return Vec::new();
        }
        let from = (Bound::Included(start), Bound::Unbounded);
        let matching = self.names.range::<str, _>(from).take_while(|(name, _)| name.starts_with(start));
        let long_enough = matching.filter(|(name, _)| name.chars().count() >= SHORTEST_ABBREVIATED);
        long_enough.map(|(name, node)| (name.as_ref(), *node)).collect()
    }

    fn names_like(&self, text: &str) -> Vec<String> {
        let likeness = |name: &str| strsim::jaro_winkler(text, name);
        let mut like: Vec<(f64, &str)> =
            self.names.keys().map(|name| (likeness(name), name.as_ref())).filter(|(like, _)| *like >= LIKE).collect();
        like.sort_by(|a, b| b.0.total_cmp(&a.0));
        like.into_iter().take(OFFERED).map(|(_, name)| name.to_owned()).collect()
    }

    /// Those of the revisions that are on the branch that a selector names, or above or below what it means.
    pub(crate) fn on_lineage(&self, nodes: &[Node], selector: &str, edges: Edges) -> Result<Vec<Node>, SelectorError> {
        let symbol = self.symbol(selector)?;
        if nodes.is_empty() {
            return Ok(Vec::new());
        }
        let lineage = self.lineage_of_symbol(selector, symbol, edges)?;
        let on_it = |node: &Node| lineage.as_ref().is_none_or(|lineage| lineage.contains(*node));
        Ok(nodes.iter().copied().filter(on_it).collect())
    }

    /// What is above or below what a selector means, or on the branch that it names; none for everything.
    pub(crate) fn lineage_of(&self, selector: &str, edges: Edges) -> Result<Option<NodeSet>, SelectorError> {
        let symbol = self.symbol(selector)?;
        self.lineage_of_symbol(selector, symbol, edges)
    }

    fn lineage_of_symbol(
        &self,
        selector: &str,
        symbol: Symbol<'_>,
        edges: Edges,
    ) -> Result<Option<NodeSet>, SelectorError> {
        let mut anchors: Vec<Node> = Vec::new();
        if let (Some(branch), _) = split_branch(selector) {
            anchors.push(self.find(branch, None)?);
        }
        match symbol {
            Symbol::Found(nodes) => anchors.extend(nodes),
            Symbol::Name(name) => anchors.push(self.find(name, None)?),
        }
        Ok((!anchors.is_empty()).then(|| self.lineage(&anchors, edges)))
    }
}
