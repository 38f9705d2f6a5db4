//! `drove edit`: open a revision in the editor.

use clap::Args;
use droveway::{
    fleet::inspect::inspect_all,
    problem::{Exit, Problem, Result},
};

use crate::session::Global;

/// Open a revision file in $VISUAL or $EDITOR
#[derive(Debug, Args)]
pub struct Edit {
    /// An id or its beginning, a label, head, or current
    #[arg(default_value = "head", allow_negative_numbers = true)]
    revision: String,
}

impl Edit {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let tree = super::show::one_tree(global, &workspace).await?;
        let ids = match self.revision.as_str() {
            "current" => {
                let targets = workspace.select(&global.choice()).await?;
                let mut rows = Vec::new();
                for inspection in inspect_all(&workspace, targets).await? {
                    rows.extend(inspection.seen?.rows);
                }
                rows
            }
            selector => super::show::resolve(&tree, selector)?,
        };
        if ids.is_empty() {
            return Err(Problem::plain(
                Exit::Refused,
                "no-revision",
                "the database stands at no revision",
                "name one: `drove history` lists them",
            ));
        }
        let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| workspace.environment.get(name)).unwrap_or("vi");
        let mut words = editor.split_whitespace();
        let program = words.next().unwrap_or("vi");
        for file in ids.iter().filter_map(|id| tree.file(id)) {
            let mut command = std::process::Command::new(program);
            let status = command.args(words.clone()).arg(workspace.start.join(&file.path)).status();
            let failed = match status {
                Ok(status) if status.success() => continue,
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            };
            return Err(Problem::plain(
                Exit::Refused,
                "editor",
                format!("the editor `{editor}` failed: {failed}"),
                format!("set VISUAL or EDITOR, or open {} yourself", file.path),
            ));
        }
        // What was written must still be a tree.
        workspace.load_tree(&tree.place)?;
        Ok(Exit::Ok)
    }
}
