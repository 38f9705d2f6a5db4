//! Writing revision files: where a new revision stands in its graph, what its file looks like, and that the tree is
//! still sound with it, checked before anything is written.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use droveway_core::{
    plan::{self, NewRevision},
    revision::{
        RevisionId, Selection,
        file::{FIELDS, RevisionFile},
    },
};
use minijinja::{Environment as Templates, UndefinedBehavior, context};

use crate::{
    chance,
    problem::{Exit, FileProblem, Problem, Result},
    tree::{Tree, read_text},
    workspace::Workspace,
};

/// What a user asks of a new revision.
#[derive(Debug, Clone, Default)]
pub struct RevisionRequest {
    pub message: String,
    pub rev_id: Option<String>,
    /// Parents; empty means the tree's one head. `base` makes a new root.
    pub heads: Vec<String>,
    pub splice: bool,
    pub labels: Vec<String>,
    pub depends_on: Vec<String>,
    /// One of the tree's version folders.
    pub version_path: Option<String>,
    /// SQL for the file: of the upgrade, or with section markers of its own.
    pub sql: Option<String>,
}

/// What a revision file looks like when a tree has no `revision.sql.j2`.
pub const DEFAULT_TEMPLATE: &str = include_str!("../templates/revision.sql.j2");

/// Writes a new revision file and returns where.
pub fn create(workspace: &Workspace, tree: &Tree, request: &RevisionRequest) -> Result<PathBuf> {
    let draft = draft(workspace, tree, request)?;
    write_new(workspace, &draft.path, &draft.text)?;
    Ok(draft.path)
}

/// A revision that is not written yet.
pub struct Draft {
    pub path: PathBuf,
    pub text: String,
    /// The tree with it.
    pub tree: Tree,
}

/// Makes the text of a new revision, and checks that the tree is still sound with it.
pub fn draft(workspace: &Workspace, tree: &Tree, request: &RevisionRequest) -> Result<Draft> {
    if request.message.trim().is_empty() {
        return Err(Problem::plain(
            Exit::Usage,
            "empty-message",
            "the message is empty",
            "say in one line what the revision does: `drove revision -m \"Add users\"`",
        ));
    }
    let rev_id = request.rev_id.clone().unwrap_or_else(chance::revision_id);
    RevisionId::parse(&rev_id)?;
    check_message(&request.message)?;
    refuse_taken_or_odd_names(tree, &rev_id, &request.labels)?;
    let placement = plan::create(
        &tree.graph,
        &NewRevision {
            rev_id: Some(rev_id.clone()),
            head: head(&request.heads),
            splice: request.splice,
            depends_on: request.depends_on.clone(),
            labels: request.labels.clone(),
        },
    )
    .map_err(|error| Problem::new(Exit::Refused, error))?;
    let folder = version_folder(workspace, tree, request)?;
    let created = jiff::Timestamp::now().round(jiff::Unit::Second).unwrap_or_else(|_| jiff::Timestamp::now());
    let body = request.sql.as_deref().map(Body::of).unwrap_or_default();
    let text = render(workspace, tree, request, &rev_id, &placement, &created.to_string(), &body)?;
    let path = folder.join(file_name(tree, &rev_id, &request.message, created));
    let tree = with_file(workspace, tree, &path, &text)?;
    Ok(Draft { path, text, tree })
}

/// The message is the first line of the file, where a field of the header would be taken for that field.
fn check_message(message: &str) -> Result<()> {
    let field = message.trim_start().split_once(':').map(|(name, _)| name).filter(|name| FIELDS.contains(name));
    match field {
        None => Ok(()),
        Some(field) => Err(Problem::plain(
            Exit::Usage,
            "bad-message",
            format!("a message cannot begin with `{field}:`, which is a field of the header"),
            "nothing was written: begin it with another word",
        )),
    }
}

/// An id that another revision has, and a label that no selector could name, are found here: the graph would tell
/// of the first in terms of a file that is never written, and would take the second.
fn refuse_taken_or_odd_names(tree: &Tree, rev_id: &str, labels: &[String]) -> Result<()> {
    if let Some(file) = tree.files.iter().find(|file| file.revision.id.as_str() == rev_id) {
        return Err(Problem::plain(
            Exit::Refused,
            "duplicate-revision",
            format!("tree {} has a revision {rev_id} already: {}", tree.name(), file.path),
            "choose another id, or leave --rev-id out",
        ));
    }
    labels.iter().try_for_each(|label| check_label(label))
}

/// A label is part of selectors (`label@head`) and one word in the header of a file.
pub fn check_label(label: &str) -> Result<()> {
    let plain = |c: char| c.is_alphanumeric() || "_.".contains(c);
    let reserved = ["head", "heads", "base", "current"].contains(&label);
    match !label.is_empty() && !reserved && label.chars().all(plain) {
        true => Ok(()),
        false => Err(Problem::plain(
            Exit::Usage,
            "bad-label",
            format!("{label:?} cannot be a branch label"),
            "nothing was written: a label has letters, digits, `_` and `.`, and is not head, heads, base or current",
        )),
    }
}

fn head(heads: &[String]) -> Selection {
    match heads {
        [] => Selection::from("head"),
        [only] => Selection::from(only),
        several => Selection::from(several),
    }
}

/// The two sections of a new file.
#[derive(Debug, Default, serde::Serialize)]
struct Body {
    upgrade: String,
    downgrade: String,
    /// Sections with markers, given whole; empty if there are none.
    sections: String,
}

impl Body {
    /// SQL as the user gave it: with markers it stands for all sections, without it is the upgrade.
    fn of(sql: &str) -> Self {
        let sql = sql.trim_start_matches('\u{feff}').trim_end().to_owned();
        let has_markers = sql.lines().any(|line| line.trim_start().starts_with("-- drove:"));
        match has_markers {
            true => Body { sections: sql, ..Body::default() },
            false => Body { upgrade: sql, ..Body::default() },
        }
    }
}

fn version_folder(workspace: &Workspace, tree: &Tree, request: &RevisionRequest) -> Result<PathBuf> {
    let Some(wanted) = &request.version_path else { return Ok(tree.versions_folder()) };
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let wanted_path = canonical(&workspace.start.join(wanted));
    let folders = tree.settings.versions.iter().map(|folder| (folder, tree.place.directory.join(folder)));
    let mut folders = folders.filter(|(name, path)| *name == wanted || canonical(path) == wanted_path);
    folders.next().map(|(_, path)| path).ok_or_else(|| {
        Problem::plain(
            Exit::Usage,
            "unknown-version-path",
            format!("{wanted} is not a version folder of tree {}", tree.name()),
            format!("its tree.toml names {}; add the folder to `versions` there", tree.settings.versions.join(", ")),
        )
    })
}

fn render(
    workspace: &Workspace,
    tree: &Tree,
    request: &RevisionRequest,
    rev_id: &str,
    placement: &plan::Placement,
    created: &str,
    body: &Body,
) -> Result<String> {
    let path = tree.place.directory.join(&tree.settings.revision_template);
    let template = match path.is_file() {
        true => read_text(&path, &|path| workspace.shown(path))?,
        false => DEFAULT_TEMPLATE.to_owned(),
    };
    let ids = |ids: &[RevisionId]| ids.iter().map(RevisionId::as_str).collect::<Vec<_>>().join(", ");
    let mut templates = Templates::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    let message = request.message.split_whitespace().collect::<Vec<_>>().join(" ");
    let parents = ids(&placement.parents);
    let values = context! {
        message,
        revision => rev_id,
        parents,
        labels => placement.labels.join(", "),
        depends_on => placement.depends_on.join(", "),
        created,
        tree => tree.name(),
        upgrade => body.upgrade.as_str(),
        downgrade => body.downgrade.as_str(),
        sections => body.sections.as_str(),
    };
    let text = templates.render_str(&template, values).map_err(|error| {
        Problem::plain(
            Exit::Usage,
            "bad-template",
            format!("{} cannot be filled in: {error}", workspace.shown(&path)),
            "it may use message, revision, parents, labels, depends_on, created, tree, upgrade, downgrade and sections",
        )
    })?;
    Ok(text.trim_end().to_owned() + "\n")
}

fn file_name(tree: &Tree, rev_id: &str, message: &str, created: jiff::Timestamp) -> String {
    let at = created.to_zoned(jiff::tz::TimeZone::UTC);
    let pattern = &tree.settings.file_name;
    let two = |number: i8| format!("{number:02}");
    let parts = [
        ("{revision}", rev_id.to_owned()),
        ("{slug}", slug(message)),
        ("{year}", at.year().to_string()),
        ("{month}", two(at.month())),
        ("{day}", two(at.day())),
        ("{hour}", two(at.hour())),
        ("{minute}", two(at.minute())),
        ("{second}", two(at.second())),
    ];
    let name = parts.iter().fold(pattern.clone(), |name, (mark, value)| name.replace(mark, value));
    let name = name.trim_end_matches(".sql").trim_end_matches('_').to_owned();
    format!("{name}.sql")
}

/// Words of a message as part of a file name, at most 40 characters, cut at a word.
fn slug(message: &str) -> String {
    let lower = message.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        if !slug.is_empty() && slug.len() + word.len() + 1 > 40 {
            break;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.extend(word.chars().take(40));
    }
    slug
}

/// The new file must be readable, and the tree with it must still be a graph.
fn with_file(workspace: &Workspace, tree: &Tree, path: &Path, text: &str) -> Result<Tree> {
    let file = RevisionFile::parse(&workspace.shown(path), text.to_owned())?;
    let mut files = tree.files.clone();
    files.push(file);
    Tree::new(tree.place.clone(), tree.settings.clone(), files)
}

/// Writes a file that must not exist yet: whole or not at all.
pub fn write_new(workspace: &Workspace, path: &Path, text: &str) -> Result<()> {
    let fail = |error| FileProblem { path: workspace.shown(path), doing: "written", error };
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(fail)?;
    let mut file = tempfile::Builder::new().prefix(".drove-").tempfile_in(folder).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    readable_by_all(file.as_file()).map_err(fail)?;
    file.persist_noclobber(path).map_err(|error| fail(error.error))?;
    Ok(())
}

/// A temporary file is its owner's alone; a revision is everybody's.
#[cfg(unix)]
fn readable_by_all(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_cut_at_a_word() {
        assert_eq!(
            slug("Add tx_index column to transaction_processing for block position tracking"),
            "add_tx_index_column_to_transaction"
        );
        assert_eq!(slug("  ÄÖ / x"), "x");
        assert_eq!(slug(""), "");
    }

    #[test]
    fn sql_with_markers_stands_for_all_sections() {
        assert_eq!(Body::of("SELECT 1;\n").upgrade, "SELECT 1;");
        assert!(Body::of("-- drove:upgrade\nSELECT 1;\n").upgrade.is_empty());
    }
}
