//! Addresses as values: what counts, where it came from, and where it leads. No server is asked.

use std::collections::BTreeMap;

use droveway_core::{
    engine::{Address, EngineErrorKind},
    secret::Secret,
};
use droveway_postgres::{Environment, Origin, explain, locate};
use proptest::prelude::*;

use crate::ground::{bare, by_url, environment};

fn parameters(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn explained(address: &Address, environment: &Environment, keyword: &str) -> Option<(String, String)> {
    let lines = explain(address, environment).expect("the address is well formed");
    lines.into_iter().find(|line| line.keyword == keyword).map(|line| (line.value, line.origin.to_string()))
}

fn said(value: &str, origin: &str) -> Option<(String, String)> {
    Some((value.to_owned(), origin.to_owned()))
}

#[test]
fn each_parameter_comes_from_the_first_that_gives_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("services");
    std::fs::write(&file, "[s]\nhost=service\nport=3\nuser=service\noptions=service\n").expect("written");
    let environment = environment(&[
        ("PGSERVICE", "s"),
        ("PGSERVICEFILE", &file.display().to_string()),
        ("PGHOST", "variable"),
        ("PGPORT", "4"),
        ("PGUSER", "variable"),
        ("PGOPTIONS", "variable"),
        ("PGSSLMODE", "require"),
    ]);
    let address = Address {
        url: Some(Secret::new("postgres://url/url")),
        parameters: parameters(&[("host", "parameter"), ("port", "2"), ("dbname", "parameter")]),
        password: Some(Secret::new("CANARY")),
        database: Some("own".to_owned()),
    };
    let of = |keyword| explained(&address, &environment, keyword);
    assert_eq!(of("host"), said("url", "the URL"));
    assert_eq!(of("port"), said("2", "the settings"));
    assert_eq!(of("dbname"), said("own", "the settings"));
    assert_eq!(of("user"), said("service", &format!("service s in {}", file.display())));
    assert_eq!(of("sslmode"), said("require", "PGSSLMODE"));
    assert_eq!(of("password"), said("***", "the settings"));
    assert_eq!(of("application_name"), None);
}

#[test]
fn defaults_are_libpqs_but_other_machines_are_verified() {
    let of = |url: &str, keyword| explained(&by_url(url), &bare(), keyword);
    assert_eq!(of("postgres://", "host"), said("/var/run/postgresql", "default"));
    assert_eq!(of("postgres://", "port"), said("5432", "default"));
    assert_eq!(of("postgres://", "user"), said("nobody_in_particular", "default"));
    assert_eq!(of("postgres://anna@", "dbname"), said("anna", "default"));
    for (host, mode) in [
        ("", "prefer"),
        ("%2Ftmp", "prefer"),
        ("localhost", "prefer"),
        ("127.0.0.1", "prefer"),
        ("[::1]", "prefer"),
        ("db.example", "verify-full"),
        ("10.0.0.1", "verify-full"),
        ("localhost.example", "verify-full"),
        ("localhost,db.example", "prefer,verify-full"),
    ] {
        assert_eq!(of(&format!("postgres://{host}"), "sslmode"), said(mode, "default"), "{host}");
    }
    assert_eq!(of("postgres://localhost?hostaddr=10.0.0.1", "sslmode"), said("verify-full", "default"));
    assert_eq!(of("postgres://h?sslrootcert=system", "sslmode"), said("verify-full", "default"));
}

#[test]
fn a_password_file_is_named_as_the_origin_and_its_content_is_not_shown() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pass");
    std::fs::write(&file, "*:*:*:*:CANARY").expect("written");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("its mode is set");
    let environment = environment(&[("PGPASSFILE", &file.display().to_string())]);
    let lines = explain(&by_url("postgres://h"), &environment).expect("well formed");
    assert!(lines.iter().any(|line| line.origin == Origin::PasswordFile(file.clone()) && line.value == "***"));
    assert!(!format!("{lines:?}").contains("CANARY"));
}

#[test]
fn what_is_not_understood_is_refused_with_the_nearest_word() {
    let refused = |address: &Address| explain(address, &bare()).expect_err("not understood");
    let misspelt = Address { parameters: parameters(&[("sslmod", "require")]), ..Address::default() };
    let error = refused(&misspelt);
    assert_eq!(error.kind, EngineErrorKind::Address);
    assert_eq!(error.message, "unknown connection parameter `sslmod`");
    assert_eq!(error.help.as_deref(), Some("did you mean `sslmode`?"));
    for (url, expected) in [
        ("postgres://h?sslmode=verify_full", "is none of its words"),
        ("postgres://h:0/d", "from 1 to 65535"),
        ("postgres://h:65536/d", "from 1 to 65535"),
        ("postgres://a,b?port=1,2,3", "different numbers"),
        ("postgres://h?hostaddr=nonsense", "not an IP address"),
        ("postgres://h?sslcrl=x", "is not supported"),
        ("postgres://h?gssencmode=require", "is not supported"),
        ("postgres://h?connect_timeout=soon", "not a number"),
        ("postgres://h?ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2", "no version of TLS"),
        ("mysql://h/d", "begins with postgres://"),
    ] {
        let error = refused(&by_url(url));
        assert!(error.kind == EngineErrorKind::Address && error.message.contains(expected), "{url}: {error}");
    }
}

#[test]
fn addresses_that_lead_to_one_database_have_one_identity() {
    let identity = |url: &str| locate(&by_url(url), &bare()).expect("well formed").identity;
    let here = identity("postgres://anna:x@localhost/shop");
    for same in [
        "postgresql://bert@127.0.0.1:5432/shop",
        "postgres://[::1]/shop?sslmode=require",
        "host=LOCALHOST dbname=shop",
        "postgresql+psycopg://localhost:5432/shop",
    ] {
        assert_eq!(identity(same), here, "{same}");
    }
    for other in ["postgres://localhost:5433/shop", "postgres://localhost/Shop", "postgres://db.example/shop"] {
        assert_ne!(identity(other), here, "{other}");
    }
    assert_eq!(identity("postgres://DB.example./d"), identity("postgres://db.example/d"));
    assert_eq!(identity("postgres:///d"), identity("postgres:///d?host=/var/run/postgresql"));
}

#[test]
fn a_location_is_shown_without_its_password() {
    let location = locate(&by_url("postgres://anna:CANARY@db.example:1,[::1]/shop"), &bare()).expect("well formed");
    assert_eq!(location.display, "postgres://anna@db.example:1,[::1]:5432/shop");
    assert_eq!(location.server, "db.example:1,localhost:5432");
    assert_eq!(location.database, "shop");
    assert!(!format!("{location:?}").contains("CANARY"));
}

proptest! {
    #[test]
    fn no_address_makes_the_parser_panic_or_show_its_password(
        host in "\\PC{0,12}",
        port in "\\PC{0,6}",
        more in "\\PC{0,20}",
    ) {
        let url = by_url(format!("postgres://u:CANARY%zz@{host}:{port}/d?{more}"));
        let fits = by_url(format!("postgres://u:CANARY@{host}:{port}/d?{more}"));
        for address in [url, fits] {
            let text = format!("{:?} {:?}", explain(&address, &bare()), locate(&address, &bare()));
            prop_assert!(!text.contains("CANARY"), "{}", text);
        }
    }
}
