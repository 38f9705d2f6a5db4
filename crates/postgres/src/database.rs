//! Creates and drops whole databases, from another database of the same server.

use std::time::Duration;

use droveway_core::{
    engine::{ConnectOptions, EngineError, EngineErrorKind},
    sql::quote,
};
use tokio::time::sleep;

use crate::{
    connect::{open, place::random, settings::Settings},
    link::{Keep, Link},
};

/// Databases that are there on every server and that one may connect to.
const MAINTENANCE: [&str; 2] = ["postgres", "template1"];
/// Tries when others use the template at the same moment.
const TRIES: u32 = 20;
/// The longest name PostgreSQL keeps; it would cut a longer one silently.
const NAME_BYTES: usize = 63;

pub(crate) fn check_name(name: &str) -> Result<(), EngineError> {
    let bad = |message: String| Err(EngineError::new(EngineErrorKind::Address, message));
    match name {
        "" => bad("the database's name is empty".to_owned()),
        name if name.contains('\0') => bad("the database's name holds a NUL character".to_owned()),
        name if name.len() > NAME_BYTES => {
            bad(format!("the database's name {name} is longer than the {NAME_BYTES} bytes that PostgreSQL keeps"))
        }
        _ => Ok(()),
    }
}

pub(crate) async fn create(settings: &Settings) -> Result<bool, EngineError> {
    check_name(&settings.database)?;
    let mut link = open_maintenance(settings).await?;
    let result = create_through(&mut link, &settings.database).await;
    link.close().await;
    result
}

async fn create_through(link: &mut Link, name: &str) -> Result<bool, EngineError> {
    if exists(link, name).await? {
        return Ok(false);
    }
    match persist(link, &format!("CREATE DATABASE {}", quote::identifier(name))).await {
        Ok(()) => Ok(true),
        // Somebody else created it at the same moment: 42P04, or a unique violation in the catalog.
        Err(error) if ["42P04", "23505"].contains(&error.code.as_deref().unwrap_or_default()) => Ok(false),
        Err(error) => Err(error),
    }
}

pub(crate) async fn drop(settings: &Settings) -> Result<bool, EngineError> {
    check_name(&settings.database)?;
    let mut link = open_maintenance(settings).await?;
    let result = drop_through(&mut link, &settings.database).await;
    link.close().await;
    result
}

async fn drop_through(link: &mut Link, name: &str) -> Result<bool, EngineError> {
    if !exists(link, name).await? {
        return Ok(false);
    }
    match persist(link, &format!("DROP DATABASE {} WITH (FORCE)", quote::identifier(name))).await {
        Ok(()) => Ok(true),
        Err(error) if error.kind == EngineErrorKind::DatabaseMissing => Ok(false),
        Err(error) => Err(error),
    }
}

/// Creates a database for a short life, from the template that nobody has changed or from one that nobody uses.
pub(crate) async fn create_scratch(settings: &Settings, copy_of: Option<&str>) -> Result<(), EngineError> {
    check_name(&settings.database)?;
    let mut link = open_maintenance(settings).await?;
    let sql = format!(
        "CREATE DATABASE {} TEMPLATE {}",
        quote::identifier(&settings.database),
        quote::identifier(copy_of.unwrap_or("template0"))
    );
    let result = persist(&mut link, &sql).await;
    link.close().await;
    result.map_err(|error| match error.kind {
        EngineErrorKind::Permission => error.with_help(
            "scratch databases need the right to create databases: ALTER ROLE … CREATEDB, or name another server for them \
             (`--scratch URL`, or `[scratch] url` in drove.toml)",
        ),
        _ => error,
    })
}

/// Drops a database with the subscriptions that would hold it; what they subscribe to does not learn of it.
pub(crate) async fn drop_scratch(settings: &Settings) -> Result<bool, EngineError> {
    check_name(&settings.database)?;
    let mut link = open_maintenance(settings).await?;
    let result = match subscriptions(&mut link, &settings.database).await {
        Ok(held) if held.is_empty() => drop_through(&mut link, &settings.database).await,
        Ok(held) => match end_subscriptions(settings, &held).await {
            Ok(()) => drop_through(&mut link, &settings.database).await,
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    link.close().await;
    result
}

async fn subscriptions(link: &mut Link, database: &str) -> Result<Vec<String>, EngineError> {
    let sql = format!(
        "SELECT pg_catalog.quote_ident(s.subname)
FROM pg_catalog.pg_subscription AS s
JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
WHERE d.datname = {}",
        quote::literal(database)
    );
    names(link, &sql).await
}

async fn end_subscriptions(settings: &Settings, names: &[String]) -> Result<(), EngineError> {
    let mut link = open(settings, &options()).await?.link;
    let mut result = Ok(());
    for name in names {
        for what in
            ["ALTER SUBSCRIPTION {} DISABLE", "ALTER SUBSCRIPTION {} SET (slot_name = NONE)", "DROP SUBSCRIPTION {}"]
        {
            result = result.and(link.send(&what.replace("{}", name), Keep::Nothing).await.all().map(|_| ()));
        }
    }
    link.close().await;
    result
}

/// The databases whose names begin with `prefix` and that have no connection.
pub(crate) async fn idle(settings: &Settings, prefix: &str) -> Result<Vec<String>, EngineError> {
    let mut link = open_maintenance(settings).await?;
    let sql = format!(
        "SELECT d.datname
FROM pg_catalog.pg_database AS d
WHERE pg_catalog.starts_with(d.datname, {})
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.datid = d.oid)
ORDER BY d.datname",
        quote::literal(prefix)
    );
    let names = names(&mut link, &sql).await;
    link.close().await;
    names
}

/// Version, user and extensions at hand of a server.
pub(crate) async fn fingerprint(settings: &Settings) -> Result<String, EngineError> {
    let mut link = open_maintenance(settings).await?;
    let sql = "SELECT pg_catalog.current_setting('server_version') || ' ' || current_user || ' '
    || COALESCE(pg_catalog.string_agg(e.name || ' ' || e.default_version, ',' ORDER BY e.name), '')
FROM pg_catalog.pg_available_extensions AS e";
    let value = link.send(sql, Keep::Rows).await.value();
    link.close().await;
    Ok(value?.unwrap_or_default())
}

async fn names(link: &mut Link, sql: &str) -> Result<Vec<String>, EngineError> {
    let rows = link.send(sql, Keep::Rows).await.all()?.pop().unwrap_or_default().rows;
    Ok(rows.rows.into_iter().filter_map(|mut row| row.pop().flatten()).collect())
}

async fn exists(link: &mut Link, name: &str) -> Result<bool, EngineError> {
    let sql =
        format!("SELECT EXISTS (SELECT FROM pg_catalog.pg_database AS d WHERE d.datname = {})", quote::literal(name));
    Ok(link.send(&sql, Keep::Rows).await.value()?.as_deref() == Some("t"))
}

/// Sends a statement again while others hold what it needs (55006): a template is used by one copy at a time.
async fn persist(link: &mut Link, sql: &str) -> Result<(), EngineError> {
    for turn in 1..TRIES {
        match link.send(sql, Keep::Nothing).await.all() {
            Err(error) if error.code.as_deref() == Some("55006") => {
                sleep(Duration::from_millis(20 + random() % (40 * u64::from(turn)))).await;
            }
            result => return result.map(|_| ()),
        }
    }
    link.send(sql, Keep::Nothing).await.all().map(|_| ())
}

fn options() -> ConnectOptions {
    ConnectOptions {
        application_name: "drove/databases".to_owned(),
        connect_timeout: Duration::from_secs(10),
        read_only: false,
    }
}

/// A server may lack `postgres` or keep it to others; the error that counts is the first.
async fn open_maintenance(settings: &Settings) -> Result<Link, EngineError> {
    let options = options();
    let mut first = None;
    for database in MAINTENANCE {
        let there = Settings { database: database.to_owned(), ..settings.clone() };
        match open(&there, &options).await {
            Ok(opened) => return Ok(opened.link),
            Err(error) if matches!(error.kind, EngineErrorKind::DatabaseMissing | EngineErrorKind::Permission) => {
                first.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    Err(first.expect("the loop ends early unless an error was kept"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_the_server_would_cut_is_refused() {
        assert!(check_name(&"x".repeat(63)).is_ok());
        for name in [String::new(), "x".repeat(64), "ä".repeat(32), "a\0b".to_owned()] {
            assert_eq!(check_name(&name).expect_err("refused").kind, EngineErrorKind::Address);
        }
    }
}
