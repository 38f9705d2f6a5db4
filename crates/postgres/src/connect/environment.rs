//! What surrounds the process: its variables and its user. A value, so that tests can bring their own.

use std::{collections::BTreeMap, path::PathBuf};

/// The environment that connection defaults come from.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    pub variables: BTreeMap<String, String>,
    /// The operating system's name for the user, PostgreSQL's default for the user to connect as.
    pub user: Option<String>,
}

impl Environment {
    /// The process's own. Variables that are not UTF-8 are left out.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Environment { variables, user: whoami::username().ok() }
    }

    /// A variable that is set to something.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A file in the user's home.
    pub(crate) fn home_file(&self, name: &str) -> Option<PathBuf> {
        self.get("HOME").map(|home| PathBuf::from(home).join(name))
    }
}
