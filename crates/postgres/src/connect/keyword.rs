//! libpq's connection keywords: their names, their environment variables, and what we make of each.

use droveway_core::{
    diagnostic::nearest,
    engine::{EngineError, EngineErrorKind},
};

/// How far a keyword is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Support {
    Used,
    /// Accepted and without effect here, where libpq's effect could not make the connection less safe.
    Ignored,
    /// Asks for something that is not to be had here, and that must not be left out silently.
    Refused,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyword {
    pub name: &'static str,
    /// The environment variable that gives it.
    pub variable: Option<&'static str>,
    pub support: Support,
    pub secret: bool,
}

const fn used(name: &'static str, variable: &'static str) -> Keyword {
    Keyword { name, variable: Some(variable), support: Support::Used, secret: false }
}

const fn unnamed(name: &'static str) -> Keyword {
    Keyword { name, variable: None, support: Support::Used, secret: false }
}

const fn ignored(name: &'static str, variable: Option<&'static str>) -> Keyword {
    Keyword { name, variable, support: Support::Ignored, secret: false }
}

const fn refused(name: &'static str, variable: Option<&'static str>) -> Keyword {
    Keyword { name, variable, support: Support::Refused, secret: false }
}

const fn secret(keyword: Keyword) -> Keyword {
    Keyword { secret: true, ..keyword }
}

pub(crate) const KEYWORDS: &[Keyword] = &[
    used("service", "PGSERVICE"),
    unnamed("servicefile"),
    used("user", "PGUSER"),
    secret(used("password", "PGPASSWORD")),
    used("passfile", "PGPASSFILE"),
    used("dbname", "PGDATABASE"),
    used("host", "PGHOST"),
    used("hostaddr", "PGHOSTADDR"),
    used("port", "PGPORT"),
    used("channel_binding", "PGCHANNELBINDING"),
    used("connect_timeout", "PGCONNECT_TIMEOUT"),
    used("options", "PGOPTIONS"),
    used("application_name", "PGAPPNAME"),
    unnamed("fallback_application_name"),
    unnamed("keepalives"),
    unnamed("keepalives_idle"),
    unnamed("keepalives_interval"),
    unnamed("keepalives_count"),
    unnamed("tcp_user_timeout"),
    used("sslmode", "PGSSLMODE"),
    used("sslnegotiation", "PGSSLNEGOTIATION"),
    used("sslcert", "PGSSLCERT"),
    used("sslkey", "PGSSLKEY"),
    used("sslcertmode", "PGSSLCERTMODE"),
    used("sslrootcert", "PGSSLROOTCERT"),
    used("sslsni", "PGSSLSNI"),
    used("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    used("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    used("target_session_attrs", "PGTARGETSESSIONATTRS"),
    used("load_balance_hosts", "PGLOADBALANCEHOSTS"),
    used("gssencmode", "PGGSSENCMODE"),
    ignored("client_encoding", Some("PGCLIENTENCODING")),
    ignored("sslcompression", Some("PGSSLCOMPRESSION")),
    ignored("krbsrvname", Some("PGKRBSRVNAME")),
    ignored("gsslib", Some("PGGSSLIB")),
    ignored("gssdelegation", Some("PGGSSDELEGATION")),
    ignored("min_protocol_version", Some("PGMINPROTOCOLVERSION")),
    ignored("max_protocol_version", Some("PGMAXPROTOCOLVERSION")),
    secret(refused("sslpassword", None)),
    refused("sslcrl", Some("PGSSLCRL")),
    refused("sslcrldir", Some("PGSSLCRLDIR")),
    refused("sslkeylogfile", None),
    refused("requirepeer", Some("PGREQUIREPEER")),
    refused("require_auth", Some("PGREQUIREAUTH")),
    refused("replication", None),
    secret(refused("scram_client_key", None)),
    secret(refused("scram_server_key", None)),
    refused("oauth_issuer", None),
    refused("oauth_client_id", None),
    secret(refused("oauth_client_secret", None)),
    refused("oauth_scope", None),
];

/// The keyword of that name, or an error that names the nearest.
pub(crate) fn find(name: &str) -> Result<&'static Keyword, EngineError> {
    KEYWORDS.iter().find(|keyword| keyword.name == name).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> EngineError {
    let error = EngineError::new(EngineErrorKind::Address, format!("unknown connection parameter {}", shown(name)));
    match name {
        "database" | "db" => error.with_help("the database is called `dbname`"),
        "username" => error.with_help("the user is called `user`"),
        "pass" | "passwd" => error.with_help("the password is called `password`"),
        _ => match nearest(name, KEYWORDS.iter().map(|keyword| keyword.name)) {
            Some(near) => error.with_help(format!("did you mean `{near}`?")),
            None => error.with_help("the parameters are libpq's: host, port, user, dbname, sslmode, …"),
        },
    }
}

/// A name as it may stand in a message: what is no name at all may be a piece of a password.
fn shown(name: &str) -> String {
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if plain && name.len() <= 40 { format!("`{name}`") } else { "with a name that is not a word".to_owned() }
}
