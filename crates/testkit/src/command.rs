//! Commands of PostgreSQL: without the developer's settings, and as a user that the server accepts.

use std::{
    fs,
    io::{self, Seek, Write},
    os::unix::{fs::chown, process::CommandExt},
    path::Path,
    process::Command,
    sync::OnceLock,
};

use crate::place;

/// A program without the settings that libpq and the server take from the environment.
pub(crate) fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C");
    command
}

/// Runs a program with a text as its input; the error is what it said.
pub(crate) fn output_of(command: &mut Command, input: &str) -> Result<String, String> {
    // A file as input: a pipe could be full on both sides.
    let mut file = tempfile::tempfile().map_err(|error| error.to_string())?;
    file.write_all(input.as_bytes()).map_err(|error| error.to_string())?;
    file.rewind().map_err(|error| error.to_string())?;
    let output = command.stdin(file).output().map_err(|error| format!("{}: {error}", program_of(command)))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr) + &text(&output.stdout)) }
}

fn program_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// PostgreSQL refuses to run as root: root's tests run it as a user without rights.
pub(crate) fn as_server_user<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    if let Some((uid, gid)) = server_user() {
        command.uid(uid).gid(gid);
    }
    command.current_dir(folder)
}

/// Gives a file to the user that servers run as.
pub(crate) fn hand_over(path: &Path) -> io::Result<()> {
    match server_user() {
        Some((uid, gid)) => chown(path, Some(uid), Some(gid)),
        None => fs::metadata(path).map(|_| ()),
    }
}

/// The user that servers run as, if it is not the one who runs the tests. It must be in the user table, or initdb does
/// not know its name.
fn server_user() -> Option<(u32, u32)> {
    static USER: OnceLock<Option<(u32, u32)>> = OnceLock::new();
    *USER.get_or_init(|| (place::own_uid() == 0).then(unprivileged_user))
}

fn unprivileged_user() -> (u32, u32) {
    let table = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |wanted: &str| {
        let line = table.lines().find(|line| line.split(':').next() == Some(wanted))?;
        let number = |at: usize| line.split(':').nth(at)?.parse::<u32>().ok();
        Some((number(2)?, number(3)?))
    };
    ["nobody", "postgres", "daemon"]
        .into_iter()
        .find_map(find)
        .expect("PostgreSQL does not run as root, and there is no user nobody, postgres or daemon to run it as")
}
