//! What `drove.toml` and `tree.toml` say, typed.

use std::{collections::BTreeMap, time::Duration};

use droveway_core::{bookkeeping::Tables, diagnostic::nearest, secret::Secret};

use crate::config::{
    ConfigError, Environment,
    document::{Node, Place, Table},
    reader::{Effective, Reader, Text},
    schema::{SchemaSettings, read_schema},
};

/// The whole of `drove.toml` under one profile.
#[derive(Debug, Clone)]
pub struct Settings {
    pub name: String,
    pub profile: Option<String>,
    /// In the order in which they migrate.
    pub groups: Vec<GroupSettings>,
    pub run: RunSettings,
    /// The server on which scratch databases are made; `None`: the one that they are for.
    pub scratch: Option<Secret>,
    /// Every value that took effect, with where it came from.
    pub effective: Vec<Effective>,
}

/// Databases of one sort.
#[derive(Debug, Clone)]
pub struct GroupSettings {
    pub name: String,
    pub trees: Trees,
    /// The database's name: fixed for a group of one, `{name}` and the like for a group of many.
    pub database: String,
    pub connection: ConnectionSettings,
    pub tables: Tables,
    pub registry: Option<RegistrySettings>,
    pub variables: VariableNames,
    /// Where the wanted schema of its trees comes from.
    pub schema: SchemaSettings,
    pub place: Place,
}

/// Where a group's revision trees lie, as paths from the workspace's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trees {
    /// One tree for one database.
    One(String),
    /// A folder of trees, one for each model that has its own.
    Folder { folder: String, template: Option<String>, default_tree: Option<String> },
}

/// How a database is reached.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    pub engine: Option<Text>,
    pub url: Option<Secret>,
    pub parameters: BTreeMap<String, String>,
    pub password: Option<Secret>,
    /// Whether `up` and `model new` make a missing database.
    pub create: bool,
    /// Where the connection is described, for messages.
    pub place: Option<Place>,
}

/// A query on another group's database that lists this group's targets.
#[derive(Debug, Clone)]
pub struct RegistrySettings {
    /// The group whose database holds the list.
    pub group: String,
    /// Gives the columns `name` and `database`, and any others.
    pub query: String,
    /// The statement that `drove model new --register` runs: `{name}`, `{database}` and `{label}` stand for literals.
    pub register: Option<String>,
    pub place: Place,
}

/// The names of the variables that choose and check one target of a group.
#[derive(Debug, Clone, Default)]
pub struct VariableNames {
    pub name: Option<String>,
    pub database: Option<String>,
    pub url: Option<String>,
}

/// How runs behave.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// Targets of a group that run at once; `None`: by the machine's cores and the server's room.
    pub parallel: Option<usize>,
    pub connect_timeout: Duration,
    /// How long a statement waits for a lock before the whole transaction is tried again.
    pub lock_timeout: Option<Duration>,
    pub statement_timeout: Option<Duration>,
    /// How long in all a target waits for locks and for another runner.
    pub lock_budget: Duration,
}

const GROUP_KEYS: &str =
    "write `[group.NAME]` with `tree = \"folder\"` for one database, or `trees = \"folder\"` for a folder of trees";

impl Settings {
    /// Reads the root table of `drove.toml`, which has its profile laid over it already.
    pub fn read(root: &Table, profile: Option<&str>, environment: &Environment) -> Result<Self, ConfigError> {
        let reader = Reader::new(root, environment);
        let name = reader.text_or("name", "workspace")?;
        let run = match reader.table("run")? {
            Some(run) => read_run(&run)?,
            None => read_run(&reader.absent_table("run", &Table::default()))?,
        };
        let scratch = read_scratch(&reader)?;
        let tables = read_tables(&reader, Tables::default())?;
        let shared = root.get("connection").and_then(|entry| match &entry.node {
            Node::Table(table) => Some((table.clone(), entry.place.clone())),
            _ => None,
        });
        reader.table("connection")?;
        reader.table("profile")?;
        let groups = match reader.table("group")? {
            Some(groups) => read_groups(&groups, shared, &tables, environment)?,
            None => Vec::new(),
        };
        reader.finish()?;
        if groups.is_empty() {
            return Err(ConfigError::new("no-groups", "drove.toml names no group of databases").help(GROUP_KEYS));
        }
        Ok(Settings { name, profile: profile.map(str::to_owned), groups, run, scratch, effective: reader.effective() })
    }

    pub fn group(&self, name: &str) -> Option<&GroupSettings> {
        self.groups.iter().find(|group| group.name == name)
    }
}

/// Lays the named profile over the root table. The profiles themselves stay in the table, for `read` to accept.
pub fn apply_profile(root: &mut Table, profile: &str) -> Result<(), ConfigError> {
    let unknown = |known: &str| {
        ConfigError::new("unknown-profile", format!("there is no profile `{profile}`")).help(match known {
            "" => "drove.toml has no profiles; add `[profile.NAME]`".to_owned(),
            _ => format!("the profiles are {known}"),
        })
    };
    let Some(profiles) = root.get("profile") else { return Err(unknown("")) };
    let Node::Table(profiles) = &profiles.node else { return Err(unknown("")) };
    let known: Vec<&str> = profiles.keys().collect();
    let Some(chosen) = profiles.get(profile) else {
        let error = unknown(&known.join(", "));
        return Err(match nearest(profile, known) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        });
    };
    let Node::Table(chosen) = chosen.node.clone() else { return Err(unknown(&known.join(", "))) };
    root.overlay(chosen);
    Ok(())
}

fn read_run(run: &Reader) -> Result<RunSettings, ConfigError> {
    let settings = RunSettings {
        parallel: run.number("parallel")?,
        connect_timeout: run.duration_or("connect_timeout", "10s")?.unwrap_or(Duration::from_secs(10)),
        lock_timeout: run.duration_or("lock_timeout", "2s")?,
        statement_timeout: run.duration_or("statement_timeout", "0")?,
        lock_budget: run.duration_or("lock_budget", "10m")?.unwrap_or_default(),
    };
    run.finish()?;
    match settings.parallel {
        Some(0) => Err(run.wrong_value("parallel", "0", "at least 1")),
        _ => Ok(settings),
    }
}

fn read_scratch(reader: &Reader) -> Result<Option<Secret>, ConfigError> {
    let Some(scratch) = reader.table("scratch")? else { return Ok(None) };
    let url = scratch.url("url")?.map(|text| Secret::new(text.value));
    scratch.finish()?;
    Ok(url)
}

fn read_tables(reader: &Reader, above: Tables) -> Result<Tables, ConfigError> {
    let Some(tables) = reader.table("tables")? else { return Ok(above) };
    let read = Tables {
        schema: tables.text("schema")?.map(|text| text.value).or(above.schema),
        version: tables.text_or("version", &above.version)?,
        journal: tables.text_or("journal", &above.journal)?,
    };
    tables.finish()?;
    Ok(read)
}

fn read_groups(
    groups: &Reader,
    shared: Option<(Table, Place)>,
    tables: &Tables,
    environment: &Environment,
) -> Result<Vec<GroupSettings>, ConfigError> {
    let read = |name: &str| {
        let group = groups.table(name)?.ok_or_else(|| ConfigError::new("bad-value", "the group is gone"))?;
        let place = groups.place(name).cloned().unwrap_or_default();
        read_group(name, &group, &place, shared.as_ref(), tables, environment)
    };
    let read: Vec<_> = groups.keys().map(read).collect::<Result<_, _>>()?;
    for group in &read {
        check_registry(group, &read)?;
    }
    Ok(read)
}

fn check_registry(group: &GroupSettings, groups: &[GroupSettings]) -> Result<(), ConfigError> {
    let Some(registry) = &group.registry else { return Ok(()) };
    let before: Vec<&str> =
        groups.iter().map(|group| group.name.as_str()).take_while(|name| *name != group.name).collect();
    if before.contains(&registry.group.as_str()) {
        return Ok(());
    }
    let what = format!(
        "the registry of group `{}` is in group `{}`, which does not stand before it",
        group.name, registry.group
    );
    Err(ConfigError::new("bad-value", what)
        .at(&registry.place)
        .help(format!("groups migrate in their order in the file; before this one are: {}", before.join(", "))))
}

fn read_group(
    name: &str,
    group: &Reader,
    place: &Place,
    shared: Option<&(Table, Place)>,
    tables: &Tables,
    environment: &Environment,
) -> Result<GroupSettings, ConfigError> {
    let trees = read_trees(name, group, place);
    let default_database = if matches!(trees, Ok(Trees::One(_))) { name } else { "{name}" };
    let settings = GroupSettings {
        name: name.to_owned(),
        database: group.text_or("database", default_database)?,
        connection: read_group_connection(group, shared, environment)?,
        tables: read_tables(group, tables.clone())?,
        registry: read_registry(group)?,
        variables: read_variables(group)?,
        schema: read_schema(group)?,
        // A misspelt key is the cause of a missing one, so it is told first.
        trees: group.finish().and(trees)?,
        place: place.clone(),
    };
    Ok(settings)
}

fn read_trees(name: &str, group: &Reader, place: &Place) -> Result<Trees, ConfigError> {
    let (tree, trees) = (group.text("tree")?, group.text("trees")?);
    let template = group.text("template")?.map(|text| text.value);
    let default_tree = group.text("default_tree")?.map(|text| text.value);
    match (tree, trees) {
        (Some(tree), None) if template.is_none() && default_tree.is_none() => Ok(Trees::One(tree.value)),
        (None, Some(folder)) => Ok(Trees::Folder { folder: folder.value, template, default_tree }),
        (Some(_), Some(both)) => {
            Err(ConfigError::new("bad-value", format!("group `{name}` has both `tree` and `trees`"))
                .at(&both.place)
                .help(GROUP_KEYS))
        }
        (Some(tree), None) => Err(ConfigError::new(
            "bad-value",
            format!("group `{name}` has one tree, so `template` and `default_tree` mean nothing"),
        )
        .at(&tree.place)
        .help("write `trees = \"folder\"` if the group has several")),
        (None, None) => {
            Err(ConfigError::new("bad-value", format!("group `{name}` does not say where its revisions lie"))
                .at(place)
                .help(GROUP_KEYS))
        }
    }
}

fn read_group_connection(
    group: &Reader,
    shared: Option<&(Table, Place)>,
    environment: &Environment,
) -> Result<ConnectionSettings, ConfigError> {
    // A group's connection lies over the workspace's, as a profile lies over the file.
    let own = group.own_table("connection")?;
    let mut root = Table::default();
    let mut place = None;
    for (table, at) in shared.cloned().into_iter().chain(own) {
        root.overlay(Table(vec![(
            "connection".to_owned(),
            crate::config::document::Entry { node: Node::Table(table), place: at.clone() },
        )]));
        place = Some(at);
    }
    let outer = Reader::within(&root, environment, group);
    match outer.table("connection")? {
        Some(connection) => read_connection(&connection, place),
        None => Ok(ConnectionSettings {
            engine: None,
            url: None,
            parameters: BTreeMap::new(),
            password: None,
            create: true,
            place: None,
        }),
    }
}

fn read_connection(connection: &Reader, place: Option<Place>) -> Result<ConnectionSettings, ConfigError> {
    Ok(ConnectionSettings {
        engine: connection.text("engine")?,
        url: connection.url("url")?.map(|text| Secret::new(text.value)),
        password: connection.secret("password")?.map(|text| Secret::new(text.value)),
        create: connection.truth_or("create", true)?,
        parameters: connection.others()?.into_iter().map(|(key, text)| (key, text.value)).collect(),
        place,
    })
}

fn read_registry(group: &Reader) -> Result<Option<RegistrySettings>, ConfigError> {
    let place = group.place("registry").cloned().unwrap_or_default();
    let Some(registry) = group.table("registry")? else { return Ok(None) };
    let required = |key: &str| {
        registry.text(key)?.map(|text| text.value).ok_or_else(|| missing_key(&registry.full_key(key), key).at(&place))
    };
    let (of_group, query) = (required("group"), required("query"));
    let register = registry.text("register")?.map(|text| text.value);
    registry.finish()?;
    Ok(Some(RegistrySettings { group: of_group?, query: query?, register, place: place.clone() }))
}

fn missing_key(full_key: &str, key: &str) -> ConfigError {
    ConfigError::new("bad-value", format!("`{full_key}` is missing")).help(format!("add `{key} = \"…\"`"))
}

fn read_variables(group: &Reader) -> Result<VariableNames, ConfigError> {
    let Some(variables) = group.table("variables")? else { return Ok(VariableNames::default()) };
    let name = |key: &str| Ok::<_, ConfigError>(variables.text(key)?.map(|text| text.value));
    let names = VariableNames { name: name("name")?, database: name("database")?, url: name("url")? };
    variables.finish()?;
    Ok(names)
}

/// What `tree.toml` says of one tree.
#[derive(Debug, Clone)]
pub struct TreeSettings {
    /// Folders of revision files, from the tree's own folder.
    pub versions: Vec<String>,
    /// What a new revision file looks like, from the tree's own folder.
    pub revision_template: String,
    /// `{revision}`, `{slug}`, `{year}`, `{month}`, `{day}`, `{hour}`, `{minute}`, `{second}`.
    pub file_name: String,
    /// Where its wanted schema comes from, and what of it takes part: over what its group says.
    pub schema: SchemaSettings,
    /// The template that the tree was made from, and the checksums of its files at that time.
    pub made_from: Option<MadeFrom>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeFrom {
    pub template: String,
    /// File, from the tree's folder, and its SHA-256.
    pub files: BTreeMap<String, String>,
}

impl TreeSettings {
    /// Reads `tree.toml`; an absent file counts as an empty one.
    pub fn read(root: &Table, environment: &Environment) -> Result<Self, ConfigError> {
        let reader = Reader::new(root, environment);
        let versions: Option<Vec<String>> =
            reader.list("versions")?.map(|list| list.into_iter().map(|text| text.value).collect());
        if versions.as_ref().is_some_and(Vec::is_empty) {
            let error =
                ConfigError::new("bad-value", "`versions` names no folder").help("write `versions = [\"versions\"]`");
            return Err(reader.place("versions").map_or(error.clone(), |place| error.at(place)));
        }
        let settings = TreeSettings {
            versions: versions.unwrap_or_else(|| vec!["versions".to_owned()]),
            revision_template: reader.text_or("revision_template", "revision.sql.j2")?,
            file_name: reader.text_or("file_name", "{revision}_{slug}.sql")?,
            schema: read_schema(&reader)?,
            made_from: read_made_from(&reader)?,
        };
        reader.finish()?;
        if settings.file_name.contains(['/', '\\']) {
            let wanted = "the name of a file in a version folder, without `/`";
            return Err(reader.wrong_value("file_name", &settings.file_name, wanted));
        }
        Ok(settings)
    }
}

fn read_made_from(reader: &Reader) -> Result<Option<MadeFrom>, ConfigError> {
    let Some(made_from) = reader.table("made_from")? else { return Ok(None) };
    let template = made_from.text_or("template", "template")?;
    let files = match made_from.table("files")? {
        Some(files) => files.others()?.into_iter().map(|(name, text)| (name, text.value)).collect(),
        None => BTreeMap::new(),
    };
    made_from.finish()?;
    Ok(Some(MadeFrom { template, files }))
}
