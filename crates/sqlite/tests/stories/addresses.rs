//! What an address may look like, and which file it means.

use std::fs;

use droveway_core::engine::{Address, EngineErrorKind as Kind};

use crate::workbench::{Workbench, address, open, refused, url};

fn located(address: &Address) -> droveway_core::engine::Location {
    droveway_sqlite::engine().locate(address).expect("the address is good")
}

#[test]
fn every_form_of_url_leads_to_its_file() {
    let here = std::env::current_dir().unwrap().canonicalize().unwrap();
    let forms = [
        ("sqlite:///data/a.db", "data/a.db"),
        ("sqlite://data/a.db", "data/a.db"),
        ("sqlite:data/a.db", "data/a.db"),
        ("sqlite+pysqlite:///data/a.db", "data/a.db"),
        ("data/a.db", "data/a.db"),
        ("./data/../data/a.db", "data/a.db"),
        ("sqlite:///data/my%20app.db", "data/my app.db"),
        ("data/100%25.db", "data/100%25.db"),
        ("sqlite:///data/a.db?mode=rwc&busy_timeout=100", "data/a.db"),
    ];
    for (text, path) in forms {
        assert_eq!(located(&url(text)).identity, here.join(path).to_string_lossy(), "{text}");
    }
    assert_eq!(located(&url("sqlite:////no-such-folder/a.db")).identity, "/no-such-folder/a.db");
    assert_eq!(located(&url("sqlite:/no-such-folder/a.db")).identity, "/no-such-folder/a.db");
}

#[test]
fn what_is_no_file_is_refused_in_words() {
    let refusals = [
        ("sqlite://", "a database in memory ends with its connection, so there is nothing to migrate"),
        ("sqlite::memory:", "a database in memory ends with its connection, so there is nothing to migrate"),
        ("sqlite:///a.db?mode=memory", "a database in memory ends with its connection, so there is nothing to migrate"),
        (":memory:", "a database in memory ends with its connection, so there is nothing to migrate"),
        ("file:a.db?mode=ro", "the address is a `file:` URI"),
        ("postgres://me@host/a", "the address is a URL of another engine: `postgres://`"),
        ("sqlite+pysqlcipher://:secret@/a.db", "the address is a URL of another engine: `sqlite+pysqlcipher://`"),
        ("sqlite:///a.db?forein_keys=off", "`forein_keys` is not a parameter of an SQLite address"),
        ("sqlite:///a.db?mode=fast", "`mode` cannot be `fast`"),
        ("", "the address names no file"),
    ];
    for (text, message) in refusals {
        let error = refused(droveway_sqlite::engine().locate(&url(text)));
        assert_eq!((error.kind, error.message.as_str()), (Kind::Address, message), "{text}");
        assert!(error.help.is_some(), "{text}");
    }
    assert_eq!(refused(droveway_sqlite::engine().locate(&Address::default())).message, "the address names no file");
}

#[test]
fn a_misspelt_parameter_is_refused_with_the_word_that_was_meant() {
    let parameters = [
        ("busy_timeot", "5", "did you mean `busy_timeout`?"),
        ("host", "127.0.0.1", "there are: path, foreign_keys, busy_timeout"),
        ("busy_timeout", "5s", "give a whole number of milliseconds, such as 5000"),
        ("foreign_keys", "maybe", "give `on` or `off`"),
    ];
    for (parameter, value, help) in parameters {
        let mut place = address("a.db");
        place.parameters.insert(parameter.into(), value.into());
        let error = refused(droveway_sqlite::engine().locate(&place));
        assert_eq!((error.kind, error.help.as_deref()), (Kind::Address, Some(help)));
    }
}

#[test]
fn a_location_is_the_file_its_folder_and_its_name() {
    let bench = Workbench::new();
    let folder = bench.path("").canonicalize().unwrap();
    let place = located(&bench.address("not/yet/blub_test.db"));
    assert_eq!(place.display, bench.path("not/yet/blub_test.db").to_string_lossy());
    assert_eq!(place.server, folder.join("not/yet").to_string_lossy());
    assert_eq!(place.identity, folder.join("not/yet/blub_test.db").to_string_lossy());
    assert_eq!(place.database, "blub_test");
    assert!(bench.files().is_empty());
}

#[cfg(unix)]
#[test]
fn two_ways_to_one_file_have_one_identity() {
    use std::os::unix::fs::symlink;

    let bench = Workbench::new();
    fs::create_dir(bench.path("real")).unwrap();
    symlink(bench.path("real"), bench.path("folder")).unwrap();
    symlink("real/a.db", bench.path("link.db")).unwrap();
    symlink("circle.db", bench.path("circle.db")).unwrap();

    for exists in [false, true] {
        let real = located(&bench.address("real/a.db")).identity;
        for way in ["folder/a.db", "link.db", "real/../folder/./a.db"] {
            assert_eq!(located(&bench.address(way)).identity, real, "{way}, exists: {exists}");
        }
        fs::write(bench.path("real/a.db"), "").unwrap();
    }
    assert_eq!(refused(droveway_sqlite::engine().locate(&bench.address("circle.db"))).kind, Kind::Address);
}

#[tokio::test]
async fn an_absolute_path_with_three_slashes_is_told_about_the_fourth() {
    let bench = Workbench::new();
    drop(bench.database("app.db", ""));
    fs::write(bench.path("app.db"), "").unwrap();
    let full = bench.path("app.db").to_string_lossy().into_owned();

    let error = refused(open(&url(&format!("sqlite://{full}")), false).await);
    assert_eq!(error.kind, Kind::DatabaseMissing);
    assert_eq!(error.help, Some(format!("{full} exists: an absolute path has four slashes in a URL (sqlite:////…)")));
    open(&url(&format!("sqlite:///{full}")), false).await.unwrap();
}

#[tokio::test]
async fn hostile_names_are_only_names() {
    let bench = Workbench::new();
    for name in
        ["a b.db", "-rf.db", "what?.db", "file:x.db", "100%.db", "quote'.db", "ünï.db", "new\nline.db", ":memory:"]
    {
        let place = bench.address(name);
        assert!(droveway_sqlite::engine().create_database(&place).await.unwrap(), "{name}");
        let mut session = open(&place, false).await.unwrap();
        session.execute("CREATE TABLE a (x)").await.unwrap();
        session.close().await;
        assert!(fs::metadata(bench.path(name)).unwrap().len() > 0, "{name}");
        assert!(droveway_sqlite::engine().drop_database(&place).await.unwrap(), "{name}");
    }
    assert!(bench.files().is_empty());
}
