//! Which targets a command means: by the folder the user stands in, by `-t`, by `--all`, or by the variables that
//! name a model. Whatever two of these say differently is refused with both values shown.

use droveway_core::{diagnostic::nearest, secret::Secret};
use globset::Glob;

use crate::{
    config::settings::{GroupSettings, Trees},
    problem::{Exit, Problem, Result},
    registry::{self, Registry},
    target::{Target, TargetSpec},
    tree::TreePlace,
    workspace::Workspace,
};

/// What the user said about targets.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// `infra`, `model/blub_test`, `model/*`.
    pub patterns: Vec<String>,
    pub all: bool,
    /// A connection string for the one target that is chosen.
    pub url: Option<Secret>,
}

/// The targets of one group.
#[derive(Clone)]
pub struct GroupTargets {
    pub targets: Vec<Target>,
    /// Models with a folder that the registry does not list: used only when they are named.
    pub unregistered: Vec<Target>,
    pub registry: Registry,
}

impl Workspace {
    /// Every target of a group, as the registry and the folders have it now.
    pub async fn group_targets(&self, group: &GroupSettings) -> Result<GroupTargets> {
        let registry = match &group.registry {
            None => Registry::None,
            Some(settings) => registry::read(self, settings, &self.registry_holder(&settings.group)?).await?,
        };
        let places = self.trees_of(group)?;
        let trees = || places.iter().filter(|place| !place.is_template);
        let Trees::Folder { default_tree, .. } = &group.trees else {
            let specs = trees().map(|place| one(&group.database, place));
            let targets = specs.map(|spec| Target::new(self, group, spec)).collect::<Result<Vec<_>>>()?;
            return Ok(GroupTargets { targets, unregistered: Vec::new(), registry });
        };
        let default_tree = default_tree.as_ref().map(|name| format!("{}/{name}", group.name));
        let mut targets = Vec::new();
        for row in registry.rows() {
            let own = row.tree.clone().unwrap_or_else(|| row.name.clone());
            let wanted = format!("{}/{own}", group.name);
            let found = trees().find(|place| place.name == wanted);
            let found = found
                .or_else(|| trees().find(|place| row.tree.is_none() && Some(&place.name) == default_tree.as_ref()));
            let tree = found.ok_or_else(|| no_tree(&row.name, &wanted, &places))?.clone();
            let spec = TargetSpec {
                name: format!("{}/{}", group.name, row.name),
                short_name: row.name.clone(),
                tree,
                database: row.database.clone(),
                registered: true,
                url: None,
            };
            targets.push(Target::new(self, group, spec)?);
        }
        let of_registry: Vec<String> = targets.iter().map(|target| target.name.clone()).collect();
        let unregistered = trees()
            .filter(|place| !of_registry.contains(&place.name) && Some(&place.name) != default_tree.as_ref())
            .map(|place| Target::new(self, group, self.unregistered_spec(group, place)))
            .collect::<Result<Vec<_>>>()?;
        let (targets, unregistered) = match registry {
            Registry::Rows(_) => (targets, unregistered),
            Registry::None | Registry::NotYet(_) => (unregistered, Vec::new()),
        };
        refuse_one_database_twice(&targets)?;
        Ok(GroupTargets { targets, unregistered, registry })
    }

    /// The one target of the group that holds a registry.
    pub(crate) fn registry_holder(&self, group: &str) -> Result<Target> {
        let settings = self
            .settings
            .group(group)
            .ok_or_else(|| Problem::plain(Exit::Usage, "bad-registry", format!("there is no group `{group}`"), ""))?;
        let place = self.trees_of(settings)?.into_iter().find(|place| !place.is_template);
        match (place, &settings.trees) {
            (Some(place), Trees::One(_)) => Target::new(self, settings, one(&settings.database, &place)),
            _ => Err(Problem::plain(
                Exit::Usage,
                "bad-registry",
                format!("group `{group}` has not one database, so it cannot hold a registry"),
                "name a group with `tree = …` as the registry's",
            )),
        }
    }

    fn unregistered_spec(&self, group: &GroupSettings, place: &TreePlace) -> TargetSpec {
        let short = place.name.rsplit('/').next().unwrap_or(&place.name).to_owned();
        TargetSpec {
            name: place.name.clone(),
            database: group.database.replace("{name}", &short),
            short_name: short,
            tree: place.clone(),
            registered: false,
            url: None,
        }
    }

    /// The targets that a command means, in the order in which they migrate.
    pub async fn select(&self, choice: &Choice) -> Result<Vec<Target>> {
        let mut selected = match () {
            () if choice.all => self.every_target().await?,
            () if !choice.patterns.is_empty() => self.by_patterns(&choice.patterns).await?,
            () => self.by_place_or_variables().await?,
        };
        if choice.url.is_some() || !choice.all {
            self.override_connection(choice, &mut selected).await?;
        }
        refuse_one_database_twice(&selected)?;
        match selected.is_empty() {
            true => Err(self.nothing_chosen(Exit::Refused, "the choice means no target")),
            false => Ok(selected),
        }
    }

    /// Whether anything says that less than everything is meant: an option, the folder, or a variable.
    pub fn is_narrowed(&self, choice: &Choice) -> Result<bool> {
        if choice.all {
            return Ok(false);
        }
        let by_option = !choice.patterns.is_empty() || choice.url.is_some();
        let by_variable = self.settings.groups.iter().any(|group| {
            let variables = &group.variables;
            [&variables.name, &variables.database, &variables.url].into_iter().any(|name| self.variable(name).is_some())
        });
        Ok(by_option || by_variable || self.tree_here()?.is_some())
    }

    /// Every registered target of every group.
    async fn every_target(&self) -> Result<Vec<Target>> {
        let mut targets = Vec::new();
        for group in &self.settings.groups {
            targets.extend(self.group_targets(group).await?.targets);
        }
        Ok(targets)
    }

    async fn by_patterns(&self, patterns: &[String]) -> Result<Vec<Target>> {
        let mut known = Vec::new();
        let mut selected: Vec<Target> = Vec::new();
        let mut used = vec![false; patterns.len()];
        for group in self.settings.groups.iter().filter(|group| may_mean(patterns, &group.name)) {
            let found = self.group_targets(group).await?;
            let named = found.unregistered.into_iter().map(|target| (target, false));
            for (target, listed) in found.targets.into_iter().map(|target| (target, true)).chain(named) {
                known.push(target.name.clone());
                known.push(target.tree.name.clone());
                let hits: Vec<bool> =
                    patterns.iter().map(|pattern| means(pattern, &target, listed)).collect::<Result<_>>()?;
                used.iter_mut().zip(&hits).for_each(|(used, hit)| *used |= hit);
                if hits.contains(&true) {
                    self.check_variables(group, &target, patterns)?;
                    selected.push(self.with_said_database(group, target, patterns)?);
                }
            }
        }
        match patterns.iter().zip(&used).find(|(_, used)| !**used) {
            None => Ok(selected),
            Some((pattern, _)) => Err(self.unknown_target(pattern, &known).await),
        }
    }

    async fn unknown_target(&self, pattern: &str, known: &[String]) -> Problem {
        let mut known = known.to_vec();
        for group in &self.settings.groups {
            if let Ok(found) = self.group_targets(group).await {
                let every = found.targets.iter().chain(&found.unregistered);
                known.extend(every.flat_map(|target| [target.name.clone(), target.tree.name.clone()]));
            }
        }
        known.sort();
        known.dedup();
        let last = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
        let by_last = known.iter().find(|name| last(name) == last(pattern)).map(String::as_str);
        let near = by_last.or_else(|| nearest(pattern, known.iter().map(String::as_str)));
        let help = match near {
            Some(near) => format!("did you mean {near}? The targets and trees are {}", known.join(", ")),
            None => format!("the targets and trees are {}", known.join(", ")),
        };
        let what = match pattern.contains(['*', '?', '[', '{']) {
            true => format!("no target is like {pattern}"),
            false => format!("there is no target {pattern}"),
        };
        Problem::plain(Exit::Usage, "unknown-target", what, help)
    }

    async fn by_place_or_variables(&self) -> Result<Vec<Target>> {
        if let Some(place) = self.tree_here()? {
            return self.of_tree(&place).await;
        }
        for group in &self.settings.groups {
            if self.variable(&group.variables.name).is_some() || self.variable(&group.variables.database).is_some() {
                let found = self.group_targets(group).await?;
                let every: Vec<Target> = found.targets.into_iter().chain(found.unregistered).collect();
                return self.by_variables(group, every.clone(), &every);
            }
        }
        let targets = self.every_target().await?;
        match targets.len() {
            1 => Ok(targets),
            _ => Err(self.nothing_chosen(Exit::Usage, "it is not said which target is meant")),
        }
    }

    async fn of_tree(&self, place: &TreePlace) -> Result<Vec<Target>> {
        if place.is_template {
            return Err(Problem::plain(
                Exit::Usage,
                "template-has-no-database",
                format!("{} is a template: no database follows it", place.name),
                "`drove template verify` tries it on a throw-away database; `drove model new NAME` makes a tree from it",
            ));
        }
        let group =
            self.settings.group(&place.group).ok_or_else(|| self.nothing_chosen(Exit::Usage, "the group is gone"))?;
        let found = self.group_targets(group).await?;
        let every: Vec<Target> = found.targets.into_iter().chain(found.unregistered).collect();
        let followers: Vec<Target> = every.iter().filter(|target| target.tree.name == place.name).cloned().collect();
        if followers.is_empty() {
            return Err(no_follower(place, &found.registry));
        }
        let chosen =
            self.variable(&group.variables.name).is_some() || self.variable(&group.variables.database).is_some();
        match chosen {
            true => self.by_variables(group, followers, &every),
            false => Ok(followers),
        }
    }

    /// The one among `candidates` that the group's variables name. `every` holds all of the group's targets.
    fn by_variables(&self, group: &GroupSettings, candidates: Vec<Target>, every: &[Target]) -> Result<Vec<Target>> {
        let name =
            self.variable(&group.variables.name).map(|(variable, name)| (variable, format!("{}/{name}", group.name)));
        let database = self.variable(&group.variables.database);
        let by_name = |target: &&Target| name.as_ref().is_none_or(|(_, name)| *name == target.name);
        let by_database =
            |target: &&Target| database.as_ref().is_none_or(|(_, database)| *database == target.location.database);
        if let Some(target) = candidates.iter().find(|target| by_name(target) && by_database(target)) {
            return Ok(vec![target.clone()]);
        }
        // A model that no registry lists yet has the database that the variable says, as in the guide's first steps.
        let unlisted = candidates.iter().find(|target| by_name(target) && !target.registered);
        if let (Some(target), Some((_, database))) = (unlisted, &database) {
            let taken = every.iter().any(|other| other.location.database == *database);
            if (name.is_some() || candidates.len() == 1) && !taken {
                let mut spec = self.unregistered_spec(group, &target.tree);
                spec.database = database.clone();
                return Ok(vec![Target::new(self, group, spec)?]);
            }
        }
        let said: Vec<String> =
            [name.as_ref().map(|(variable, name)| (variable.clone(), last(name).to_owned())), database.clone()]
                .into_iter()
                .flatten()
                .map(|(variable, value)| format!("{variable} is `{value}`"))
                .collect();
        let owner =
            every.iter().find(|other| database.as_ref().is_some_and(|(_, name)| other.location.database == *name));
        let owner = owner.filter(|owner| !candidates.iter().any(|target| target.name == owner.name));
        let half_right: Vec<&Target> = candidates
            .iter()
            .filter(|target| {
                candidates.len() == 1
                    || (name.is_some() && by_name(target))
                    || (database.is_some() && by_database(target))
            })
            .chain(owner)
            .collect();
        let describe_all =
            |targets: &[&Target]| targets.iter().map(|target| describe(target)).collect::<Vec<_>>().join("; ");
        let (what, help) = match half_right[..] {
            [] => (
                format!("{}, but there is no such model", said.join(" and ")),
                format!("the models are {}", candidates.iter().map(name_and_database).collect::<Vec<_>>().join(", ")),
            ),
            _ => (
                format!("{}, but {}", said.join(" and "), describe_all(&half_right)),
                "make them agree: go to the other tree's folder, change the variables, or change the registry"
                    .to_owned(),
            ),
        };
        Err(Problem::plain(Exit::Refused, "model-mismatch", what, help))
    }

    /// Refuses a model that was named while the variables name another one.
    fn check_variables(&self, group: &GroupSettings, target: &Target, patterns: &[String]) -> Result<()> {
        let alone = patterns.len() == 1 && patterns[0] == target.name;
        if !alone {
            return Ok(());
        }
        let name = self.variable(&group.variables.name).filter(|(_, name)| *name != last(&target.name));
        let database = self
            .variable(&group.variables.database)
            .filter(|(_, database)| target.registered && *database != target.location.database);
        match name.or(database) {
            None => Ok(()),
            Some((variable, value)) => Err(Problem::plain(
                Exit::Refused,
                "model-mismatch",
                format!("{variable} is `{value}`, but {}", describe(target)),
                format!("unset {variable}, or name the target that it means"),
            )),
        }
    }

    /// A model that no registry lists, named in full, has the database that the variable says: as in its own folder.
    fn with_said_database(&self, group: &GroupSettings, target: Target, patterns: &[String]) -> Result<Target> {
        let alone = patterns.len() == 1 && patterns[0] == target.name;
        match self.variable(&group.variables.database) {
            Some((_, database)) if alone && !target.registered => {
                Target::new(self, group, TargetSpec { database, ..self.unregistered_spec(group, &target.tree) })
            }
            _ => Ok(target),
        }
    }

    async fn override_connection(&self, choice: &Choice, selected: &mut [Target]) -> Result<()> {
        let by_flag = choice.url.clone().map(|url| ("--url".to_owned(), url));
        for group in &self.settings.groups {
            let of_group: Vec<usize> =
                (0..selected.len()).filter(|index| selected[*index].group == group.name).collect();
            let by_variable = self.variable(&group.variables.url).map(|(name, url)| (name, Secret::new(url)));
            let (Some((source, url)), false) = (by_flag.clone().or(by_variable), of_group.is_empty()) else { continue };
            let [index] = of_group[..] else {
                return Err(Problem::plain(
                    Exit::Usage,
                    "url-for-many",
                    format!("{source} names one database, but {} targets are chosen", of_group.len()),
                    format!("choose one with -t, or take {source} away"),
                ));
            };
            let target = self.with_url(group, &selected[index], url)?;
            let of_registry =
                if group.registry.is_some() { self.group_targets(group).await?.targets } else { Vec::new() };
            let owner = of_registry.iter().find(|other| other.location.database == target.location.database);
            if let Some(owner) = owner.filter(|owner| owner.name != target.name) {
                return Err(Problem::plain(
                    Exit::Refused,
                    "model-mismatch",
                    format!(
                        "{source} leads to database `{}` for {}, but {}",
                        target.location.database,
                        target.name,
                        describe(owner)
                    ),
                    format!("name the target that is meant: -t {}, or change {source}", owner.name),
                ));
            }
            selected[index] = target;
        }
        match by_flag {
            Some(_) if selected.len() > 1 => Err(Problem::plain(
                Exit::Usage,
                "url-for-many",
                format!("--url names one database, but {} targets are chosen", selected.len()),
                "choose one with -t",
            )),
            _ => Ok(()),
        }
    }

    fn with_url(&self, group: &GroupSettings, target: &Target, url: Secret) -> Result<Target> {
        let spec = TargetSpec {
            name: target.name.clone(),
            short_name: last(&target.name).to_owned(),
            tree: target.tree.clone(),
            database: target.location.database.clone(),
            registered: target.registered,
            url: Some(url),
        };
        Target::new(self, group, spec)
    }

    /// The trees that a command means which needs no database.
    pub async fn select_trees(&self, choice: &Choice) -> Result<Vec<TreePlace>> {
        if let Some(places) = self.trees_without_registry(choice)? {
            return Ok(places);
        }
        let mut trees: Vec<TreePlace> = Vec::new();
        for target in self.select(choice).await? {
            if !trees.contains(&target.tree) {
                trees.push(target.tree);
            }
        }
        Ok(trees)
    }

    /// The trees that the folder, or names of trees, mean without asking any database.
    fn trees_without_registry(&self, choice: &Choice) -> Result<Option<Vec<TreePlace>>> {
        let places = self.trees()?;
        if choice.all {
            return Ok(Some(places.into_iter().filter(|place| !place.is_template).collect()));
        }
        if choice.patterns.is_empty() {
            if let Some(place) = self.tree_here()? {
                return Ok(Some(vec![place]));
            }
        } else if let Some(named) =
            choice.patterns.iter().map(|name| places.iter().find(|place| place.name == *name).cloned()).collect()
        {
            return Ok(Some(named));
        }
        Ok(match &places[..] {
            [only] => Some(vec![only.clone()]),
            _ => None,
        })
    }

    /// A target for each tree that is meant, to write SQL for and not to connect to: only a model whose name is not
    /// its tree's has to be looked up in the registry.
    pub async fn select_offline(&self, choice: &Choice) -> Result<Vec<Target>> {
        let Some(places) = self.trees_without_registry(choice)? else { return self.select(choice).await };
        let target = |place: &TreePlace| {
            let group = self.settings.group(&place.group);
            let group = group.ok_or_else(|| self.nothing_chosen(Exit::Usage, "the group is gone"))?;
            let spec = match group.trees {
                Trees::One(_) => one(&group.database, place),
                Trees::Folder { .. } => self.unregistered_spec(group, place),
            };
            Target::new(self, group, TargetSpec { url: choice.url.clone(), ..spec })
        };
        places.iter().map(target).collect()
    }

    fn variable(&self, name: &Option<String>) -> Option<(String, String)> {
        let name = name.as_ref()?;
        Some((name.clone(), self.environment.get(name)?.to_owned()))
    }

    fn nothing_chosen(&self, exit: Exit, what: &str) -> Problem {
        let trees = self.trees().unwrap_or_default();
        let names: Vec<&str> =
            trees.iter().filter(|place| !place.is_template).map(|place| place.name.as_str()).collect();
        Problem::plain(
            exit,
            "no-target",
            what,
            format!(
                "go to a tree's folder, pass -t TARGET (`drove targets` lists them) or --all; the trees are {}",
                names.join(", ")
            ),
        )
    }
}

/// A tree that models share, and none does yet.
fn no_follower(place: &TreePlace, registry: &Registry) -> Problem {
    let help = match registry {
        Registry::NotYet(why) => format!("the registry is not there yet ({why}); `drove up` makes it"),
        _ => "enter a model into the registry that has no folder of its own".to_owned(),
    };
    Problem::plain(Exit::Refused, "no-target", format!("no model follows tree {} yet", place.name), help)
}

fn one(database: &str, place: &TreePlace) -> TargetSpec {
    TargetSpec {
        name: place.name.clone(),
        short_name: place.name.clone(),
        tree: place.clone(),
        database: database.to_owned(),
        registered: true,
        url: None,
    }
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn name_and_database(target: &Target) -> String {
    format!("{} (database `{}`)", last(&target.name), target.location.database)
}

fn describe(target: &Target) -> String {
    let source = if target.registered { "the registry says that " } else { "" };
    format!("{source}{} has database `{}`", target.name, target.location.database)
}

/// Whether any of the patterns can mean a target of the group: others' registries need not be read.
fn may_mean(patterns: &[String], group: &str) -> bool {
    patterns.iter().any(|pattern| {
        let head = pattern.split('/').next().unwrap_or(pattern);
        head == group || head.contains(['*', '?', '[', '{'])
    })
}

const PATTERN: &str = "`*` stands for any characters and `?` for one, as in -t 'model/*'";

/// Whether a pattern means a target. A model that is not in the registry (`listed` is false) must be named in full.
fn means(pattern: &str, target: &Target, listed: bool) -> Result<bool> {
    if pattern == target.name || pattern == target.tree.name {
        return Ok(true);
    }
    let glob = Glob::new(pattern).map_err(|error| {
        Problem::plain(Exit::Usage, "bad-pattern", format!("-t {pattern:?} is no pattern: {}", error.kind()), PATTERN)
    })?;
    Ok(listed && glob.compile_matcher().is_match(&target.name))
}

fn refuse_one_database_twice(targets: &[Target]) -> Result<()> {
    let mut sorted: Vec<&Target> = targets.iter().collect();
    sorted.sort_by(|a, b| a.location.identity.cmp(&b.location.identity));
    match sorted.windows(2).find(|pair| pair[0].location.identity == pair[1].location.identity) {
        None => Ok(()),
        Some(pair) => Err(Problem::plain(
            Exit::Refused,
            "one-database-twice",
            format!("{} and {} both lead to {}", pair[0].name, pair[1].name, pair[0].location.display),
            "give each its own database, or take one of the two away",
        )),
    }
}

fn no_tree(model: &str, wanted: &str, places: &[TreePlace]) -> Problem {
    let names: Vec<&str> = places.iter().filter(|place| !place.is_template).map(|place| place.name.as_str()).collect();
    Problem::plain(
        Exit::Refused,
        "model-without-tree",
        format!("the registry names the model {model}, but there is no tree {wanted}"),
        format!("make it with `drove model new {model}`, or set `default_tree`; the trees are {}", names.join(", ")),
    )
}
