//! `drove targets`: which databases there are.

use clap::Args;
use droveway::{
    problem::{Exit, Result},
    registry::Registry,
    selection::GroupTargets,
    target::Target,
};
use serde_json::json;

use crate::{
    report::text::{self},
    session::Global,
};

/// List the targets: databases, the trees they follow and where they are
#[derive(Debug, Args)]
pub struct Targets {}

impl Targets {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let mut rows = Vec::new();
        for group in &workspace.settings.groups {
            let GroupTargets { targets, unregistered, registry } = workspace.group_targets(group).await?;
            if let Registry::NotYet(why) = &registry {
                talk!(
                    "note: the registry of group {} is not there yet ({why}); its trees are listed instead",
                    group.name
                );
            }
            let has_rows = matches!(registry, Registry::Rows(_));
            rows.extend(targets.iter().map(|target| row(global, target, has_rows, true)));
            rows.extend(unregistered.iter().map(|target| row(global, target, has_rows, false)));
        }
        if !global.json {
            out!("{}", text::table(&["target", "tree", "engine", "location", "registry"], rows));
        }
        Ok(Exit::Ok)
    }
}

/// A line for one target; `has_rows` says whether its group has a registry that could be read.
fn row(global: &Global, target: &Target, has_rows: bool, listed: bool) -> Vec<String> {
    let engine = target.engine.dialect().name().to_owned();
    let registry = match has_rows {
        false => "-",
        true if listed => "yes",
        true => "not listed",
    };
    if global.json {
        out!(
            "{}",
            json!({"target": target.name, "group": target.group, "tree": target.tree.name, "engine": engine,
                "location": target.location.display, "database": target.location.database, "registered": has_rows.then_some(listed)})
        );
    }
    vec![target.name.clone(), target.tree.name.clone(), engine, target.location.display.clone(), registry.to_owned()]
}
