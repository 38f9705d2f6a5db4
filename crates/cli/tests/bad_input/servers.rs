//! PostgreSQL servers that cannot be reached, or do not let everybody in.

use std::net::TcpListener;

use droveway_testkit::{Cluster, Database, LIMITED_USER, postgres};
use snapbox::{assert_data_eq, str};

use crate::ground::{Ground, revision};

fn settings(cluster: &Cluster, user: &str, password: &str, database: &str) -> String {
    format!(
        r#"[connection]
engine = "postgres"
host = "{}"
port = {}
user = "{user}"
password = "{password}"

[group.app]
tree = "db"
database = "{database}"
"#,
        cluster.host(),
        cluster.port()
    )
}

fn ground(cluster: &Cluster, user: &str, password: &str, database: &str) -> Ground {
    let ground = Ground::new();
    ground.write("drove.toml", settings(cluster, user, password, database));
    ground
}

/// As the superuser, with the database at head.
fn migrated(database: &Database) -> Ground {
    let cluster = database.cluster();
    let ground = ground(cluster, cluster.superuser(), cluster.password(), database.name());
    let answer = ground.run(["up"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    ground
}

/// What a person sees, without what differs from run to run; nothing in the database may have changed.
fn refused<const N: usize>(ground: &Ground, database: &Database, code: i32, arguments: [&str; N]) -> String {
    let before = database.pg_dump(&[]);
    let error = ground.refused(code, arguments);
    assert_eq!(before, database.pg_dump(&[]), "{arguments:?} has changed the database");
    let port = database.cluster().port().to_string();
    error.replace(database.name(), "[DATABASE]").replace(&port, "[PORT]")
}

#[test]
fn a_server_that_is_not_there() {
    let port =
        TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr().expect("it has an address").port();
    let ground = Ground::new();
    let text = format!(
        "[connection]\nengine = \"postgres\"\nhost = \"127.0.0.1\"\nport = {port}\nuser = \"me\"\n\n[group.app]\ntree = \"db\"\n"
    );
    ground.write("drove.toml", text);
    assert_data_eq!(
        ground.refused(3, ["up"]).replace(&port.to_string(), "[PORT]"),
        str![[r#"

app: error: cannot open postgres://me@127.0.0.1:[PORT]/app: nobody answers at 127.0.0.1:[PORT]: Connection refused (os error 111)
 |
 = help: is the server running and does it listen there? (the host comes from the settings)

"#]]
    );
}

#[test]
fn a_host_that_has_no_address() {
    let ground = Ground::new();
    ground.write("drove.toml", "[connection]\nengine = \"postgres\"\nhost = \"nowhere.invalid\"\nuser = \"me\"\n\n[group.app]\ntree = \"db\"\n");
    let error = ground.refused(3, ["up"]);
    assert!(
        error.contains("nowhere.invalid") && error.contains("is the server running and does it listen there?"),
        "{error}"
    );
}

#[test]
fn a_wrong_password() {
    let database = postgres().database("bad_password");
    migrated(&database);
    let ground = ground(database.cluster(), LIMITED_USER, "not it", database.name());
    assert_data_eq!(
        refused(&ground, &database, 3, ["up"]),
        str![[r#"

app: error: cannot open postgres://drove_limited@127.0.0.1:[PORT]/[DATABASE]: password authentication failed for user "drove_limited"
 |
 = note: code: 28P01
 = help: the user comes from the settings, the password from the settings

"#]]
    );
}

#[test]
fn a_database_that_is_not_there() {
    let cluster = postgres();
    let ground = ground(&cluster, cluster.superuser(), cluster.password(), "drove_no_such_database");
    let error = ground.refused(3, ["upgrade"]).replace(&cluster.port().to_string(), "[PORT]");
    assert_data_eq!(
        error,
        str![[r#"

app: error: cannot open postgres://postgres@127.0.0.1:[PORT]/drove_no_such_database: database "drove_no_such_database" does not exist
 |
 = note: code: 3D000
 = help: nothing is created by connecting: is the name right, and is this the right server?

"#]]
    );
    let databases =
        cluster.psql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'drove_no_such_database'");
    assert_eq!(databases.trim(), "0");
}

#[test]
fn no_database_is_made_for_a_selector_that_means_nothing() {
    let cluster = postgres();
    let ground = ground(&cluster, cluster.superuser(), cluster.password(), "drove_not_for_nothing");
    ground.refused(4, ["upgrade", "--create", "zzzz"]);
    let databases =
        cluster.psql("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'drove_not_for_nothing'");
    assert_eq!(databases.trim(), "0");
}

#[test]
fn a_user_who_may_not_create_tables() {
    let database = postgres().database("bad_permission");
    migrated(&database);
    let ground = ground(database.cluster(), LIMITED_USER, database.cluster().password(), database.name());
    ground.write("db/versions/c3.sql", revision("cccc3", "bbbb2", "CREATE TABLE c (i integer);"));
    assert_data_eq!(
        refused(&ground, &database, 3, ["up"]),
        str![[r#"

app: error: permission denied for table alembic_version
 |
 = note: code: 42501
 = help: grant the right to the user of the connection, or connect as the owner (`drove config show` says who that is)

"#]]
    );
}

#[test]
fn a_user_who_may_not_create_databases() {
    let cluster = postgres();
    let ground = ground(&cluster, LIMITED_USER, cluster.password(), "drove_forbidden_database");
    let error = ground.refused(3, ["up"]).replace(&cluster.port().to_string(), "[PORT]");
    assert_data_eq!(
        error,
        str![[r#"

app: error: cannot make postgres://drove_limited@127.0.0.1:[PORT]/drove_forbidden_database: permission denied to create database
 |
 = note: code: 42501
 = help: grant the right to the user of the connection, or connect as the owner (`drove config show` says who that is)

"#]]
    );
}

#[test]
fn a_statement_that_the_server_refuses() {
    let database = postgres().database("bad_statement");
    let ground = migrated(&database);
    let up = "CREATE TABLE c (i integer);\nALTER TABLE c\n  ADD COLUMN d strng;";
    ground.write("db/versions/c3.sql", revision("cccc3", "bbbb2", up));
    assert_data_eq!(
        refused(&ground, &database, 3, ["up"]),
        str![[r#"

app: error: db/versions/c3.sql:8: type "strng" does not exist
 --> db/versions/c3.sql:8:16
  |
8 |   ADD COLUMN d strng
  |                ^^^^^ type "strng" does not exist
  |
  = note: the upgrade of cccc3 was rolled back as a whole
  = note: code: 42704

"#]]
    );
}

#[test]
fn sql_that_does_not_end() {
    let database = postgres().database("bad_end");
    let ground = migrated(&database);
    for open in ["SELECT $body$ never", "SELECT 'never", "/* never /* ever */", "SELECT E'it\\'s", "SELECT \"never"] {
        ground.write("db/versions/c3.sql", revision("cccc3", "bbbb2", open));
        let error = refused(&ground, &database, 4, ["up"]);
        assert!(error.contains("db/versions/c3.sql:6: ") && error.contains("does not end"), "{open}: {error}");
    }
}

#[test]
fn a_version_table_that_names_an_unknown_revision() {
    let database = postgres().database("bad_row");
    let ground = migrated(&database);
    database.psql("UPDATE alembic_version SET version_num = 'dead00'");
    assert_data_eq!(
        refused(&ground, &database, 4, ["up"]),
        str![[r#"

app: error: postgres://postgres@127.0.0.1:[PORT]/[DATABASE] stands at dead00, which tree app does not have
 |
 = help: nothing was changed. Either the file of the revision is missing here: get it back (it may be on another
         branch of your repository); or its history was rewritten: mark where the database stands with `drove -t app stamp --purge REVISION`

"#]]
    );
}

#[test]
fn a_database_name_that_the_server_would_cut() {
    let cluster = postgres();
    let ground = ground(&cluster, cluster.superuser(), cluster.password(), &"x".repeat(64));
    assert_data_eq!(
        ground.refused(3, ["up"]).replace(&cluster.port().to_string(), "[PORT]"),
        str![[r#"

app: error: cannot open postgres://postgres@127.0.0.1:[PORT]/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: the database's name xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx is longer than the 63 bytes that PostgreSQL keeps
 |
 = help: correct the address: `drove config show` says where it comes from

"#]]
    );
}

#[test]
fn a_database_name_full_of_quotes_is_only_a_name() {
    let cluster = postgres();
    let name = "it's \\\"; DROP TABLE a; -- é";
    let shown = "it's \"; DROP TABLE a; -- é";
    let ground = ground(&cluster, cluster.superuser(), cluster.password(), name);
    let answer = ground.run(["up"]);
    let quoted = format!("\"{}\"", shown.replace('"', "\"\""));
    cluster.psql("postgres", &format!("DROP DATABASE IF EXISTS {quoted}"));
    assert_eq!(answer.code, 0, "{}", answer.err);
}
