//! The server's process: started, seen to be ready, ended.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    command::{as_server_user, clean},
    description::Description,
    watchdog,
};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the server and waits until it takes connections; otherwise says its log.
pub(crate) fn launch(description: &Description) -> Result<Child, String> {
    let folder = &description.folder;
    let open = || fs::OpenOptions::new().create(true).append(true).open(description.log());
    let mut command = clean(&description.server.bin.join("postgres"));
    command.arg("-D").arg(folder.join("data")).args(["-p", &description.port.to_string()]);
    command
        .stdin(Stdio::null())
        .stdout(open().expect("the folder is ours"))
        .stderr(open().expect("the folder is ours"));
    // Its own group, so that an interrupt on the terminal leaves the order of ending to the tests and the watchdog.
    command.process_group(0);
    let mut child = as_server_user(&mut command, folder).spawn().map_err(|error| error.to_string())?;
    let until = Instant::now() + PATIENCE;
    while ready_server(folder) != Some(child.id()) {
        let ended = child.try_wait().map_err(|error| error.to_string())?.is_some();
        if ended || Instant::now() > until {
            end(&mut child);
            return Err(fs::read_to_string(description.log()).unwrap_or_default());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(child)
}

/// Whether the cluster's server runs and takes connections.
pub(crate) fn running(folder: &Path) -> bool {
    ready_server(folder).is_some_and(watchdog::alive)
}

/// The process id of the server that says in its lock file that it takes connections.
fn ready_server(folder: &Path) -> Option<u32> {
    let text = fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
    let ready = text.lines().nth(7).is_some_and(|status| status.trim() == "ready");
    ready.then(|| text.lines().next()?.trim().parse().ok())?
}

/// Immediate shutdown: the server ends its own children and leaves no shared memory behind, unlike a killed one.
pub(crate) fn end(server: &mut Child) {
    watchdog::signal(server.id(), "QUIT");
    let until = Instant::now() + Duration::from_secs(10);
    while Instant::now() < until && matches!(server.try_wait(), Ok(None)) {
        thread::sleep(Duration::from_millis(10));
    }
    let _ = server.kill();
    let _ = server.wait();
}
