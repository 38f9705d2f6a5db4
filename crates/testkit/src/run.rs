//! The one cluster (for each version of the server) that all processes of a test run share.
//!
//! The first process that needs it starts it, under a lock on a file in the meeting place, and leaves its path there;
//! the others read the path and register with its watchdog. `DROVE_TEST_PG` may name the description of a cluster that
//! somebody else looks after.

use std::{
    collections::BTreeMap,
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::{
    cluster::Cluster,
    description::Description,
    place::meeting_place,
    postmaster,
    servers::{self, Server},
    watchdog,
};

/// How long a cluster waits for the next test process: longer than a runner needs between two of them.
const GRACE_S: u32 = 5;

/// The test run's cluster of the usual PostgreSQL.
pub fn postgres() -> Cluster {
    if let Some(file) = env::var_os("DROVE_TEST_PG").map(PathBuf::from) {
        let description = Description::read(&file)
            .unwrap_or_else(|| panic!("DROVE_TEST_PG={} does not describe a cluster", file.display()));
        return Cluster::described(description);
    }
    Server::usual().cluster()
}

/// The test run's cluster of one major version. `None` (and a word about it) where it is not installed; in a
/// continuous-integration run that fails.
pub fn postgres_version(major: u32) -> Option<Cluster> {
    let server = Server::of_version(major);
    if server.is_none() {
        servers::left_out_version(major);
    }
    server.map(|server| server.cluster())
}

impl Server {
    /// The test run's cluster of this server, started if need be.
    pub fn cluster(&self) -> Cluster {
        static CLUSTERS: Mutex<BTreeMap<u32, Cluster>> = Mutex::new(BTreeMap::new());
        let mut clusters = CLUSTERS.lock().unwrap_or_else(PoisonError::into_inner);
        clusters.entry(self.major).or_insert_with(|| join_or_start(self)).clone()
    }
}

fn join_or_start(server: &Server) -> Cluster {
    let place = meeting_place();
    let lock = File::create(place.join(format!("pg{}.lock", server.major))).expect("the meeting place takes files");
    // Held until this function is left, and given up by the system if this process dies in between.
    lock.lock().expect("files of the meeting place can be locked");
    let pointer = place.join(format!("pg{}.path", server.major));
    let folder = fs::read_to_string(&pointer).map(PathBuf::from);
    if let Some(cluster) = folder.ok().and_then(|folder| join(&folder)) {
        return cluster;
    }
    let cluster = Cluster::start_shared(server.clone(), GRACE_S);
    fs::write(&pointer, cluster.socket_dir().as_os_str().as_encoded_bytes()).expect("the meeting place takes files");
    cluster
}

/// Becomes a user of a cluster that runs and is looked after.
fn join(folder: &Path) -> Option<Cluster> {
    if !watchdog::register(folder) {
        return None;
    }
    if watchdog::watches(folder)
        && postmaster::running(folder)
        && let Some(description) = Description::read(&Description::file(folder))
    {
        return Some(Cluster::described(description));
    }
    // Its watchdog was killed, or it lost its server: a watchdog (the old or another) clears up.
    watchdog::unregister(folder);
    let _ = watchdog::start(folder, 0);
    None
}
