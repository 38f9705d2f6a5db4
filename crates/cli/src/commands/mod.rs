//! The commands, one a file: each carries its arguments, its help and what it does. A new command is one new file and
//! one line in the list below.

use clap::{Parser, Subcommand};
use droveway::problem::{Exit, Result};

use crate::session::Global;

mod branches;
mod check;
mod completions;
mod config;
mod current;
mod diff;
mod downgrade;
mod edit;
mod ensure_version;
mod exec;
mod heads;
mod history;
mod init;
mod list_templates;
mod man;
mod merge;
mod model;
mod plan;
mod revision;
mod schema;
mod show;
mod stamp;
mod status;
mod targets;
mod template;
mod up;
mod upgrade;

/// Migrates the schemas of many databases at once
///
/// A workspace is a folder with a drove.toml. It names groups of databases, the trees of revisions that they follow, and how they are reached. Standing in a tree's folder means that tree; -t, --all or the variables that drove.toml names mean others from anywhere.
#[derive(Debug, Parser)]
#[command(name = "drove", version, max_term_width = 110, subcommand_required = true, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 as wanted, 1 not as wanted, 2 usage or configuration, 3 some targets failed,\n4 refused or nothing could start, 6 outcome unknown, 130 interrupted"
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    command: Command,
}

macro_rules! commands {
    ($($module:ident :: $name:ident),* $(,)?) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($name($module::$name),)*
        }

        impl Cli {
            /// Runs the command and gives the program's exit code.
            pub async fn run(self) -> Result<Exit> {
                match self.command {
                    $(Command::$name(command) => command.run(&self.global).await,)*
                }
            }
        }
    };
}

commands! {
    up::Up,
    status::Status,
    targets::Targets,
    init::Init,
    revision::Revision,
    upgrade::Upgrade,
    downgrade::Downgrade,
    plan::Plan,
    check::Check,
    diff::Diff,
    schema::Schema,
    current::Current,
    heads::Heads,
    history::History,
    branches::Branches,
    show::Show,
    merge::Merge,
    stamp::Stamp,
    edit::Edit,
    exec::Exec,
    model::Model,
    template::Template,
    ensure_version::EnsureVersion,
    list_templates::ListTemplates,
    config::Config,
    completions::Completions,
    man::Man,
}
