//! What a reviewer should not have to look for: each check takes the tracked files and returns its findings.
//!
//! What `cargo fmt` and `cargo clippy` find is theirs. A new check is a function here and a line in `CHECKS`.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, ExitCode},
};

/// A check: the tracked files in, its findings out.
type Check = fn(&[File]) -> Vec<String>;

/// Every check, in the order in which their findings are shown.
const CHECKS: [Check; 7] = [headers, lengths, unfinished, machine_paths, fixtures, workspace_lints, unsafe_code];

/// Files that may be longer than `LONGEST`, and why.
const LONG: [(&str, &str); 0] = [];

const LONGEST: usize = 600;

/// What may not stand in Rust code, and what to do instead. Written apart, so that this file does not find itself.
const UNFINISHED: [(&str, &str); 5] = [
    (concat!("to", "do!("), "finish it"),
    (concat!("unimpl", "emented!("), "finish it"),
    (concat!("#[ign", "ore"), "run the test, or assert today's answer and say why it is wrong"),
    (concat!("#[al", "low("), "use #[expect(lint, reason = \"…\")]"),
    (concat!("#![al", "low("), "use #[expect(lint, reason = \"…\")]"),
];

/// Beginnings of paths that exist on one machine alone.
const MACHINE_PATHS: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/ro", "ot/"), concat!("/wo", "rk/")];

/// A tracked text file.
struct File {
    path: String,
    text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Lines with their numbers, counted from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Runs every check and says what it found.
pub fn run() -> ExitCode {
    let files = match tracked_files() {
        Ok(files) => files,
        Err(error) => {
            eprintln!("tidy: the tracked files cannot be listed: {error}");
            return ExitCode::from(2);
        }
    };
    let findings: Vec<String> = CHECKS.iter().flat_map(|check| check(&files)).collect();
    for finding in &findings {
        println!("{finding}");
    }
    println!("tidy: {}, {}", counted(files.len(), "file"), counted(findings.len(), "finding"));
    if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Everything in the repository that git knows or would add; what is not text is left to others.
fn tracked_files() -> Result<Vec<File>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("this crate lies in no folder")?;
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .map_err(|error| error.to_string())?;
    if !listed.status.success() {
        return Err(String::from_utf8_lossy(&listed.stderr).trim().to_owned());
    }
    let paths = String::from_utf8(listed.stdout).map_err(|error| error.to_string())?;
    let paths = paths.split('\0').filter(|path| !path.is_empty());
    Ok(paths
        .filter_map(|path| Some(File { path: path.to_owned(), text: fs::read_to_string(root.join(path)).ok()? }))
        .collect())
}

/// A file says what it is for.
fn headers(files: &[File]) -> Vec<String> {
    let without = files.iter().filter(|file| file.is_rust() && !file.text.starts_with("//!"));
    without.map(|file| format!("{}:1: no //! header says what this file is for", file.path)).collect()
}

/// A file is one room. A reason that has become needless goes.
fn lengths(files: &[File]) -> Vec<String> {
    let excused: BTreeSet<&str> = LONG.iter().map(|(path, _)| *path).collect();
    let rust = files.iter().filter(|file| file.is_rust());
    rust.filter_map(|file| {
        let length = file.text.lines().count();
        match (length > LONGEST, excused.contains(file.path.as_str())) {
            (true, false) => Some(format!("{}:{length}: more than {LONGEST} lines: split it", file.path)),
            (false, true) => Some(format!("{}:{length}: not long any more: take it off tidy's list", file.path)),
            _ => None,
        }
    })
    .collect()
}

/// Nothing half done, no test left out, no lint silenced for good.
fn unfinished(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let code = file.lines().filter(|(_, line)| !line.trim_start().starts_with("//"));
        for (number, line) in code {
            let found = UNFINISHED.iter().filter(|(word, _)| line.contains(word));
            findings.extend(found.map(|(word, instead)| format!("{}:{number}: {word}: {instead}", file.path)));
        }
    }
    findings
}

/// A clone works wherever it lies.
fn machine_paths(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files {
        for (number, line) in file.lines() {
            let found = MACHINE_PATHS.iter().find(|path| begins_path(line, path));
            findings.extend(found.map(|path| format!("{}:{number}: a path of one machine: {path}…", file.path)));
        }
    }
    findings
}

/// Whether a line holds an absolute path with this beginning (`src/work/` and `https://host/work/` hold none).
fn begins_path(line: &str, beginning: &str) -> bool {
    line.match_indices(beginning).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + beginning.len()..].chars().next();
        before.is_none_or(|c| c.is_whitespace() || "\"'`(=:[<,".contains(c)) && after.is_some_and(char::is_alphanumeric)
    })
}

/// Every folder of cases (`…/tests/corpus/<name>/`) is named by a test.
fn fixtures(files: &[File]) -> Vec<String> {
    let folders: BTreeSet<(&str, &str)> = files.iter().filter_map(|file| fixture_folder(&file.path)).collect();
    let named = |name: &str| {
        let quoted = [format!("\"{name}\""), format!("corpus/{name}")];
        files.iter().any(|file| file.is_rust() && quoted.iter().any(|form| file.text.contains(form)))
    };
    let lost = folders.into_iter().filter(|(_, name)| !named(name));
    lost.map(|(corpus, name)| format!("{corpus}/{name}: no test names this folder")).collect()
}

/// `crates/core/tests/corpus/graph/1.json` is (`crates/core/tests/corpus`, `graph`).
fn fixture_folder(path: &str) -> Option<(&str, &str)> {
    const CORPUS: &str = "tests/corpus";
    let end = path.find(CORPUS)? + CORPUS.len();
    let (name, _) = path[end..].strip_prefix('/')?.split_once('/')?;
    Some((&path[..end], name))
}

/// Every crate takes the lints of the workspace.
fn workspace_lints(files: &[File]) -> Vec<String> {
    let crates = files.iter().filter(|file| file.path.ends_with("/Cargo.toml") && file.text.contains("[package]"));
    let without = crates.filter(|file| !file.text.contains("[lints]\nworkspace = true"));
    without.map(|file| format!("{}: takes no lints of the workspace: [lints] workspace = true", file.path)).collect()
}

/// The workspace forbids unsafe code.
fn unsafe_code(files: &[File]) -> Vec<String> {
    let forbidden =
        files.iter().any(|file| file.path == "Cargo.toml" && file.text.contains("unsafe_code = \"forbid\""));
    if forbidden {
        Vec::new()
    } else {
        vec!["Cargo.toml: [workspace.lints.rust] lacks unsafe_code = \"forbid\"".to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_rust_file_needs_a_header() {
        assert_eq!(headers(&[file("a.rs", "fn main() {}\n")]), ["a.rs:1: no //! header says what this file is for"]);
        assert!(headers(&[file("a.rs", "//! A.\n"), file("b.toml", "")]).is_empty());
    }

    #[test]
    fn a_file_may_have_600_lines_and_no_more() {
        assert!(lengths(&[file("a.rs", &"\n".repeat(600))]).is_empty());
        assert_eq!(lengths(&[file("a.rs", &"\n".repeat(601))]), ["a.rs:601: more than 600 lines: split it"]);
    }

    #[test]
    fn unfinished_work_is_found_in_code_and_not_in_comments() {
        for (word, _) in UNFINISHED {
            assert_eq!(unfinished(&[file("a.rs", &format!("fn f() {{\n    {word}"))]).len(), 1, "{word}");
            assert!(unfinished(&[file("a.rs", &format!("// {word}"))]).is_empty(), "{word}");
        }
    }

    #[test]
    fn a_path_of_one_machine_is_found_and_a_relative_one_is_not() {
        let home = format!("cp {}someone/x .", MACHINE_PATHS[0]);
        assert_eq!(machine_paths(&[file("notes.md", &home)]).len(), 1);
        assert!(machine_paths(&[file("notes.md", &home.replace(" /", " src/"))]).is_empty());
        assert!(machine_paths(&[file("notes.md", &home.replace(" /", " https://host/"))]).is_empty());
    }

    #[test]
    fn a_folder_of_cases_must_be_named_by_a_test() {
        let case = file("crates/core/tests/corpus/graph/1.json", "{}");
        let lost = "crates/core/tests/corpus/graph: no test names this folder";
        assert_eq!(fixtures(&[case]), [lost]);
        let case = file("crates/core/tests/corpus/graph/1.json", "{}");
        assert!(fixtures(&[case, file("a.rs", "read(\"tests/corpus/graph\")")]).is_empty());
    }

    #[test]
    fn a_crate_must_take_the_lints_and_the_workspace_must_forbid_unsafe_code() {
        let bare = file("crates/a/Cargo.toml", "[package]\nname = \"a\"\n");
        assert_eq!(workspace_lints(&[bare]).len(), 1);
        assert!(workspace_lints(&[file("crates/a/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n")]).is_empty());
        assert_eq!(unsafe_code(&[]).len(), 1);
        assert!(unsafe_code(&[file("Cargo.toml", "unsafe_code = \"forbid\"\n")]).is_empty());
    }
}
