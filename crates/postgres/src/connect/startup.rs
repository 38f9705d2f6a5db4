//! One try at one server: socket, TLS, login, and the one round trip that learns what the session needs to know.

use std::{io, sync::Arc, time::Duration};

use droveway_core::{
    engine::{ConnectOptions, EngineError, EngineErrorKind as Kind, SessionFacts},
    secret::Secret,
};
use tokio::time::timeout;
use tokio_postgres::{
    CancelToken,
    config::{SslMode as DriverMode, SslNegotiation},
};

use super::{
    Failure, Opened, certificate,
    gather::Origin,
    mode::{Attempt, SslMode},
    place::shown,
    settings::{Host, Origins, Settings, Wanted},
    tls::{self, Handshake, handshake},
};
use crate::{
    error::{chain, from_startup},
    link::{Keep, Link},
    tap::{Heard, Tap},
    wire::{Endpoint, Keepalive, Ready, Wire, encrypt, offers_tls, open_socket},
};

/// A cancel request is a courtesy; it must not hang where the statement itself hangs.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);
/// Ends a transaction that nobody works on, if the server has no limit of its own.
const IDLE_IN_TRANSACTION: &str = "10min";

pub(crate) struct Login<'a> {
    pub settings: &'a Settings,
    pub options: &'a ConnectOptions,
    pub password: Option<Secret>,
    pub password_origin: Origin,
}

/// The way that a connection took, so that a cancel request can take it again.
pub(crate) struct Route {
    endpoint: Endpoint,
    keepalive: Keepalive,
    handshake: Option<Handshake>,
    direct: bool,
}

impl Route {
    /// Asks the server to stop what the session does. Whether it was heard shows on the session itself.
    pub(crate) async fn cancel(&self, token: CancelToken) {
        let _answered = timeout(CANCEL_LIMIT, async {
            if let Ok(wire) = self.wire().await {
                let _sent = token.cancel_query_raw(wire, Ready).await;
            }
        })
        .await;
    }

    async fn wire(&self) -> io::Result<Wire> {
        let mut socket = open_socket(&self.endpoint, &self.keepalive).await?;
        match &self.handshake {
            None => Ok(Wire::Plain(socket)),
            Some(handshake) if self.direct || offers_tls(&mut socket).await? => {
                encrypt(socket, handshake.connector.clone(), &handshake.name).await
            }
            Some(_) => Err(io::ErrorKind::ConnectionRefused.into()),
        }
    }
}

pub(crate) async fn start(
    login: &Login<'_>,
    host: &Host,
    endpoint: &Endpoint,
    mode: SslMode,
    attempt: Attempt,
) -> Result<Opened, Failure> {
    let settings = login.settings;
    let handshake = match attempt {
        Attempt::Plain => None,
        _ => {
            let ready = handshake(&settings.tls, mode, &host.name());
            Some(ready.map_err(|error| Failure { error, refused: true })?)
        }
    };
    let mut route = Route {
        endpoint: endpoint.clone(),
        keepalive: settings.keepalive.clone(),
        handshake,
        direct: settings.tls.direct,
    };
    let wire = reach(&mut route, host, attempt).await?;
    let mut link = log_in(login, host, &route, wire).await?;
    let (facts, in_recovery) = introduce(&mut link, login.options).await?;
    Ok(Opened { link, facts, in_recovery, route: Arc::new(route) })
}

/// Opens the socket and settles whether it is encrypted; the route forgets its handshake if it is not.
async fn reach(route: &mut Route, host: &Host, attempt: Attempt) -> Result<Wire, EngineError> {
    let place = shown(host, &route.endpoint);
    let unreachable =
        |error: io::Error| EngineError::new(Kind::Unreachable, format!("nobody answers at {place}: {error}"));
    let mut socket = open_socket(&route.endpoint, &route.keepalive).await.map_err(unreachable)?;
    let Some(handshake) = route.handshake.clone() else { return Ok(Wire::Plain(socket)) };
    if route.direct || offers_tls(&mut socket).await.map_err(unreachable)? {
        return encrypt(socket, handshake.connector, &handshake.name)
            .await
            .map_err(|error| handshake_failed(&error, host, &handshake.authority));
    }
    if attempt.may_be_plain() {
        route.handshake = None;
        return Ok(Wire::Plain(socket));
    }
    Err(EngineError::new(Kind::Tls, format!("{place} does not offer TLS"))
        .with_help("sslmode=prefer would connect without it, and everybody on the way could read along"))
}

fn handshake_failed(error: &io::Error, host: &Host, authority: &str) -> EngineError {
    match tls::cause(error) {
        Some(cause) => certificate::explain(cause, &host.name(), authority),
        None => EngineError::new(Kind::Tls, format!("the TLS handshake with {} failed: {error}", host.name())),
    }
}

async fn log_in(login: &Login<'_>, host: &Host, route: &Route, wire: Wire) -> Result<Link, Failure> {
    let heard = Arc::new(Heard::default());
    let tap = Tap::new(wire, Arc::clone(&heard));
    match driver_config(login).connect_raw(tap, Ready).await {
        Ok((client, connection)) => Ok(Link::new(client, connection, heard)),
        Err(error) => Err(login_failed(&error, login, host, route)),
    }
}

/// The driver is told that its stream is encrypted from the first byte, which leaves all that to `reach`.
fn driver_config(login: &Login<'_>) -> tokio_postgres::Config {
    let settings = login.settings;
    let mut config = tokio_postgres::Config::new();
    config
        .user(&settings.user)
        .dbname(&settings.database)
        .application_name(settings.application_name.as_ref().unwrap_or(&login.options.application_name))
        .channel_binding(settings.channel_binding)
        .ssl_mode(DriverMode::Require)
        .ssl_negotiation(SslNegotiation::Direct);
    if let Some(password) = &login.password {
        config.password(password.expose());
    }
    if let Some(options) = &settings.options {
        config.options(options);
    }
    config
}

fn login_failed(error: &tokio_postgres::Error, login: &Login<'_>, host: &Host, route: &Route) -> Failure {
    if let Some(said) = error.as_db_error() {
        let error = with_login_help(from_startup(said), login);
        // A server that only starts up or has no room is no reason not to try the next.
        let refused = !matches!(error.kind, Kind::Unreachable | Kind::TooManyConnections);
        return Failure { error, refused };
    }
    let cause = std::error::Error::source(error).and_then(|source| source.downcast_ref::<io::Error>());
    if let (Some(cause), Some(handshake)) = (cause, &route.handshake)
        && tls::cause(cause).is_some()
    {
        return handshake_failed(cause, host, &handshake.authority).into();
    }
    if cause.is_some() || error.is_closed() {
        let place = shown(host, &route.endpoint);
        return EngineError::new(Kind::Unreachable, format!("{place} hung up during the start-up: {}", chain(error)))
            .into();
    }
    let refusal = EngineError::new(Kind::Authentication, login_trouble(error, login));
    Failure { error: with_login_help(refusal, login), refused: true }
}

fn login_trouble(error: &tokio_postgres::Error, login: &Login<'_>) -> String {
    match login.password {
        None => format!("the server asks user {} for a password and none was given", login.settings.user),
        Some(_) => chain(error),
    }
}

fn with_login_help(error: EngineError, login: &Login<'_>) -> EngineError {
    let Origins { user, .. } = &login.settings.origins;
    match (error.kind, &login.password) {
        (Kind::Authentication, Some(_)) => {
            error.with_help(format!("the user comes from {user}, the password from {}", login.password_origin))
        }
        (Kind::Authentication, None) => error.with_help(format!(
            "the user comes from {user}; a password may stand in the URL, in PGPASSWORD or in ~/.pgpass"
        )),
        (Kind::DatabaseMissing, _) => {
            error.with_help("nothing is created by connecting: is the name right, and is this the right server?")
        }
        _ => error,
    }
}

/// Learns what the session needs to know and sets what it relies on, in one round trip.
///
/// Settings are made only on a server process that is ours alone: behind a pooler they would reach other clients.
async fn introduce(link: &mut Link, options: &ConnectOptions) -> Result<(SessionFacts, bool), EngineError> {
    let pid = link.backend_pid();
    let mut sql = vec![FACTS.to_owned()];
    sql.extend(own_settings(pid));
    if options.read_only {
        sql.push(own(pid, "default_transaction_read_only", "on", "true"));
    }
    let answers = link.send(&sql.join(";\n"), Keep::Rows).await.all()?;
    let row = answers.into_iter().next().and_then(|answer| answer.rows.rows.into_iter().next()).unwrap_or_default();
    Ok(facts(&row, pid))
}

/// The statements that set what a session relies on.
pub(crate) fn own_settings(pid: i32) -> [String; 3] {
    [
        "SELECT pg_catalog.set_config('standard_conforming_strings', 'on', false)".to_owned(),
        own(pid, "client_min_messages", "notice", "true"),
        own(
            pid,
            "idle_in_transaction_session_timeout",
            IDLE_IN_TRANSACTION,
            "pg_catalog.current_setting('idle_in_transaction_session_timeout') = '0'",
        ),
    ]
}

const FACTS: &str = "SELECT pg_catalog.current_setting('server_version'),
    pg_catalog.current_setting('server_version_num'),
    pg_catalog.current_database(),
    CURRENT_USER,
    pg_catalog.current_setting('max_connections'),
    pg_catalog.pg_is_in_recovery(),
    pg_catalog.current_setting('transaction_read_only'),
    pg_catalog.pg_backend_pid()";

fn own(pid: i32, name: &str, value: &str, condition: &str) -> String {
    format!(
        "SELECT CASE WHEN pg_catalog.pg_backend_pid() = {pid} AND {condition} THEN pg_catalog.set_config('{name}', '{value}', false) END"
    )
}

fn facts(row: &[Option<String>], pid: i32) -> (SessionFacts, bool) {
    let value = |index: usize| row.get(index).and_then(Option::as_deref).unwrap_or_default();
    let version = value(0).split(' ').next().unwrap_or_default();
    let in_recovery = value(5) == "t";
    let facts = SessionFacts {
        product: format!("PostgreSQL {version}"),
        major: value(1).parse::<u32>().unwrap_or(0) / 10000,
        database: value(2).to_owned(),
        user: row.get(3).cloned().flatten(),
        max_connections: value(4).parse().ok(),
        // A pooler invents the process id of its start-up: no server process has it.
        pooled: pid != 0 && value(7) != pid.to_string(),
        read_only: in_recovery || value(6) == "on",
    };
    (facts, in_recovery)
}

pub(crate) fn fits(wanted: Wanted, opened: &Opened) -> bool {
    match wanted {
        Wanted::Any | Wanted::PreferStandby => true,
        Wanted::ReadWrite => !opened.facts.read_only,
        Wanted::ReadOnly => opened.facts.read_only,
        Wanted::Primary => !opened.in_recovery,
        Wanted::Standby => opened.in_recovery,
    }
}
