//! `drove show`: one revision, with its file.

use clap::Args;
use droveway::{
    core::revision::RevisionId,
    problem::{Exit, Problem, Result},
    tree::Tree,
    workspace::Workspace,
};

use crate::{commands::history::Listing, session::Global};

/// Show a revision and its SQL
#[derive(Debug, Args)]
pub struct Show {
    /// An id or its beginning, a label, head, heads …
    #[arg(default_value = "head", allow_negative_numbers = true)]
    revision: String,
}

impl Show {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let places = workspace.select_trees(&global.choice()).await?;
        for place in &places {
            let tree = workspace.load_tree(place)?;
            let listing =
                Listing { tree: &tree, json: global.json, verbose: true, many: places.len() > 1, current: None };
            for id in resolve(&tree, &self.revision)? {
                match global.json {
                    true => listing.line(&id),
                    false => {
                        let text = tree.file(&id).map(|file| file.text.as_str()).unwrap_or_default();
                        out!("{}\n\n{}", listing.block(&id), text.trim_end());
                    }
                }
            }
        }
        Ok(Exit::Ok)
    }
}

/// The revisions that a selector means, at least one.
pub fn resolve(tree: &Tree, selector: &str) -> Result<Vec<RevisionId>> {
    let ids = tree.graph.resolve(selector, &[]).map_err(|error| Problem::new(Exit::Refused, error))?;
    match ids.is_empty() {
        false => Ok(ids),
        true => Err(Problem::plain(
            Exit::Refused,
            "no-revision",
            format!("`{selector}` means no revision of tree {}", tree.name()),
            "`drove history` lists them",
        )),
    }
}

/// The one tree that a command means which writes or opens a file.
pub async fn one_tree(global: &Global, workspace: &Workspace) -> Result<Tree> {
    let places = workspace.select_trees(&global.choice()).await?;
    match &places[..] {
        [place] => workspace.load_tree(place),
        _ => {
            let names: Vec<&str> = places.iter().map(|place| place.name.as_str()).collect();
            Err(Problem::plain(
                Exit::Usage,
                "several-trees",
                format!("this is for one tree, and {} are chosen", names.len()),
                format!("say which with -t: {}", names.join(", ")),
            ))
        }
    }
}
