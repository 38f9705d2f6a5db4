//! `drove model new`: a new model in one command.

use clap::{Args, Subcommand};
use droveway::{
    model::{self, NewModel},
    problem::{Exit, Result},
    target::Target,
    workspace::Workspace,
};
use serde_json::json;

use crate::session::Global;

/// Make models
#[derive(Debug, Args)]
pub struct Model {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Debug, Subcommand)]
enum ModelCommand {
    New(New),
}

/// Make a new model: its tree from the template, its database, its row in the registry; or nothing at all
#[derive(Debug, Args)]
struct New {
    /// The model's name, which is also its folder's
    name: String,

    /// Its database (default: as the registry or drove.toml says)
    #[arg(long)]
    database: Option<String>,

    /// A branch label for the tree's first revision
    #[arg(long)]
    label: Option<String>,

    /// Enter the model into the registry
    #[arg(long)]
    register: bool,

    /// The group that it belongs to, if several have templates
    #[arg(long)]
    group: Option<String>,
}

impl Model {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let ModelCommand::New(new) = self.command;
        let workspace = global.open()?;
        let New { name, database, label, register, group } = new;
        let request = NewModel { name, database, label, register, group };
        let made = model::create(&workspace, &request, &global.caller()).await?;
        let directory = workspace.shown(&made.directory);
        let location = &made.target.location.display;
        if global.json {
            out!(
                "{}",
                json!({"target": made.target.name, "directory": directory, "location": location, "to": made.done.to,
                    "steps": made.done.steps, "registered": made.registered})
            );
            return Ok(Exit::Ok);
        }
        out!("tree      {directory}");
        out!("database  {location}, at {}", crate::report::text::rows(&made.done.to));
        match made.registered || made.target.registered {
            true => out!("registry  {} is listed", request.name),
            false => out!("registry  not listed: {}", how_to_name(&workspace, &made.target)),
        }
        Ok(Exit::Ok)
    }
}

/// How a model is meant that the registry does not list: only its name and its database together say it.
fn how_to_name(workspace: &Workspace, target: &Target) -> String {
    let variables = workspace.settings.group(&target.group).map(|group| &group.variables);
    let usual = target.name.rsplit('/').next() == Some(target.location.database.as_str());
    match variables.and_then(|variables| variables.database.as_ref()) {
        Some(variable) if !usual => {
            format!("name it with {variable}={} and -t {}", target.location.database, target.name)
        }
        _ => format!("name it with -t {}", target.name),
    }
}
