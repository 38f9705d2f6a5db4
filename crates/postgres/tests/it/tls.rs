//! sslmode against servers with and without TLS, with psql as the judge of what libpq's users expect.

use std::{path::Path, process::Command};

use droveway_core::engine::{Address, EngineErrorKind};
use droveway_postgres::{Environment, connect_from};
use droveway_testkit::{Cluster, Options, postgres};

use crate::ground::{bare, connect_bare, environment, options, refusal};

const MODES: [&str; 7] = ["", "disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// Which authority the client trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    None,
    Right,
    Wrong,
    Missing,
}

const ROOTS: [Root; 4] = [Root::None, Root::Right, Root::Wrong, Root::Missing];

/// `encrypted`, `plain` or `refused`.
type Outcome = &'static str;

fn parameters(cluster: &Cluster, host: &str, mode: &str, root: Root) -> Vec<(&'static str, String)> {
    let certificates = cluster.certificates();
    let mut parameters = vec![
        ("host", host.to_owned()),
        ("hostaddr", "127.0.0.1".to_owned()),
        ("port", cluster.port().to_string()),
        ("user", cluster.superuser().to_owned()),
        ("password", cluster.password().to_owned()),
        ("dbname", "postgres".to_owned()),
    ];
    if !mode.is_empty() {
        parameters.push(("sslmode", mode.to_owned()));
    }
    let root = match root {
        Root::None => None,
        Root::Right => Some(certificates.ca),
        Root::Wrong => Some(certificates.other_ca),
        Root::Missing => Some("/nowhere/root.crt".into()),
    };
    parameters.extend(root.map(|path| ("sslrootcert", path.display().to_string())));
    parameters
}

fn address(parameters: &[(&'static str, String)]) -> Address {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Address { parameters, ..Address::default() }
}

const IS_ENCRYPTED: &str = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

fn outcome(is_encrypted: Option<&str>) -> Outcome {
    match is_encrypted {
        Some("t") => "encrypted",
        Some("f") => "plain",
        _ => "refused",
    }
}

async fn ours(parameters: &[(&'static str, String)]) -> Outcome {
    ours_in(parameters, &bare()).await
}

async fn ours_in(parameters: &[(&'static str, String)], environment: &Environment) -> Outcome {
    let session = connect_from(&address(parameters), &options(), environment).await;
    let Ok(mut session) = session else { return "refused" };
    let rows = session.query(IS_ENCRYPTED).await.expect("the view is everybody's").rows;
    outcome(rows[0][0].as_deref())
}

fn psqls(cluster: &Cluster, parameters: &[(&'static str, String)]) -> Outcome {
    psqls_at_home(cluster, parameters, Path::new("/nowhere"))
}

fn psqls_at_home(cluster: &Cluster, parameters: &[(&'static str, String)], home: &Path) -> Outcome {
    let words: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}='{value}'")).collect();
    let output = Command::new(cluster.server().bin.join("psql"))
        .env_clear()
        .env("HOME", home)
        .args(["-X", "-A", "-t", "-w", "-c", IS_ENCRYPTED, "-d", &words.join(" ")])
        .output()
        .expect("psql stands beside the server");
    outcome(std::str::from_utf8(&output.stdout).ok().map(str::trim))
}

async fn compare(cluster: &Cluster) -> Vec<(String, Outcome)> {
    let mut outcomes = Vec::new();
    for mode in MODES {
        for root in ROOTS {
            for host in ["localhost", "elsewhere.example"] {
                let parameters = parameters(cluster, host, mode, root);
                let (ours, theirs) = (ours(&parameters).await, psqls(cluster, &parameters));
                assert_eq!(ours, theirs, "sslmode={mode:?}, root {root:?}, host {host}");
                outcomes.push((format!("{mode} {root:?} {host}"), ours));
            }
        }
    }
    outcomes
}

fn count(outcomes: &[(String, Outcome)], outcome: Outcome) -> usize {
    outcomes.iter().filter(|(_, is)| *is == outcome).count()
}

#[tokio::test]
async fn each_sslmode_does_with_a_tls_server_what_it_does_in_psql() {
    let outcomes = compare(&postgres()).await;
    let of = |case: &str| outcomes.iter().find(|(name, _)| name == case).map(|(_, outcome)| *outcome);
    assert_eq!(of(" None localhost"), Some("encrypted"));
    assert_eq!(of("disable Right localhost"), Some("plain"));
    assert_eq!(of("allow None localhost"), Some("plain"));
    assert_eq!(of("require None elsewhere.example"), Some("encrypted"));
    assert_eq!(of("require Wrong localhost"), Some("refused"));
    assert_eq!(of("verify-ca Right elsewhere.example"), Some("encrypted"));
    assert_eq!(of("verify-full Right elsewhere.example"), Some("refused"));
    assert_eq!(of("verify-full Right localhost"), Some("encrypted"));
}

#[tokio::test]
async fn each_sslmode_does_with_a_plain_server_what_it_does_in_psql() {
    let cluster = Cluster::start(&Options { tls: false, ..Options::default() });
    let outcomes = compare(&cluster).await;
    assert_eq!(count(&outcomes, "encrypted"), 0);
    let required = outcomes.iter().filter(|(case, _)| case.starts_with("require") || case.starts_with("verify"));
    assert!(required.clone().count() == 24 && required.into_iter().all(|(_, outcome)| *outcome == "refused"));
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said() {
    let cluster = postgres();
    let cases = [
        ("localhost", "verify-full", Root::Wrong, "issued by an authority that is not in"),
        ("elsewhere.example", "verify-full", Root::Right, "is for another name"),
        ("localhost", "verify-ca", Root::Missing, "does not exist"),
        ("localhost", "verify-ca", Root::None, "needs an authority"),
    ];
    for (host, mode, root, expected) in cases {
        let error = refusal(&address(&parameters(&cluster, host, mode, root))).await;
        assert_eq!(error.kind, EngineErrorKind::Tls, "{mode} {root:?}: {error}");
        assert!(error.message.contains(expected), "{error}");
        assert!(error.help.is_some(), "{error}");
    }
}

#[tokio::test]
async fn a_promise_that_would_not_hold_is_refused() {
    let cluster = postgres();
    for extra in [("sslrootcert", "system"), ("sslnegotiation", "direct")] {
        let mut weak = parameters(&cluster, "localhost", "prefer", Root::None);
        weak.push((extra.0, extra.1.to_owned()));
        assert_eq!(refusal(&address(&weak)).await.kind, EngineErrorKind::Address, "{extra:?}");
    }
}

fn by_certificate(cluster: &Cluster, mode: &str) -> Vec<(&'static str, String)> {
    let certificates = cluster.certificates();
    let mut parameters = parameters(cluster, "localhost", mode, Root::Right);
    parameters.retain(|(name, _)| !["user", "password"].contains(name));
    parameters.push(("user", "drove_cert".to_owned()));
    parameters.push(("sslcert", certificates.client_cert.display().to_string()));
    parameters.push(("sslkey", certificates.client_key.display().to_string()));
    parameters
}

#[tokio::test]
async fn a_client_certificate_is_a_login_and_makes_the_modes_try_what_is_left() {
    let cluster = postgres();
    for mode in MODES {
        let parameters = by_certificate(&cluster, mode);
        let expected = if mode == "disable" { "refused" } else { "encrypted" };
        assert_eq!(ours(&parameters).await, expected, "{mode}");
        assert_eq!(psqls(&cluster, &parameters), expected, "{mode}");
    }
}

/// An unusable file of one's own must not lead to a plain connection without a word.
#[tokio::test]
async fn a_certificate_that_is_not_there_is_an_error_in_every_mode_that_could_use_it() {
    let cluster = postgres();
    for mode in ["prefer", "require", "verify-full"] {
        let mut parameters = parameters(&cluster, "localhost", mode, Root::Right);
        parameters.push(("sslcert", "/nowhere/client.crt".to_owned()));
        parameters.push(("sslkey", "/nowhere/client.key".to_owned()));
        let error = refusal(&address(&parameters)).await;
        assert!(error.kind == EngineErrorKind::Tls && error.message.contains("/nowhere/client.crt"), "{mode}: {error}");
    }
}

#[tokio::test]
async fn the_files_in_the_users_home_count_as_they_do_for_psql() {
    let cluster = postgres();
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join(".postgresql");
    std::fs::create_dir(&folder).expect("the folder is ours");
    let certificates = cluster.certificates();
    let environment = environment(&[("HOME", &home.path().display().to_string())]);
    for (authority, expected) in [(&certificates.ca, "encrypted"), (&certificates.other_ca, "refused")] {
        std::fs::copy(authority, folder.join("root.crt")).expect("copied");
        let parameters = parameters(&cluster, "localhost", "require", Root::None);
        assert_eq!(ours_in(&parameters, &environment).await, expected);
        assert_eq!(psqls_at_home(&cluster, &parameters, home.path()), expected);
    }
    std::fs::copy(&certificates.ca, folder.join("root.crt")).expect("copied");
    std::fs::copy(&certificates.client_cert, folder.join("postgresql.crt")).expect("copied");
    std::fs::copy(&certificates.client_key, folder.join("postgresql.key")).expect("copied");
    let mut parameters = by_certificate(&cluster, "verify-full");
    parameters.retain(|(name, _)| !name.starts_with("sslcert") && *name != "sslkey" && *name != "sslrootcert");
    assert_eq!(ours_in(&parameters, &environment).await, "encrypted");
    assert_eq!(psqls_at_home(&cluster, &parameters, home.path()), "encrypted");
}

#[tokio::test]
async fn a_login_by_certificate_without_one_is_refused() {
    let cluster = postgres();
    let mut parameters = by_certificate(&cluster, "verify-full");
    parameters.retain(|(name, _)| !["sslcert", "sslkey"].contains(name));
    assert_eq!(refusal(&address(&parameters)).await.kind, EngineErrorKind::Authentication);
}

#[tokio::test]
async fn a_key_that_others_may_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let cluster = postgres();
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("client.key");
    std::fs::copy(cluster.certificates().client_key, &key).expect("copied");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("its mode is set");
    let mut parameters = by_certificate(&cluster, "require");
    parameters.retain(|(name, _)| *name != "sslkey");
    parameters.push(("sslkey", key.display().to_string()));
    let error = refusal(&address(&parameters)).await;
    assert!(error.kind == EngineErrorKind::Tls && error.message.contains("others may read it"), "{error}");
}

#[tokio::test]
async fn a_cancel_request_goes_the_encrypted_way_too() {
    let cluster = postgres();
    let mut session =
        connect_bare(&address(&parameters(&cluster, "localhost", "verify-full", Root::Right))).await.expect("open");
    let canceller = session.canceller();
    let cancel = tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        (canceller.0)().await;
    });
    let error = session.query("SELECT pg_sleep(60)").await.expect_err("cancelled");
    cancel.await.expect("the request was sent");
    assert_eq!(error.kind, EngineErrorKind::Cancelled);
}

#[tokio::test]
async fn channel_binding_can_be_demanded() {
    let cluster = postgres();
    let mut with = parameters(&cluster, "localhost", "require", Root::None);
    with.push(("channel_binding", "require".to_owned()));
    assert_eq!(ours(&with).await, "encrypted");
    let mut without = parameters(&cluster, "localhost", "disable", Root::None);
    without.push(("channel_binding", "require".to_owned()));
    assert_eq!(refusal(&address(&without)).await.kind, EngineErrorKind::Authentication);
}
