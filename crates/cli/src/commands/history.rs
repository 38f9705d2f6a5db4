//! `drove history`: the revisions of trees, newest first.

use clap::Args;
use droveway::{
    core::revision::RevisionId,
    fleet::inspect::inspect_all,
    problem::{Exit, Problem, Result},
    tree::{Tree, TreePlace},
    workspace::Workspace,
};
use serde_json::json;

use crate::{
    report::text::{BOLD, DIM, GREEN, YELLOW, paint},
    session::Global,
};

/// List revisions, newest first
#[derive(Debug, Args)]
pub struct History {
    /// Only those from A to B, both included: A:B, A:, :B; `current` stands for where the database is
    #[arg(short = 'r', long = "rev-range", value_name = "A:B", allow_hyphen_values = true)]
    range: Option<String>,

    /// Mark the revisions at which the database stands
    #[arg(short, long)]
    indicate_current: bool,
}

impl History {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let needs_database =
            self.indicate_current || self.range.as_ref().is_some_and(|range| range.contains("current"));
        let places = workspace.select_trees(&global.choice()).await?;
        let many = places.len() > 1;
        for place in places {
            let tree = workspace.load_tree(&place)?;
            let current = match needs_database {
                true => current_rows(global, &workspace, &place).await?,
                false => Vec::new(),
            };
            let listed = tree
                .graph
                .history(self.range.as_deref(), &current)
                .map_err(|error| Problem::new(Exit::Refused, error))?;
            let marks = self.indicate_current.then_some(&current[..]);
            let listing = Listing { tree: &tree, json: global.json, verbose: global.verbose, many, current: marks };
            listed.iter().for_each(|id| listing.line(id));
        }
        Ok(Exit::Ok)
    }
}

/// The version rows of the one database that follows the tree.
async fn current_rows(global: &Global, workspace: &Workspace, place: &TreePlace) -> Result<Vec<RevisionId>> {
    let mut choice = global.choice();
    if choice.patterns.is_empty() && !choice.all && workspace.tree_here()?.is_none() {
        choice.patterns.push(place.name.clone());
    }
    let mut targets = workspace.select(&choice).await?;
    targets.retain(|target| target.tree == *place);
    if targets.len() > 1 {
        let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
        return Err(Problem::plain(
            Exit::Usage,
            "several-databases",
            format!("{} databases follow tree {}", names.len(), place.name),
            format!("say which with -t: {}", names.join(", ")),
        ));
    }
    let mut rows = Vec::new();
    for inspection in inspect_all(workspace, targets).await? {
        rows.extend(inspection.seen?.rows);
    }
    Ok(rows)
}

/// How lists of revisions are shown.
pub struct Listing<'a> {
    pub tree: &'a Tree,
    pub json: bool,
    pub verbose: bool,
    /// Several trees are listed: each line names its own.
    pub many: bool,
    /// Revisions to be marked as current.
    pub current: Option<&'a [RevisionId]>,
}

impl Listing<'_> {
    pub fn line(&self, id: &RevisionId) {
        match (self.json, self.verbose) {
            (true, _) => out!("{}", self.object(id)),
            (false, true) => out!("{}\n", self.block(id)),
            (false, false) => out!("{}", self.short(id)),
        }
    }

    fn short(&self, id: &RevisionId) -> String {
        let Some(revision) = self.tree.graph.get(id.as_str()) else { return id.to_string() };
        let prefix = if self.many { format!("{}  ", self.tree.name()) } else { String::new() };
        let parents = join(&revision.parents, "base");
        format!("{prefix}{parents} -> {}{}  {}", paint(BOLD, id), self.marks(id), revision.message)
    }

    fn marks(&self, id: &RevisionId) -> String {
        let graph = &self.tree.graph;
        let labels = graph.labels(id).join(", ");
        let marks = [
            (!labels.is_empty()).then(|| paint(DIM, format!(" ({labels})"))),
            graph.is_head(id).then(|| paint(GREEN, " (head)")),
            graph.is_branch_point(id).then(|| paint(YELLOW, " (branch point)")),
            graph.is_merge(id).then(|| paint(YELLOW, " (merge)")),
            self.current.is_some_and(|current| current.contains(id)).then(|| paint(GREEN, " (current)")),
        ];
        marks.into_iter().flatten().collect()
    }

    /// Everything about one revision, several lines.
    pub fn block(&self, id: &RevisionId) -> String {
        let Some(file) = self.tree.file(id) else { return id.to_string() };
        let revision = &file.revision;
        let mut lines = vec![format!("Revision {}{}", paint(BOLD, id), self.marks(id))];
        let mut field = |name: &str, value: String| {
            if !value.is_empty() {
                lines.push(format!("  {name:<11} {value}"));
            }
        };
        field("parents", join(&revision.parents, "base"));
        field("depends on", revision.depends_on.join(", "));
        let children: Vec<RevisionId> = self.tree.graph.children(id).into_iter().cloned().collect();
        field("children", join(&children, ""));
        field("created", revision.created.clone().unwrap_or_default());
        field("path", file.path.clone());
        field("tree", self.tree.name().to_owned());
        field("message", revision.message.clone());
        lines.join("\n")
    }

    fn object(&self, id: &RevisionId) -> serde_json::Value {
        let Some(file) = self.tree.file(id) else { return json!({"revision": id.as_str()}) };
        let revision = &file.revision;
        let graph = &self.tree.graph;
        json!({
            "tree": self.tree.name(),
            "revision": id.as_str(),
            "parents": revision.parents.iter().map(RevisionId::as_str).collect::<Vec<_>>(),
            "depends_on": revision.depends_on,
            "labels": graph.labels(id),
            "message": revision.message,
            "created": revision.created,
            "path": file.path,
            "head": graph.is_head(id),
            "branch_point": graph.is_branch_point(id),
            "merge": graph.is_merge(id),
            "current": self.current.map(|current| current.contains(id)),
        })
    }
}

fn join(ids: &[RevisionId], none: &str) -> String {
    match ids {
        [] => none.to_owned(),
        ids => ids.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(", "),
    }
}
