//! Where a host is to be found: socket files and network addresses.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    net::{IpAddr, SocketAddr},
    path::Path,
    str::FromStr,
    time::Duration,
};

use droveway_core::engine::{EngineError, EngineErrorKind};
use tokio::{net::lookup_host, time::timeout};

use super::settings::{Host, Place, SOCKET_FOLDERS};
use crate::wire::Endpoint;

/// The hosts as given, or in random order (`load_balance_hosts=random`).
pub(crate) fn order(hosts: &[Host], shuffled: bool) -> Vec<&Host> {
    let mut hosts: Vec<&Host> = hosts.iter().collect();
    if shuffled {
        hosts.sort_by_cached_key(|_| random());
    }
    hosts
}

/// A random number, from the source that keeps hash maps unpredictable.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

pub(crate) async fn endpoints(host: &Host, limit: Duration) -> Result<Vec<Endpoint>, EngineError> {
    match &host.place {
        Place::Socket(Some(folder)) => Ok(vec![Endpoint::unix(folder, host.port)]),
        Place::Socket(None) => Ok(vec![usual_socket(host.port)]),
        Place::Network { address: Some(address), .. } => Ok(vec![tcp(*address, host.port)]),
        Place::Network { name, address: None } => match IpAddr::from_str(name) {
            Ok(address) => Ok(vec![tcp(address, host.port)]),
            Err(_) => resolve(name, host.port, limit).await,
        },
    }
}

fn tcp(address: IpAddr, port: u16) -> Endpoint {
    Endpoint::Tcp(SocketAddr::new(address, port))
}

/// The first folder that has the socket, or the first of all for the error message.
fn usual_socket(port: u16) -> Endpoint {
    let mut candidates = SOCKET_FOLDERS.iter().map(|folder| Endpoint::unix(Path::new(folder), port));
    let there = candidates.clone().find(|endpoint| matches!(endpoint, Endpoint::Unix(path) if path.exists()));
    there.or_else(|| candidates.next()).expect("there are two usual folders")
}

async fn resolve(name: &str, port: u16, limit: Duration) -> Result<Vec<Endpoint>, EngineError> {
    let unknown = |why: String| {
        EngineError::new(EngineErrorKind::Unreachable, format!("the host name {name} cannot be resolved: {why}"))
    };
    let found = timeout(limit, lookup_host((name, port))).await;
    let addresses =
        found.map_err(|_| unknown("no answer in time".to_owned()))?.map_err(|error| unknown(error.to_string()))?;
    let endpoints: Vec<Endpoint> = addresses.map(Endpoint::Tcp).collect();
    if endpoints.is_empty() { Err(unknown("it has no address".to_owned())) } else { Ok(endpoints) }
}

/// An endpoint for people, with the name it was found under.
pub(crate) fn shown(host: &Host, endpoint: &Endpoint) -> String {
    match (endpoint, &host.place) {
        (Endpoint::Unix(path), _) => path.display().to_string(),
        (Endpoint::Tcp(address), Place::Network { name, .. }) if *name != address.ip().to_string() => {
            format!("{name} ({address})")
        }
        (Endpoint::Tcp(address), _) => address.to_string(),
    }
}
