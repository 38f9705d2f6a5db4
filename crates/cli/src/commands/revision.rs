//! `drove revision`: a new revision file.

use std::path::Path;

use clap::Args;
use droveway::{
    author::{self, RevisionRequest},
    problem::{Exit, Problem, Result},
    tree::read_text,
    workspace::Workspace,
};
use serde_json::json;

use crate::session::Global;

/// Write a new revision file
///
/// The file is made from the tree's revision.sql.j2; write its SQL, then `drove upgrade`.
#[derive(Debug, Args)]
pub struct Revision {
    /// What the revision does, in one line
    #[arg(short, long)]
    message: String,

    /// Its id (default: 12 random hexadecimal digits)
    #[arg(long)]
    rev_id: Option<String>,

    /// The revision that it follows; `base` starts a new root (default: head)
    #[arg(long, value_name = "REVISION", allow_hyphen_values = true)]
    head: Option<String>,

    /// Let it follow a revision that is not a head: this makes a branch
    #[arg(long)]
    splice: bool,

    /// A label for the branch that begins here
    #[arg(long, value_name = "LABEL")]
    branch_label: Vec<String>,

    /// A revision, on any branch, that must be applied before it
    #[arg(long, value_name = "REVISION")]
    depends_on: Vec<String>,

    /// Which of the tree's version folders it goes to
    #[arg(long, value_name = "FOLDER")]
    version_path: Option<String>,

    /// A file with the SQL of the upgrade, or of all sections with their `-- drove:` markers
    #[arg(long, value_name = "FILE")]
    sql_file: Option<String>,
}

impl Revision {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let places = workspace.select_trees(&global.choice()).await?;
        if places.len() > 1 && !global.all && global.targets.is_empty() {
            super::show::one_tree(global, &workspace).await?;
        }
        if places.len() > 1 && self.rev_id.is_some() {
            return Err(Problem::plain(
                Exit::Usage,
                "one-id-for-many",
                format!("--rev-id names one revision, and {} trees are chosen", places.len()),
                "leave --rev-id out, or choose one tree with -t",
            ));
        }
        let sql = match &self.sql_file {
            Some(file) => Some(read_text(&workspace.start.join(file), &|path| workspace.shown(path))?),
            None => None,
        };
        let request = RevisionRequest {
            message: self.message,
            rev_id: self.rev_id,
            heads: self.head.into_iter().collect(),
            splice: self.splice,
            labels: self.branch_label,
            depends_on: self.depends_on,
            version_path: self.version_path,
            sql,
        };
        for place in places {
            let tree = workspace.load_tree(&place)?;
            let path = author::create(&workspace, &tree, &request)?;
            say_written(global, &workspace, tree.name(), &path);
        }
        Ok(Exit::Ok)
    }
}

/// Says where a revision was written: the path is the command's result.
pub fn say_written(global: &Global, workspace: &Workspace, tree: &str, path: &Path) {
    let shown = workspace.shown(path);
    match global.json {
        true => out!("{}", json!({"tree": tree, "path": shown})),
        false => out!("{shown}"),
    }
}
