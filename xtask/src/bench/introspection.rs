//! The reading of a large schema, against the queries it consists of, run in psql, and against pg_dump.

use std::{
    io,
    time::{Duration, Instant},
};

use droveway_core::{
    engine::{Address, ConnectOptions},
    secret::Secret,
};
use droveway_postgres::{Environment, connect_from, introspection_queries};
use droveway_testkit::{Cluster, Database};

use super::{compare, ground::Ground, server};

const TABLES: usize = 4_000;
/// Reading may take so many times its bare queries.
const MOST: f64 = 1.5;
/// The fastest run of each counts; they take turns, since the load of a machine changes.
const ROUNDS: usize = 5;

pub fn measure(ground: &Ground, cluster: &Cluster) -> io::Result<bool> {
    let database = server::database(cluster, "introspection", TABLES)?;
    let script = ground.file("introspection.sql", &introspection_queries(cluster.server().major))?;
    let mut best = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        let mut psql = server::client(cluster, "psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", &database.url(), "-f"]).arg(&script);
        let mut dump = server::client(cluster, "pg_dump");
        dump.args(["-s", "-d", &database.url()]);
        let times = [read(&database)?, server::time(psql)?, server::time(dump)?];
        best = std::array::from_fn(|at| best[at].min(times[at]));
    }
    let [ours, queries, dump] = best;
    println!("{TABLES} tables: introspection");
    let kept = compare("  against its queries in psql", ours, queries, |ratio| ratio <= MOST, "at most 1.5");
    compare("  against pg_dump -s", ours, dump, |_| true, "no limit");
    Ok(kept)
}

/// Connects and reads, as the program does it.
fn read(database: &Database) -> io::Result<Duration> {
    let runtime = tokio::runtime::Runtime::new()?;
    let address = Address { url: Some(Secret::new(database.url())), ..Address::default() };
    let options = ConnectOptions {
        application_name: "drove/bench".to_owned(),
        connect_timeout: Duration::from_secs(10),
        read_only: false,
    };
    let environment = Environment { variables: Default::default(), user: None };
    let began = Instant::now();
    let schema = runtime.block_on(async {
        let mut session = connect_from(&address, &options, &environment).await?;
        let schema = session.introspect().await;
        session.close().await;
        schema
    });
    let elapsed = began.elapsed();
    let found = schema.map_err(io::Error::other)?.of_kind("table").count();
    match found == TABLES {
        true => Ok(elapsed),
        false => Err(io::Error::other(format!("{found} tables were read"))),
    }
}
