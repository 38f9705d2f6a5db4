//! A tree as it lies on disk: its settings, its revision files and the graph they form.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use droveway_core::{
    diagnostic::{Diagnostic, Snippet},
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
    /// Each with the line of its id.
    pub files: Vec<String>,
    pub snippet: Option<Snippet>,
}

impl Diagnostic for RepeatedRevision {
    fn code(&self) -> &'static str {
        "duplicate-id"
    }

    fn help(&self) -> Option<String> {
        Some("give one of them another id (and its children another parent), or remove the copy".to_owned())
    }

    fn snippet(&self) -> Option<Snippet> {
        self.snippet.clone()
    }
}

/// Revisions that do not form a graph, with the places where they say so.
#[derive(Debug, thiserror::Error)]
#[error("tree {tree}: {error}")]
pub struct TreeError {
    pub tree: String,
    pub error: GraphError,
    /// In the file of the first revision that the error names.
    pub snippet: Option<Snippet>,
    /// `versions/a.sql:4`, where the other revisions that the error names say it.
    pub others: Vec<String>,
}

/// A cycle may have thousands of revisions.
const MOST_PLACES: usize = 8;

impl TreeError {
    fn new(tree: &str, error: GraphError, files: &[RevisionFile]) -> Self {
        let (field, word) = error.field();
        let file = |id: &&str| files.iter().rev().find(|file| file.revision.id.as_str() == *id);
        let culprits: Vec<&RevisionFile> = error.revisions().iter().take(MOST_PLACES).filter_map(file).collect();
        let snippet = culprits.first().and_then(|file| file.header_snippet(field, word, &error.to_string()));
        let others = culprits.iter().skip(1).map(|file| place(file, field)).collect();
        TreeError { tree: tree.to_owned(), snippet, others, error }
    }
}

/// The file and the line of a header field.
fn place(file: &RevisionFile, field: &str) -> String {
    let line = file.header_snippet(field, "", "").map_or(1, |snippet| snippet.line());
    format!("{}:{line}", file.path)
}

impl Diagnostic for TreeError {
    fn code(&self) -> &'static str {
        self.error.code()
    }

    fn help(&self) -> Option<String> {
        self.error.help()
    }

    fn snippet(&self) -> Option<Snippet> {
        self.snippet.clone()
    }

    fn notes(&self) -> Vec<String> {
        self.others.iter().map(|place| format!("see also {place}")).collect()
    }
}

/// A file that should be text and is not.
#[derive(Debug, thiserror::Error)]
#[error("{}:{}: the file is not UTF-8", snippet.path, snippet.first_line)]
pub struct NotUtf8 {
    /// The line, with marks for what cannot be read.
    pub snippet: Snippet,
}

impl NotUtf8 {
    fn new(path: String, bytes: &[u8], valid: usize) -> Self {
        let start = bytes[..valid].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let end = bytes[valid..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |newline| valid + newline);
        let span = valid - start..valid - start + char::REPLACEMENT_CHARACTER.len_utf8();
        NotUtf8 {
            snippet: Snippet {
                path,
                text: String::from_utf8_lossy(&bytes[start..end]).into_owned(),
                first_line: bytes[..start].iter().filter(|byte| **byte == b'\n').count() + 1,
                span,
                label: format!("byte {:#04x} is no UTF-8", bytes[valid]),
            },
        }
    }
}

impl Diagnostic for NotUtf8 {
    fn code(&self) -> &'static str {
        "file-not-utf8"
    }

    fn help(&self) -> Option<String> {
        Some("save the file as UTF-8, or replace the character".to_owned())
    }

    fn snippet(&self) -> Option<Snippet> {
        Some(self.snippet.clone())
    }
}

/// A folder that a tree cannot do without.
#[derive(Debug, thiserror::Error)]
pub enum MissingFolder {
    #[error("tree {tree} is not there: there is no folder {folder}")]
    Tree { tree: String, folder: String },
    #[error("tree {tree} takes revisions from {folder}, which is not there")]
    Shared { tree: String, folder: String, settings: String },
}

impl Diagnostic for MissingFolder {
    fn code(&self) -> &'static str {
        "folder-missing"
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            MissingFolder::Tree { .. } => {
                "get the folder back, make it for a new tree, or correct `tree` in drove.toml".to_owned()
            }
            MissingFolder::Shared { settings, .. } => {
                format!("get the folder back, or correct `versions` in {settings}")
            }
        })
    }
}

impl Tree {
    /// Reads `tree.toml` and every revision file. `shown` turns a path into what a user would write.
    pub fn load(place: &TreePlace, environment: &Environment, shown: &dyn Fn(&Path) -> String) -> Result<Self> {
        let settings = read_settings(&place.directory, environment, shown)?;
        check_folders(place, &settings, shown)?;
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

    /// A tree of which nothing could be read.
    pub fn without_files(place: &TreePlace, environment: &Environment) -> Result<Self> {
        Self::new(place.clone(), TreeSettings::read(&document::Table::default(), environment)?, Vec::new())
    }

    /// A tree of files that were read already.
    pub fn new(place: TreePlace, settings: TreeSettings, files: Vec<RevisionFile>) -> Result<Self> {
        let revisions = files.iter().map(|file| file.revision.clone()).collect();
        let graph = RevisionGraph::new(revisions).map_err(|error| TreeError::new(&place.name, error, &files))?;
        if let Some(id) = graph.repeated().first() {
            return Err(repeated(place.name, id, &files).into());
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

fn repeated(tree: String, id: &RevisionId, files: &[RevisionFile]) -> RepeatedRevision {
    let files: Vec<&RevisionFile> = files.iter().filter(|file| file.revision.id == *id).collect();
    let snippet = files.last().and_then(|file| file.header_snippet("revision", id.as_str(), "the second time"));
    let places = files.iter().map(|file| place(file, "revision")).collect();
    RepeatedRevision { tree, id: id.to_string(), files: places, snippet }
}

/// A tree's own version folder may be absent, since git keeps no empty folders; one that it shares with others, and
/// the tree itself, may not.
fn check_folders(place: &TreePlace, settings: &TreeSettings, shown: &dyn Fn(&Path) -> String) -> Result<()> {
    let tree = place.name.clone();
    if !is_there(&place.directory) {
        return Err(MissingFolder::Tree { tree, folder: shown(&place.directory) }.into());
    }
    let shared = settings.versions.iter().rev().skip(1).map(|folder| place.directory.join(folder));
    match shared.into_iter().find(|folder| !is_there(folder)) {
        None => Ok(()),
        Some(folder) => {
            let settings = shown(&place.directory.join("tree.toml"));
            Err(MissingFolder::Shared { tree, folder: shown(&folder), settings }.into())
        }
    }
}

/// What is there and cannot be read has its own error.
fn is_there(folder: &Path) -> bool {
    folder.symlink_metadata().is_ok()
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
        NotUtf8::new(shown(path), error.as_bytes(), valid).into()
    })
}
