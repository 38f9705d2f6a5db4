//! Any error of the library on its way to the caller: a `Diagnostic`, and what the run amounts to because of it.

use std::fmt;

use droveway_core::diagnostic::{Diagnostic, Snippet};

/// What a command amounts to: the program's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    Ok = 0,
    /// Findings, drift, changes.
    NotAsWanted = 1,
    /// Usage or configuration.
    Usage = 2,
    /// Finished, but some targets failed.
    SomeFailed = 3,
    /// Refused, or nothing could start.
    Refused = 4,
    Halted = 5,
    Unknown = 6,
    Interrupted = 130,
}

/// An error of any kind. `?` turns every `Diagnostic` into one.
pub struct Problem {
    pub diagnostic: Box<dyn Diagnostic + Send + Sync>,
    pub exit: Exit,
}

/// What the library's functions give.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

impl Problem {
    pub fn new(exit: Exit, diagnostic: impl Diagnostic + Send + Sync + 'static) -> Self {
        Problem { diagnostic: Box::new(diagnostic), exit }
    }

    /// An error that needs no type of its own.
    pub fn plain(exit: Exit, code: &'static str, what: impl Into<String>, help: impl Into<String>) -> Self {
        let (what, help) = (what.into(), help.into());
        Problem::new(exit, Plain { code, what, help: (!help.is_empty()).then_some(help), notes: Vec::new() })
    }

    /// The same problem with what it is about before it: `model/blub_test: …`.
    pub fn about(self, name: &str) -> Self {
        let about = Some(name.to_owned());
        Problem { exit: self.exit, diagnostic: Box::new(Told { inner: self.diagnostic, about, note: None }) }
    }

    /// The same problem with one more note.
    pub fn note(self, note: &str) -> Self {
        let note = Some(note.to_owned());
        Problem { exit: self.exit, diagnostic: Box::new(Told { inner: self.diagnostic, about: None, note }) }
    }
}

/// An error as somebody who knows more passes it on.
#[derive(Debug)]
struct Told {
    inner: Box<dyn Diagnostic + Send + Sync>,
    about: Option<String>,
    note: Option<String>,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.about {
            Some(about) => write!(f, "{about}: {}", self.inner),
            None => self.inner.fmt(f),
        }
    }
}

impl std::error::Error for Told {}

impl Diagnostic for Told {
    fn code(&self) -> &'static str {
        self.inner.code()
    }

    fn help(&self) -> Option<String> {
        self.inner.help()
    }

    fn snippet(&self) -> Option<Snippet> {
        self.inner.snippet()
    }

    fn notes(&self) -> Vec<String> {
        self.inner.notes().into_iter().chain(self.note.clone()).collect()
    }
}

impl<E: Diagnostic + Send + Sync + 'static> From<E> for Problem {
    fn from(error: E) -> Self {
        Problem::new(Exit::Usage, error)
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.diagnostic, self.diagnostic.code())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

/// An error made of its texts.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Plain {
    pub code: &'static str,
    pub what: String,
    pub help: Option<String>,
    pub notes: Vec<String>,
}

impl Diagnostic for Plain {
    fn code(&self) -> &'static str {
        self.code
    }

    fn help(&self) -> Option<String> {
        self.help.clone()
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be {doing}: {error}")]
pub struct FileProblem {
    pub path: String,
    /// `read`, `written`, `made`.
    pub doing: &'static str,
    pub error: std::io::Error,
}

impl Diagnostic for FileProblem {
    fn code(&self) -> &'static str {
        match self.error.kind() {
            std::io::ErrorKind::NotFound => "file-missing",
            _ => "file",
        }
    }

    fn help(&self) -> Option<String> {
        match self.error.kind() {
            std::io::ErrorKind::PermissionDenied => Some("check who may read and write it".into()),
            std::io::ErrorKind::NotFound => Some("check the path: there may be a link that leads to nothing".into()),
            std::io::ErrorKind::IsADirectory => Some("a file is wanted here: move or rename the folder".into()),
            std::io::ErrorKind::NotADirectory => Some("a folder is wanted here: move or rename the file".into()),
            _ => Some("see what is wrong with it: `ls -l` and `file` tell more".into()),
        }
    }
}
