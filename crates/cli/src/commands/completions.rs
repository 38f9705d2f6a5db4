//! `drove completions`: for the shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use droveway::problem::{Exit, Result};

use crate::{commands::Cli, report::output, session::Global};

/// Print the completions for a shell
#[derive(Debug, Args)]
pub struct Completions {
    shell: Shell,
}

impl Completions {
    pub async fn run(self, _global: &Global) -> Result<Exit> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "drove", &mut script);
        output::text(&String::from_utf8_lossy(&script));
        Ok(Exit::Ok)
    }
}
