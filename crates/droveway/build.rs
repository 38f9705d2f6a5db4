//! Puts the example workspace into the library, so that `drove init --example indexer` can write it anywhere.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

fn main() -> std::io::Result<()> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../examples/indexer");
    let mut files = Vec::new();
    collect(&root, &root, &mut files)?;
    files.sort();
    let mut code = "&[\n".to_owned();
    for (name, path) in &files {
        let _ = writeln!(code, "    ({name:?}, include_str!({:?})),", path.display().to_string());
    }
    code.push(']');
    let out = PathBuf::from(std::env::var("OUT_DIR").unwrap_or_default()).join("example.rs");
    fs::write(out, code)
}

/// What belongs to the example; what it makes when it runs (its databases) does not.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    // Only the folders with sources are watched: the databases lie beside them and change at every run.
    for entry in fs::read_dir(folder)? {
        let path = entry?.path().canonicalize()?;
        let name = path.strip_prefix(root.canonicalize()?).unwrap_or(&path).display().to_string();
        let is_made = name == "data" || name.starts_with(".drove") || name == ".env" || name.contains(".sqlite");
        if is_made && path.file_name().is_none_or(|name| name != "sqlite") {
            continue;
        }
        println!("cargo:rerun-if-changed={}", path.display());
        match path.is_dir() {
            true => collect(root, &path, files)?,
            false => files.push((name, path)),
        }
    }
    Ok(())
}
