//! Which file an address means, and what is asked of its connection.
//!
//! URLs are read as SQLAlchemy reads them, because that is what an Alembic project holds: `sqlite:///data/a.db` is
//! relative and `sqlite:////srv/a.db` absolute. sqlx's `sqlite:data/a.db` and `sqlite://data/a.db` mean the same file
//! in both worlds, so they are taken too.

use std::{
    path::{Component, Path, PathBuf},
    time::Duration,
};

use droveway_core::{
    diagnostic::{Diagnostic, nearest},
    engine::{Address, EngineError, EngineErrorKind, Location},
};

const PARAMETERS: [&str; 3] = ["path", "foreign_keys", "busy_timeout"];
/// What a URL's query may hold: a path stands before it.
const QUERY_PARAMETERS: [&str; 3] = ["foreign_keys", "busy_timeout", "mode"];
const BUSY_TIMEOUT: Duration = Duration::from_millis(5000);
/// A chain of symbolic links longer than this is a circle.
const MOST_LINKS: usize = 40;

/// A file, and how to open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// As the user wrote it.
    pub shown: String,
    /// Absolute, with links resolved: what SQLite opens, and what tells one database from another.
    pub path: PathBuf,
    pub foreign_keys: bool,
    pub busy_timeout: Duration,
    pub read_only: bool,
}

/// Why an address leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AddressError {
    #[error("the address names no file")]
    NoPath,
    #[error("a database in memory ends with its connection, so there is nothing to migrate")]
    InMemory,
    #[error("the address is a `file:` URI")]
    FileUri,
    #[error("the address is a URL of another engine: `{scheme}://`")]
    Scheme { scheme: String },
    #[error("the path holds a NUL character")]
    Nul,
    #[error("`{parameter}` is not a parameter of an SQLite address")]
    UnknownParameter { parameter: String, known: &'static [&'static str] },
    #[error("`{parameter}` cannot be `{value}`")]
    Value { parameter: &'static str, value: String, wanted: &'static str },
    #[error("cannot resolve {path}: {reason}")]
    Unresolved { path: String, reason: String },
}

impl Diagnostic for AddressError {
    fn code(&self) -> &'static str {
        "bad-address"
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            AddressError::NoPath => "give `path`, or a URL such as sqlite:///data/app.db".into(),
            AddressError::InMemory => "give the path of a file".into(),
            AddressError::FileUri => {
                "give the plain path; for its options use `foreign_keys` and `busy_timeout`".into()
            }
            AddressError::Scheme { .. } => "an SQLite URL begins with sqlite:///".into(),
            AddressError::UnknownParameter { parameter, known } => match nearest(parameter, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are: {}", known.join(", ")),
            },
            AddressError::Value { wanted, .. } => format!("give {wanted}"),
            AddressError::Nul | AddressError::Unresolved { .. } => return None,
        })
    }
}

impl From<AddressError> for EngineError {
    fn from(error: AddressError) -> Self {
        let help = error.help();
        EngineError { help, ..EngineError::new(EngineErrorKind::Address, error.to_string()) }
    }
}

impl Place {
    /// Reads an address. The file need not exist; its folders' links are resolved as far as they do. A password that
    /// the address has for another engine's sake is passed over.
    pub(crate) fn of(address: &Address) -> Result<Place, AddressError> {
        let mut wishes = Wishes { foreign_keys: true, busy_timeout: BUSY_TIMEOUT, read_only: false };
        for (parameter, value) in &address.parameters {
            wishes.take(parameter, value, &PARAMETERS)?;
        }
        let shown = match &address.url {
            Some(url) => wishes.path_of_url(url.expose())?,
            None => address.parameters.get("path").cloned().unwrap_or_default(),
        };
        check_path(&shown)?;
        let path = resolve(Path::new(&shown))
            .map_err(|error| AddressError::Unresolved { path: shown.clone(), reason: error.to_string() })?;
        let Wishes { foreign_keys, busy_timeout, read_only } = wishes;
        Ok(Place { shown, path, foreign_keys, busy_timeout, read_only })
    }

    pub(crate) fn location(&self) -> Location {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        Location {
            display: self.shown.clone(),
            server: self.path.parent().map(text).unwrap_or_default(),
            identity: text(&self.path),
            database: self.database(),
        }
    }

    /// The file's name without its last extension.
    pub(crate) fn database(&self) -> String {
        self.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// One of SQLite's own files beside the database: `-wal`, `-shm`, `-journal`.
    pub(crate) fn companion(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(suffix);
        name.into()
    }
}

/// What an address asks for beside the file.
struct Wishes {
    foreign_keys: bool,
    busy_timeout: Duration,
    read_only: bool,
}

impl Wishes {
    /// The path in a URL, or the whole text if it is a plain path. The URL's query is taken in.
    fn path_of_url(&mut self, url: &str) -> Result<String, AddressError> {
        let Some((scheme, rest)) = scheme_of(url) else { return Ok(url.to_owned()) };
        match scheme {
            "sqlite" | "sqlite3" | "sqlite+pysqlite" | "sqlite+aiosqlite" => {}
            "file" => return Err(AddressError::FileUri),
            _ => return Err(AddressError::Scheme { scheme: scheme.to_owned() }),
        }
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (parameter, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.take(&decode(parameter), &decode(value), &QUERY_PARAMETERS)?;
        }
        let path = path.strip_prefix("///").or_else(|| path.strip_prefix("//")).unwrap_or(path);
        if path.is_empty() || path == ":memory:" {
            return Err(AddressError::InMemory);
        }
        Ok(decode(path))
    }

    fn take(&mut self, parameter: &str, value: &str, known: &'static [&'static str]) -> Result<(), AddressError> {
        match parameter {
            _ if !known.contains(&parameter) => {
                return Err(AddressError::UnknownParameter { parameter: parameter.to_owned(), known });
            }
            "foreign_keys" => self.foreign_keys = switch("foreign_keys", value)?,
            "busy_timeout" => self.busy_timeout = milliseconds("busy_timeout", value)?,
            "mode" => self.read_only = mode(value)?,
            _ => {}
        }
        Ok(())
    }
}

/// `sqlite` and what follows its colon; none for a plain path (a single letter is a drive).
fn scheme_of(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let is_word = scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '+');
    let is_url = rest.starts_with("//") || matches!(scheme, "sqlite" | "sqlite3" | "file");
    (scheme.len() > 1 && is_word && is_url).then_some((scheme, rest))
}

/// Undoes `%20` and its like; what is no such escape, or would not be text, stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = (first == b'%').then(|| text_of_hex(tail)).flatten();
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn text_of_hex(digits: &[u8]) -> Option<u8> {
    let pair = std::str::from_utf8(digits.get(..2)?).ok()?;
    pair.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u8::from_str_radix(pair, 16).ok()).flatten()
}

fn switch(parameter: &'static str, value: &str) -> Result<bool, AddressError> {
    match value.to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Ok(true),
        "off" | "false" | "no" | "0" => Ok(false),
        _ => Err(AddressError::Value { parameter, value: value.to_owned(), wanted: "`on` or `off`" }),
    }
}

fn milliseconds(parameter: &'static str, value: &str) -> Result<Duration, AddressError> {
    let wanted = "a whole number of milliseconds, such as 5000";
    let number: Result<u32, _> = value.parse();
    let refused = |_| AddressError::Value { parameter, value: value.to_owned(), wanted };
    Ok(Duration::from_millis(number.map_err(refused)?.into()))
}

/// sqlx's `mode`. `rwc` would create the file where it is missing; here that is a command of its own.
fn mode(value: &str) -> Result<bool, AddressError> {
    match value {
        "ro" => Ok(true),
        "rw" | "rwc" => Ok(false),
        "memory" => Err(AddressError::InMemory),
        _ => Err(AddressError::Value { parameter: "mode", value: value.to_owned(), wanted: "`rw` or `ro`" }),
    }
}

fn check_path(path: &str) -> Result<(), AddressError> {
    match path {
        "" => Err(AddressError::NoPath),
        ":memory:" => Err(AddressError::InMemory),
        _ if path.starts_with("file:") => Err(AddressError::FileUri),
        _ if path.contains('\0') => Err(AddressError::Nul),
        _ => Ok(()),
    }
}

/// The path without links, `.` and `..`; parts that do not exist yet are taken as they are.
fn resolve(path: &Path) -> std::io::Result<PathBuf> {
    let mut path = std::path::absolute(path)?;
    for _ in 0..MOST_LINKS {
        match path.canonicalize() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            // A folder that may not be entered: whoever opens the file says so.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return Ok(beside_what_exists(&path)),
            done => return done,
        }
        // Missing, or a link to what is missing: SQLite would follow the link, so its end is the database.
        let Ok(target) = path.read_link() else { return Ok(beside_what_exists(&path)) };
        path = path.parent().unwrap_or(Path::new("/")).join(target);
    }
    Err(std::io::Error::other("too many symbolic links"))
}

/// The longest part of the path that exists, resolved, with the rest put behind it.
fn beside_what_exists(path: &Path) -> PathBuf {
    let found = path.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    let Some((folder, mut resolved)) = found else { return path.to_owned() };
    for part in path.strip_prefix(folder).unwrap_or(path).components() {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            part => resolved.push(part),
        }
    }
    resolved
}
