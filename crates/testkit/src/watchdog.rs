//! What makes sure that no server outlives its tests: a small shell process beside each cluster.
//!
//! Every test process that uses a cluster registers itself as a file `users/<pid>` in the cluster's folder. Once none
//! of them is alive, the watchdog removes the folder `users`. That succeeds only while it is empty and makes later
//! registrations fail, so that nobody can move in while the house is being closed. Then it stops the server and removes
//! everything. It needs no cooperation of the tests: they may be interrupted, killed, or crash.

use std::{
    fs, io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

const SCRIPT: &str = r#"
folder=$1 grace=$2 idle=0
trap '' INT HUP

alive() {
    if [ -r /proc/self/stat ]; then
        read -r line < "/proc/$1/stat" || return 1
        case $line in *") Z "*) return 1 ;; esac
    else
        kill -0 "$1"
    fi
}

while sleep 1; do
    [ -d "$folder" ] || exit 0
    used=
    for user in "$folder"/users/*; do
        [ -e "$user" ] || continue
        if alive "${user##*/}"; then used=yes; else rm -f "$user"; fi
    done
    if [ "$used" ]; then idle=0; continue; fi
    idle=$((idle + 1))
    [ "$idle" -gt "$grace" ] || continue
    [ -d "$folder/users" ] || break
    rmdir "$folder/users" && break
done

if read -r server < "$folder/data/postmaster.pid"; then
    kill -QUIT "$server"
    for second in 1 2 3 4 5 6 7 8 9 10; do
        alive "$server" || break
        sleep 1
    done
    alive "$server" && kill -KILL "$server"
fi
for second in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$folder" && exit 0
    sleep 1
done
"#;

/// How the name of every cluster's folder begins.
pub(crate) const PREFIX: &str = "drove-pg-";

/// The file with the watchdog's own process id.
const PID: &str = "watchdog.pid";

/// Starts the watchdog of a cluster's folder. `grace_s` is how long the cluster stays without a user.
pub(crate) fn start(folder: &Path, grace_s: u32) -> io::Result<Child> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    assert!(name.starts_with(PREFIX), "{} is no cluster's folder to be removed", folder.display());
    let watchdog = Command::new("sh")
        .args(["-c", SCRIPT, "droveway-testkit-watchdog"])
        .arg(folder)
        .arg(grace_s.to_string())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Its own group: what interrupts or kills the tests must not reach it.
        .process_group(0)
        .spawn()?;
    fs::write(folder.join(PID), watchdog.id().to_string())?;
    Ok(watchdog)
}

/// Whether the cluster's watchdog is there.
pub(crate) fn watches(folder: &Path) -> bool {
    let pid = fs::read_to_string(folder.join(PID)).ok().and_then(|pid| pid.parse().ok());
    pid.is_some_and(alive)
}

/// Makes this process a user of the cluster; false if the cluster is closing or gone.
pub(crate) fn register(folder: &Path) -> bool {
    fs::write(registration(folder), "").is_ok()
}

/// Ends what `register` began.
pub(crate) fn unregister(folder: &Path) {
    // If it is not there the cluster is gone, which is as good.
    let _ = fs::remove_file(registration(folder));
}

fn registration(folder: &Path) -> std::path::PathBuf {
    folder.join("users").join(std::process::id().to_string())
}

/// Whether a process runs (a zombie does not).
pub(crate) fn alive(pid: u32) -> bool {
    if Path::new("/proc/self/stat").exists() {
        fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    } else {
        signal(pid, "0")
    }
}

/// Sends a signal by name; false if there is no such process.
pub(crate) fn signal(pid: u32, name: &str) -> bool {
    // The shell's own `kill` is everywhere; the program of that name is missing in small containers.
    Command::new("sh")
        .args(["-c", "kill -\"$1\" \"$2\" 2>/dev/null", "kill", name, &pid.to_string()])
        .status()
        .is_ok_and(|status| status.success())
}
