//! `drove check`: whether the trees have all that is wanted of them.

use clap::Args;
use droveway::{
    autogenerate::{
        compare::{Comparison, compare},
        subject::{CompareOptions, Subject, subjects},
    },
    model::Caller,
    problem::{Exit, Result},
    scratch::with_bench,
};

use crate::{
    commands::{
        diff::{CompareArgs, say_likely_renames, say_unmodelled, show_json, show_summary},
        revision::with_source,
    },
    report::{
        diagnostic,
        text::{BOLD, GREEN, paint},
    },
    session::Global,
};

/// Check that the trees lead to the wanted schema
///
/// Exit code 0 if `drove revision --autogenerate` would have nothing to write, 1 if it would. What was compared before and has not changed is not loaded again.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    compare: CompareArgs,
}

impl Check {
    pub async fn run(self, global: &Global) -> Result<Exit> {
        let workspace = global.open()?;
        let subjects = with_source(global, subjects(&workspace, &global.choice()).await?)?;
        let options = CompareOptions::from(&self.compare);
        let caller = global.caller();
        let many = subjects.len() > 1;
        let mut exit = Exit::Ok;
        for subject in subjects {
            match one(&caller, &subject, &options).await {
                Ok(comparison) => exit = exit.max(show(global, &subject, &comparison)),
                Err(problem) if many && problem.exit != Exit::Interrupted => {
                    diagnostic::show(&problem.about(subject.name()), global.json);
                    exit = Exit::SomeFailed;
                }
                Err(problem) => return Err(problem),
            }
        }
        Ok(exit)
    }
}

async fn one(caller: &Caller, subject: &Subject<'_>, options: &CompareOptions) -> Result<Comparison> {
    let question = subject.question(subject.at("heads"), options).await?;
    with_bench(caller, async |bench| compare(bench, &question).await).await
}

fn show(global: &Global, subject: &Subject<'_>, comparison: &Comparison) -> Exit {
    let script = &comparison.script;
    say_unmodelled(global, subject.name(), &comparison.want);
    say_likely_renames(global, comparison);
    match (global.json, script.is_empty()) {
        (true, _) => show_json(script, Some(subject.name())),
        (false, true) if !global.quiet => {
            out!("{}: {}", paint(BOLD, subject.name()), paint(GREEN, "the tree leads to the wanted schema"));
        }
        (false, true) => {}
        (false, false) => {
            out!("{}: the tree lacks what is wanted", paint(BOLD, subject.name()));
            show_summary(comparison);
        }
    }
    if script.is_empty() { Exit::Ok } else { Exit::NotAsWanted }
}
