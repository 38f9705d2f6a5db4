//! Chores of the repository: `cargo run -p xtask -- tidy` and `cargo run -p xtask --release -- bench`.
//!
//! Nothing of this is part of what users get.

use std::process::ExitCode;

mod bench;
mod tidy;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["bench"] => bench::run(),
        ["tidy"] => tidy::run(),
        _ => {
            eprintln!("usage: cargo run -p xtask -- tidy | bench");
            ExitCode::from(2)
        }
    }
}
