//! A new model in one command: its tree from the template, its database, its row in the registry; or nothing at all.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use droveway_core::{engine::EngineError, event::Reporter, sql::quote};

use crate::{
    author, chance,
    config::settings::{GroupSettings, RegistrySettings, Trees},
    fleet::executor::{Context, Done, Goal, RunOptions, migrate},
    problem::{Exit, Problem, Result},
    registry::{Registry, RegistryRow, is_plain_name},
    target::{Target, TargetSpec},
    template,
    tree::{Tree, TreePlace},
    workspace::Workspace,
};

/// What a user asks of a new model.
#[derive(Debug, Clone)]
pub struct NewModel {
    pub name: String,
    pub database: Option<String>,
    pub label: Option<String>,
    pub register: bool,
    pub group: Option<String>,
}

/// What was made.
pub struct Made {
    pub directory: PathBuf,
    pub target: Target,
    pub done: Done,
    pub registered: bool,
}

/// What a run of the library's own needs of its caller.
#[derive(Clone)]
pub struct Caller {
    pub reporter: Arc<dyn Reporter>,
    pub who: String,
    pub interrupted: Arc<AtomicBool>,
}

impl Caller {
    /// A context for a run with the given goal.
    pub fn context<'a>(&self, workspace: &'a Workspace, goal: Goal, create: bool) -> Context<'a> {
        Context {
            workspace,
            reporter: self.reporter.clone(),
            options: RunOptions { goal, create, parallel: None, in_doubt: None },
            who: self.who.clone(),
            interrupted: self.interrupted.clone(),
        }
    }
}

/// Makes a model. Whatever fails on the way, what was made before it is taken back.
pub async fn create(workspace: &Workspace, request: &NewModel, caller: &Caller) -> Result<Made> {
    let group = template::group_with_template(workspace, request.group.as_deref())?;
    let source = template::template_of(workspace, group)?;
    check_name(group, &request.name)?;
    request.label.iter().try_for_each(|label| author::check_label(label))?;
    let found = workspace.group_targets(group).await?;
    let registry = registry_of(group, &found.registry, request)?;
    let database = database(group, &found.registry, request)?;
    let Trees::Folder { folder, .. } = &group.trees else { return Err(not_many(group)) };
    let directory = workspace.root.join(folder).join(&request.name);
    let target = target(workspace, group, &directory, request, database, registry.is_some())?;
    let existed = match target.connect(workspace, true).await {
        Ok(session) => {
            session.close().await;
            true
        }
        Err(problem) if problem.diagnostic.code() == "database-missing" => false,
        Err(problem) => return Err(problem),
    };
    template::copy(workspace, &source, &directory, request.label.as_deref())?;
    match build(workspace, request, caller, &target, &source, registry).await {
        Ok(done) => Ok(Made { directory, target, done, registered: registry.is_some() }),
        Err(problem) => {
            let _ = std::fs::remove_dir_all(&directory);
            if !existed {
                let _ = target.engine.drop_database(&target.address).await;
            }
            Err(problem.note(match existed {
                false => "nothing is left of the new model: its tree and its database were taken back",
                true => "the new tree was taken back; the database was there before and stays",
            }))
        }
    }
}

async fn build(
    workspace: &Workspace,
    request: &NewModel,
    caller: &Caller,
    target: &Target,
    source: &TreePlace,
    registry: Option<&RegistrySettings>,
) -> Result<Done> {
    let tree = load_copy(workspace, &target.tree, source)?;
    let context = caller.context(workspace, Goal::Upgrade("heads".to_owned()), true);
    let done = migrate(&context, target, &tree).await?;
    if let Some(registry) = registry {
        register(workspace, registry, request, &target.location.database).await?;
    }
    Ok(done)
}

fn check_name(group: &GroupSettings, name: &str) -> Result<()> {
    let refuse = |what: String, help: &str| Err(Problem::plain(Exit::Usage, "bad-name", what, help));
    let Trees::Folder { template, default_tree, .. } = &group.trees else { return Ok(()) };
    let template = template.as_deref().and_then(|template| template.rsplit('/').next());
    match name {
        _ if template == Some(name) => refuse(format!("{name} is the name of the template"), "choose another name"),
        _ if default_tree.as_deref() == Some(name) => refuse(
            format!("{name} is the name of the tree that models without one of their own share"),
            "choose another name",
        ),
        _ if is_plain_name(name) => Ok(()),
        _ => refuse(
            format!("{name:?} cannot be the name of a model"),
            "a name has letters, digits, `_`, `-` and `.`, begins with no `.`, and has at most 63 characters",
        ),
    }
}

fn registry_of<'a>(
    group: &'a GroupSettings,
    registry: &Registry,
    request: &NewModel,
) -> Result<Option<&'a RegistrySettings>> {
    if !request.register {
        return Ok(None);
    }
    let refuse = |what: String, help: &str| Problem::plain(Exit::Refused, "no-registry", what, help);
    let Some(settings) = &group.registry else {
        return Err(refuse(
            format!("group `{}` has no registry", group.name),
            "leave --register out, or set `[group.….registry]`",
        ));
    };
    match (registry, &settings.register) {
        (Registry::NotYet(why), _) => {
            Err(refuse(format!("the registry is not there yet ({why})"), "make it first: `drove up`"))
        }
        (_, None) => Err(refuse(
            "the registry does not say how a model is entered".to_owned(),
            "set `register = \"INSERT INTO … VALUES ({name}, {database})\"` beside its query",
        )),
        (Registry::Rows(rows), _) if rows.iter().any(|row| row.name == request.name) => {
            Err(refuse(format!("{} is in the registry already", request.name), "leave --register out"))
        }
        _ => Ok(Some(settings)),
    }
}

/// The name of the new database: what the registry says, or what the user says, never two different ones.
fn database(group: &GroupSettings, registry: &Registry, request: &NewModel) -> Result<String> {
    let by_pattern = group.database.replace("{name}", &request.name);
    let row = registry.rows().iter().find(|row| row.name == request.name);
    let mismatch = |row: &RegistryRow, database: &str| {
        Problem::plain(
            Exit::Refused,
            "model-mismatch",
            format!(
                "--database is `{database}`, but the registry says that {} has database `{}`",
                row.name, row.database
            ),
            "leave --database out, or change the registry",
        )
    };
    let database = match (row, &request.database) {
        (Some(row), Some(database)) if row.database != *database => return Err(mismatch(row, database)),
        (Some(row), _) => row.database.clone(),
        (None, Some(database)) => database.clone(),
        (None, None) => by_pattern,
    };
    match registry.rows().iter().find(|row| row.database == database && row.name != request.name) {
        None => Ok(database),
        Some(other) => Err(Problem::plain(
            Exit::Refused,
            "one-database-twice",
            format!("the registry says that the database `{database}` is {}'s", other.name),
            "choose another with --database",
        )),
    }
}

fn not_many(group: &GroupSettings) -> Problem {
    Problem::plain(Exit::Usage, "no-template", format!("group `{}` has one tree alone", group.name), "")
}

fn target(
    workspace: &Workspace,
    group: &GroupSettings,
    directory: &Path,
    request: &NewModel,
    database: String,
    registered: bool,
) -> Result<Target> {
    let name = format!("{}/{}", group.name, request.name);
    let tree = TreePlace {
        name: name.clone(),
        group: group.name.clone(),
        directory: directory.to_owned(),
        is_template: false,
    };
    Target::new(
        workspace,
        group,
        TargetSpec { name, short_name: request.name.clone(), tree, database, registered, url: None },
    )
}

async fn register(
    workspace: &Workspace,
    registry: &RegistrySettings,
    request: &NewModel,
    database: &str,
) -> Result<()> {
    let Some(statement) = &registry.register else { return Ok(()) };
    let label = request.label.as_deref().unwrap_or(&request.name);
    let sql = statement
        .replace("{name}", &quote::literal(&request.name))
        .replace("{database}", &quote::literal(database))
        .replace("{label}", &quote::literal(label));
    let holder = workspace.registry_holder(&registry.group)?;
    let mut session = holder.connect(workspace, false).await?;
    let answer = session.execute(&sql).await;
    session.close().await;
    answer.map(|_| ()).map_err(|error: EngineError| {
        Problem::plain(
            Exit::Refused,
            "registry",
            format!("the model cannot be entered into the registry: {error}"),
            format!("mend the statement at {}, then run again", registry.place.display()),
        )
    })
}

/// What a trial of the template showed.
pub struct Verified {
    pub location: String,
    pub up: usize,
    pub down: usize,
    /// Whether anything was left after the way down.
    pub leftovers: bool,
}

/// Takes a throw-away tree, made from the template, up, down and up again on a throw-away database.
pub async fn verify_template(workspace: &Workspace, group: &GroupSettings, caller: &Caller) -> Result<Verified> {
    let source = template::template_of(workspace, group)?;
    let folder = source.directory.parent().unwrap_or(&workspace.root).to_owned();
    let name = format!("drove_scratch_{}", &chance::token()[..12]);
    let directory = folder.join(format!(".{name}"));
    let scratch = tempfile::tempdir().map_err(|error| {
        Problem::plain(Exit::Refused, "file", error.to_string(), "make room in the folder for temporary files")
    })?;
    template::copy(workspace, &source, &directory, None)?;
    let cleared = Removed(directory.clone());
    let tree_name = source.name.clone();
    let place = TreePlace { name: tree_name.clone(), group: group.name.clone(), directory, is_template: false };
    let is_sqlite = group.connection.engine.as_ref().is_some_and(|engine| engine.value == "sqlite");
    let url = is_sqlite.then(|| {
        droveway_core::secret::Secret::new(format!("sqlite:///{}", scratch.path().join("scratch.sqlite").display()))
    });
    let spec =
        TargetSpec { name: tree_name, short_name: name.clone(), tree: place, database: name, registered: true, url };
    let target = Target::new(workspace, group, spec)?;
    let result = match load_copy(workspace, &target.tree, &source) {
        Ok(tree) => up_down_up(workspace, &target, &tree, caller).await,
        Err(problem) => Err(problem),
    };
    let _ = target.engine.drop_database(&target.address).await;
    drop(cleared);
    result
}

/// Removes a folder when it goes out of scope, also when something between has failed.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn up_down_up(workspace: &Workspace, target: &Target, tree: &Tree, caller: &Caller) -> Result<Verified> {
    let run = async |goal| migrate(&caller.context(workspace, goal, true), target, tree).await;
    let up = run(Goal::Upgrade("heads".into())).await?;
    let down = match up.steps {
        0 => 0,
        _ => run(Goal::Downgrade("base".into())).await?.steps,
    };
    let leftovers = leftovers(workspace, target).await?;
    if !leftovers {
        run(Goal::Upgrade("heads".into())).await?;
    }
    Ok(Verified { location: target.location.display.clone(), up: up.steps, down, leftovers })
}

/// Whether anything but the bookkeeping tables is there. The version table, empty now, goes: only where there is none
/// does the probe look for other tables.
async fn leftovers(workspace: &Workspace, target: &Target) -> Result<bool> {
    let mut session = target.connect(workspace, false).await?;
    let probe = match session.execute(&format!("DROP TABLE {}", target.tables.version_name())).await {
        Ok(_) => session.probe(&target.tables).await,
        Err(error) => Err(error),
    };
    session.close().await;
    Ok(probe.map_err(|error| Problem::new(Exit::SomeFailed, error))?.holds_tables)
}

/// A tree that was just copied from the template, of which errors name the template's own files: the copy goes when
/// something is wrong with it.
fn load_copy(workspace: &Workspace, place: &TreePlace, source: &TreePlace) -> Result<Tree> {
    let shown = |path: &Path| match path.strip_prefix(&place.directory) {
        Ok(inside) => workspace.shown(&source.directory.join(inside)),
        Err(_) => workspace.shown(path),
    };
    Tree::load(place, &workspace.environment, &shown)
}
