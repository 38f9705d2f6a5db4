//! A PostgreSQL of the bench's own, with databases of many tables.

use std::{
    io,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use droveway_testkit::{Cluster, Database, Options};

/// How one of the tables is made that schemas here consist of; `{n}` is its number, `{m}` that of the table before.
const TABLE: &str = "CREATE TABLE t{n} (
    id integer PRIMARY KEY,
    c0 integer,
    c1 text,
    c2 character varying(20),
    c3 numeric(10,2),
    c4 timestamp with time zone,
    c5 boolean DEFAULT true,
    c6 bigint NOT NULL,
    c7 jsonb,
    ref integer REFERENCES t{m} (id)
);
CREATE INDEX t{n}_a ON t{n} (c0);
CREATE INDEX t{n}_b ON t{n} (c1, c2);
";

/// So many tables of ten columns, with three indexes and a foreign key each.
pub fn tables(count: usize) -> String {
    (0..count).map(|n| TABLE.replace("{n}", &n.to_string()).replace("{m}", &n.saturating_sub(1).to_string())).collect()
}

/// A server without TLS, since what is measured is the reading, and with locks for a schema made in one transaction.
pub fn start() -> Cluster {
    let settings = vec![("max_locks_per_transaction".to_owned(), "512".to_owned())];
    Cluster::start(&Options { tls: false, settings, ..Options::default() })
}

/// A database that has the tables.
pub fn database(cluster: &Cluster, hint: &str, count: usize) -> io::Result<Database> {
    let database = cluster.database(hint);
    database.try_psql(&format!("BEGIN;\n{}COMMIT;\nVACUUM ANALYZE;", tables(count))).map_err(io::Error::other)?;
    Ok(database)
}

/// A client program, the server's own if it has one.
pub fn client(cluster: &Cluster, name: &str) -> Command {
    let own = cluster.server().bin.join(name);
    let mut command = Command::new(if own.is_file() { own } else { PathBuf::from(name) });
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// How long a program runs, which must succeed.
pub fn time(mut command: Command) -> io::Result<Duration> {
    let began = Instant::now();
    let status = command.status()?;
    let elapsed = began.elapsed();
    match status.success() {
        true => Ok(elapsed),
        false => Err(io::Error::other(format!("{:?} ended with {status}", command.get_program()))),
    }
}
