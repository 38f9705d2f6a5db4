//! What every command has in common: the global options, the workspace they open, the reporter they listen with.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::Args;
use droveway::{
    config::Environment,
    core::{event::Reporter, secret::Secret},
    fleet::executor::{Context, Goal, InDoubt, RunOptions},
    model::Caller,
    problem::{Exit, Result},
    selection::Choice,
    workspace::{OpenOptions, Workspace},
};

use crate::report::{
    human::{Human, Lines},
    json::Json,
    progress,
};

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The workspace's folder (default: the nearest one with a drove.toml, from here upwards)
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub workspace: Option<PathBuf>,

    /// The profile of drove.toml to lay over its settings
    #[arg(long, global = true, value_name = "NAME", env = "DROVE_PROFILE", help_heading = "Global options")]
    pub profile: Option<String>,

    /// A target or tree, such as infra, model/blub_test or 'model/*'; may be given more than once
    #[arg(short = 't', long = "target", global = true, value_name = "TARGET", help_heading = "Global options")]
    pub targets: Vec<String>,

    /// Every target of the workspace
    #[arg(long, global = true, conflicts_with = "targets", help_heading = "Global options")]
    pub all: bool,

    /// A connection string for the one target that is chosen
    ///
    /// A password in it can be seen by other users of this machine; set PGPASSWORD or use .pgpass instead.
    #[arg(long, global = true, value_name = "URL", help_heading = "Global options")]
    pub url: Option<String>,

    /// Answer in JSON, one object a line
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,

    /// Say nothing but results and errors
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub quiet: bool,

    /// Say more
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub verbose: bool,

    /// Do not read the workspace's .env
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_dotenv: bool,
}

impl Global {
    pub fn open(&self) -> Result<Workspace> {
        Workspace::open(OpenOptions {
            workspace: self.workspace.clone(),
            profile: self.profile.clone(),
            dotenv: !self.no_dotenv,
            start: here()?,
            environment: Environment::of_process(),
        })
    }

    pub fn choice(&self) -> Choice {
        Choice { patterns: self.targets.clone(), all: self.all, url: self.url.as_deref().map(Secret::new) }
    }

    /// Who runs this, and who listens.
    pub fn caller(&self) -> Caller {
        let reporter: Arc<dyn Reporter> = match (self.json, self.quiet) {
            (true, _) => Arc::new(Json),
            (false, true) => Arc::new(droveway::core::event::Silent),
            (false, false) if progress::is_wanted() => Arc::new(progress::Bars::new(self.verbose)),
            (false, false) => Arc::new(Human { lines: Lines::new(self.verbose) }),
        };
        let interrupted = Arc::new(AtomicBool::new(false));
        watch_for_interrupt(interrupted.clone());
        Caller { reporter, who: who(), interrupted }
    }

    pub fn context<'a>(&self, workspace: &'a Workspace, goal: Goal, run: &RunArgs) -> Context<'a> {
        let caller = self.caller();
        Context {
            workspace,
            reporter: caller.reporter,
            options: RunOptions {
                goal,
                create: run.create,
                parallel: run.parallel,
                in_doubt: run.in_doubt.map(Into::into),
            },
            who: caller.who,
            interrupted: caller.interrupted,
        }
    }
}

/// Options of the commands that run something on targets.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    /// How many targets of a group run at once (default: by cores and kind of database)
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub parallel: Option<usize>,

    /// Make databases that are missing
    #[arg(long)]
    pub create: bool,

    /// What to do with a statement of which it is not known whether it happened
    #[arg(long, value_name = "ANSWER")]
    pub in_doubt: Option<InDoubtArg>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum InDoubtArg {
    /// It did not happen: run it again
    Retry,
    /// It did happen: go on behind it
    Skip,
}

impl From<InDoubtArg> for InDoubt {
    fn from(answer: InDoubtArg) -> Self {
        match answer {
            InDoubtArg::Retry => InDoubt::Retry,
            InDoubtArg::Skip => InDoubt::Skip,
        }
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= 1 => Ok(number),
        _ => Err("it is a whole number from 1 on".to_owned()),
    }
}

/// The folder in which the user stands.
pub fn here() -> Result<PathBuf> {
    std::env::current_dir().map_err(|error| {
        droveway::problem::FileProblem { path: "the current folder".to_owned(), doing: "read", error }.into()
    })
}

/// `user@host`, for the journal.
fn who() -> String {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let user = variable("USER").or_else(|| variable("LOGNAME")).or_else(|| variable("USERNAME"));
    let host = variable("HOSTNAME").or_else(|| {
        std::fs::read_to_string("/etc/hostname").ok().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
    });
    match (user, host) {
        (Some(user), Some(host)) => format!("{user}@{host}"),
        (Some(name), None) | (None, Some(name)) => name,
        (None, None) => "unknown".to_owned(),
    }
}

/// The first Ctrl-C (or SIGTERM) lets the steps under way finish; the second ends the program, and the servers roll
/// back what was open.
fn watch_for_interrupt(interrupted: Arc<AtomicBool>) {
    tokio::spawn(async move {
        loop {
            stop_signal().await;
            if interrupted.swap(true, Ordering::Relaxed) {
                let _ = crate::report::output::finish();
                std::process::exit(Exit::Interrupted as i32);
            }
            talk!("stopping after the steps that are under way; once more to stop at once");
        }
    });
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
