//! Scratch databases: made for a piece of work on the server that it concerns, and dropped when it ends, however it
//! ends: by its result, its error, an interrupt or a panic. What killed runs leave behind is found by name and age.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, resume_unwind},
    process,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use droveway_core::{
    diagnostic::count,
    engine::{Address, ConnectOptions, Engine, EngineError, Location, Session},
    event::{Event, EventKind},
};
use futures_util::{FutureExt, future::join_all};
use tokio::sync::RwLock;

use crate::{
    chance,
    model::Caller,
    problem::{Exit, Problem, Result},
    target::ConnectProblem,
};

/// How the names of scratch databases begin; the time, the process and a random number follow.
const PREFIX: &str = "drove_scratch_";
/// A scratch database that nobody is connected to and that is older than this was left behind.
const OLDEST: Duration = Duration::from_secs(60 * 60);
/// How often it is looked whether the user wants to stop.
const GLANCE: Duration = Duration::from_millis(50);

/// A database's place, or a server on which scratch databases may be made.
#[derive(Clone)]
pub struct Place {
    pub engine: &'static dyn Engine,
    pub address: Address,
    pub location: Location,
    pub connect_timeout: Duration,
}

impl Place {
    pub fn new(engine: &'static dyn Engine, address: Address, connect_timeout: Duration) -> Result<Self> {
        let location = engine.locate(&address)?;
        Ok(Place { engine, address, location, connect_timeout })
    }

    /// Opens one connection.
    pub async fn connect(&self) -> Result<Box<dyn Session>> {
        let options = ConnectOptions {
            application_name: "drove/schema".to_owned(),
            connect_timeout: self.connect_timeout,
            read_only: false,
        };
        self.engine.connect(&self.address, &options).await.map_err(|error| {
            Problem::new(Exit::Refused, ConnectProblem { location: self.location.display.clone(), error })
        })
    }
}

/// The scratch databases of one piece of work.
pub struct Bench<'a> {
    pub caller: &'a Caller,
    made: Mutex<Vec<Place>>,
    /// Servers on which leftovers were looked for already.
    swept: Mutex<BTreeSet<String>>,
    /// What servers said of themselves.
    fingerprints: Mutex<BTreeMap<String, String>>,
    /// Held for reading while a database is being made: a server finishes that whether or not somebody waits for it.
    making: Arc<RwLock<()>>,
}

/// Does a piece of work that may make scratch databases, and drops them afterwards.
pub async fn with_bench<T>(caller: &Caller, work: impl AsyncFnOnce(&Bench) -> Result<T>) -> Result<T> {
    let bench = Bench {
        caller,
        made: Mutex::default(),
        swept: Mutex::default(),
        fingerprints: Mutex::default(),
        making: Arc::default(),
    };
    let worked = tokio::select! {
        worked = AssertUnwindSafe(work(&bench)).catch_unwind() => Some(worked),
        () = interrupt(caller) => None,
    };
    bench.clear().await;
    match worked {
        Some(Ok(result)) => result,
        Some(Err(panic)) => resume_unwind(panic),
        None => Err(Problem::plain(
            Exit::Interrupted,
            "interrupted",
            "stopped on request",
            "nothing was written, and the scratch databases are gone",
        )),
    }
}

async fn interrupt(caller: &Caller) {
    while !caller.interrupted.load(Ordering::Relaxed) {
        tokio::time::sleep(GLANCE).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bench<'_> {
    pub fn notice(&self, text: String) {
        self.caller.reporter.report(&Event { at: SystemTime::now(), target: None, kind: EventKind::Notice { text } });
    }

    /// Makes an empty scratch database beside `server`.
    pub async fn make(&self, server: &Place) -> Result<Place> {
        self.make_of(server, None).await
    }

    /// Makes a scratch database that is a copy of another one, which nobody may be connected to.
    pub async fn copy(&self, original: &Place) -> Result<Place> {
        self.make_of(original, Some(original.location.database.clone())).await
    }

    async fn make_of(&self, server: &Place, copy_of: Option<String>) -> Result<Place> {
        let address = Address { database: Some(new_name()), ..server.address.clone() };
        let scratch = Place::new(server.engine, address, server.connect_timeout)?;
        // Known before it is there, so that no moment is left in which it would stay behind.
        lock(&self.made).push(scratch.clone());
        let guard = self.making.clone().read_owned().await;
        let (engine, address) = (scratch.engine, scratch.address.clone());
        let making = tokio::spawn(async move {
            let made = engine.create_scratch(&address, copy_of.as_deref()).await;
            drop(guard);
            made
        });
        let (made, ()) = tokio::join!(making, self.sweep(server));
        match made {
            Ok(made) => made.map_err(|error| not_made(server, error))?,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_) => return Err(Problem::plain(Exit::Refused, "stopped", "the program is about to end", "")),
            },
        }
        Ok(scratch)
    }

    /// What of a server the reading of the same SQL depends on.
    pub async fn fingerprint(&self, server: &Place) -> Result<String> {
        let known = lock(&self.fingerprints).get(&server.location.server).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let print = server.engine.fingerprint(&server.address).await.map_err(|error| {
            Problem::new(Exit::Refused, ConnectProblem { location: server.location.server.clone(), error })
        })?;
        lock(&self.fingerprints).insert(server.location.server.clone(), print.clone());
        Ok(print)
    }

    /// Removes what killed runs left behind on a server. That this fails is nothing that the work depends on.
    async fn sweep(&self, server: &Place) {
        if !lock(&self.swept).insert(server.location.server.clone()) {
            return;
        }
        let idle = server.engine.idle_databases(&server.address, PREFIX).await.unwrap_or_default();
        let mut gone = Vec::new();
        for name in idle.into_iter().filter(|name| is_old(name, SystemTime::now())) {
            let address = Address { database: Some(name.clone()), ..server.address.clone() };
            if server.engine.drop_scratch(&address).await.unwrap_or(false) {
                gone.push(name);
            }
        }
        if !gone.is_empty() {
            let databases = count(gone.len(), "scratch database");
            self.notice(format!("dropped {databases} that killed runs had left behind: {}", gone.join(", ")));
        }
    }

    /// Drops all scratch databases.
    async fn clear(&self) {
        let _none_in_the_making = self.making.write().await;
        let made = std::mem::take(&mut *lock(&self.made));
        let dropped = join_all(made.iter().map(|scratch| scratch.engine.drop_scratch(&scratch.address))).await;
        for (scratch, dropped) in made.iter().zip(dropped) {
            if let Err(error) = dropped {
                let place = &scratch.location.display;
                self.notice(format!("the scratch database {place} could not be dropped ({error}); drop it by hand"));
            }
        }
    }
}

fn not_made(server: &Place, mut error: EngineError) -> Problem {
    error.message = format!("cannot make a scratch database on {}: {}", server.location.server, error.message);
    Problem::new(Exit::Refused, error)
}

/// `drove_scratch_<seconds since 1970>_<process>_<random>`
fn new_name() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    format!("{PREFIX}{seconds}_{}_{}", process::id(), chance::revision_id())
}

fn is_old(name: &str, now: SystemTime) -> bool {
    let seconds = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()?.parse().ok());
    let made = seconds.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    made.and_then(|made| now.duration_since(made).ok()).is_some_and(|age| age > OLDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_age() {
        let now = SystemTime::now();
        assert!(!is_old(&new_name(), now));
        assert!(is_old(&new_name(), now + OLDEST + Duration::from_secs(2)));
        for name in ["drove_scratch_", "drove_scratch_x_1_2", "drove_scratch_99999999999999999999_1_2", "other_1_1_1"] {
            assert!(!is_old(name, now), "{name}");
        }
    }
}
