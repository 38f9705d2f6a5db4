//! `drove heads`: the newest revisions of trees.

use clap::Args;
use droveway::problem::{Exit, Result};

use crate::{commands::history::Listing, session::Global};

/// Show the heads of trees: the revisions that no other follows
#[derive(Debug, Args)]
pub struct Heads {
    /// Leave out heads that another revision depends on
    #[arg(long)]
    resolve_dependencies: bool,
}

impl Heads {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let places = workspace.select_trees(&global.choice()).await?;
        let many = places.len() > 1;
        for place in places {
            let tree = workspace.load_tree(&place)?;
            let heads = match self.resolve_dependencies {
                true => tree.graph.effective_heads(),
                false => tree.graph.heads(),
            };
            let listing = Listing { tree: &tree, json: global.json, verbose: global.verbose, many, current: None };
            heads.into_iter().for_each(|id| listing.line(id));
        }
        Ok(Exit::Ok)
    }
}
