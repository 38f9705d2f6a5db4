//! The program under test, in a world without surprises.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::place::repo_root;

/// Beginnings of the names of environment variables that change what `drove` does or how it looks.
const TELLING: [&str; 9] =
    ["INDEXER_", "MODEL_", "PG", "DROVE_", "CLICOLOR", "FORCE_COLOR", "LC_", "XDG_", "DATABASE_URL"];

thread_local! {
    static HOME: TempDir = tempfile::Builder::new().prefix("drove-home-").tempdir().expect("the temporary folder takes a folder");
}

/// The binary (`drove(env!("CARGO_BIN_EXE_drove"))`) with none of the developer's settings, no colour, and a home folder
/// that lasts as long as the thread of the test.
pub fn drove(binary: impl AsRef<Path>) -> Command {
    let mut command = Command::new(binary.as_ref());
    for (name, _) in env::vars_os() {
        if TELLING.iter().any(|beginning| name.to_string_lossy().starts_with(beginning)) {
            command.env_remove(name);
        }
    }
    command.env("NO_COLOR", "1").env("LANG", "C.UTF-8").env("HOME", HOME.with(|home| home.path().to_owned()));
    command
}

/// A copy of a folder of this repository (`examples/indexer`) to work in, without what running it left there.
pub fn sandbox(folder: impl AsRef<Path>) -> TempDir {
    let from = repo_root().join(folder);
    let sandbox =
        tempfile::Builder::new().prefix("drove-sandbox-").tempdir().expect("the temporary folder takes a folder");
    copy(&from, sandbox.path()).unwrap_or_else(|error| panic!("{} cannot be copied: {error}", from.display()));
    sandbox
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if left_by_a_run(&path) {
            continue;
        }
        if path.is_dir() {
            fs::create_dir(&target)?;
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

/// What `.gitignore` leaves out.
fn left_by_a_run(path: &Path) -> bool {
    let name = path.file_name().map(PathBuf::from).unwrap_or_default();
    let name = name.to_string_lossy();
    name == ".env"
        || name == ".drove"
        || [".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal"].iter().any(|end| name.ends_with(end))
}
