//! A tree as it lies on disk: its settings, its revision files and the graph they form.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use droveway_core::{
    diagnostic::Diagnostic,
    revision::{GraphError, RevisionGraph, RevisionId, file::RevisionFile},
};

use crate::{
    config::{Environment, document, settings::TreeSettings},
    problem::{FileProblem, Result},
};

/// Where a tree lies, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreePlace {
    /// `infra`, `model/blub_test`.
    pub name: String,
    pub group: String,
    pub directory: PathBuf,
    /// The template of its group: it has revisions but no database.
    pub is_template: bool,
}

/// A tree, read and checked.
pub struct Tree {
    pub place: TreePlace,
    pub settings: TreeSettings,
    /// In load order: version folders as configured, files by name within.
    pub files: Vec<RevisionFile>,
    pub graph: RevisionGraph,
    index: HashMap<RevisionId, usize>,
}

/// The same revision in several files: which of them is meant nobody can tell.
#[derive(Debug, thiserror::Error)]
#[error("tree {tree}: revision {id} stands in {}", files.join(" and in "))]
pub struct RepeatedRevision {
    pub tree: String,
    pub id: String,
    pub files: Vec<String>,
}

impl Diagnostic for RepeatedRevision {
    fn code(&self) -> &'static str {
        "duplicate-id"
    }

    fn help(&self) -> Option<String> {
        Some("give one of them another id (and its children another parent), or remove the copy".to_owned())
    }
}

/// Revisions that do not form a graph, with the files they stand in.
#[derive(Debug, thiserror::Error)]
#[error("tree {tree}: {error}")]
pub struct TreeError {
    pub tree: String,
    pub error: GraphError,
    /// The files of the revisions that the error names.
    pub files: Vec<String>,
}

impl Diagnostic for TreeError {
    fn code(&self) -> &'static str {
        self.error.code()
    }

    fn help(&self) -> Option<String> {
        self.error.help()
    }

    fn notes(&self) -> Vec<String> {
        self.files.iter().map(|file| format!("in {file}")).collect()
    }
}

impl Tree {
    /// Reads `tree.toml` and every revision file. `shown` turns a path into what a user would write.
    pub fn load(place: &TreePlace, environment: &Environment, shown: &dyn Fn(&Path) -> String) -> Result<Self> {
        let settings = read_settings(&place.directory, environment, shown)?;
        let files = settings
            .versions
            .iter()
            .map(|folder| place.directory.join(folder))
            .map(|folder| revision_paths(&folder, shown))
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .map(|path| read_revision(&path, shown))
            .collect::<Result<Vec<_>>>()?;
        Self::new(place.clone(), settings, files)
    }

    /// A tree of files that were read already.
    pub fn new(place: TreePlace, settings: TreeSettings, files: Vec<RevisionFile>) -> Result<Self> {
        let revisions = files.iter().map(|file| file.revision.clone()).collect();
        let graph = RevisionGraph::new(revisions).map_err(|error| {
            let culprits = error.revisions();
            let named = |file: &&RevisionFile| culprits.iter().any(|id| *id == file.revision.id.as_str());
            let files = files.iter().filter(named).map(|file| file.path.clone()).collect();
            TreeError { tree: place.name.clone(), error, files }
        })?;
        if let Some(id) = graph.repeated().first() {
            let files = files.iter().filter(|file| file.revision.id == **id).map(|file| file.path.clone()).collect();
            return Err(RepeatedRevision { tree: place.name, id: id.to_string(), files }.into());
        }
        let index = files.iter().enumerate().map(|(index, file)| (file.revision.id.clone(), index)).collect();
        Ok(Tree { place, settings, files, graph, index })
    }

    pub fn name(&self) -> &str {
        &self.place.name
    }

    pub fn file(&self, id: &RevisionId) -> Option<&RevisionFile> {
        self.index.get(id).map(|index| &self.files[*index])
    }

    /// The folder that new revisions go to, unless another of the tree's is asked for: the last one, since the
    /// earlier ones may be shared with other trees.
    pub fn versions_folder(&self) -> PathBuf {
        self.place.directory.join(self.settings.versions.last().map_or("versions", String::as_str))
    }
}

/// Reads a tree's own settings; a tree without `tree.toml` has the defaults.
pub fn read_settings(
    directory: &Path,
    environment: &Environment,
    shown: &dyn Fn(&Path) -> String,
) -> Result<TreeSettings> {
    let path = directory.join("tree.toml");
    let table = match path.is_file() {
        true => document::parse(&shown(&path), &read_text(&path, shown)?)?,
        false => document::Table::default(),
    };
    Ok(TreeSettings::read(&table, environment)?)
}

/// The revision files of one folder in the order of their names. A folder that is not there has none.
fn revision_paths(folder: &Path, shown: &dyn Fn(&Path) -> String) -> Result<Vec<PathBuf>> {
    let fail = |error| FileProblem { path: shown(folder), doing: "read", error };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fail(error).into()),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(fail)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.extension().is_some_and(|extension| extension == "sql") && !hidden {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads one revision file.
pub fn read_revision(path: &Path, shown: &dyn Fn(&Path) -> String) -> Result<RevisionFile> {
    Ok(RevisionFile::parse(&shown(path), read_text(path, shown)?)?)
}

/// Reads a file that must be UTF-8; the error says on which line it is not.
pub fn read_text(path: &Path, shown: &dyn Fn(&Path) -> String) -> Result<String> {
    let fail = |error| FileProblem { path: shown(path), doing: "read", error };
    let bytes = std::fs::read(path).map_err(fail)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
        let what = format!("line {line} is not UTF-8 (byte {valid} of the file)");
        fail(std::io::Error::new(std::io::ErrorKind::InvalidData, what)).into()
    })
}
