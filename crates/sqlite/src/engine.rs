//! SQLite as a product that keeps databases: files, which can be made and removed.

use std::fs::{self, OpenOptions};

use droveway_core::engine::{
    Address, BoxFuture, ConnectOptions, Dialect, Engine, EngineError, EngineErrorKind as Kind, Location, Session,
};

use crate::{address::Place, dialect::SqliteDialect, error::from_io, session::SqliteSession};

pub(crate) struct Sqlite;

impl Engine for Sqlite {
    fn dialect(&self) -> &'static dyn Dialect {
        &SqliteDialect
    }

    fn locate(&self, address: &Address) -> Result<Location, EngineError> {
        Ok(Place::of(address)?.location())
    }

    fn connect<'a>(
        &'a self,
        address: &'a Address,
        options: &'a ConnectOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Session>, EngineError>> {
        Box::pin(async move {
            let session = SqliteSession::open(Place::of(address)?, options).await?;
            Ok(Box::new(session) as Box<dyn Session>)
        })
    }

    fn create_database<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<bool, EngineError>> {
        Box::pin(async move { create(&Place::of(address)?) })
    }

    fn drop_database<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<bool, EngineError>> {
        Box::pin(async move { remove(&Place::of(address)?) })
    }
}

/// Makes an empty file, which is an empty database, and the folders above it.
fn create(place: &Place) -> Result<bool, EngineError> {
    if let Some(folder) = place.path.parent() {
        fs::create_dir_all(folder).map_err(|error| from_io(&error, "make the folder of", &place.shown))?;
    }
    match OpenOptions::new().write(true).create_new(true).open(&place.path) {
        Ok(_) => Ok(true),
        Err(_) if place.path.is_file() => Ok(false),
        Err(_) if place.path.is_dir() => {
            Err(EngineError::new(Kind::NotADatabase, format!("{} is a folder", place.shown)))
        }
        Err(error) => Err(from_io(&error, "make", &place.shown)),
    }
}

/// Removes the database first: SQLite throws away a journal that stands beside an empty or missing one, whereas a
/// database whose journal was taken from it may be damaged.
fn remove(place: &Place) -> Result<bool, EngineError> {
    let removed = remove_file(&place.path, place)?;
    for suffix in ["-wal", "-shm", "-journal"] {
        remove_file(&place.companion(suffix), place)?;
    }
    Ok(removed)
}

fn remove_file(path: &std::path::Path, place: &Place) -> Result<bool, EngineError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(from_io(&error, "remove", &place.shown)),
    }
}
