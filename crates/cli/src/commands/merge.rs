//! `drove merge`: one head out of several.

use clap::Args;
use droveway::{
    author::{self, RevisionRequest},
    core::diagnostic::count,
    problem::{Exit, Problem, Result},
};

use crate::session::Global;

/// Join heads with a new revision
#[derive(Debug, Args)]
pub struct Merge {
    /// What the new revision says
    #[arg(short, long)]
    message: Option<String>,

    /// The revisions to join (default: all heads)
    #[arg(value_name = "REVISION")]
    revisions: Vec<String>,

    /// The id of the new revision
    #[arg(long)]
    rev_id: Option<String>,

    /// A label for the branch that begins here
    #[arg(long, value_name = "LABEL")]
    branch_label: Vec<String>,
}

impl Merge {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let tree = super::show::one_tree(global, &workspace).await?;
        let revisions = if self.revisions.is_empty() { vec!["heads".to_owned()] } else { self.revisions };
        let mut heads = Vec::new();
        for revision in &revisions {
            heads.extend(super::show::resolve(&tree, revision)?.iter().map(|id| id.to_string()));
        }
        heads.dedup();
        if heads.len() < 2 {
            return Err(Problem::plain(
                Exit::Refused,
                "nothing-to-merge",
                format!(
                    "{} alone cannot be merged: tree {} has {}",
                    heads.join(", "),
                    tree.name(),
                    count(tree.graph.heads().len(), "head")
                ),
                "nothing was written: a merge joins at least two revisions (`drove heads` lists them)",
            ));
        }
        let newest = tree.graph.heads();
        if let Some(inner) = heads.iter().find(|id| !newest.iter().any(|head| head.as_str() == **id)) {
            return Err(Problem::plain(
                Exit::Refused,
                "not-a-head",
                format!("{inner} is not a head of tree {}", tree.name()),
                "nothing was written: a merge joins heads (`drove heads` lists them)",
            ));
        }
        let message = self.message.unwrap_or_else(|| format!("Merge {}", heads.join(", ")));
        let request = RevisionRequest {
            message,
            rev_id: self.rev_id,
            heads,
            labels: self.branch_label,
            ..RevisionRequest::default()
        };
        let path = author::create(&workspace, &tree, &request)?;
        super::revision::say_written(global, &workspace, tree.name(), &path);
        Ok(Exit::Ok)
    }
}
