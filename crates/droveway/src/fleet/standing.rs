//! Where a database stands: its version rows under its tree, and whether it may be touched at all.

use droveway_core::{
    bookkeeping::Unfinished,
    diagnostic::{Diagnostic, count},
    engine::{Probe, Session},
    revision::RevisionId,
    sql::quote,
};

use crate::{
    problem::{Exit, Problem, Result},
    target::Target,
    tree::Tree,
    workspace::Workspace,
};

/// A database under its tree.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The version rows, all of them known to the tree, in the order in which the database gave them.
    pub rows: Vec<RevisionId>,
    /// Rows that the tree does not know. Empty unless strangers were asked for.
    pub strangers: Vec<String>,
    pub has_version_table: bool,
    pub has_journal: bool,
    pub holds_tables: bool,
    pub unfinished: Option<Unfinished>,
    /// The tree that the journal says the database follows.
    pub follows: Option<String>,
}

/// What to do about rows that the tree does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strangers {
    /// They stop everything.
    Refuse,
    /// They are on their way out (`stamp --purge`), or only looked at (`current`).
    Accept,
}

/// Reads the bookkeeping tables and checks that the database is this tree's.
pub async fn read(
    workspace: &Workspace,
    target: &Target,
    tree: &Tree,
    session: &mut Box<dyn Session>,
    strangers: Strangers,
) -> Result<Standing> {
    let probe = session.probe(&target.tables).await.map_err(|error| Problem::new(Exit::SomeFailed, error))?;
    let standing = of_probe(tree, &probe);
    if strangers == Strangers::Refuse {
        if let Some(problem) = stranger_problem(workspace, target, &standing, session).await {
            return Err(Problem::new(Exit::Refused, problem));
        }
        check_tree(target, &probe)?;
    }
    Ok(standing)
}

fn of_probe(tree: &Tree, probe: &Probe) -> Standing {
    let rows = probe.version_rows.clone().unwrap_or_default();
    let (known, strangers) = rows.into_iter().partition::<Vec<_>, _>(|row| tree.graph.get(row).is_some());
    Standing {
        rows: known.iter().filter_map(|row| tree.graph.get(row)).map(|revision| revision.id.clone()).collect(),
        strangers,
        has_version_table: probe.version_rows.is_some(),
        has_journal: probe.last_entry.is_some(),
        holds_tables: probe.holds_tables,
        unfinished: probe.last_entry.as_ref().and_then(|entry| entry.unfinished()),
        follows: probe.last_entry.as_ref().map(|entry| entry.tree.clone()).filter(|tree| !tree.is_empty()),
    }
}

/// A copied tree has the same revision ids as the one it was copied from, so the rows alone do not tell whose the
/// database is; the journal does.
fn check_tree(target: &Target, probe: &Probe) -> Result<()> {
    let Some(entry) = &probe.last_entry else { return Ok(()) };
    if entry.tree == target.tree.name || probe.version_rows.as_ref().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    Err(Problem::new(
        Exit::Refused,
        ForeignTree {
            location: target.location.display.clone(),
            owner: entry.tree.clone(),
            tree: target.tree.name.clone(),
            target: target.name.clone(),
        },
    ))
}

/// A database that follows another tree.
#[derive(Debug, thiserror::Error)]
#[error("{location} follows tree {owner}, not {tree}")]
struct ForeignTree {
    location: String,
    owner: String,
    tree: String,
    target: String,
}

impl Diagnostic for ForeignTree {
    fn code(&self) -> &'static str {
        "foreign-tree"
    }

    fn help(&self) -> Option<String> {
        Some(format!(
            "nothing was changed. Check the database's name: it is {}'s. If the tree was renamed, say so once with\n\
             `drove -t {} stamp --purge heads` (or the revision where the database stands)",
            self.owner, self.target
        ))
    }
}

/// Version rows that the tree does not know.
#[derive(Debug, thiserror::Error)]
#[error("{location} stands at {}, which tree {tree} does not have", rows.join(", "))]
struct StrangerRows {
    location: String,
    rows: Vec<String>,
    tree: String,
    target: String,
    /// Trees of the workspace that have one of the rows.
    owners: Vec<String>,
    /// What the database itself remembers of the rows.
    memories: Vec<String>,
}

impl Diagnostic for StrangerRows {
    fn code(&self) -> &'static str {
        if self.owners.is_empty() { "unknown-version-row" } else { "foreign-tree" }
    }

    fn help(&self) -> Option<String> {
        let purge = format!("`drove -t {} stamp --purge REVISION`", self.target);
        Some(match self.owners.is_empty() {
            false => format!(
                "nothing was changed: the database is that of tree {}. Check the database's name;\n\
                 if it really is this tree's now, mark where it stands with {purge}",
                self.owners.join(", ")
            ),
            true => format!(
                "nothing was changed. Either the file of the revision is missing here: get it back (it may be on another\n\
                 branch of your repository); or its history was rewritten: mark where the database stands with {purge}"
            ),
        })
    }

    fn notes(&self) -> Vec<String> {
        let owners = self.owners.iter().map(|owner| format!("tree {owner} has it"));
        owners.chain(self.memories.iter().cloned()).collect()
    }
}

async fn stranger_problem(
    workspace: &Workspace,
    target: &Target,
    standing: &Standing,
    session: &mut Box<dyn Session>,
) -> Option<StrangerRows> {
    if standing.strangers.is_empty() {
        return None;
    }
    let mut owners: Vec<String> = standing.strangers.iter().flat_map(|row| workspace.trees_with(row)).collect();
    owners.sort();
    owners.dedup();
    Some(StrangerRows {
        location: target.location.display.clone(),
        rows: standing.strangers.clone(),
        tree: target.tree.name.clone(),
        target: target.name.clone(),
        owners,
        memories: memories(target, standing, session).await,
    })
}

/// What the database's journal remembers of the rows: the message, and who applied it when.
pub async fn memories(target: &Target, standing: &Standing, session: &mut Box<dyn Session>) -> Vec<String> {
    let mut found = Vec::new();
    if !standing.has_journal {
        return found;
    }
    for row in &standing.strangers {
        let sql = format!(
            "SELECT message, at, who, tree FROM {} WHERE revision = {} AND outcome = 'applied' ORDER BY id DESC LIMIT 1",
            target.tables.journal_name(),
            quote::literal(row)
        );
        let rows = session.query(&sql).await.map(|answer| answer.rows).unwrap_or_default();
        if let Some([message, at, who, tree]) = rows.first().and_then(|row| <&[_; 4]>::try_from(row.as_slice()).ok()) {
            let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "?".to_owned());
            let (message, at, who, tree) = (text(message), text(at), text(who), text(tree));
            found.push(format!("the database remembers {row}: \"{message}\", of tree {tree}, applied {at} by {who}; its text is in the journal"));
        }
    }
    found
}

/// `at b59b5b086895`, `at 2 revisions`, `at base`: for one line.
pub fn describe(rows: &[String]) -> String {
    match rows {
        [] => "base".to_owned(),
        [row] => row.clone(),
        [..] if rows.len() <= 3 => rows.join(", "),
        _ => count(rows.len(), "head"),
    }
}
