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
        cache::Cache,
        command::Command,
        load::load,
        replay::Replay,
        text::{SqlText, read_sql},
    },
};

/// How long a connection to a URL outside of any workspace may take.
const CONNECT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// What can have a schema.
#[derive(Clone)]
pub enum Side<'a> {
    /// A new database.
    Empty,
    Live(Place),
    Files(Vec<SqlText>),
    /// A command that prints SQL.
    Prints(Command),
    /// A command that makes the schema in the database that it is given.
    Applies(Command),
    Tree(Box<Replay<'a>>),
}

/// A schema, and the scratch database that still holds it, if it was made for the reading.
pub struct Reading {
    pub schema: Schema,
    pub scratch: Option<Place>,
}

impl Side<'_> {
    /// The side that a text means; `None` if it is neither a URL nor a file nor `empty`.
    pub fn without_workspace(text: &str, start: &Path, shown: &dyn Fn(&Path) -> String) -> Result<Option<Self>> {
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
            _ => None,
        }
    }

    /// Everything that the schema depends on besides the server; `None` if nobody can know that.
    fn content(&self) -> Result<Option<Vec<String>>> {
        Ok(match self {
            Side::Empty => Some(Vec::new()),
            Side::Files(texts) => Some(texts.iter().map(|text| text.text.clone()).collect()),
            Side::Tree(replay) => Some(replay.content()?),
            Side::Live(_) | Side::Prints(_) | Side::Applies(_) => None,
        })
    }

    fn sort(&self) -> &'static str {
        match self {
            Side::Empty => "empty",
            Side::Live(_) => "live",
            Side::Files(_) => "files",
            Side::Prints(_) => "prints",
            Side::Applies(_) => "applies",
            Side::Tree(_) => "tree",
        }
    }
}

/// Whether a text is a connection string.
pub fn is_url(text: &str) -> bool {
    text.contains("://") || (text.contains('=') && !text.ends_with(".sql"))
}

/// The place that a connection string means.
pub fn place_of_url(url: &str) -> Result<Place> {
    let engine = engines::by_url(url)?;
    let address = Address { url: Some(Secret::new(url)), ..Address::default() };
    Place::new(engine, address, CONNECT_TIMEOUT).map_err(|problem| problem.about(&redact_url(url)))
}

/// Reads the schema of a side. What is no live database is loaded into a scratch database on `server`, unless the cache
/// has the same content from the same server.
pub async fn read_side(bench: &Bench<'_>, cache: &Cache, side: &Side<'_>, server: Option<&Place>) -> Result<Reading> {
    if let Side::Live(place) = side {
        return Ok(Reading { schema: introspect(place).await?, scratch: None });
    }
    let server = needed(server)?;
    let key = match side.content()?.filter(|_| cache.is_kept()) {
        None => None,
        Some(content) => {
            let print = bench.fingerprint(server).await?;
            let parts = [side.sort(), server.location.server.as_str(), print.as_str()];
            Some(Cache::key(parts.into_iter().chain(content.iter().map(String::as_str))))
        }
    };
    if let Some(schema) = key.as_ref().and_then(|key| cache.get(key)) {
        return Ok(Reading { schema, scratch: None });
    }
    let scratch = build(bench, side, server).await?;
    let schema = introspect(&scratch).await?;
    if let Side::Prints(command) | Side::Applies(command) = side
        && is_bare(&schema)
    {
        return Err(nothing_made(&command.line));
    }
    if let Some(key) = key {
        cache.put(&key, &schema);
    }
    Ok(Reading { schema, scratch: Some(scratch) })
}

/// Whether a schema has nothing but what every new database has.
fn is_bare(schema: &Schema) -> bool {
    let usual = ["schema", "extension", "comment", "owner", "privilege", "default privilege"];
    schema.objects.keys().all(|id| usual.iter().any(|kind| id.is(kind)))
}

/// A command that fails without saying so must not be read as the wish to drop everything.
fn nothing_made(line: &str) -> Problem {
    Problem::plain(
        Exit::Refused,
        "nothing-wanted",
        format!("the command `{line}` left an empty schema"),
        "run it by hand and see what it prints or does; if nothing is wanted at all, say so with an empty .sql file",
    )
}

/// Makes the schema of a side in a new scratch database.
pub async fn build(bench: &Bench<'_>, side: &Side<'_>, server: &Place) -> Result<Place> {
    match side {
        Side::Empty | Side::Live(_) => bench.make(server).await,
        Side::Files(texts) => load_new(bench, server, texts).await,
        Side::Prints(command) => {
            let text = command.run(&[]).await?;
            let path = format!("<output of {}>", command.line);
            load_new(bench, server, &[SqlText { path, text }]).await
        }
        Side::Applies(command) => {
            let scratch = bench.make(server).await?;
            let url = scratch.engine.url(&scratch.address)?;
            command.run(&[("DATABASE_URL", url.expose())]).await?;
            Ok(scratch)
        }
        Side::Tree(replay) => replay.run(bench, server).await,
    }
}

async fn load_new(bench: &Bench<'_>, server: &Place, texts: &[SqlText]) -> Result<Place> {
    let scratch = bench.make(server).await?;
    let mut session = scratch.connect().await?;
    let loaded = load(&mut session, scratch.engine.dialect(), texts).await;
    session.close().await;
    for statement in loaded? {
        bench.notice(format!("left out, since it reaches beyond the database: {statement}"));
    }
    Ok(scratch)
}

/// Reads the schema of a database.
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
