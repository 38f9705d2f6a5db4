//! How long a statement may wait for another connection's lock, how long it may run, and who has called it off.
//!
//! SQLite asks back in both cases: through its busy handler while a lock is held elsewhere, and through its progress
//! handler while a statement runs. Both read one `Watch`, which is also what a `Canceller` turns. It knows calls by
//! their number, so a cancel that comes late never hits the next call: SQLite's own interrupt cannot tell them apart.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rusqlite::Connection;

/// After how many of SQLite's operations it looks up from its work: some ten microseconds.
const OPERATIONS_BETWEEN_LOOKS: i32 = 1000;
const LONGEST_PAUSE: Duration = Duration::from_millis(50);
/// A limit beyond this is read as this, whatever the clock can count to.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// What bounds the statement that runs now. Calls are numbered from 1 in the order they are made.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    made: AtomicU64,
    running: AtomicU64,
    /// Every call up to this number is called off.
    cancelled: AtomicU64,
    bounds: Mutex<Bounds>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Bounds {
    lock_by: Option<Instant>,
    end_by: Option<Instant>,
}

impl Watch {
    /// Gives a new call its number.
    pub(crate) fn number_call(&self) -> u64 {
        self.made.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The call with this number is the one that runs now.
    pub(crate) fn start_call(&self, number: u64) {
        self.running.store(number, Ordering::SeqCst);
    }

    /// Calls off what runs now and what waits behind it, and nothing that is asked for later.
    pub(crate) fn cancel(&self) {
        self.cancelled.fetch_max(self.made.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.running.load(Ordering::SeqCst) <= self.cancelled.load(Ordering::SeqCst)
    }

    /// Sets the bounds of the statement that begins now.
    pub(crate) fn start_statement(&self, lock_timeout: Duration, statement_timeout: Option<Duration>) {
        let now = Instant::now();
        *self.bounds.lock().unwrap_or_else(PoisonError::into_inner) = Bounds {
            lock_by: now.checked_add(lock_timeout.min(LONGEST_WAIT)),
            end_by: statement_timeout.and_then(|timeout| now.checked_add(timeout)),
        };
    }

    fn bounds(&self) -> Bounds {
        *self.bounds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the running statement must stop: SQLite's progress handler.
    fn must_stop(&self) -> bool {
        self.is_cancelled() || self.bounds().end_by.is_some_and(|end| Instant::now() >= end)
    }

    /// Pauses before a lock is tried again; false if there is no time left for that: SQLite's busy handler.
    fn wait_for_lock(&self, attempt: i32) -> bool {
        let bounds = self.bounds();
        let Some(end) = [bounds.lock_by, bounds.end_by].into_iter().flatten().min() else { return false };
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || self.is_cancelled() {
            return false;
        }
        thread::sleep(pause(attempt).min(left));
        true
    }
}

/// Grows to `LONGEST_PAUSE` and differs by half from one runner to the next, so that they do not march in step.
fn pause(attempt: i32) -> Duration {
    let grown = Duration::from_millis(1 << attempt.clamp(0, 10)).min(LONGEST_PAUSE);
    let random = RandomState::new().hash_one(attempt) % 1000;
    grown.mul_f64(0.5 + random as f64 / 2000.0)
}

/// Makes a connection heed its watch. A script's `PRAGMA busy_timeout` undoes that, so it is done for each transaction.
pub(crate) fn heed(connection: &mut Connection, watch: &Arc<Watch>) -> rusqlite::Result<()> {
    let busy = watch.clone();
    let progress = watch.clone();
    connection.busy_handler(Some(move |attempt| busy.wait_for_lock(attempt)))?;
    connection.progress_handler(OPERATIONS_BETWEEN_LOOKS, Some(move || progress.must_stop()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancel_hits_what_was_asked_for_before_it_and_nothing_later() {
        let watch = Watch::default();
        let (first, second) = (watch.number_call(), watch.number_call());
        watch.cancel();
        let third = watch.number_call();

        let called_off = [first, second, third].map(|number| {
            watch.start_call(number);
            watch.is_cancelled()
        });
        assert_eq!(called_off, [true, true, false]);
    }

    #[test]
    fn the_longest_limit_waits_and_the_shortest_does_not() {
        let watch = Watch::default();
        watch.start_call(watch.number_call());
        watch.start_statement(Duration::MAX, None);
        assert!(watch.wait_for_lock(0));
        watch.start_statement(Duration::ZERO, None);
        assert!(!watch.wait_for_lock(0));
    }

    #[test]
    fn pauses_grow_to_a_bound() {
        assert!(pause(0) <= Duration::from_millis(1));
        for attempt in [3, 10, 1_000_000] {
            assert!(pause(attempt) >= Duration::from_millis(4) && pause(attempt) <= LONGEST_PAUSE);
        }
    }
}
