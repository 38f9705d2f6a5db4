//! PostgreSQL as a product: where an address leads, and the way to a session.

use std::{net::IpAddr, str::FromStr};

use droveway_core::{
    engine::{Address, BoxFuture, ConnectOptions, Dialect, Engine, EngineError, Location, Session},
    schema::Kinds,
    secret::Secret,
};

use crate::{
    connect::{
        self,
        environment::Environment,
        gather::{Origin, gather},
        keyword::KEYWORDS,
        settings::{Host, Place, Settings, resolve, settings},
    },
    database,
    dialect::PostgresDialect,
    kinds,
    session::PostgresSession,
};

/// PostgreSQL, from version 13 on.
pub struct Postgres;

/// The engine, for a table of engines.
pub fn engine() -> &'static dyn Engine {
    &Postgres
}

impl Engine for Postgres {
    fn dialect(&self) -> &'static dyn Dialect {
        &PostgresDialect
    }

    fn locate(&self, address: &Address) -> Result<Location, EngineError> {
        locate(address, &Environment::of_process())
    }

    fn connect<'a>(
        &'a self,
        address: &'a Address,
        options: &'a ConnectOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Session>, EngineError>> {
        Box::pin(async move { connect_from(address, options, &Environment::of_process()).await })
    }

    fn create_database<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<bool, EngineError>> {
        Box::pin(async move { database::create(&resolve(address, &Environment::of_process())?).await })
    }

    fn drop_database<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<bool, EngineError>> {
        Box::pin(async move { database::drop(&resolve(address, &Environment::of_process())?).await })
    }

    fn create_scratch<'a>(
        &'a self,
        address: &'a Address,
        copy_of: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move { database::create_scratch(&resolve(address, &Environment::of_process())?, copy_of).await })
    }

    fn drop_scratch<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<bool, EngineError>> {
        Box::pin(async move { database::drop_scratch(&resolve(address, &Environment::of_process())?).await })
    }

    fn idle_databases<'a>(
        &'a self,
        address: &'a Address,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<String>, EngineError>> {
        Box::pin(async move { database::idle(&resolve(address, &Environment::of_process())?, prefix).await })
    }

    fn url(&self, address: &Address) -> Result<Secret, EngineError> {
        url(address, &Environment::of_process())
    }

    fn fingerprint<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<String, EngineError>> {
        Box::pin(async move { database::fingerprint(&resolve(address, &Environment::of_process())?).await })
    }

    fn kinds(&self) -> Option<&'static Kinds> {
        Some(kinds::kinds())
    }
}

/// `Engine::connect` in a given environment.
pub async fn connect_from(
    address: &Address,
    options: &ConnectOptions,
    environment: &Environment,
) -> Result<Box<dyn Session>, EngineError> {
    let settings = resolve(address, environment)?;
    database::check_name(&settings.database)?;
    let opened = connect::open(&settings, options).await?;
    Ok(Box::new(PostgresSession::new(opened.link, opened.facts, opened.route)))
}

/// `Engine::locate` in a given environment.
pub fn locate(address: &Address, environment: &Environment) -> Result<Location, EngineError> {
    let Settings { hosts, user, database, .. } = resolve(address, environment)?;
    let shown: Vec<String> = hosts.iter().map(|host| joined(&host.name(), host.port)).collect();
    let server = hosts.iter().map(server_name).collect::<Vec<_>>().join(",");
    Ok(Location {
        display: format!("postgres://{user}@{}/{database}", shown.join(",")),
        identity: format!("postgres://{server}/{database}"),
        server,
        database,
    })
}

/// A connection string of what was given in any way; what the environment says, other programs find there themselves.
fn url(address: &Address, environment: &Environment) -> Result<Secret, EngineError> {
    const IN_FRONT: [&str; 7] = ["host", "port", "user", "password", "dbname", "service", "application_name"];
    let given = gather(address, environment)?;
    let settings = settings(&given, environment)?;
    let password = settings.password.as_ref().map(|password| format!(":{}", percent(password.expose())));
    let hosts: Vec<String> = settings
        .hosts
        .iter()
        .map(|host| match &host.place {
            Place::Network { .. } => joined(&host.name(), host.port),
            Place::Socket(_) => format!("{}:{}", percent(&host.name()), host.port),
        })
        .collect();
    let others: Vec<String> = given
        .iter()
        .filter(|(name, given)| !IN_FRONT.contains(name) && !matches!(given.origin, Origin::Variable(_)))
        .map(|(name, given)| format!("{name}={}", percent(&given.value)))
        .collect();
    Ok(Secret::new(format!(
        "postgresql://{}{}@{}/{}{}{}",
        percent(&settings.user),
        password.unwrap_or_default(),
        hosts.join(","),
        percent(&settings.database),
        if others.is_empty() { "" } else { "?" },
        others.join("&")
    )))
}

/// Text as part of a URL.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn joined(name: &str, port: u16) -> String {
    if name.contains(':') { format!("[{name}]:{port}") } else { format!("{name}:{port}") }
}

/// The same for every way of naming this machine over the network.
fn server_name(host: &Host) -> String {
    let name = host.name().trim_end_matches('.').to_lowercase();
    let is_loopback = name == "localhost" || IpAddr::from_str(&name).is_ok_and(|address| address.is_loopback());
    match &host.place {
        Place::Network { .. } if is_loopback => joined("localhost", host.port),
        Place::Network { .. } => joined(&name, host.port),
        Place::Socket(_) => joined(&host.name(), host.port),
    }
}

/// One connection parameter, for people who wonder where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    pub keyword: &'static str,
    /// `***` for a secret.
    pub value: String,
    pub origin: Origin,
}

/// Every parameter that counts for an address, with where it came from, in libpq's order of keywords.
pub fn explain(address: &Address, environment: &Environment) -> Result<Vec<Explained>, EngineError> {
    let given = gather(address, environment)?;
    let settings = settings(&given, environment)?;
    let mut explained: Vec<Explained> = given
        .iter()
        .map(|(keyword, given)| Explained {
            keyword,
            value: if is_secret(keyword) { "***".to_owned() } else { given.value.clone() },
            origin: given.origin.clone(),
        })
        .collect();
    explained.extend(
        defaults(&settings)
            .into_iter()
            .filter(|(keyword, _)| given.get(keyword).is_none())
            .map(|(keyword, value)| Explained { keyword, value, origin: Origin::Default }),
    );
    explained.extend(password_from_file(&settings));
    explained.sort_by_key(|line| KEYWORDS.iter().position(|keyword| keyword.name == line.keyword));
    Ok(explained)
}

fn is_secret(name: &str) -> bool {
    KEYWORDS.iter().any(|keyword| keyword.name == name && keyword.secret)
}

fn defaults(settings: &Settings) -> Vec<(&'static str, String)> {
    let list = |of: &dyn Fn(&Host) -> String| settings.hosts.iter().map(of).collect::<Vec<_>>().join(",");
    vec![
        ("user", settings.user.clone()),
        ("dbname", settings.database.clone()),
        ("host", list(&|host| host.name())),
        ("port", list(&|host| host.port.to_string())),
        ("sslmode", list(&|host| settings.tls.mode_for(host).as_str().to_owned())),
    ]
}

fn password_from_file(settings: &Settings) -> Option<Explained> {
    let host = settings.hosts.first().filter(|_| settings.password.is_none())?;
    let (password, origin, _) = settings.password_for(host);
    password.map(|_| Explained { keyword: "password", value: "***".to_owned(), origin })
}
