//! What a database is: by our reading, and by that of pg_dump.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use droveway_core::{
    engine::{Address, ConnectOptions, Session},
    schema::Schema,
    sql::{
        split::{Syntax, split},
        statement::StatementKind,
    },
};
use droveway_postgres::{Environment, connect_from, engine};
use droveway_testkit::{Cluster, Options};

use crate::report::wait;

/// A cluster of one's own: cases make roles, which belong to no database.
pub fn own_cluster() -> Cluster {
    Cluster::start(&Options { tls: false, ..Options::default() })
}

pub fn make_roles(cluster: &Cluster, roles: &[&str]) {
    for role in roles {
        cluster.psql("postgres", &format!("CREATE ROLE \"{}\"", role.replace('"', "\"\"")));
    }
}

/// A database for one case, made and used through the library, which costs less than a psql each time. It goes with
/// this value.
pub struct Scratch {
    cluster: Cluster,
    name: String,
}

impl Scratch {
    pub fn make(cluster: &Cluster) -> Result<Self, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("proof_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let scratch = Scratch { cluster: cluster.clone(), name };
        wait(engine().create_scratch(&scratch.address(), None)).map_err(|error| error.to_string())?;
        Ok(scratch)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Over the socket, which asks for no password: deriving its key takes a debug build longer than most cases.
    fn address(&self) -> Address {
        let parameters = [
            ("host", self.cluster.socket_dir().display().to_string()),
            ("port", self.cluster.port().to_string()),
            ("user", self.cluster.superuser().to_owned()),
            ("dbname", self.name.clone()),
        ];
        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Address { parameters, ..Address::default() }
    }

    async fn open(&self) -> Result<Box<dyn Session>, String> {
        let options = ConnectOptions {
            application_name: "drove/test".to_owned(),
            connect_timeout: Duration::from_secs(10),
            read_only: false,
        };
        let environment = Environment { variables: BTreeMap::new(), user: None };
        let opened = connect_from(&self.address(), &options, &environment).await;
        opened.map_err(|error| format!("{} cannot be reached: {error}", self.name))
    }

    /// Runs a script as psql does: statement by statement, each committed alone unless the script says otherwise.
    pub async fn run(&self, script: &str) -> Result<(), String> {
        let statements = split(script, Syntax::POSTGRES).map_err(|error| format!("it cannot be cut: {error:?}"))?;
        let mut session = self.open().await?;
        let mut result = Ok(());
        for statement in statements {
            let text = statement.summary(200);
            if let Err(failed) = session.run(&[statement]).await {
                result = Err(format!("{}: {text}", failed.error));
                break;
            }
        }
        session.close().await;
        result
    }

    /// Runs a script by psql and returns what it prints.
    pub fn print(&self, script: &str) -> Result<String, String> {
        self.cluster.try_psql(&self.name, script)
    }

    /// The schema by our own reading.
    pub async fn read(&self) -> Result<Schema, String> {
        let mut session = self.open().await?;
        let schema = session.introspect().await.map_err(|error| format!("it cannot be read: {error}"));
        session.close().await;
        schema
    }

    /// The schema by pg_dump's reading: its statements, sorted, without settings and comments, the columns of a table
    /// in no order. `None` where there is no pg_dump for the server.
    pub fn dump(&self) -> Option<Vec<String>> {
        let text = self.cluster.pg_dump(&self.name, &["--schema-only"])?;
        let statements = split(&text, Syntax::POSTGRES).expect("what pg_dump writes can be cut");
        let kept = statements.into_iter().filter(|it| it.kind != StatementKind::Setting && it.is_sent());
        let mut statements: Vec<String> = kept.map(|statement| without_order(statement.text)).collect();
        statements.sort();
        Some(statements)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Where the cluster has ended, the database went with it.
        let _ = wait(engine().drop_scratch(&self.address()));
    }
}

/// A `CREATE TABLE` with its columns sorted: a column that comes back comes back at the end.
fn without_order(statement: String) -> String {
    let is_table = ["TABLE ", "UNLOGGED TABLE ", "FOREIGN TABLE "];
    let is_table = is_table.iter().any(|word| statement.strip_prefix("CREATE ").is_some_and(|it| it.starts_with(word)));
    let (Some(start), Some(end)) = (statement.find("(\n"), statement.rfind("\n)")) else { return statement };
    if !is_table || start + 2 > end || statement[..start].contains('\n') {
        return statement;
    }
    let mut lines: Vec<String> =
        statement[start + 2..end].lines().map(|line| without_null(line.trim_end_matches(','))).collect();
    lines.sort_unstable();
    format!("{}(\n{}{}", &statement[..start], lines.join("\n"), &statement[end..])
}

/// A partition without the default that its parent has is dumped with `DEFAULT NULL`, and so are its own partitions if
/// they were made later than it, else not; the catalog says the same of both.
fn without_null(column: &str) -> String {
    let column = column.replace(" DEFAULT NULL NOT NULL", " NOT NULL");
    column.strip_suffix(" DEFAULT NULL").map(str::to_owned).unwrap_or(column)
}

/// What one dump has and the other has not; `None` if they are the same.
pub fn difference(wanted: &Option<Vec<String>>, got: &Option<Vec<String>>) -> Option<String> {
    let (Some(wanted), Some(got)) = (wanted, got) else { return None };
    if wanted == got {
        return None;
    }
    let only = |mark: &str, one: &[String], other: &[String]| -> String {
        let alone = one.iter().filter(|statement| !other.contains(statement)).take(4);
        alone.map(|statement| format!("\n{mark} {}", statement.replace('\n', "\n    "))).collect()
    };
    Some(format!("{}{}", only("missing", wanted, got), only("surplus", got, wanted)))
}
