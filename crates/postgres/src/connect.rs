//! From an address to an open connection: which servers to try, in which way, and what to say when none answers.

pub(crate) mod keyword;
pub(crate) mod conninfo;
pub(crate) mod environment;
pub(crate) mod service;
pub(crate) mod passfile;
pub(crate) mod gather;
pub(crate) mod settings;
pub(crate) mod mode;
pub(crate) mod tls;
pub(crate) mod certificate;
pub(crate) mod place;
pub(crate) mod startup;

use std::{sync::Arc, time::Duration};

use droveway_core::engine::{ConnectOptions, EngineError, EngineErrorKind, SessionFacts};
use tokio::time::timeout;

use self::{
    gather::Origin,
    mode::{Attempt, SslMode},
    settings::{Host, Place, Settings, Wanted},
    startup::Login,
};
use crate::{link::Link, wire::Endpoint};

pub(crate) use self::startup::{Route, own_settings};

/// An open connection and what is known about it.
pub(crate) struct Opened {
    pub link: Link,
    pub facts: SessionFacts,
    pub in_recovery: bool,
    pub route: Arc<Route>,
}

/// Why one server did not do, and whether the next may.
pub(crate) struct Failure {
    pub error: EngineError,
    /// The server has refused the login, or our own files are wrong: the others would meet the same.
    pub refused: bool,
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Failure { error, refused: false }
    }
}

/// Connects to the first of the address's servers that answers and is of the wanted sort.
pub(crate) async fn open(settings: &Settings, options: &ConnectOptions) -> Result<Opened, EngineError> {
    let first_choice = match settings.wanted {
        Wanted::PreferStandby => Wanted::Standby,
        wanted => wanted,
    };
    match open_wanted(settings, options, first_choice).await {
        Err(failure) if settings.wanted == Wanted::PreferStandby && !failure.refused => {
            open_wanted(settings, options, Wanted::Any).await.map_err(|failure| failure.error)
        }
        result => result.map_err(|failure| failure.error),
    }
}

async fn open_wanted(settings: &Settings, options: &ConnectOptions, wanted: Wanted) -> Result<Opened, Failure> {
    let mut errors = Vec::new();
    for host in place::order(&settings.hosts, settings.shuffled) {
        let endpoints = match place::endpoints(host, limit(settings, options)).await {
            Ok(endpoints) => endpoints,
            Err(error) => {
                errors.push(with_origin(error, host, settings));
                continue;
            }
        };
        for endpoint in &endpoints {
            match open_endpoint(settings, options, host, endpoint, wanted).await {
                Ok(opened) => return Ok(opened),
                Err(failure) if failure.refused => return Err(failure),
                Err(failure) => errors.push(with_origin(failure.error, host, settings)),
            }
        }
    }
    Err(Failure::from(all_failed(errors)))
}

fn limit(settings: &Settings, options: &ConnectOptions) -> Duration {
    settings.connect_timeout.unwrap_or(options.connect_timeout)
}

/// Several servers' errors as one: the last decides the kind, all are told.
fn all_failed(mut errors: Vec<EngineError>) -> EngineError {
    let told: Vec<String> = errors.iter().map(|error| error.message.clone()).collect();
    match errors.pop() {
        Some(last) => EngineError { message: told.join("; "), ..last },
        None => EngineError::new(EngineErrorKind::Address, "the address names no server"),
    }
}

fn with_origin(error: EngineError, host: &Host, settings: &Settings) -> EngineError {
    if error.kind != EngineErrorKind::Unreachable || error.help.is_some() {
        return error;
    }
    let origin = &settings.origins.host;
    error.with_help(match (origin, &host.place) {
        (Origin::Default, Place::Socket(None)) => {
            "no host was given, so this machine's own server was meant: is it running?".to_owned()
        }
        _ => format!("is the server running and does it listen there? (the host comes from {origin})"),
    })
}

async fn open_endpoint(
    settings: &Settings,
    options: &ConnectOptions,
    host: &Host,
    endpoint: &Endpoint,
    wanted: Wanted,
) -> Result<Opened, Failure> {
    let limit = limit(settings, options);
    let work = try_modes(settings, options, host, endpoint);
    let opened = timeout(limit, work).await.unwrap_or_else(|_| {
        Err(EngineError::new(
            EngineErrorKind::Unreachable,
            format!("{} did not answer within {} s", place::shown(host, endpoint), limit.as_secs_f32()),
        )
        .into())
    })?;
    if startup::fits(wanted, &opened) {
        return Ok(opened);
    }
    opened.link.close().await;
    Err(EngineError::new(
        EngineErrorKind::Unreachable,
        format!("{} is not of the sort that target_session_attrs asks for", place::shown(host, endpoint)),
    )
    .into())
}

/// Tries the ways that sslmode allows. The weaker modes go on to the next way when TLS fails or when the server
/// takes no such connection, as libpq's do.
async fn try_modes(
    settings: &Settings,
    options: &ConnectOptions,
    host: &Host,
    endpoint: &Endpoint,
) -> Result<Opened, Failure> {
    let mode = match endpoint {
        Endpoint::Unix(_) => SslMode::Disable,
        Endpoint::Tcp(_) => settings.tls.mode_for(host),
    };
    let (password, password_origin, notice) = settings.password_for(host);
    let login = Login { settings, options, password, password_origin };
    let mut result = Err(Failure::from(EngineError::new(EngineErrorKind::Tls, "no way to connect is allowed")));
    for attempt in mode.attempts() {
        result = startup::start(&login, host, endpoint, mode, *attempt).await;
        match &result {
            Err(failure) if may_try_otherwise(failure) => {}
            _ => break,
        }
    }
    match (result, notice) {
        (Ok(opened), Some(notice)) => {
            opened.link.note(notice);
            Ok(opened)
        }
        (Err(failure), Some(notice)) if failure.error.kind == EngineErrorKind::Authentication => {
            Err(Failure { error: with_notice(failure.error, &notice), ..failure })
        }
        (result, _) => result.map_err(|failure| relaxable(failure, settings, host)),
    }
}

/// A password file that was not used is worth a word to somebody whose password was not taken.
fn with_notice(error: EngineError, notice: &str) -> EngineError {
    let help = [error.help.as_deref().unwrap_or_default(), notice].join("\n");
    error.with_help(help.trim())
}

/// `no pg_hba.conf entry for host …, no encryption` has this code; a wrong password has another. What is wrong with
/// our own files is no reason to go unencrypted.
fn may_try_otherwise(failure: &Failure) -> bool {
    let failed_handshake = failure.error.kind == EngineErrorKind::Tls && !failure.refused;
    failed_handshake || failure.error.code.as_deref() == Some("28000")
}

/// Who never asked for verification should learn that it was done, and how to do without.
fn relaxable(failure: Failure, settings: &Settings, host: &Host) -> Failure {
    if failure.error.kind != EngineErrorKind::Tls || settings.tls.mode.is_some() || host.is_local() {
        return failure;
    }
    let relax = "other machines are verified unless sslmode says otherwise: sslmode=require encrypts without \
                 verifying, sslmode=prefer takes what the server offers";
    let help = match &failure.error.help {
        Some(help) => format!("{help}\n{relax}"),
        None => relax.to_owned(),
    };
    Failure { error: failure.error.with_help(help), ..failure }
}

impl Attempt {
    /// Whether the server may go without TLS.
    fn may_be_plain(self) -> bool {
        self != Attempt::Encrypted
    }
}

#[cfg(test)]
mod tests {
    use droveway_core::{engine::Address, secret::Secret};

    use super::{environment::Environment, settings::resolve, *};

    fn help(url: &str) -> Option<String> {
        let address = Address { url: Some(Secret::new(url)), ..Address::default() };
        let settings = resolve(&address, &Environment::default()).expect("the URL is well formed");
        let failure = Failure::from(EngineError::new(EngineErrorKind::Tls, "the certificate of h is for another name"));
        relaxable(failure, &settings, &settings.hosts[0]).error.help
    }

    #[test]
    fn who_never_asked_for_verification_learns_how_to_do_without() {
        assert!(help("postgres://u@db.example/d").is_some_and(|help| help.contains("sslmode=require")));
        assert_eq!(help("postgres://u@db.example/d?sslmode=verify-full"), None);
        assert_eq!(help("postgres://u@localhost/d"), None);
    }
}
