//! What a database is: by our reading, and by that of pg_dump.

use std::{collections::BTreeMap, time::Duration};

use droveway_core::{
    engine::{Address, ConnectOptions},
    schema::Schema,
    sql::{
        split::{Syntax, split},
        statement::StatementKind,
    },
};
use droveway_postgres::{Environment, connect_from};
use droveway_testkit::{Cluster, Database, Options};

/// A cluster of one's own: cases make roles, which belong to no database.
pub fn own_cluster() -> Cluster {
    Cluster::start(&Options { tls: false, ..Options::default() })
}

pub fn make_roles(cluster: &Cluster, roles: &[&str]) {
    for role in roles {
        cluster.psql("postgres", &format!("CREATE ROLE \"{}\"", role.replace('"', "\"\"")));
    }
}

/// Over the socket, which asks for no password: deriving its key takes a debug build longer than most cases.
fn address(database: &Database) -> Address {
    let cluster = database.cluster();
    let folder = cluster.socket_dir().display().to_string();
    let parameters = [
        ("host", folder),
        ("port", cluster.port().to_string()),
        ("user", cluster.superuser().to_owned()),
        ("dbname", database.name().to_owned()),
    ];
    let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Address { parameters, ..Address::default() }
}

/// The schema of a database by our own reading.
pub async fn read(database: &Database) -> Result<Schema, String> {
    let options = ConnectOptions {
        application_name: "drove/test".to_owned(),
        connect_timeout: Duration::from_secs(10),
        read_only: false,
    };
    let environment = Environment { variables: BTreeMap::new(), user: None };
    let opened = connect_from(&address(database), &options, &environment).await;
    let mut session = opened.map_err(|error| format!("it cannot be reached: {error}"))?;
    let schema = session.introspect().await.map_err(|error| format!("it cannot be read: {error}"));
    session.close().await;
    schema
}

/// The schema of a database by pg_dump's reading: its statements, sorted, without settings and comments, the columns
/// of a table in no order. `None` where there is no pg_dump for the server.
pub fn dump(database: &Database) -> Option<Vec<String>> {
    let text = database.pg_dump(&["--schema-only"])?;
    let statements = split(&text, Syntax::POSTGRES).expect("what pg_dump writes can be cut");
    let kept = statements.into_iter().filter(|it| it.kind != StatementKind::Setting && it.is_sent());
    let mut statements: Vec<String> = kept.map(|statement| without_order(statement.text)).collect();
    statements.sort();
    Some(statements)
}

/// A `CREATE TABLE` with its columns sorted: a column that comes back comes back at the end.
fn without_order(statement: String) -> String {
    let is_table = ["TABLE ", "UNLOGGED TABLE ", "FOREIGN TABLE "];
    let is_table = is_table.iter().any(|word| statement.strip_prefix("CREATE ").is_some_and(|it| it.starts_with(word)));
    let (Some(start), Some(end)) = (statement.find("(\n"), statement.rfind("\n)")) else { return statement };
    if !is_table || start + 2 > end || statement[..start].contains('\n') {
        return statement;
    }
    let mut lines: Vec<&str> = statement[start + 2..end].lines().map(|line| line.trim_end_matches(',')).collect();
    lines.sort_unstable();
    format!("{}(\n{}{}", &statement[..start], lines.join("\n"), &statement[end..])
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
