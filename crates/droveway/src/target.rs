//! A target: one database and the tree that it follows, with all that is needed to open it.

use droveway_core::{
    bookkeeping::Tables,
    diagnostic::nearest,
    engine::{Address, ConnectOptions, Engine, Location, Session},
    secret::Secret,
};

use crate::{
    config::{
        ConfigError,
        settings::{GroupSettings, Trees},
    },
    engines,
    problem::{Exit, Problem, Result},
    tree::TreePlace,
    workspace::Workspace,
};

#[derive(Clone)]
pub struct Target {
    /// `infra`, `model/blub_test`.
    pub name: String,
    pub group: String,
    pub tree: TreePlace,
    pub engine: &'static dyn Engine,
    pub address: Address,
    pub location: Location,
    pub tables: Tables,
    /// Whether a missing database may be made.
    pub create: bool,
    /// False for a model that has a folder but no row in the registry.
    pub registered: bool,
}

/// What a target is made of, before its address is worked out.
#[derive(Debug, Clone)]
pub struct TargetSpec {
    pub name: String,
    /// The last part of the name: what `{name}` stands for.
    pub short_name: String,
    pub tree: TreePlace,
    pub database: String,
    pub registered: bool,
    /// A connection string that wins over the settings.
    pub url: Option<Secret>,
}

impl Target {
    pub fn new(workspace: &Workspace, group: &GroupSettings, spec: TargetSpec) -> Result<Self> {
        let connection = &group.connection;
        let fill = |text: &str| text.replace("{database}", &spec.database).replace("{name}", &spec.short_name);
        let url = spec.url.clone().map_or_else(
            || connection.url.as_ref().map(|url| (Secret::new(fill(url.expose())), true)),
            |url| Some((url, false)),
        );
        let engine = match (&url, &connection.engine) {
            (Some((url, _)), _) => engines::by_url(url.expose())?,
            (None, Some(engine)) => engines::by_name(&engine.value).map_err(|error| error.at(&engine.place))?,
            (None, None) => return Err(no_connection(group).into()),
        };
        if engine.dialect().name() == "sqlite" {
            check_file_name(&spec)?;
        }
        let mut parameters = connection.parameters.clone();
        for value in parameters.values_mut() {
            *value = fill(value);
        }
        if let (Some(path), None) = (parameters.get_mut("path"), &url) {
            *path = workspace.root.join(&*path).display().to_string();
        }
        let address = match url {
            // A URL of the user's own says it all; one from the settings names at least the server.
            Some((url, of_group)) => Address {
                database: (of_group && !says_database(group, url.expose())).then(|| spec.database.clone()),
                url: Some(url),
                parameters: if of_group {
                    parameters_beside_url(group, engine, parameters)
                } else {
                    Default::default()
                },
                password: if of_group { connection.password.clone() } else { None },
            },
            None => Address {
                url: None,
                parameters,
                password: connection.password.clone(),
                database: Some(spec.database.clone()),
            },
        };
        let location = engine.locate(&address)?;
        Ok(Target {
            name: spec.name,
            group: group.name.clone(),
            tree: spec.tree,
            engine,
            address,
            location,
            tables: group.tables.clone(),
            create: connection.create,
            registered: spec.registered,
        })
    }

    /// Opens one connection.
    pub async fn connect(&self, workspace: &Workspace, read_only: bool) -> Result<Box<dyn Session>> {
        let options = ConnectOptions {
            application_name: format!("drove/{}", self.name),
            connect_timeout: workspace.settings.run.connect_timeout,
            read_only,
        };
        self.engine.connect(&self.address, &options).await.map_err(|error| {
            Problem::new(Exit::SomeFailed, ConnectProblem { location: self.location.display.clone(), error })
        })
    }
}

/// A database's name becomes part of a path, so that one from a registry must not lead out of its folder.
fn check_file_name(spec: &TargetSpec) -> Result<()> {
    let database = spec.database.as_str();
    let leads_elsewhere = database.is_empty() || database.contains(['/', '\\']) || database.contains(char::is_control);
    match leads_elsewhere && spec.url.is_none() {
        false => Ok(()),
        true => Err(Problem::plain(
            Exit::Refused,
            "bad-name",
            format!("{database:?}, the database of {}, cannot be the name of a file", spec.name),
            "nothing was changed: give it a name without `/`",
        )),
    }
}

/// Whether a group's URL itself says which database is meant: for a group of many it names the server alone, unless it
/// has a place for the name.
fn says_database(group: &GroupSettings, url: &str) -> bool {
    let written = group.connection.url.as_ref().map_or("", |url| url.expose());
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let has_database = url.contains("dbname=") || !path.split('?').next().unwrap_or_default().is_empty();
    written.contains("{database}")
        || written.contains("{name}")
        || (matches!(group.trees, Trees::One(_)) && has_database)
}

/// Parameters stand beside a URL only if they are its engine's; a file's path is in the URL itself.
fn parameters_beside_url(
    group: &GroupSettings,
    engine: &dyn Engine,
    mut parameters: std::collections::BTreeMap<String, String>,
) -> std::collections::BTreeMap<String, String> {
    let same = group.connection.engine.as_ref().is_some_and(|name| name.value == engine.dialect().name());
    parameters.retain(|key, _| same && key != "path");
    parameters
}

fn no_connection(group: &GroupSettings) -> ConfigError {
    // Every key of a connection may be its engine's, so a misspelt `engine` shows only here.
    let near = |key: &&String| matches!(nearest(key, ["engine", "url"]), Some("engine" | "url"));
    if let Some(key) = group.connection.parameters.keys().find(near) {
        let meant = nearest(key, ["engine", "url"]).unwrap_or("engine");
        let error = ConfigError::new("unknown-key", format!("`{key}` is not a setting of a connection"));
        let place = group.connection.place.as_ref().unwrap_or(&group.place);
        return error.at(&place.of_key_below(key)).help(format!("did you mean `{meant}`?"));
    }
    ConfigError::new("no-connection", format!("group `{}` does not say how its database is reached", group.name))
        .at(&group.place)
        .help("add `[connection]` with `engine = \"sqlite\"` and `path`, or `engine = \"postgres\"` and `host`")
}

/// A database that could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("{}", said(.location, .error))]
pub struct ConnectProblem {
    pub location: String,
    pub error: droveway_core::engine::EngineError,
}

/// The driver's words, after the place unless they name it themselves.
fn said(location: &str, error: &droveway_core::engine::EngineError) -> String {
    match error.message.contains(location) {
        true => error.to_string(),
        false => format!("cannot open {location}: {error}"),
    }
}

impl droveway_core::diagnostic::Diagnostic for ConnectProblem {
    fn code(&self) -> &'static str {
        self.error.code()
    }

    fn help(&self) -> Option<String> {
        use droveway_core::engine::EngineErrorKind as Kind;
        self.error.help.clone().or_else(|| {
            Some(match self.error.kind {
                Kind::Unreachable => {
                    "check that the server runs, and host and port (`drove config show` says where they come from)"
                        .into()
                }
                Kind::Authentication => {
                    "check user and password (`drove config show` says where they come from)".into()
                }
                Kind::DatabaseMissing => {
                    "`drove up` makes missing databases; upgrade, stamp and ensure-version do it with --create".into()
                }
                Kind::TooManyConnections => "lower `[run] parallel`, or wait until the server has room".into(),
                _ => return None,
            })
        })
    }

    fn notes(&self) -> Vec<String> {
        self.error.notes()
    }
}
