//! One side of a comparison, as a user names it, and the schema behind it.

use std::path::{Path, PathBuf};

use droveway_core::{
    engine::{Address, EngineError},
    schema::Schema,
    secret::Secret,
};

use crate::{
    config::reader::redact_url,
    engines,
    problem::{Exit, Problem, Result},
    scratch::{Bench, Place},
    source::{
        load::load,
        text::{SqlText, read_sql},
    },
};

/// How long a connection to a URL outside of any workspace may take.
const CONNECT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// What can have a schema.
#[derive(Clone)]
pub enum Side {
    /// A new database.
    Empty,
    Live(Place),
    Files(Vec<SqlText>),
}

impl Side {
    /// The side that a text means; `None` if it is neither a URL nor a file nor `empty`.
    pub fn without_workspace(text: &str, start: &Path, shown: &dyn Fn(&Path) -> String) -> Result<Option<Side>> {
        if text == "empty" {
            return Ok(Some(Side::Empty));
        }
        if is_url(text) {
            return Ok(Some(Side::Live(place_of_url(text)?)));
        }
        let path: PathBuf = start.join(text);
        match text.ends_with(".sql") || path.exists() {
            true => Ok(Some(Side::Files(read_sql(&path, shown)?))),
            false => Ok(None),
        }
    }

    /// The place of a live database: scratch databases for the other side may be made beside it.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Side::Live(place) => Some(place),
            Side::Empty | Side::Files(_) => None,
        }
    }
}

pub fn is_url(text: &str) -> bool {
    text.contains("://") || (text.contains('=') && !text.ends_with(".sql"))
}

pub fn place_of_url(url: &str) -> Result<Place> {
    let engine = engines::by_url(url)?;
    let address = Address { url: Some(Secret::new(url)), ..Address::default() };
    Place::new(engine, address, CONNECT_TIMEOUT).map_err(|problem| problem.about(&redact_url(url)))
}

/// Reads the schema of a side. What is no live database is loaded into a scratch database on `server`.
pub async fn read_side(bench: &Bench<'_>, side: &Side, server: Option<&Place>) -> Result<Schema> {
    match side {
        Side::Live(place) => introspect(place).await,
        Side::Empty => introspect(&bench.make(needed(server)?).await?).await,
        Side::Files(texts) => {
            let scratch = bench.make(needed(server)?).await?;
            let mut session = scratch.connect().await?;
            let loaded = load(&mut session, scratch.engine.dialect(), texts).await;
            let schema = match loaded {
                Ok(()) => session.introspect().await.map_err(unreadable),
                Err(problem) => Err(problem),
            };
            session.close().await;
            schema
        }
    }
}

/// Reads the schema of a live database.
pub async fn introspect(place: &Place) -> Result<Schema> {
    let mut session = place.connect().await?;
    let schema = session.introspect().await.map_err(unreadable);
    session.close().await;
    schema.map_err(|problem| problem.about(&place.location.display))
}

fn unreadable(error: EngineError) -> Problem {
    Problem::new(Exit::Refused, error)
}

fn needed(server: Option<&Place>) -> Result<&Place> {
    server.ok_or_else(|| {
        Problem::plain(
            Exit::Usage,
            "no-scratch-server",
            "it is not said on which server scratch databases may be made",
            "name one with `--scratch postgres://user@host`, or in drove.toml: `[scratch]` with `url = \"…\"`",
        )
    })
}
