//! Where things are: the repository, the shared corpora, folders for what tests leave behind for a moment.

use std::{
    env, fs,
    io::Write,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// The root of this repository.
pub fn repo_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("this crate lies two folders below the root").to_owned()
}

/// The folder of the shared corpora (`DROVE_SHARED`, else `shared` beside the repository). A clone may stand without
/// it, and its tests are then visibly left out; a continuous-integration run must have it.
pub fn shared() -> Option<PathBuf> {
    let folder = env::var_os("DROVE_SHARED").map_or_else(|| repo_root().join("../shared"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    left_out("tests over the shared corpora", &format!("{} is not there; set DROVE_SHARED", folder.display()));
    None
}

/// Says that something is not tested here, past the capturing of test output, so that it cannot pass for a success.
/// In a continuous-integration run nothing may be left out.
pub fn left_out(what: &str, why: &str) {
    assert!(!in_ci(), "{what} may not be left out while CI is set: {why}");
    let line = format!("left out: {what} ({why})\n");
    // A closed stderr must not turn into a failing test.
    let _ = std::io::stderr().write_all(line.as_bytes());
    if let Some(list) = env::var_os("DROVE_LEFT_OUT").filter(|list| !list.is_empty()) {
        let file = fs::OpenOptions::new().create(true).append(true).open(&list);
        let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
        written.unwrap_or_else(|error| panic!("DROVE_LEFT_OUT={} takes no line: {error}", list.display()));
    }
}

fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// A folder in which the processes of a test run agree on things. It outlives the run and holds a few bytes.
pub(crate) fn meeting_place() -> PathBuf {
    let uid = own_uid();
    let in_target = target_folder().join(format!("testkit/{uid}"));
    let in_temp = env::temp_dir().join(format!("droveway-testkit-{uid}"));
    let writable = |folder: &Path| {
        let probe = folder.join(format!("probe-{}", std::process::id()));
        fs::create_dir_all(folder).and_then(|()| fs::write(&probe, "")).and_then(|()| fs::remove_file(&probe)).is_ok()
    };
    [in_target, in_temp]
        .into_iter()
        .find(|folder| writable(folder))
        .expect("neither the target folder nor the temporary folder can be written to")
}

/// The build folder.
pub(crate) fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| repo_root().join("target"), |folder| repo_root().join(folder))
}

/// A folder for temporary files that every user may pass through: servers of root's tests run as somebody else.
pub(crate) fn open_temp_folder() -> PathBuf {
    let folder = env::temp_dir();
    if own_uid() != 0 || folder.ancestors().all(passable) { folder } else { PathBuf::from("/tmp") }
}

fn passable(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|folder| folder.mode() & 0o001 != 0)
}

/// The user this process runs as. The standard library has no call for it, but a new file tells.
pub(crate) fn own_uid() -> u32 {
    let file = tempfile::NamedTempFile::new().expect("the temporary folder takes a file");
    file.as_file().metadata().expect("an open file has an owner").uid()
}
