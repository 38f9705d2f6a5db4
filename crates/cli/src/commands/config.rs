//! `drove config show`: every setting, and where it came from.

use clap::{Args, Subcommand};
use droveway::problem::{Exit, Result};
use serde_json::json;

use crate::{report::text, session::Global};

/// Look at the configuration
#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Show every setting that took effect and where its value came from; no secret is shown
    Show,
}

impl Config {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let ConfigCommand::Show = self.command;
        let workspace = global.open()?;
        let settings = &workspace.settings;
        if global.json {
            for setting in &settings.effective {
                out!("{}", json!({"key": setting.key, "value": setting.value, "origin": setting.origin}));
            }
            return Ok(Exit::Ok);
        }
        talk!(
            "workspace {}, profile {}",
            workspace.shown(&workspace.root),
            settings.profile.as_deref().unwrap_or("(none)")
        );
        // Where the value came from should stand on the same screen; -v and --json have all of it.
        let widest = if global.verbose { usize::MAX } else { 60 };
        let one_line = |value: &str| shortened(&value.split_whitespace().collect::<Vec<_>>().join(" "), widest);
        let rows = settings
            .effective
            .iter()
            .map(|setting| vec![setting.key.clone(), one_line(&setting.value), setting.origin.clone()]);
        out!("{}", text::table(&["setting", "value", "from"], rows));
        Ok(Exit::Ok)
    }
}

fn shortened(text: &str, most: usize) -> String {
    match text.chars().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}
