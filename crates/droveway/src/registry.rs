//! The registry: a query on another group's database that lists the targets of a group.

use std::collections::BTreeMap;

use droveway_core::{
    diagnostic::Diagnostic,
    engine::{EngineErrorKind, Rows},
};

use crate::{
    config::settings::RegistrySettings,
    problem::{Exit, Problem, Result},
    target::Target,
    workspace::Workspace,
};

/// One row of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryRow {
    pub name: String,
    pub database: String,
    /// The tree that the model follows, if the query has a column `tree`.
    pub tree: Option<String>,
}

/// What could be read of the registry.
#[derive(Debug, Clone)]
pub enum Registry {
    /// The group has none.
    None,
    /// Its database or table is not there yet; in words.
    NotYet(String),
    Rows(Vec<RegistryRow>),
}

impl Registry {
    pub fn rows(&self) -> &[RegistryRow] {
        match self {
            Registry::Rows(rows) => rows,
            _ => &[],
        }
    }
}

/// Reads the registry from the database that holds it.
pub async fn read(workspace: &Workspace, settings: &RegistrySettings, holder: &Target) -> Result<Registry> {
    let mut session = match holder.connect(workspace, true).await {
        Ok(session) => session,
        Err(problem) if problem.diagnostic.code() == "database-missing" => {
            return Ok(Registry::NotYet(problem.to_string()));
        }
        Err(problem) => return Err(problem),
    };
    let answer = session.query(&settings.query).await;
    let rows = match answer {
        Ok(rows) => rows,
        // The table is missing as long as the infrastructure has not been migrated.
        Err(error) if is_missing_table(&error) => {
            session.close().await;
            return Ok(Registry::NotYet(format!("{}: {}", holder.name, error.message)));
        }
        Err(error) => {
            session.close().await;
            let problem = RegistryProblem { holder: holder.name.clone(), place: settings.place.display(), error };
            return Err(Problem::new(Exit::Refused, problem));
        }
    };
    session.close().await;
    parse(rows, settings).map(Registry::Rows)
}

fn is_missing_table(error: &droveway_core::engine::EngineError) -> bool {
    matches!(error.kind, EngineErrorKind::Statement)
        && (error.code.as_deref() == Some("42P01") || error.message.contains("no such table"))
}

fn parse(rows: Rows, settings: &RegistrySettings) -> Result<Vec<RegistryRow>> {
    let column = |name: &str| rows.columns.iter().position(|column| column == name);
    let (Some(name), Some(database)) = (column("name"), column("database")) else {
        return Err(Problem::plain(
            Exit::Usage,
            "bad-registry",
            format!("the registry query gives the columns {}, not `name` and `database`", rows.columns.join(", ")),
            format!("mend the query at {}: SELECT …, database_name AS database FROM …", settings.place.display()),
        ));
    };
    let tree = column("tree");
    let text = |row: &Vec<Option<String>>, index: usize| row.get(index).cloned().flatten().unwrap_or_default();
    let parsed: Vec<RegistryRow> = rows
        .rows
        .iter()
        .map(|row| RegistryRow {
            name: text(row, name),
            database: text(row, database),
            tree: tree.map(|index| text(row, index)).filter(|tree| !tree.is_empty()),
        })
        .collect();
    match parsed.iter().find(|row| !is_plain_name(&row.name) || row.database.is_empty() || row.database.contains('\0'))
    {
        None => refuse_repeated_names(&parsed).map(|()| parsed),
        Some(bad) => Err(Problem::plain(
            Exit::Refused,
            "bad-registry",
            format!("the registry names a model {:?} with database {:?}", bad.name, bad.database),
            "a model's name has letters, digits, `_`, `-` and `.`; mend the row",
        )),
    }
}

fn refuse_repeated_names(rows: &[RegistryRow]) -> Result<()> {
    let mut databases: BTreeMap<&str, &str> = BTreeMap::new();
    for row in rows {
        if let Some(other) = databases.insert(&row.name, &row.database) {
            return Err(Problem::plain(
                Exit::Refused,
                "bad-registry",
                format!(
                    "the registry names the model {} twice: with database {other:?} and {:?}",
                    row.name, row.database
                ),
                "a model has one database: remove one of the rows, or rename its model",
            ));
        }
    }
    Ok(())
}

/// Whether a name can be a folder and part of a target's name.
pub fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.len() <= 63
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

#[derive(Debug, thiserror::Error)]
#[error("the registry in {holder} cannot be read: {error}")]
struct RegistryProblem {
    holder: String,
    place: String,
    error: droveway_core::engine::EngineError,
}

impl Diagnostic for RegistryProblem {
    fn code(&self) -> &'static str {
        "registry"
    }

    fn help(&self) -> Option<String> {
        Some(format!("the query stands at {}", self.place))
    }

    fn notes(&self) -> Vec<String> {
        self.error.notes()
    }
}
