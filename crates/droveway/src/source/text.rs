//! SQL as it lies in files.

use std::path::{Path, PathBuf};

use crate::{
    problem::{Exit, FileProblem, Problem, Result},
    tree::read_text,
};

/// The text of one file, or what a command printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlText {
    /// As the user would write it.
    pub path: String,
    pub text: String,
}

/// Reads a file, or all files of a folder and the folders in it that end with `.sql`, in the order of their paths.
pub fn read_sql(path: &Path, shown: &dyn Fn(&Path) -> String) -> Result<Vec<SqlText>> {
    if path.symlink_metadata().is_err() {
        return Err(Problem::plain(
            Exit::Usage,
            "file-missing",
            format!("there is no file or folder {}", shown(path)),
            "the schema's SQL is meant to lie there: correct the path, or make it (`drove schema dump` writes that of a database)",
        ));
    }
    if !path.is_dir() {
        return Ok(vec![SqlText { path: shown(path), text: read_text(path, shown)? }]);
    }
    let mut files = Vec::new();
    collect(path, shown, &mut files)?;
    files.sort();
    if files.is_empty() {
        return Err(Problem::plain(
            Exit::Usage,
            "no-sql-files",
            format!("{} holds no .sql file", shown(path)),
            "write the wanted schema there as CREATE statements, or name another folder",
        ));
    }
    files.iter().map(|file| Ok(SqlText { path: shown(file), text: read_text(file, shown)? })).collect()
}

fn collect(folder: &Path, shown: &dyn Fn(&Path) -> String, files: &mut Vec<PathBuf>) -> Result<()> {
    let fail = |error| FileProblem { path: shown(folder), doing: "read", error };
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            collect(&path, shown, files)?;
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")) {
            files.push(path);
        }
    }
    Ok(())
}
