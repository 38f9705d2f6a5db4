//! `drove branches`: where trees divide and come together.

use clap::Args;
use droveway::problem::{Exit, Problem, Result};
use serde_json::json;

use crate::{
    report::text::{BOLD, paint},
    session::Global,
};

/// Show branch points and merges
#[derive(Debug, Args)]
pub struct Branches {}

impl Branches {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        for place in workspace.select_trees(&global.choice()).await? {
            let tree = workspace.load_tree(&place)?;
            let message = |id: &str| tree.graph.get(id).map(|revision| revision.message.clone()).unwrap_or_default();
            for branch in tree.graph.branches().map_err(|error| Problem::new(Exit::Refused, error))? {
                let id = &branch.revision;
                if global.json {
                    let children: Vec<&str> = branch.children.iter().map(|child| child.as_str()).collect();
                    out!(
                        "{}",
                        json!({"tree": place.name, "revision": id.as_str(), "children": children, "merges": branch.merges})
                    );
                    continue;
                }
                let kind = match (branch.divides(), branch.merges) {
                    (true, true) => "branch point, merge",
                    (true, false) => "branch point",
                    _ => "merge",
                };
                out!("{} ({kind})  {}", paint(BOLD, id), message(id.as_str()));
                for child in branch.children.iter().filter(|_| branch.divides()) {
                    out!("    -> {child}  {}", message(child.as_str()));
                }
            }
        }
        Ok(Exit::Ok)
    }
}
