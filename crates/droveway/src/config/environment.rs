//! The environment's variables as a value: the process's own over those of the workspace's `.env`.

use std::{collections::BTreeMap, path::Path};

use crate::config::ConfigError;

/// Variables, each with where it came from.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, (String, Origin)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Process,
    DotEnv,
}

impl Origin {
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Process => "the environment",
            Origin::DotEnv => ".env",
        }
    }
}

impl Environment {
    /// The variables of this process. One whose name or value is no UTF-8 is left out.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, (value.into_string().ok()?, Origin::Process))));
        Environment { variables: variables.collect() }
    }

    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let variables = pairs.into_iter().map(|(name, value)| (name.to_owned(), (value.to_owned(), Origin::Process)));
        Environment { variables: variables.collect() }
    }

    /// Adds the variables of a `.env` file, if there is one; what is set already stays.
    pub fn add_dotenv(&mut self, file: &Path) -> Result<(), ConfigError> {
        if !file.is_file() {
            return Ok(());
        }
        let refuse = |error: dotenvy::Error| {
            let what = match &error {
                // The line itself may hold a secret: only its place is told.
                dotenvy::Error::LineParse(_, at) => format!("a line is not `NAME=value` (at character {at} of it)"),
                other => other.to_string(),
            };
            ConfigError::new("bad-dotenv", format!("{} cannot be read: {what}", file.display()))
                .help("mend the file, or pass --no-dotenv to leave it out")
        };
        for pair in dotenvy::from_path_iter(file).map_err(refuse)? {
            let (name, value) = pair.map_err(refuse)?;
            self.variables.entry(name).or_insert((value, Origin::DotEnv));
        }
        Ok(())
    }

    /// The value of a variable; an empty one counts as not set, as with `${NAME:-default}` in a shell.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(|(value, _)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub fn origin(&self, name: &str) -> Option<Origin> {
        self.variables.get(name).map(|(_, origin)| *origin)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// All variables, for a child process or a driver that reads them by itself.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, (value, _))| (name.as_str(), value.as_str()))
    }
}
