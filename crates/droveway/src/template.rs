//! Templates: what a new tree is made from, and how the trees that were made from one differ from it since.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use droveway_core::{bookkeeping::checksum, diagnostic::count};
use toml_edit::{DocumentMut, Item, Table, value};

use crate::{
    author,
    config::settings::{GroupSettings, MadeFrom, Trees},
    problem::{Exit, FileProblem, Problem, Result},
    tree::{Tree, TreePlace, read_settings, read_text},
    workspace::Workspace,
};

/// The group whose trees are made from a template: the named one, or the only one that has a template.
pub fn group_with_template<'a>(workspace: &'a Workspace, name: Option<&str>) -> Result<&'a GroupSettings> {
    let with_template = |group: &&GroupSettings| matches!(&group.trees, Trees::Folder { template: Some(_), .. });
    let groups: Vec<&GroupSettings> = workspace.settings.groups.iter().filter(with_template).collect();
    let names = groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join(", ");
    let problem = |what: String, help: String| Problem::plain(Exit::Usage, "no-template", what, help);
    match (name, &groups[..]) {
        (Some(name), _) => groups.iter().find(|group| group.name == name).copied().ok_or_else(|| {
            problem(format!("group `{name}` has no template"), format!("the groups with one are: {names}"))
        }),
        (None, [only]) => Ok(only),
        (None, []) => {
            Err(problem("no group has a template".into(), "add `template = \"folder\"` to a group with `trees`".into()))
        }
        (None, _) => Err(problem("several groups have a template".into(), format!("say which with --group: {names}"))),
    }
}

/// The template of a group.
pub fn template_of(workspace: &Workspace, group: &GroupSettings) -> Result<TreePlace> {
    workspace.trees_of(group)?.into_iter().find(|place| place.is_template).ok_or_else(|| {
        let folder = match &group.trees {
            Trees::Folder { template: Some(template), .. } => template.clone(),
            _ => "template".to_owned(),
        };
        Problem::plain(
            Exit::Usage,
            "no-template",
            format!("the template {folder} of group `{}` is not there", group.name),
            "make the folder with tree.toml, revision.sql.j2 and versions/",
        )
    })
}

/// Copies the template to `destination`, whole or not at all, and notes in its tree.toml what it was made from.
pub fn copy(workspace: &Workspace, template: &TreePlace, destination: &Path, label: Option<&str>) -> Result<()> {
    let fail = |path: &Path, error| FileProblem { path: workspace.shown(path), doing: "made", error };
    let parent = destination.parent().unwrap_or(Path::new("."));
    if destination.exists() {
        return Err(Problem::plain(
            Exit::Refused,
            "tree-exists",
            format!("{} is there already", workspace.shown(destination)),
            "nothing was changed. Choose another name, or migrate the tree that is there: `drove upgrade`",
        ));
    }
    let staging =
        tempfile::Builder::new().prefix(".drove-new-").tempdir_in(parent).map_err(|error| fail(parent, error))?;
    let staged = staging.path().join("tree");
    copy_folder(&template.directory, &staged).map_err(|error| fail(&staged, error))?;
    std::fs::create_dir_all(staged.join("versions")).map_err(|error| fail(&staged, error))?;
    note_origin(workspace, template, &staged)?;
    if let Some(label) = label {
        add_label(workspace, template, &staged, label)?;
    }
    std::fs::rename(&staged, destination).map_err(|error| fail(destination, error))?;
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let destination = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &destination)?,
            false => std::fs::copy(entry.path(), destination).map(|_| ())?,
        }
    }
    Ok(())
}

fn note_origin(workspace: &Workspace, template: &TreePlace, staged: &Path) -> Result<()> {
    let path = staged.join("tree.toml");
    let text = if path.is_file() { read_text(&path, &|path| workspace.shown(path))? } else { String::new() };
    let bad = |error: toml_edit::TomlError| {
        Problem::plain(Exit::Usage, "bad-toml", format!("the template's tree.toml: {}", error.message()), "")
    };
    let mut document: DocumentMut = text.parse().map_err(bad)?;
    let mut files = Table::new();
    for (name, text) in template_files(workspace, &template.directory)? {
        files[&name] = value(checksum(&text));
    }
    let mut made_from = Table::new();
    let name = template.directory.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    made_from["template"] = value(name);
    made_from["files"] = Item::Table(files);
    made_from.decor_mut().set_prefix(
        "\n# Written by `drove model new`, for `drove template status`: the files of the template at that time.\n",
    );
    document["made_from"] = Item::Table(made_from);
    write(workspace, &path, &document.to_string())
}

/// Puts a branch label on the first revision of the copy, so that `LABEL@head` means its line.
fn add_label(workspace: &Workspace, template: &TreePlace, staged: &Path, label: &str) -> Result<()> {
    author::check_label(label)?;
    let tree = workspace.load_tree(&TreePlace { directory: staged.to_owned(), ..template.clone() })?;
    let canonical = |path: PathBuf| path.canonicalize().unwrap_or(path);
    let staged_path = canonical(staged.to_owned());
    let base = tree.files.iter().find(|file| {
        file.revision.parents.is_empty()
            && file.revision.labels.is_empty()
            && canonical(workspace.start.join(&file.path)).starts_with(&staged_path)
    });
    let Some(base) = base else {
        return Err(Problem::plain(
            Exit::Refused,
            "no-base",
            format!("the template has no first revision of its own that could carry the label {label}"),
            "leave --label out, and label a later revision: `drove revision --branch-label`",
        ));
    };
    let marker = base.text.find("-- parents:").unwrap_or(0);
    let line_end = base.text[marker..].find('\n').map_or(base.text.len(), |newline| marker + newline);
    let text =
        format!("{}\n-- labels: {label}{}", base.text[..line_end].trim_end_matches('\r'), &base.text[line_end..]);
    write(workspace, &workspace.start.join(&base.path), &text)?;
    workspace.load_tree(&TreePlace { directory: staged.to_owned(), ..template.clone() }).map(|_| ())
}

fn write(workspace: &Workspace, path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text)
        .map_err(|error| FileProblem { path: workspace.shown(path), doing: "written", error }.into())
}

/// How one file of a tree stands to the template's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    Same,
    /// The tree reads the template's own file.
    Shared,
    ChangedInTemplate,
    ChangedHere,
    ChangedOnBothSides,
    /// It differs, and nobody noted what it was.
    Differs,
    MissingHere,
    NewInTemplate,
    RemovedFromTemplate,
    /// The tree's own.
    Own,
}

impl FileState {
    pub fn words(self) -> &'static str {
        match self {
            FileState::Same => "same",
            FileState::Shared => "shared",
            FileState::ChangedInTemplate => "changed in the template",
            FileState::ChangedHere => "changed here",
            FileState::ChangedOnBothSides => "changed on both sides",
            FileState::Differs => "differs",
            FileState::MissingHere => "missing here",
            FileState::NewInTemplate => "new in the template",
            FileState::RemovedFromTemplate => "removed from the template",
            FileState::Own => "own",
        }
    }

    /// Whether the tree and its template differ because of it (a tree's own revisions are what it is for).
    pub fn is_difference(self) -> bool {
        !matches!(self, FileState::Same | FileState::Shared | FileState::Own)
    }
}

/// One file of a tree beside the template's.
#[derive(Debug, Clone)]
pub struct FileComparison {
    pub file: String,
    pub state: FileState,
    pub template_text: Option<String>,
    pub tree_text: Option<String>,
}

/// A tree beside its template.
#[derive(Debug, Clone)]
pub struct TreeComparison {
    pub tree: String,
    pub template: String,
    /// Whether the tree's tree.toml says what it was made from.
    pub noted: bool,
    /// Whether the tree has anything to do with the template: it was made from it, or has one of its revisions.
    pub related: bool,
    pub files: Vec<FileComparison>,
}

impl TreeComparison {
    pub fn differences(&self) -> usize {
        self.files.iter().filter(|file| file.state.is_difference()).count()
    }

    pub fn summary(&self) -> String {
        let own = self.files.iter().filter(|file| file.state == FileState::Own).count();
        let shared = self.files.iter().any(|file| file.state == FileState::Shared);
        let mut parts = vec![match self.differences() {
            0 if !self.related => "has revisions of its own, none of the template's".to_owned(),
            0 if shared => "shares the template's revisions".to_owned(),
            0 => "as the template".to_owned(),
            number => count(number, "difference"),
        }];
        if own > 0 && self.related {
            parts.push(format!("{} of its own", count(own, "file")));
        }
        parts.join(", ")
    }
}

/// Compares every tree of a group with the group's template.
pub fn compare(workspace: &Workspace, group: &GroupSettings) -> Result<Vec<TreeComparison>> {
    let template = template_of(workspace, group)?;
    let files = template_files(workspace, &template.directory)?;
    let places = workspace.trees_of(group)?;
    places
        .iter()
        .filter(|place| !place.is_template)
        .map(|place| compare_tree(workspace, &template, &files, place))
        .collect()
}

fn compare_tree(
    workspace: &Workspace,
    template: &TreePlace,
    template_files: &BTreeMap<String, String>,
    place: &TreePlace,
) -> Result<TreeComparison> {
    let settings = read_settings(&place.directory, &workspace.environment, &|path| workspace.shown(path))?;
    let own = self::template_files(workspace, &place.directory)?;
    let canonical = |path: PathBuf| path.canonicalize().unwrap_or(path);
    let template_versions = canonical(template.directory.join("versions"));
    let shares = settings.versions.iter().any(|folder| canonical(place.directory.join(folder)) == template_versions);
    let noted: BTreeMap<String, String> =
        settings.made_from.as_ref().map(|MadeFrom { files, .. }| files.clone()).unwrap_or_default();
    let is_revision = |name: &&String| name.starts_with("versions/");
    let related = shares
        || settings.made_from.is_some()
        || own.keys().filter(is_revision).any(|name| template_files.contains_key(name));
    let names: BTreeSet<&String> = template_files.keys().chain(own.keys()).chain(noted.keys()).collect();
    let files = names.into_iter().filter_map(|name| {
        let (theirs, ours) = (template_files.get(name), own.get(name));
        let state = match shares && name.starts_with("versions/") && ours.is_none() {
            true => FileState::Shared,
            // What such a tree does not have of the template it was never meant to have.
            false if !related && ours.is_none() => return None,
            false if !related => FileState::Own,
            false => state(theirs, ours, noted.get(name))?,
        };
        Some(FileComparison { file: name.clone(), state, template_text: theirs.cloned(), tree_text: ours.cloned() })
    });
    Ok(TreeComparison {
        tree: place.name.clone(),
        template: template.name.clone(),
        noted: settings.made_from.is_some(),
        related,
        files: files.collect(),
    })
}

fn state(theirs: Option<&String>, ours: Option<&String>, noted: Option<&String>) -> Option<FileState> {
    let (theirs, ours) = (theirs.map(|text| checksum(text)), ours.map(|text| checksum(text)));
    Some(match (theirs, ours, noted) {
        (Some(theirs), Some(ours), _) if theirs == ours => FileState::Same,
        (Some(_), Some(ours), Some(noted)) if ours == *noted => FileState::ChangedInTemplate,
        (Some(theirs), Some(_), Some(noted)) if theirs == *noted => FileState::ChangedHere,
        (Some(_), Some(_), Some(_)) => FileState::ChangedOnBothSides,
        (Some(_), Some(_), None) => FileState::Differs,
        (Some(_), None, Some(_)) => FileState::MissingHere,
        (Some(_), None, None) => FileState::NewInTemplate,
        (None, Some(_), Some(_)) => FileState::RemovedFromTemplate,
        (None, Some(_), None) => FileState::Own,
        (None, None, _) => return None,
    })
}

/// The files that a tree has from its template: how revisions look, and the revisions. `tree.toml` is each tree's own.
fn template_files(workspace: &Workspace, directory: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let shown = |path: &Path| workspace.shown(path);
    for (folder, ending) in [(directory.to_owned(), "j2"), (directory.join("versions"), "sql")] {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            if path.extension().is_some_and(|extension| extension == ending) {
                let name = path.strip_prefix(directory).unwrap_or(&path).display().to_string();
                files.insert(name, read_text(&path, &shown)?);
            }
        }
    }
    Ok(files)
}

/// The template as a tree of its own.
pub fn load(workspace: &Workspace, group: &GroupSettings) -> Result<Tree> {
    workspace.load_tree(&template_of(workspace, group)?)
}
