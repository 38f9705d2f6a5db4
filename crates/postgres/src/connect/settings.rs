//! The parameters as what they mean: hosts, login, TLS, and the rest with libpq's defaults.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use droveway_core::{
    engine::{Address, EngineError, EngineErrorKind},
    secret::Secret,
};
use tokio_postgres::config::ChannelBinding;

use super::{
    environment::Environment,
    gather::{Gathered, Origin, gather},
    mode::{Roots, SslMode, TlsSettings, Versions},
    passfile::{self, Login},
};
use crate::wire::Keepalive;

pub(crate) const DEFAULT_PORT: u16 = 5432;
/// Where servers put their sockets: Debian's folder and PostgreSQL's own.
pub(crate) const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// One of the servers to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    pub place: Place,
    pub port: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The socket in a folder; with none given, in the first of `SOCKET_FOLDERS` that has it.
    Socket(Option<PathBuf>),
    /// A name, with its address if that was given beside it.
    Network { name: String, address: Option<IpAddr> },
}

impl Host {
    /// Whether the connection stays on this machine.
    pub(crate) fn is_local(&self) -> bool {
        match &self.place {
            Place::Socket(_) => true,
            Place::Network { address: Some(address), .. } => address.is_loopback(),
            Place::Network { name, address: None } => {
                name.eq_ignore_ascii_case("localhost") || IpAddr::from_str(name).is_ok_and(|ip| ip.is_loopback())
            }
        }
    }

    /// The name as a person wrote it.
    pub(crate) fn name(&self) -> String {
        match &self.place {
            Place::Socket(Some(folder)) => folder.display().to_string(),
            Place::Socket(None) => SOCKET_FOLDERS[0].to_owned(),
            Place::Network { name, .. } => name.clone(),
        }
    }

    /// The names under which a password file may know the host.
    fn password_names(&self) -> Vec<String> {
        let name = self.name();
        match &self.place {
            Place::Socket(_) if SOCKET_FOLDERS.contains(&name.as_str()) => vec![name, "localhost".to_owned()],
            _ => vec![name],
        }
    }
}

/// Which servers of several will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

/// Everything that a connection needs to know. Its `Debug` shows no password: `Secret` has none to show.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub hosts: Vec<Host>,
    pub user: String,
    pub database: String,
    pub password: Option<Secret>,
    pub password_file: Option<PathBuf>,
    pub origins: Origins,
    pub tls: TlsSettings,
    pub channel_binding: ChannelBinding,
    pub application_name: Option<String>,
    pub options: Option<String>,
    pub connect_timeout: Option<Duration>,
    pub keepalive: Keepalive,
    pub wanted: Wanted,
    pub shuffled: bool,
}

/// Where the parts came from that an error message speaks of.
#[derive(Debug, Clone)]
pub(crate) struct Origins {
    pub host: Origin,
    pub user: Origin,
    pub password: Origin,
}

pub(crate) fn resolve(address: &Address, environment: &Environment) -> Result<Settings, EngineError> {
    settings(&gather(address, environment)?, environment)
}

pub(crate) fn settings(given: &Gathered, environment: &Environment) -> Result<Settings, EngineError> {
    let user = match (given.get("user"), &environment.user) {
        (Some(user), _) => user.to_owned(),
        (None, Some(user)) => user.clone(),
        (None, None) => return Err(bad("no user is given and the operating system names none")),
    };
    let database = given.get("dbname").unwrap_or(&user).to_owned();
    Ok(Settings {
        hosts: hosts(given)?,
        password: given.get("password").map(Secret::new),
        password_file: given.get("passfile").map(PathBuf::from).or_else(|| environment.home_file(".pgpass")),
        origins: Origins { host: given.origin("host"), user: given.origin("user"), password: given.origin("password") },
        tls: tls(given, environment)?,
        channel_binding: word(given, "channel_binding", CHANNEL_BINDINGS)?.unwrap_or(ChannelBinding::Prefer),
        application_name: given.get("application_name").or(given.get("fallback_application_name")).map(str::to_owned),
        options: given.get("options").map(str::to_owned),
        connect_timeout: connect_timeout(given)?,
        keepalive: keepalive(given)?,
        wanted: word(given, "target_session_attrs", WANTED)?.unwrap_or(Wanted::Any),
        shuffled: word(given, "load_balance_hosts", &[("disable", false), ("random", true)])?.unwrap_or(false),
        user,
        database,
    })
}

impl Settings {
    /// The password for one of the hosts, where it came from, and what there is to say about the password file.
    pub(crate) fn password_for(&self, host: &Host) -> (Option<Secret>, Origin, Option<String>) {
        if let Some(password) = &self.password {
            return (Some(password.clone()), self.origins.password.clone(), None);
        }
        let Some(path) = &self.password_file else { return (None, Origin::Default, None) };
        let names = host.password_names();
        let hosts: Vec<&str> = names.iter().map(String::as_str).collect();
        let login = Login { hosts: &hosts, port: host.port, database: &self.database, user: &self.user };
        let found = passfile::look_up(path, login);
        (found.password, Origin::PasswordFile(path.clone()), found.notice)
    }
}

fn bad(message: impl Into<String>) -> EngineError {
    EngineError::new(EngineErrorKind::Address, message)
}

const CHANNEL_BINDINGS: &[(&str, ChannelBinding)] =
    &[("disable", ChannelBinding::Disable), ("prefer", ChannelBinding::Prefer), ("require", ChannelBinding::Require)];

const WANTED: &[(&str, Wanted)] = &[
    ("any", Wanted::Any),
    ("read-write", Wanted::ReadWrite),
    ("read-only", Wanted::ReadOnly),
    ("primary", Wanted::Primary),
    ("standby", Wanted::Standby),
    ("prefer-standby", Wanted::PreferStandby),
];

const FLAGS: &[(&str, bool)] = &[("0", false), ("1", true)];

/// A parameter that takes one of a few words.
fn word<T: Copy>(given: &Gathered, name: &str, words: &[(&str, T)]) -> Result<Option<T>, EngineError> {
    let Some(value) = given.get(name) else { return Ok(None) };
    match words.iter().find(|(word, _)| *word == value) {
        Some((_, meaning)) => Ok(Some(*meaning)),
        None => {
            let choices: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Err(bad(format!("the connection parameter `{name}` (from {}) is none of its words", given.origin(name)))
                .with_help(format!("it is one of: {}", choices.join(", "))))
        }
    }
}

fn number<T: FromStr>(given: &Gathered, name: &str) -> Result<Option<T>, EngineError> {
    given
        .get(name)
        .map(|text| {
            text.trim().parse().map_err(|_| {
                bad(format!(
                    "the connection parameter `{name}` (from {}) is not a number that fits",
                    given.origin(name)
                ))
            })
        })
        .transpose()
}

fn seconds(given: &Gathered, name: &str) -> Result<Option<Duration>, EngineError> {
    let count: Option<i32> = number(given, name)?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).filter(|count| *count > 0).map(Duration::from_secs))
}

/// libpq waits for ever at 0 and for two seconds at 1; here 0 means the caller's limit, for nothing waits for ever.
fn connect_timeout(given: &Gathered) -> Result<Option<Duration>, EngineError> {
    Ok(seconds(given, "connect_timeout")?.map(|limit| limit.max(Duration::from_secs(2))))
}

fn keepalive(given: &Gathered) -> Result<Keepalive, EngineError> {
    let user_timeout: Option<u32> = number(given, "tcp_user_timeout")?;
    Ok(Keepalive {
        enabled: word(given, "keepalives", FLAGS)?.unwrap_or(true),
        idle: seconds(given, "keepalives_idle")?.unwrap_or(Duration::from_secs(60)),
        interval: seconds(given, "keepalives_interval")?.or(Some(Duration::from_secs(10))),
        count: number::<u32>(given, "keepalives_count")?.filter(|count| *count > 0).or(Some(3)),
        user_timeout: match user_timeout {
            Some(0) => None,
            Some(limit_ms) => Some(Duration::from_millis(limit_ms.into())),
            None => Some(Duration::from_secs(30)),
        },
    })
}

fn hosts(given: &Gathered) -> Result<Vec<Host>, EngineError> {
    let list = |name| given.get(name).map(|text| text.split(',').map(str::trim).collect::<Vec<_>>());
    let (names, addresses) = (list("host"), list("hostaddr"));
    if let (Some(names), Some(addresses)) = (&names, &addresses)
        && names.len() != addresses.len()
    {
        return Err(bad("`host` and `hostaddr` name different numbers of servers"));
    }
    let count = names.as_ref().or(addresses.as_ref()).map_or(1, Vec::len);
    let ports = list("port").unwrap_or_else(|| vec![""]);
    if ports.len() != 1 && ports.len() != count {
        return Err(bad("`host` and `port` name different numbers of servers"));
    }
    (0..count)
        .map(|index| {
            let of = |list: &Option<Vec<&str>>| list.as_ref().map_or(String::new(), |list| list[index].to_owned());
            let port = port(ports.get(index).unwrap_or(&ports[0]))?;
            Ok(Host { place: place(of(&names), &of(&addresses))?, port })
        })
        .collect()
}

fn port(text: &str) -> Result<u16, EngineError> {
    match text {
        "" => Ok(DEFAULT_PORT),
        text => {
            text.parse().ok().filter(|port| *port > 0).ok_or_else(|| bad("the port is not a number from 1 to 65535"))
        }
    }
}

fn place(name: String, address: &str) -> Result<Place, EngineError> {
    let address = match address {
        "" => None,
        text => Some(IpAddr::from_str(text).map_err(|_| bad("`hostaddr` is not an IP address"))?),
    };
    Ok(match (name.as_str(), address) {
        ("", None) => Place::Socket(None),
        ("", Some(address)) => Place::Network { name: address.to_string(), address: Some(address) },
        (folder, None) if Path::new(folder).is_absolute() => Place::Socket(Some(PathBuf::from(folder))),
        _ => Place::Network { name, address },
    })
}

const VERSIONS: &[(&str, u8)] = &[("TLSv1", 0), ("TLSv1.1", 1), ("TLSv1.2", 2), ("TLSv1.3", 3)];

fn tls(given: &Gathered, environment: &Environment) -> Result<TlsSettings, EngineError> {
    let mode = word(given, "sslmode", SslMode::WORDS)?;
    let roots = match given.get("sslrootcert") {
        Some("system") => Roots::System,
        Some(path) => Roots::File(PathBuf::from(path)),
        None => Roots::Unnamed { usual: environment.home_file(".postgresql/root.crt") },
    };
    let settings = TlsSettings {
        mode: mode.or((roots == Roots::System).then_some(SslMode::VerifyFull)),
        roots,
        certificate: given.get("sslcert").map(PathBuf::from),
        key: given.get("sslkey").map(PathBuf::from),
        usual_certificate: environment.home_file(".postgresql/postgresql.crt"),
        usual_key: environment.home_file(".postgresql/postgresql.key"),
        no_certificate: given.get("sslcertmode") == Some("disable"),
        names_server: word(given, "sslsni", FLAGS)?.unwrap_or(true),
        direct: word(given, "sslnegotiation", &[("postgres", false), ("direct", true)])?.unwrap_or(false),
        versions: Versions {
            lowest: word(given, "ssl_min_protocol_version", VERSIONS)?.unwrap_or(2),
            highest: word(given, "ssl_max_protocol_version", VERSIONS)?.unwrap_or(3),
        },
    };
    settings.check()?;
    Ok(settings)
}
