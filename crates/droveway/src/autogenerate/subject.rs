//! A tree with all that is needed to compare it with the schema that is wanted of it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use droveway_core::{engine::Address, schema::rename::Rename, secret::Secret};

use crate::{
    autogenerate::{
        compare::Question,
        filter::{Filter, Managed, Pattern},
    },
    config::schema::{SchemaSettings, SourceSettings},
    engines,
    problem::{Exit, Problem, Result},
    scratch::Place,
    selection::Choice,
    source::{
        cache::Cache,
        command::Command,
        replay::Replay,
        side::{Side, is_url, place_of_url},
        text::read_sql,
    },
    target::Target,
    tree::Tree,
    workspace::Workspace,
};

/// What a user says of a comparison, over what the settings say.
#[derive(Debug, Clone, Default)]
pub struct CompareOptions {
    /// The server of scratch databases.
    pub scratch: Option<String>,
    pub manage: Vec<Managed>,
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    pub renames: Vec<Rename>,
}

/// A tree and its target.
#[derive(Clone)]
pub struct Subject<'a> {
    pub workspace: &'a Workspace,
    pub target: Target,
    pub tree: Arc<Tree>,
}

/// The trees that a choice means, each with a target that gives it a server.
pub async fn subjects<'a>(workspace: &'a Workspace, choice: &Choice) -> Result<Vec<Subject<'a>>> {
    let mut subjects: Vec<Subject<'a>> = Vec::new();
    for target in workspace.select_offline(choice).await? {
        if !subjects.iter().any(|subject| subject.target.tree == target.tree) {
            subjects.push(Subject::new(workspace, target)?);
        }
    }
    Ok(subjects)
}

/// The one target or tree that a name means, as in `-t`.
pub async fn named<'a>(workspace: &'a Workspace, name: &str) -> Result<Subject<'a>> {
    let choice = Choice { patterns: vec![name.to_owned()], all: false, url: None };
    let mut targets = workspace.select(&choice).await?;
    match (targets.pop(), targets.is_empty()) {
        (Some(target), true) => Subject::new(workspace, target),
        (Some(target), false) => {
            let names: Vec<String> = targets.iter().chain([&target]).map(|target| target.name.clone()).collect();
            Err(Problem::plain(
                Exit::Usage,
                "several-targets",
                format!("{name} means several databases: {}", names.join(", ")),
                "name one of them",
            ))
        }
        (None, _) => Err(Problem::plain(Exit::Usage, "unknown-target", format!("there is no target {name}"), "")),
    }
}

impl<'a> Subject<'a> {
    pub fn new(workspace: &'a Workspace, target: Target) -> Result<Self> {
        let tree = Arc::new(workspace.load_tree(&target.tree)?);
        Ok(Subject { workspace, target, tree })
    }

    pub fn name(&self) -> &str {
        self.tree.name()
    }

    /// The target's database.
    pub fn live(&self) -> Place {
        Place {
            engine: self.target.engine,
            address: self.target.address.clone(),
            location: self.target.location.clone(),
            connect_timeout: self.workspace.settings.run.connect_timeout,
        }
    }

    /// The tree at a revision.
    pub fn at(&self, selector: &str) -> Side<'a> {
        Side::Tree(Replay {
            workspace: self.workspace,
            target: self.target.clone(),
            tree: self.tree.clone(),
            selector: selector.to_owned(),
        })
    }

    /// Where scratch databases are made: as the user says, as the settings say, or beside the target.
    pub fn server(&self, options: &CompareOptions) -> Result<Place> {
        match (&options.scratch, &self.workspace.settings.scratch) {
            (Some(url), _) => place_of_url(url),
            (None, Some(url)) => place(url, self.workspace.settings.run.connect_timeout),
            (None, None) => Ok(self.live()),
        }
    }

    /// The tree replayed to its heads, and what is wanted of it.
    pub async fn question(&self, from: Side<'a>, options: &CompareOptions) -> Result<Question<'a>> {
        Ok(Question {
            from,
            to: self.wanted().await?,
            scratch: Some(self.server(options)?),
            filter: self.filter(options)?,
            renames: options.renames.clone(),
            cache: Cache::of_workspace(&self.workspace.root),
        })
    }

    /// What takes part, by the options, the tree and its group.
    pub fn filter(&self, options: &CompareOptions) -> Result<Filter> {
        let (own, group) = (&self.tree.settings.schema, self.group_schema());
        let texts = |given: &[String], own: &Option<Vec<String>>, group: Option<&Vec<String>>| match given {
            [] => own.as_ref().or(group).cloned().unwrap_or_default(),
            given => given.to_vec(),
        };
        let include = texts(&options.include, &own.include, group.and_then(|group| group.include.as_ref()));
        let exclude = texts(&options.exclude, &own.exclude, group.and_then(|group| group.exclude.as_ref()));
        let manage = match &options.manage[..] {
            [] => own.manage.clone().or(group.and_then(|group| group.manage.clone())).unwrap_or_default(),
            given => given.to_vec(),
        };
        Ok(Filter {
            manage,
            tables: vec![self.target.tables.clone()],
            include: Pattern::parse_all(&include)?,
            exclude: Pattern::parse_all(&exclude)?,
        })
    }

    fn group_schema(&self) -> Option<&'a SchemaSettings> {
        self.workspace.settings.group(&self.tree.place.group).map(|group| &group.schema)
    }

    /// Whether it is said where the wanted schema comes from.
    pub fn has_source(&self) -> bool {
        self.source().is_some()
    }

    /// Where the wanted schema comes from, and the folder from which its paths count.
    fn source(&self) -> Option<(&SourceSettings, &Path)> {
        let engine = self.target.engine.dialect().name();
        let own = self.tree.settings.schema.source_for(engine).map(|own| (own, self.tree.place.directory.as_path()));
        let group = || Some((self.group_schema()?.source_for(engine)?, self.workspace.root.as_path()));
        own.or_else(group)
    }

    /// Where the wanted schema comes from.
    pub async fn wanted(&self) -> Result<Side<'a>> {
        let Some((source, folder)) = self.source() else { return Err(self.no_source()) };
        let short = self.tree.name().rsplit('/').next().unwrap_or_default();
        let fill = |text: &str| text.replace("{name}", short);
        Ok(match source {
            SourceSettings::Files(paths) => {
                let read = |path: &String| self.read_files(folder.join(fill(path)));
                Side::Files(paths.iter().map(read).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
            }
            SourceSettings::Prints(line) => Side::Prints(Command::new(self.workspace, &fill(line))),
            SourceSettings::Applies(line) => Side::Applies(Command::new(self.workspace, &fill(line))),
            SourceSettings::Url(url) => {
                let url = Secret::new(fill(url.expose()));
                Side::Live(place(&url, self.workspace.settings.run.connect_timeout)?)
            }
            SourceSettings::Target(name) => Side::Live(named(self.workspace, &fill(name)).await?.live()),
        })
    }

    fn read_files(&self, path: PathBuf) -> Result<Vec<crate::source::text::SqlText>> {
        read_sql(&path, &|path| self.workspace.shown(path)).map_err(|problem| problem.about(self.name()))
    }

    fn no_source(&self) -> Problem {
        let group = &self.tree.place.group;
        Problem::plain(
            Exit::Usage,
            "no-schema-source",
            format!("it is not said where the wanted schema of {} comes from", self.name()),
            format!(
                "write `schema = \"folder\"` into `[group.{group}]` of drove.toml (or into the tree's tree.toml) and put CREATE\n\
                 statements there: `drove schema dump` writes those of a database. Or write one of `prints = \"command\"`,\n\
                 `applies = \"command\"`, `url = \"…\"` into `[group.{group}.schema]`"
            ),
        )
    }
}

fn place(url: &Secret, connect_timeout: Duration) -> Result<Place> {
    let engine = engines::by_url(url.expose())?;
    Place::new(engine, Address { url: Some(url.clone()), ..Address::default() }, connect_timeout)
}

/// The side of a comparison that a text means inside a workspace: a target, or a tree at a revision.
pub async fn side_in<'a>(workspace: &'a Workspace, text: &str) -> Result<(Side<'a>, Subject<'a>)> {
    debug_assert!(!is_url(text), "a connection string needs no workspace");
    match text.split_once('@') {
        None => {
            let subject = named(workspace, text).await?;
            Ok((Side::Live(subject.live()), subject))
        }
        Some((name, selector)) => {
            let choice = Choice { patterns: vec![name.to_owned()], all: false, url: None };
            let target = match workspace.select_offline(&choice).await {
                Ok(mut targets) if targets.len() == 1 => targets.pop(),
                Ok(_) => None,
                Err(problem) => return Err(problem),
            };
            let subject = match target {
                Some(target) => Subject::new(workspace, target)?,
                None => named(workspace, name).await?,
            };
            Ok((subject.at(if selector.is_empty() { "heads" } else { selector }), subject))
        }
    }
}
