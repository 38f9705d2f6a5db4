//! The engines that this build knows. A new engine is one crate and one line here.

use droveway_core::{diagnostic::nearest, engine::Engine};

use crate::config::ConfigError;

/// An engine by the name that `drove.toml` and section markers use.
pub fn by_name(name: &str) -> Result<&'static dyn Engine, ConfigError> {
    all().into_iter().find(|engine| engine.dialect().name() == name).ok_or_else(|| {
        let names: Vec<&str> = all().iter().map(|engine| engine.dialect().name()).collect();
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("this build knows {}", names.join(" and ")),
        };
        ConfigError::new("unknown-engine", format!("there is no engine `{name}`")).help(help)
    })
}

/// The engine that a connection string is for, by its scheme; a string without one is libpq's `key=value` form.
pub fn by_url(url: &str) -> Result<&'static dyn Engine, ConfigError> {
    let scheme = url.split(':').next().unwrap_or_default();
    let family = scheme.split('+').next().unwrap_or_default();
    match family {
        "postgres" | "postgresql" => by_name("postgres"),
        "sqlite" | "sqlite3" => by_name("sqlite"),
        _ if url.contains('=') && !url.contains("://") => by_name("postgres"),
        _ => Err(ConfigError::new("bad-url", "the connection string begins with no scheme that is known")
            .help("write postgres://user@host/database or sqlite:///path/to/file")),
    }
}

fn all() -> Vec<&'static dyn Engine> {
    vec![
        #[cfg(feature = "postgres")]
        droveway_postgres::engine(),
        #[cfg(feature = "sqlite")]
        droveway_sqlite::engine(),
    ]
}
