//! `drove man`: manual pages.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use droveway::problem::{Exit, FileProblem, Result};

use crate::{commands::Cli, report::output, session::Global};

/// Print the manual page, or write the pages of all commands to a folder
#[derive(Debug, Args)]
pub struct Man {
    /// Write drove.1, drove-up.1 and so on here
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

impl Man {
    pub async fn run(self, _global: &Global) -> Result<Exit> {
        let command = Cli::command();
        let written = match &self.dir {
            Some(folder) => std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder)),
            None => {
                let mut page = Vec::new();
                clap_mangen::Man::new(command)
                    .render(&mut page)
                    .inspect(|()| output::text(&String::from_utf8_lossy(&page)))
            }
        };
        let path = self.dir.map_or_else(|| "the manual page".to_owned(), |folder| folder.display().to_string());
        written.map_err(|error| FileProblem { path, doing: "written", error })?;
        Ok(Exit::Ok)
    }
}
