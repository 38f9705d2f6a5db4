//! The ways to a server and what is said when one leads nowhere.

use std::{
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant},
};

use droveway_core::{
    diagnostic::Diagnostic,
    engine::{Address, ConnectOptions, Engine, EngineError, EngineErrorKind, Session},
    secret::Secret,
};
use droveway_postgres::{Environment, connect_from};
use droveway_testkit::postgres;

use crate::ground::{bare, by_url, environment, options, refusal};

async fn who(session: &mut dyn Session) -> Vec<Option<String>> {
    let sql = "SELECT CURRENT_USER, current_database(), current_setting('application_name')";
    session.query(sql).await.expect("asked").rows.remove(0)
}

async fn connect_in(environment: &Environment) -> Result<Box<dyn Session>, EngineError> {
    connect_from(&Address::default(), &options(), environment).await
}

fn write_private(path: &Path, text: &str) {
    std::fs::write(path, text).expect("the folder is ours");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("the file is ours");
}

#[tokio::test]
async fn the_variables_of_libpq_are_enough() {
    let cluster = postgres();
    let port = cluster.port().to_string();
    let variables = [
        ("PGHOST", "127.0.0.1"),
        ("PGPORT", &port),
        ("PGUSER", cluster.superuser()),
        ("PGPASSWORD", cluster.password()),
        ("PGDATABASE", "template1"),
        ("PGAPPNAME", "mine"),
        ("PGOPTIONS", "-c geqo=off"),
    ];
    let mut session = connect_in(&environment(&variables)).await.expect("all is said");
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(who(&mut *session).await, [text("postgres"), text("template1"), text("mine")]);
    assert_eq!(session.query("SHOW geqo").await.expect("asked").rows[0][0].as_deref(), Some("off"));
}

#[tokio::test]
async fn a_socket_needs_no_password_where_the_server_trusts_it() {
    let cluster = postgres();
    let folder = cluster.socket_dir().display().to_string();
    let url = format!("postgres://{}@{}:{}/postgres", cluster.superuser(), folder.replace('/', "%2F"), cluster.port());
    for sslmode in ["prefer", "verify-full"] {
        let url = format!("{url}?sslmode={sslmode}");
        let mut session = connect_from(&by_url(&url), &options(), &bare()).await.expect("everybody is let in");
        let address = session.query("SELECT inet_server_addr()").await.expect("asked");
        assert_eq!(address.rows[0][0], None);
        (session.canceller().0)().await;
    }
}

#[tokio::test]
async fn a_password_file_gives_the_password_that_nobody_else_gave() {
    let cluster = postgres();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(".pgpass");
    write_private(&file, &format!("# ours\n127.0.0.1:{}:*:postgres:{}\n", cluster.port(), cluster.password()));
    let url = format!("postgres://postgres@127.0.0.1:{}/postgres", cluster.port());
    let home = folder.path().display().to_string();
    let path = file.display().to_string();
    for variables in [[("HOME", home.as_str())], [("PGPASSFILE", path.as_str())]] {
        connect_from(&by_url(&url), &options(), &environment(&variables)).await.expect("the file is found");
    }
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("the file is ours");
    let refused = connect_from(&by_url(&url), &options(), &environment(&[("HOME", &home)])).await;
    let error = refused.err().expect("a file that others may read is not used");
    assert_eq!(error.kind, EngineErrorKind::Authentication);
    assert!(error.help().is_some_and(|help| help.contains("others may read it")), "{:?}", error.help());
}

#[tokio::test]
async fn a_service_gives_what_the_address_leaves_open() {
    let cluster = postgres();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("services");
    let text = format!(
        "[here]\nhost=127.0.0.1\nport={}\nuser=postgres\npassword={}\ndbname=template1\n",
        cluster.port(),
        cluster.password()
    );
    std::fs::write(&file, text).expect("the folder is ours");
    let environment = environment(&[("PGSERVICEFILE", &file.display().to_string()), ("PGPORT", "1")]);
    let mut session =
        connect_from(&by_url("postgres:///postgres?service=here"), &options(), &environment).await.expect("found");
    assert_eq!(who(&mut *session).await[1].as_deref(), Some("postgres"));
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_one_are_told_apart_and_never_shown() {
    let cluster = postgres();
    let url = |login: &str| format!("postgres://{login}@127.0.0.1:{}/postgres", cluster.port());
    let wrong = refusal(&by_url(url("postgres:CANARY-4711"))).await;
    assert_eq!((wrong.kind, wrong.code.as_deref()), (EngineErrorKind::Authentication, Some("28P01")));
    assert!(wrong.help().is_some_and(|help| help.contains("the password from the URL")), "{:?}", wrong.help());
    assert!(!format!("{wrong:?} {wrong} {:?}", wrong.notes()).contains("CANARY"));
    let missing = refusal(&by_url(url("postgres"))).await;
    assert_eq!(missing.kind, EngineErrorKind::Authentication);
    assert!(missing.message.contains("none was given"), "{missing}");
}

#[tokio::test]
async fn nobody_at_an_address_is_said_with_the_address() {
    let free =
        TcpListener::bind("127.0.0.1:0").expect("there is a free port").local_addr().expect("it is bound").port();
    let cases = [
        (format!("postgres://u:CANARY@127.0.0.1:{free}/d"), format!("127.0.0.1:{free}")),
        (format!("postgres://u:CANARY@localhost:{free}/d"), "localhost (".to_owned()),
        ("postgres://u:CANARY@nowhere.invalid/d".to_owned(), "nowhere.invalid".to_owned()),
        ("postgres://u:CANARY@%2Fnowhere/d".to_owned(), "/nowhere/.s.PGSQL.5432".to_owned()),
    ];
    for (url, named) in cases {
        let error = refusal(&by_url(&url)).await;
        assert_eq!(error.kind, EngineErrorKind::Unreachable, "{error}");
        assert!(error.message.contains(&named), "{error}");
        assert!(!format!("{error:?}").contains("CANARY"), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let url = format!("postgres://u@{}/d", silent.local_addr().expect("it is bound"));
    let options = ConnectOptions { connect_timeout: Duration::from_millis(300), ..options() };
    let started = Instant::now();
    let error = connect_from(&by_url(&url), &options, &bare()).await.err().expect("nobody speaks");
    assert_eq!(error.kind, EngineErrorKind::Unreachable);
    assert!(error.message.contains("did not answer within 0.3 s"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn the_next_host_is_tried_when_one_does_not_answer() {
    let cluster = postgres();
    let free =
        TcpListener::bind("127.0.0.1:0").expect("there is a free port").local_addr().expect("it is bound").port();
    let url = |more: &str| {
        format!(
            "postgres://postgres:{}@127.0.0.1:{free},127.0.0.1:{}/postgres{more}",
            cluster.password(),
            cluster.port()
        )
    };
    for more in
        ["", "?target_session_attrs=read-write", "?target_session_attrs=prefer-standby&load_balance_hosts=random"]
    {
        connect_from(&by_url(url(more)), &options(), &bare()).await.expect(more);
    }
    let error = refusal(&by_url(url("?target_session_attrs=standby"))).await;
    assert!(error.message.contains("nobody answers") && error.message.contains("target_session_attrs"), "{error}");
}

#[tokio::test]
async fn the_engine_reaches_what_its_address_names() {
    let cluster = postgres();
    let address = Address {
        parameters: [("host", "127.0.0.1"), ("user", "postgres")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .chain([("port".to_owned(), cluster.port().to_string())])
            .collect(),
        password: Some(Secret::new(cluster.password())),
        database: Some("postgres".to_owned()),
        url: None,
    };
    let mut session = droveway_postgres::Postgres.connect(&address, &options()).await.expect("all is said");
    assert_eq!(who(&mut *session).await[2].as_deref(), Some("drove/test"));
    session.close().await;
}
