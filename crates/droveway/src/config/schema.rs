//! What `drove.toml` and `tree.toml` say of the wanted schema: where it comes from, and what of it takes part.

use std::collections::BTreeMap;

use droveway_core::secret::Secret;

use crate::config::{ConfigError, reader::Reader};

/// The key `schema` of a group or a tree. What a tree leaves out its group says.
#[derive(Debug, Clone, Default)]
pub struct SchemaSettings {
    pub source: Option<SourceSettings>,
    /// Where it comes from on one engine, by its name: this wins over `source`.
    pub by_engine: BTreeMap<String, SourceSettings>,
    /// Patterns of objects that take part; none: all.
    pub include: Option<Vec<String>>,
    /// Patterns of objects that take no part.
    pub exclude: Option<Vec<String>>,
    pub manage: Option<Vec<Managed>>,
}

impl SchemaSettings {
    /// Where the schema comes from on an engine.
    pub fn source_for(&self, engine: &str) -> Option<&SourceSettings> {
        self.by_engine.get(engine).or(self.source.as_ref())
    }
}

/// Where a wanted schema comes from.
#[derive(Debug, Clone)]
pub enum SourceSettings {
    /// Files and folders of SQL: from the workspace's folder in `drove.toml`, from the tree's own in `tree.toml`.
    Files(Vec<String>),
    /// A command that prints SQL.
    Prints(String),
    /// A command that makes the schema in the empty database whose address it gets in DATABASE_URL.
    Applies(String),
    /// A live database.
    Url(Secret),
    /// A live database of this workspace.
    Target(String),
}

/// Kinds of objects that take no part unless they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Managed {
    Owners,
    Privileges,
}

impl Managed {
    /// As in `manage = ["privileges", "owners"]`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "owners" => Some(Managed::Owners),
            "privileges" => Some(Managed::Privileges),
            _ => None,
        }
    }
}

const SOURCES: &str = "write one of `files = \"folder\"`, `prints = \"command\"`, `applies = \"command\"`, \
                       `url = \"postgres://…\"` and `target = \"NAME\"`";

/// Engines that can have a source of their own, as sections of a revision do.
const ENGINES: [&str; 2] = ["postgres", "sqlite"];

/// Reads `schema`: a path, a list of paths, or a table.
pub fn read_schema(above: &Reader) -> Result<SchemaSettings, ConfigError> {
    if !above.is_table("schema") {
        return Ok(SchemaSettings { source: read_files(above, "schema")?, ..SchemaSettings::default() });
    }
    let Some(schema) = above.table("schema")? else { return Ok(SchemaSettings::default()) };
    let mut by_engine = BTreeMap::new();
    for engine in ENGINES {
        let source = match schema.is_table(engine) {
            false => read_files(&schema, engine)?,
            true => schema
                .table(engine)?
                .map(|own| read_source(&own).and_then(|source| own.finish().map(|()| source)))
                .transpose()?
                .flatten(),
        };
        by_engine.extend(source.map(|source| (engine.to_owned(), source)));
    }
    let settings = SchemaSettings {
        source: read_source(&schema)?,
        by_engine,
        include: list(&schema, "include")?,
        exclude: list(&schema, "exclude")?,
        manage: read_manage(&schema)?,
    };
    schema.finish()?;
    Ok(settings)
}

fn read_files(above: &Reader, key: &str) -> Result<Option<SourceSettings>, ConfigError> {
    Ok(list(above, key)?.map(SourceSettings::Files))
}

fn list(schema: &Reader, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
    Ok(schema.list(key)?.map(|list| list.into_iter().map(|text| text.value).collect()))
}

fn read_source(schema: &Reader) -> Result<Option<SourceSettings>, ConfigError> {
    let text = |key: &str| Ok::<_, ConfigError>(schema.text(key)?.map(|text| text.value));
    let sources = [
        ("files", list(schema, "files")?.map(SourceSettings::Files)),
        ("prints", text("prints")?.map(SourceSettings::Prints)),
        ("applies", text("applies")?.map(SourceSettings::Applies)),
        ("url", schema.url("url")?.map(|text| SourceSettings::Url(Secret::new(text.value)))),
        ("target", text("target")?.map(SourceSettings::Target)),
    ];
    let mut given = sources.into_iter().filter_map(|(key, source)| source.map(|source| (key, source)));
    let Some((first, source)) = given.next() else { return Ok(None) };
    match given.next() {
        None => Ok(Some(source)),
        Some((second, _)) => {
            let what =
                format!("`{}` and `{}` cannot both be where the schema comes from", schema.full_key(first), second);
            let error = ConfigError::new("bad-value", what).help(SOURCES);
            Err(schema.place(second).map_or(error.clone(), |place| error.at(place)))
        }
    }
}

fn read_manage(schema: &Reader) -> Result<Option<Vec<Managed>>, ConfigError> {
    let Some(names) = list(schema, "manage")? else { return Ok(None) };
    let one = |name: &String| {
        Managed::named(name).ok_or_else(|| {
            schema
                .wrong_value("manage", name, "`owners` or `privileges`")
                .help("write `manage = [\"owners\", \"privileges\"]`, or one of them")
        })
    };
    names.iter().map(one).collect::<Result<Vec<_>, _>>().map(Some)
}
