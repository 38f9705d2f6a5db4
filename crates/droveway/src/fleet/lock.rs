//! Becoming the one runner of a database: a polled try-lock, never a waiting one. A waiting lock call holds a
//! snapshot, and CREATE INDEX CONCURRENTLY would wait for it for ever.

use std::time::{Duration, Instant};

use droveway_core::{
    diagnostic::count,
    engine::{LockAttempt, Session},
    event::EventKind,
};

use crate::{
    chance,
    fleet::executor::Context,
    problem::{Exit, Problem, Result},
    target::Target,
};

const FIRST_POLL: Duration = Duration::from_millis(100);
const LONGEST_POLL: Duration = Duration::from_secs(1);

/// Waits, within the lock budget, until nobody else runs on this database.
pub async fn acquire(context: &Context<'_>, target: &Target, session: &mut Box<dyn Session>) -> Result<()> {
    let began = Instant::now();
    let mut poll = FIRST_POLL;
    let mut told = None;
    loop {
        let attempt =
            session.try_lock(&lock_name(target)).await.map_err(|error| Problem::new(Exit::SomeFailed, error))?;
        let LockAttempt::Busy { holder } = attempt else { return Ok(()) };
        let waited = began.elapsed();
        if waited >= context.budget() {
            return Err(busy(target, holder, waited));
        }
        if told != Some(holder.clone()) {
            context.tell(target, EventKind::LockWait { holder: holder.clone(), waited });
            told = Some(holder);
        }
        tokio::time::sleep(poll / 2 + chance::wait_up_to(poll / 2)).await;
        poll = (poll * 2).min(LONGEST_POLL);
        context.stop_if_interrupted()?;
    }
}

/// Two trees in one database have two version tables and so two locks.
pub fn lock_name(target: &Target) -> String {
    target.tables.version_name()
}

fn busy(target: &Target, holder: Option<String>, waited: Duration) -> Problem {
    let who = holder.map_or_else(|| "another runner".to_owned(), |holder| format!("another runner ({holder})"));
    Problem::plain(
        Exit::SomeFailed,
        "locked",
        format!(
            "{who} has been at work on {} for all of {}",
            target.location.display,
            count(waited.as_secs() as usize, "second")
        ),
        "wait for it and run again, or raise `[run] lock_budget`; end its session if it is stuck",
    )
}
