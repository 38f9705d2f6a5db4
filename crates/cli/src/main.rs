//! `drove`: the command line of droveway. It parses arguments, asks the library, and shows what it answers; stdout is
//! data, stderr is talk.

#[macro_use]
mod report;
mod session;
mod commands;

use std::process::ExitCode;

use clap::Parser;
use droveway::problem::Exit;

use crate::{
    commands::Cli,
    report::{diagnostic, output},
};

fn main() -> ExitCode {
    end_quietly_with_the_reader();
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

/// Printing panics when nobody reads any more (`drove history | head`); that is no fault worth a word.
fn end_quietly_with_the_reader() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload_as_str().unwrap_or_default();
        match said.starts_with("failed printing to ") && said.contains("Broken pipe") {
            true => std::process::exit(141),
            false => usual(panic),
        }
    }));
}

fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(error.exit_code() as u8)
}
