//! `drove`: the command line of droveway. It parses arguments, asks the library, and shows what it answers; stdout is
//! data, stderr is talk.

#[macro_use]
mod report;
mod session;
mod commands;

use std::process::ExitCode;

use clap::Parser;
use droveway::problem::{Exit, Problem};

use crate::{
    commands::Cli,
    report::{diagnostic, output},
};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let json = cli.global.json;
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            talk!("error: no runtime could be started: {error}");
            return ExitCode::from(Exit::Refused as u8);
        }
    };
    let exit = match runtime.block_on(cli.run()) {
        Ok(exit) => exit,
        Err(problem) => {
            diagnostic::show(&problem, json);
            problem.exit
        }
    };
    ExitCode::from(delivered(exit) as u8)
}

/// What the command came to, unless its answer could not be handed over.
fn delivered(exit: Exit) -> Exit {
    match output::finish() {
        Ok(()) => exit,
        Err(error) => {
            talk!("error: the answer cannot be written to stdout: {error}");
            if exit == Exit::Ok { Exit::Refused } else { exit }
        }
    }
}

fn usage(error: &clap::Error) -> ExitCode {
    let json = error.use_stderr() && std::env::args_os().any(|argument| argument == "--json");
    match json {
        true => {
            let said = error.render().to_string();
            let first = said.lines().map(str::trim).take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
            let message = first.trim_start_matches("error: ");
            let problem = Problem::plain(Exit::Usage, "usage", message, "`drove help` tells what can be said");
            diagnostic::show(&problem, true);
            ExitCode::from(delivered(Exit::Usage) as u8)
        }
        false => {
            let _ = error.print();
            ExitCode::from(error.exit_code() as u8)
        }
    }
}
