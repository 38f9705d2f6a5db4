//! A value that must never be seen: it has no `Display`, its `Debug` is redacted, and only `expose` shows it.

use secrecy::{ExposeSecret, SecretString};

/// A password or a connection string that may hold one.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Secret(SecretString::from(text.into()))
    }

    /// The value itself: for the driver that needs it, never for a message.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
