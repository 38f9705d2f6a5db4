//! A workspace: the folder with `drove.toml`, opened under a profile, and the trees that lie in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Component, Path, PathBuf},
    sync::OnceLock,
};

use droveway_core::revision::RevisionId;

use crate::{
    config::{
        ConfigError, Environment, Settings, document,
        settings::{GroupSettings, Trees, apply_profile},
    },
    engines,
    problem::Result,
    tree::{Tree, TreePlace, read_text},
};

/// The file that makes a folder a workspace.
pub const CONFIG_FILE: &str = "drove.toml";

pub struct Workspace {
    pub root: PathBuf,
    /// The folder from which the user speaks: paths are shown from there, and it may mean a tree.
    pub start: PathBuf,
    pub settings: Settings,
    pub environment: Environment,
    /// The engines that its connections name, under whatever profile.
    pub engines: BTreeSet<String>,
    lineages: OnceLock<BTreeMap<RevisionId, Vec<String>>>,
}

/// How to open a workspace.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The workspace's folder; `None` looks for `drove.toml` in `start` and the folders above it.
    pub workspace: Option<PathBuf>,
    pub profile: Option<String>,
    /// Whether to read the workspace's `.env`.
    pub dotenv: bool,
    pub start: PathBuf,
    pub environment: Environment,
}

impl Workspace {
    pub fn open(options: OpenOptions) -> Result<Self> {
        let OpenOptions { workspace, profile, dotenv, start, mut environment } = options;
        let root = match workspace {
            Some(folder) => start.join(folder),
            None => find(&start)?,
        };
        let path = root.join(CONFIG_FILE);
        if !is_there(&path) {
            return Err(missing(&format!("{} has no {CONFIG_FILE}", root.display())).into());
        }
        if dotenv {
            environment.add_dotenv(&root.join(".env"))?;
        }
        let show = |path: &Path| shown_from(&start, path);
        let mut table = document::parse(&show(&path), &read_text(&path, &show)?)?;
        let engines = engines_in(&table);
        let profile = profile.or_else(|| environment.get("DROVE_PROFILE").map(str::to_owned));
        if let Some(profile) = &profile {
            apply_profile(&mut table, profile)?;
        }
        let settings = Settings::read(&table, profile.as_deref(), &environment)?;
        Ok(Workspace { root, start, settings, environment, engines, lineages: OnceLock::new() })
    }

    /// A path as the user would write it: from where they stand, if it lies below.
    pub fn shown(&self, path: &Path) -> String {
        shown_from(&self.start, path)
    }

    /// Every tree, in the order of the groups, and by name within a group; templates come last in theirs.
    pub fn trees(&self) -> Result<Vec<TreePlace>> {
        let lists = self.settings.groups.iter().map(|group| self.trees_of(group)).collect::<Result<Vec<_>>>()?;
        Ok(lists.into_iter().flatten().collect())
    }

    /// The trees of one group, its template last.
    pub fn trees_of(&self, group: &GroupSettings) -> Result<Vec<TreePlace>> {
        let (folder, template) = match &group.trees {
            Trees::One(folder) => {
                let directory = self.root.join(folder);
                let place =
                    TreePlace { name: group.name.clone(), group: group.name.clone(), directory, is_template: false };
                return Ok(vec![place]);
            }
            Trees::Folder { folder, template, .. } => (self.root.join(folder), template),
        };
        let template = template.as_ref().map(|template| self.root.join(template));
        let mut places = self.tree_folders(group, &folder)?;
        places.retain(|place| Some(&place.directory) != template.as_ref());
        if let Some(directory) = template.filter(|directory| directory.is_dir()) {
            let name = directory.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let name = format!("{}/{name}", group.name);
            places.push(TreePlace { name, group: group.name.clone(), directory, is_template: true });
        }
        Ok(places)
    }

    fn tree_folders(&self, group: &GroupSettings, folder: &Path) -> Result<Vec<TreePlace>> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
        let is_tree = |path: &PathBuf| path.join("tree.toml").is_file() || path.join("versions").is_dir();
        let mut places: Vec<TreePlace> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(is_tree)
            .filter_map(|directory| {
                let name = directory.file_name()?.to_str()?.to_owned();
                (!name.starts_with('.')).then(|| TreePlace {
                    name: format!("{}/{name}", group.name),
                    group: group.name.clone(),
                    directory,
                    is_template: false,
                })
            })
            .collect();
        places.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(places)
    }

    /// The tree in whose folder the user stands.
    pub fn tree_here(&self) -> Result<Option<TreePlace>> {
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let here = canonical(&self.start);
        Ok(self.trees()?.into_iter().find(|place| here.starts_with(canonical(&place.directory))))
    }

    pub fn load_tree(&self, place: &TreePlace) -> Result<Tree> {
        Tree::load(place, &self.environment, &|path| self.shown(path))
    }

    /// The trees that have a revision of this id: to say whose a stray version row is.
    pub fn trees_with(&self, id: &str) -> Vec<String> {
        let lineages = self.lineages.get_or_init(|| self.read_lineages());
        lineages.get(id).cloned().unwrap_or_default()
    }

    fn read_lineages(&self) -> BTreeMap<RevisionId, Vec<String>> {
        let mut lineages: BTreeMap<RevisionId, Vec<String>> = BTreeMap::new();
        // A tree that cannot be read has its own error when it is used; here it is only somebody else's.
        let trees = self.trees().unwrap_or_default().into_iter().filter_map(|place| self.load_tree(&place).ok());
        for tree in trees {
            for file in &tree.files {
                lineages.entry(file.revision.id.clone()).or_default().push(tree.name().to_owned());
            }
        }
        lineages
    }
}

/// The values of every `engine`, and what the schemes of every `url` mean.
fn engines_in(table: &document::Table) -> BTreeSet<String> {
    let mut engines = BTreeSet::new();
    for (key, entry) in &table.0 {
        match &entry.node {
            document::Node::Table(inner) => engines.extend(engines_in(inner)),
            document::Node::Text(name) if key == "engine" => {
                engines.insert(name.clone());
            }
            document::Node::Text(url) if key == "url" => {
                engines.extend(engines::by_url(url).ok().map(|engine| engine.dialect().name().to_owned()));
            }
            _ => {}
        }
    }
    engines
}

fn find(start: &Path) -> Result<PathBuf, ConfigError> {
    start
        .ancestors()
        .find(|folder| is_there(&folder.join(CONFIG_FILE)))
        .map(Path::to_owned)
        .ok_or_else(|| missing(&format!("there is no {CONFIG_FILE} in {} or above it", start.display())))
}

/// A link to nothing and a folder of that name are there too: reading them tells what is wrong.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn missing(what: &str) -> ConfigError {
    ConfigError::new("no-workspace", what)
        .help("go to a workspace, name one with --workspace DIR, or make one with `drove init`")
}

/// A path as the user would write it.
fn shown_from(start: &Path, path: &Path) -> String {
    let full = relative(start, path);
    let plain = without_detours(&full);
    // Behind a link `..` leads elsewhere; then the long way is the only one.
    let shown = if plain != full && start.join(&plain).exists() { &plain } else { &full };
    match shown.as_os_str().is_empty() {
        true => ".".to_owned(),
        false => shown.display().to_string(),
    }
}

/// A path from `start`, with `..` where both lie in one place; a path that lies elsewhere stays as it is.
fn relative(start: &Path, path: &Path) -> PathBuf {
    let same = start.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let above = start.components().count() - same;
    // The root alone, or a home folder, is no place that two paths have in common.
    if !path.is_absolute() || (above > 0 && same < 3) {
        return path.to_owned();
    }
    std::iter::repeat_n(Component::ParentDir, above).chain(path.components().skip(same)).collect()
}

/// `a/../b` as `b`: trees that share revisions reach them so.
fn without_detours(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        let goes_back =
            part == Component::ParentDir && matches!(plain.components().next_back(), Some(Component::Normal(_)));
        if goes_back {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_from_where_the_user_stands() {
        let shown = |path: &str| shown_from(Path::new("/srv/me/work/database/infra"), Path::new(path));
        assert_eq!(shown("/srv/me/work/database/infra/versions/a.sql"), "versions/a.sql");
        assert_eq!(shown("/srv/me/work/drove.toml"), "../../drove.toml");
        assert_eq!(shown("/etc/x"), "/etc/x");
        assert_eq!(shown("/srv/me/work/database/infra"), ".");
    }
}
