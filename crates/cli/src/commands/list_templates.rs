//! `drove list-templates`: what `drove init` can write.

use clap::Args;
use droveway::{
    problem::{Exit, Result},
    scaffold,
};
use serde_json::json;

use crate::{report::text, session::Global};

/// List the workspaces that `drove init` can write
#[derive(Debug, Args)]
pub struct ListTemplates {}

impl ListTemplates {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let templates = scaffold::TEMPLATES;
        match global.json {
            true => templates
                .iter()
                .for_each(|template| out!("{}", json!({"command": template.command, "what": template.what}))),
            false => {
                let rows = templates.iter().map(|template| vec![template.command.to_owned(), template.what.to_owned()]);
                out!("{}", text::table(&["command", "what it writes"], rows));
            }
        }
        Ok(Exit::Ok)
    }
}
