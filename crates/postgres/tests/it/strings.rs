//! Connection strings lead where they lead psql, and what psql refuses is refused.

use std::process::Command;

use droveway_testkit::{Cluster, postgres};

use crate::ground::{by_url, connect_bare};

const WHO: &str =
    "SELECT concat_ws('|', CURRENT_USER, current_database(), inet_server_addr(), current_setting('application_name'))";

/// With `{p}` for the password, `{port}`, `{dir}` for the socket's folder and `{enc}` for it percent-encoded.
const STRINGS: &[(&str, bool)] = &[
    ("postgresql://postgres:{p}@127.0.0.1:{port}/postgres?application_name=a", true),
    ("postgres://postgres:{p}@127.0.0.1:{port}/template1?application_name=a%20b%26c&connect_timeout=5", true),
    ("postgres://%70ostgres:{p}@127.0.0.1:{port}?application_name=a", true),
    ("postgres://postgres:{p}@:{port}/postgres?host=127.0.0.1&application_name=a", true),
    ("postgres:///postgres?host={dir}&port={port}&user=postgres&application_name=a", true),
    ("postgres://postgres@{enc}:{port}/postgres?application_name=a", true),
    ("postgres://postgres@{enc}/postgres?port={port}&application_name=a&sslmode=verify-full", true),
    ("postgres://127.0.0.1:1,127.0.0.1:{port}/postgres?user=postgres&password={p}&application_name=a", true),
    ("postgres://nobody@127.0.0.1:{port}/postgres?user=postgres&password={p}&application_name=a", true),
    ("host=127.0.0.1 port={port} user=postgres password={p} dbname=template1 application_name=a", true),
    (
        "host = '127.0.0.1' port= {port} user ='postgres' password='{p}' dbname=postgres application_name='a \\'b\\\\'",
        true,
    ),
    ("host=127.0.0.1 port={port} user=postgres password={p} dbname=postgres application_name=a\\ b", true),
    ("host=127.0.0.1,127.0.0.1 port=1,{port} user=postgres password={p} dbname=postgres application_name=a", true),
    (
        "host=elsewhere.invalid hostaddr=127.0.0.1 port={port} user=postgres password={p} dbname=postgres application_name=a",
        true,
    ),
    (
        "hostaddr=127.0.0.1 port={port} user=postgres password={p} dbname=postgres application_name=a options='-c geqo=off'",
        true,
    ),
    (
        "host=127.0.0.1 port={port} user=postgres password={p} dbname=postgres application_name=a user=nobody user=postgres",
        true,
    ),
    ("host=127.0.0.1 port={port} user=postgres password={p} dbname=postgres application_name=a nonsense=1", false),
    ("host=127.0.0.1 port={port} user=postgres password={p} dbname=postgres sslmode=nonsense", false),
    ("host=127.0.0.1 port={port} user=postgres password={p} dbname='postgres", false),
    ("host=127.0.0.1 port={port} user=postgres password={p} dbname=postgres word", false),
    ("host=127.0.0.1,127.0.0.1,127.0.0.1 port=1,{port} user=postgres password={p} dbname=postgres", false),
    ("postgres://postgres:{p}@127.0.0.1:{port}/postgres?nonsense=1", false),
    ("postgres://postgres:{p}@127.0.0.1:{port}/postgres?application_name", false),
    ("postgres://postgres:{p}@127.0.0.1:{port}/postgres?application_name=%4", false),
    ("postgres://postgres:{p}@127.0.0.1:{port}/postgres%00", false),
    ("postgres://postgres:{p}@[127.0.0.1:{port}/postgres", false),
    ("postgres://postgres:{p}@127.0.0.1:port/postgres", false),
];

fn filled(cluster: &Cluster, string: &str) -> String {
    let folder = cluster.socket_dir().display().to_string();
    string
        .replace("{p}", cluster.password())
        .replace("{port}", &cluster.port().to_string())
        .replace("{dir}", &folder)
        .replace("{enc}", &folder.replace('/', "%2F"))
}

async fn ours(string: &str) -> Option<String> {
    let mut session = connect_bare(&by_url(string)).await.ok()?;
    session.query(WHO).await.expect("asked").rows.remove(0).remove(0)
}

fn psqls(cluster: &Cluster, string: &str) -> Option<String> {
    let output = Command::new(cluster.server().bin.join("psql"))
        .env_clear()
        .args(["-X", "-A", "-t", "-w", "-c", WHO, "-d", string])
        .output()
        .expect("psql stands beside the server");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[tokio::test]
async fn strings_lead_where_they_lead_psql() {
    let cluster = postgres();
    for (string, is_good) in STRINGS {
        let text = filled(&cluster, string);
        let (ours, theirs) = (ours(&text).await, psqls(&cluster, &text));
        assert_eq!(ours, theirs, "{string}");
        assert_eq!(ours.is_some(), *is_good, "{string}");
    }
}
