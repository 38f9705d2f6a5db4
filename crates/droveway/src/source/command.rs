//! Commands of the user's that print a schema, or make one in a database that they are given.

use std::{path::PathBuf, process::Stdio};

use crate::{
    problem::{Exit, Plain, Problem, Result},
    workspace::Workspace,
};

/// A line for the shell, run in the workspace's folder with the workspace's variables.
#[derive(Debug, Clone)]
pub struct Command {
    pub line: String,
    folder: PathBuf,
    variables: Vec<(String, String)>,
}

/// Lines of a failed command's talk that are shown.
const LINES_SHOWN: usize = 20;

impl Command {
    pub fn new(workspace: &Workspace, line: &str) -> Self {
        let variables = workspace.environment.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Command { line: line.to_owned(), folder: workspace.root.clone(), variables: variables.collect() }
    }

    /// Runs it and gives what it printed. It ends with the work it is for.
    pub async fn run(&self, more: &[(&str, &str)]) -> Result<String> {
        let mut shell = shell(&self.line);
        shell
            .current_dir(&self.folder)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = shell.output().await.map_err(|error| self.failed(&format!("cannot be started: {error}"), ""))?;
        let talk = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(self.failed(&format!("failed ({})", output.status), &talk));
        }
        String::from_utf8(output.stdout).map_err(|_| self.failed("printed something that is not UTF-8", &talk))
    }

    fn failed(&self, what: &str, talk: &str) -> Problem {
        let lines: Vec<&str> = talk.trim().lines().collect();
        let shown = &lines[lines.len().saturating_sub(LINES_SHOWN)..];
        Problem::new(
            Exit::Refused,
            Plain {
                code: "command-failed",
                what: format!("the command `{}` {what}", self.line),
                help: Some("run it by hand in the workspace's folder to see what is wrong".to_owned()),
                notes: shown.iter().map(|line| format!("it said: {line}")).collect(),
            },
        )
    }
}

#[cfg(unix)]
fn shell(line: &str) -> tokio::process::Command {
    let mut shell = tokio::process::Command::new("sh");
    shell.args(["-c", line]);
    shell
}

#[cfg(not(unix))]
fn shell(line: &str) -> tokio::process::Command {
    let mut shell = tokio::process::Command::new("cmd");
    shell.args(["/C", line]);
    shell
}
