//! Opening a file that is there: never created, never changed by being opened.

use std::{path::Path, sync::Arc, time::Duration};

use droveway_core::engine::{EngineError, EngineErrorKind as Kind};
use rusqlite::{Connection, OpenFlags};

use crate::{
    address::Place,
    error::{explain, from_io},
    lock::{self, Watch},
};

/// How a connection is opened.
pub(crate) struct Opening {
    pub read_only: bool,
    /// How long opening may take: it may have to wait until a crashed writer's work is undone by somebody else.
    pub timeout: Duration,
}

/// Opens the file, which must be a database that can be read, and applies the address's settings.
///
/// A session for reading opens the file for writing too, with `query_only`: a plain read-only connection cannot undo
/// what a crashed writer left half done, and leaves a WAL database's `-wal` and `-shm` lying about.
pub(crate) fn open(place: &Place, opening: &Opening, watch: &Arc<Watch>) -> Result<Connection, EngineError> {
    check_file(&place.path, &place.shown)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(&place.path, flags);
    let mut connection = opened.map_err(|error| about(explain(error, ""), place))?;
    prepare(&mut connection, place, opening, watch).map_err(|error| about(explain(error, ""), place))?;
    Ok(connection)
}

fn prepare(connection: &mut Connection, place: &Place, opening: &Opening, watch: &Arc<Watch>) -> rusqlite::Result<()> {
    lock::heed(connection, watch)?;
    watch.start_statement(place.busy_timeout, Some(opening.timeout));
    connection.pragma_update(None, "foreign_keys", place.foreign_keys)?;
    connection.pragma_update(None, "query_only", opening.read_only)?;
    // Opening reads nothing. This reads the header and the catalog, so that a damaged file shows itself here.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

/// Looks at the file without opening it: closing a second handle on it would drop this process's locks on it.
fn check_file(path: &Path, shown: &str) -> Result<(), EngineError> {
    match path.metadata() {
        Ok(found) if found.is_file() => Ok(()),
        Ok(found) => {
            let what = if found.is_dir() { "a folder" } else { "not a regular file" };
            Err(EngineError::new(Kind::NotADatabase, format!("{shown} is {what}")))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(missing(path, shown)),
        Err(error) => Err(from_io(&error, "look at", shown)),
    }
}

fn missing(path: &Path, shown: &str) -> EngineError {
    let error = EngineError::new(Kind::DatabaseMissing, format!("there is no database file {shown}"));
    let absolute = Path::new("/").join(shown);
    if absolute != path && absolute.is_file() {
        return error.with_help(format!(
            "{} exists: an absolute path has four slashes in a URL (sqlite:////…)",
            absolute.display()
        ));
    }
    match path.display().to_string() {
        full if full == shown => error,
        full => error.with_help(format!("looked for {full}")),
    }
}

/// Says first which file the error is about. SQLite does not; the driver does now and then, by another path and last.
fn about(error: EngineError, place: &Place) -> EngineError {
    let path = format!(": {}", place.path.display());
    let said = error.message.strip_suffix(&path).unwrap_or(&error.message);
    EngineError { message: format!("{}: {said}", place.shown), ..error }
}
