//! `drove.toml`: read with the place of every value, profiles laid over it, variables filled in, unknown keys refused.
//! What the settings mean to the rest of the program stands in `settings.rs`.

pub mod document;
pub mod environment;
pub mod interpolate;
pub mod reader;
pub mod schema;
pub mod settings;

pub use document::ConfigError;
pub use environment::Environment;
pub use settings::Settings;
