//! Events on a terminal: finished lines scroll up, and below them stands one moving line for each target at work.

use std::{
    collections::BTreeMap,
    io::IsTerminal,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use droveway::core::event::{Event, EventKind, Reporter};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::report::human::Lines;

/// Whether somebody is looking: a terminal that can redraw lines.
pub fn is_wanted() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

pub struct Bars {
    lines: Lines,
    screen: MultiProgress,
    at_work: Mutex<BTreeMap<String, ProgressBar>>,
}

impl Bars {
    pub fn new(verbose: bool) -> Self {
        Bars { lines: Lines::new(verbose), screen: MultiProgress::new(), at_work: Mutex::default() }
    }

    fn update(&self, target: &str, kind: &EventKind) {
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        match kind {
            EventKind::TargetStarted { steps, .. } => {
                let bar =
                    self.screen.add(ProgressBar::new(*steps as u64).with_style(style()).with_prefix(target.to_owned()));
                bar.enable_steady_tick(Duration::from_millis(120));
                at_work.insert(target.to_owned(), bar);
            }
            EventKind::StepStarted { revision, message, .. } => {
                at_work.get(target).inspect(|bar| bar.set_message(format!("{revision}  {message}")));
            }
            EventKind::StatementStarted { number, of, summary, .. } => {
                at_work.get(target).inspect(|bar| bar.set_message(format!("statement {number} of {of}: {summary}")));
            }
            EventKind::StepDone { .. } => {
                at_work.get(target).inspect(|bar| bar.inc(1));
            }
            EventKind::TargetDone { .. } | EventKind::TargetFailed { .. } => {
                at_work.remove(target).inspect(ProgressBar::finish_and_clear);
            }
            _ => {}
        }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {prefix:.bold} [{pos}/{len}] {wide_msg} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Reporter for Bars {
    fn report(&self, event: &Event) {
        if let Some(target) = &event.target {
            self.update(target, &event.kind);
        }
        if let Some(line) = self.lines.line(event) {
            self.screen.suspend(|| talk!("{line}"));
        }
    }
}
