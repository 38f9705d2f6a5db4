//! What SQLite's errors mean for the caller: its codes as kinds, its byte offsets as characters.

use droveway_core::engine::{EngineError, EngineErrorKind as Kind};
use rusqlite::{Error, ffi};

use crate::code;

/// An error of SQLite's about the statement `sql`.
pub(crate) fn explain(error: Error, sql: &str) -> EngineError {
    match error {
        Error::SqliteFailure(failure, message) => {
            from_code(failure.extended_code, message.unwrap_or_else(|| failure.to_string()))
        }
        Error::SqlInputError { error, msg, offset, .. } => {
            EngineError { position: characters(sql, offset), ..from_code(error.extended_code, msg) }
        }
        Error::MultipleStatement => {
            EngineError::new(Kind::Statement, "more than one statement stands where there must be one")
        }
        other => EngineError::new(Kind::Statement, other.to_string()),
    }
}

/// An error by its extended code and in SQLite's own words.
pub(crate) fn from_code(number: i32, message: String) -> EngineError {
    let kind = kind(number, &message);
    let help = help(number).map(str::to_owned);
    EngineError { code: Some(code::name(number)), help, ..EngineError::new(kind, message) }
}

fn kind(number: i32, message: &str) -> Kind {
    match code::family(number) {
        // A snapshot that has grown old does not become young by waiting: the transaction must begin anew.
        _ if number == ffi::SQLITE_BUSY_SNAPSHOT => Kind::Retriable,
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_PROTOCOL => Kind::LockTimeout,
        ffi::SQLITE_READONLY => Kind::ReadOnly,
        ffi::SQLITE_NOTADB | ffi::SQLITE_CORRUPT => Kind::NotADatabase,
        ffi::SQLITE_PERM | ffi::SQLITE_AUTH | ffi::SQLITE_CANTOPEN => Kind::Permission,
        ffi::SQLITE_INTERRUPT => Kind::Cancelled,
        ffi::SQLITE_ERROR if says_exists_already(message) => Kind::AlreadyExists,
        _ => Kind::Statement,
    }
}

/// SQLite has one code for everything it refuses to parse, so only its words tell this case.
fn says_exists_already(message: &str) -> bool {
    message.ends_with(" already exists")
        || message.starts_with("there is already ")
        || message.starts_with("duplicate column name")
}

fn help(number: i32) -> Option<&'static str> {
    match code::family(number) {
        _ if number == ffi::SQLITE_READONLY_DIRECTORY => {
            Some("SQLite keeps its journal beside the file (in WAL mode even while it reads): make the folder writable")
        }
        _ if number == ffi::SQLITE_READONLY_DBMOVED => Some("the file was moved or removed while it was open"),
        ffi::SQLITE_BUSY => Some("another connection is using the file; SQLite cannot tell which one"),
        ffi::SQLITE_READONLY => Some("make the file and its folder writable"),
        ffi::SQLITE_CANTOPEN => Some("see whether the file and its folder may be read and written"),
        ffi::SQLITE_CORRUPT => Some("restore it from a backup, or see how far `.recover` of the sqlite3 shell gets"),
        ffi::SQLITE_NOTADB => Some("the file is not an SQLite database (or it is an encrypted one)"),
        ffi::SQLITE_FULL => Some("free some space on the disk (or raise PRAGMA max_page_count), then try again"),
        _ => None,
    }
}

/// The number of characters before the byte `offset` of `sql`; none if there is no such byte.
fn characters(sql: &str, offset: i32) -> Option<usize> {
    let offset = usize::try_from(offset).ok().filter(|offset| *offset <= sql.len())?;
    Some(sql.char_indices().take_while(|(byte, _)| *byte < offset).count())
}

/// An error of the file system's about the database's file.
pub(crate) fn from_io(error: &std::io::Error, doing: &str, path: &str) -> EngineError {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => Kind::DatabaseMissing,
        std::io::ErrorKind::PermissionDenied => Kind::Permission,
        std::io::ErrorKind::ReadOnlyFilesystem => Kind::ReadOnly,
        _ => Kind::Statement,
    };
    EngineError::new(kind, format!("cannot {doing} {path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_in_bytes_becomes_a_position_in_characters() {
        assert_eq!(characters("SELECT 'äöü', x", 16), Some(13));
        assert_eq!(characters("abc", 3), Some(3));
        assert_eq!(characters("abc", 4), None);
        assert_eq!(characters("abc", -1), None);
    }

    #[test]
    fn an_old_snapshot_is_worth_a_new_transaction_and_a_held_lock_is_worth_waiting() {
        assert_eq!(from_code(ffi::SQLITE_BUSY_SNAPSHOT, String::new()).kind, Kind::Retriable);
        assert_eq!(from_code(ffi::SQLITE_BUSY, String::new()).kind, Kind::LockTimeout);
        assert_eq!(from_code(ffi::SQLITE_LOCKED_SHAREDCACHE, String::new()).kind, Kind::LockTimeout);
    }

    #[test]
    fn only_a_refused_statement_can_say_that_something_exists() {
        let said = "table a already exists".to_owned();
        assert_eq!(from_code(ffi::SQLITE_ERROR, said.clone()).kind, Kind::AlreadyExists);
        assert_eq!(from_code(ffi::SQLITE_CONSTRAINT, said).kind, Kind::Statement);
    }
}
