//! The six values of sslmode and what each asks for.

use std::path::PathBuf;

use droveway_core::engine::{EngineError, EngineErrorKind};

use super::settings::Host;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SslMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl SslMode {
    pub(crate) const WORDS: &[(&str, SslMode)] = &[
        ("disable", SslMode::Disable),
        ("allow", SslMode::Allow),
        ("prefer", SslMode::Prefer),
        ("require", SslMode::Require),
        ("verify-ca", SslMode::VerifyCa),
        ("verify-full", SslMode::VerifyFull),
    ];

    pub(crate) fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, mode)| *mode == self).map_or("", |(word, _)| word)
    }

    /// The ways to connect, in the order to try them.
    pub(crate) fn attempts(self) -> &'static [Attempt] {
        match self {
            SslMode::Disable => &[Attempt::Plain],
            SslMode::Allow => &[Attempt::Plain, Attempt::Encrypted],
            SslMode::Prefer => &[Attempt::EncryptedIfOffered, Attempt::Plain],
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[Attempt::Encrypted],
        }
    }
}

/// One way to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    Plain,
    Encrypted,
    EncryptedIfOffered,
}

/// Which authorities may vouch for the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Roots {
    File(PathBuf),
    /// Those that the operating system trusts.
    System,
    /// None was named; libpq's usual file counts if it is there.
    Unnamed {
        usual: Option<PathBuf>,
    },
}

/// The minor numbers of TLS 1.x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Versions {
    pub lowest: u8,
    pub highest: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsSettings {
    /// `None`: nobody said, so it depends on the host.
    pub mode: Option<SslMode>,
    pub roots: Roots,
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
    pub usual_certificate: Option<PathBuf>,
    pub usual_key: Option<PathBuf>,
    pub no_certificate: bool,
    /// Whether the server is told by which name it is meant (SNI).
    pub names_server: bool,
    /// TLS from the first byte, without asking (PostgreSQL 17 and later).
    pub direct: bool,
    pub versions: Versions,
}

impl TlsSettings {
    /// The mode for a host: what was asked for, else verified for other machines and opportunistic for this one.
    ///
    /// This is stricter than libpq, whose default lets anybody on the way read along.
    pub(crate) fn mode_for(&self, host: &Host) -> SslMode {
        let default = match host.is_local() {
            true if self.direct => SslMode::Require,
            true => SslMode::Prefer,
            false => SslMode::VerifyFull,
        };
        self.mode.unwrap_or(default)
    }

    /// Refuses what libpq refuses: combinations that promise more than they hold.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        let bad = |message: &str| Err(EngineError::new(EngineErrorKind::Address, message));
        if self.roots == Roots::System && self.mode != Some(SslMode::VerifyFull) {
            return bad(
                "sslrootcert=system asks for sslmode=verify-full: with less, any public authority's customer passes",
            );
        }
        if self.direct && self.mode.is_some_and(|mode| mode < SslMode::Require) {
            return bad("sslnegotiation=direct asks for sslmode=require or stronger");
        }
        if self.versions.highest < 2 || self.versions.lowest > self.versions.highest {
            return bad("no version of TLS lies between ssl_min_protocol_version and ssl_max_protocol_version");
        }
        Ok(())
    }
}
