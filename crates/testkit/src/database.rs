//! A database of a cluster, for one test.

use std::{
    process,
    sync::atomic::{AtomicU32, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use crate::cluster::Cluster;

/// A database that is dropped with this value, whoever is still connected to it.
#[derive(Debug)]
pub struct Database {
    cluster: Cluster,
    name: String,
}

impl Cluster {
    /// A new, empty database that goes when its owner lets go of it. The hint becomes part of its name.
    pub fn database(&self, hint: &str) -> Database {
        let name = unique_name(hint);
        self.psql("postgres", &format!("CREATE DATABASE {name}"));
        Database { cluster: self.clone(), name }
    }
}

impl Database {
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Its address over TCP, as the superuser.
    pub fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    /// Runs SQL by psql, as the superuser, and returns the rows unaligned. Panics if it fails.
    pub fn psql(&self, sql: &str) -> String {
        self.cluster.psql(&self.name, sql)
    }

    /// `psql` where the error is of interest.
    pub fn try_psql(&self, sql: &str) -> Result<String, String> {
        self.cluster.try_psql(&self.name, sql)
    }

    /// As `Cluster::pg_dump`.
    pub fn pg_dump(&self, options: &[&str]) -> Option<String> {
        self.cluster.pg_dump(&self.name, options)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The test may have stopped the cluster; then the database goes with its folder.
        let _ = self.cluster.try_psql("postgres", &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// A name that needs no quotes and that no other test has, also not one of an earlier process with the same number.
fn unique_name(hint: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis());
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let hint: String = hint.chars().map(plain).take(30).collect();
    format!("t_{hint}_{}_{count}_{:x}", process::id(), now_ms & 0xffff_ffff)
}
