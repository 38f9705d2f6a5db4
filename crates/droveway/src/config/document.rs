//! A TOML file as nodes that know where they stand, and how a profile is laid over them.

use std::ops::Range;

use droveway_core::diagnostic::{Diagnostic, Snippet};
use toml_edit::{Document, Item, TableLike, Value};

/// Where a value was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user would write it.
    pub file: String,
    /// The file's whole text, shared by all its values.
    pub text: std::sync::Arc<str>,
    pub span: Range<usize>,
}

impl Place {
    /// The line of the value, counted from 1.
    pub fn line(&self) -> usize {
        self.snippet("").line()
    }

    /// `drove.toml:12`
    pub fn display(&self) -> String {
        format!("{}:{}", self.file, self.line())
    }

    /// The place of a key in the lines below this one, or this one if it is not found.
    pub fn of_key_below(&self, key: &str) -> Place {
        let begins =
            |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        let mut offset = self.span.end;
        for line in self.text[offset..].split_inclusive('\n') {
            if begins(line) {
                let start = offset + (line.len() - line.trim_start().len());
                return Place { span: start..start + key.len(), ..self.clone() };
            }
            offset += line.len();
        }
        self.clone()
    }

    fn snippet(&self, label: &str) -> Snippet {
        Snippet {
            path: self.file.clone(),
            text: self.text.to_string(),
            first_line: 1,
            span: self.span.clone(),
            label: label.to_owned(),
        }
    }
}

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Entry {
    pub node: Node,
    pub place: Place,
}

#[derive(Debug, Clone)]
pub enum Node {
    Table(Table),
    Array(Vec<Entry>),
    Text(String),
    Number(i64),
    Truth(bool),
    /// A kind of value that no setting has: a float, a date.
    Other(&'static str),
}

impl Node {
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Table(_) => "a table",
            Node::Array(_) => "an array",
            Node::Text(_) => "a string",
            Node::Number(_) => "a number",
            Node::Truth(_) => "true or false",
            Node::Other(kind) => kind,
        }
    }
}

/// Keys in the order of the file, which is the order in which groups migrate.
#[derive(Debug, Clone, Default)]
pub struct Table(pub Vec<(String, Entry)>);

impl Table {
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, entry)| entry)
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub fn take(&mut self, key: &str) -> Option<Entry> {
        let index = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(index).1)
    }

    /// Lays `over` on top: tables are merged key by key, anything else is replaced.
    pub fn overlay(&mut self, over: Table) {
        for (key, entry) in over.0 {
            let below = self.0.iter_mut().find(|(name, _)| *name == key).map(|(_, entry)| entry);
            match (below, entry) {
                (Some(Entry { node: Node::Table(below), .. }), Entry { node: Node::Table(above), .. })
                    if !stands_alone(&key, &above) =>
                {
                    below.overlay(above);
                }
                (Some(below), entry) => *below = entry,
                (None, entry) => self.0.push((key, entry)),
            }
        }
    }
}

/// A connection that names its engine is complete in itself: the parameters of another engine below it would make no
/// sense to it.
fn stands_alone(key: &str, above: &Table) -> bool {
    key == "connection" && above.get("engine").is_some()
}

/// Something in a configuration file (or in what it asks for) that cannot be.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}{what}", at.as_ref().map(|at| format!("{}: ", at.display())).unwrap_or_default())]
pub struct ConfigError {
    pub code: &'static str,
    pub what: String,
    pub help: Option<String>,
    pub at: Option<Place>,
}

impl ConfigError {
    pub fn new(code: &'static str, what: impl Into<String>) -> Self {
        ConfigError { code, what: what.into(), help: None, at: None }
    }

    pub fn at(mut self, place: &Place) -> Self {
        self.at = Some(place.clone());
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Diagnostic for ConfigError {
    fn code(&self) -> &'static str {
        self.code
    }

    fn help(&self) -> Option<String> {
        self.help.clone()
    }

    fn snippet(&self) -> Option<Snippet> {
        self.at.as_ref().map(|place| place.snippet(&self.what))
    }
}

/// Reads the text of a TOML file.
pub fn parse(file: &str, text: &str) -> Result<Table, ConfigError> {
    let text: std::sync::Arc<str> = text.into();
    let place =
        |span: Option<Range<usize>>| Place { file: file.to_owned(), text: text.clone(), span: span.unwrap_or(0..0) };
    let document = Document::parse(text.as_ref()).map_err(|error| {
        let error = ConfigError::new("bad-toml", error.message()).at(&place(error.span()));
        error.help("the file is TOML: `key = \"text\"`, `[table]`, each key once")
    })?;
    Ok(table(document.as_table(), &place))
}

fn table(from: &dyn TableLike, place: &dyn Fn(Option<Range<usize>>) -> Place) -> Table {
    let entries = from.iter().map(|(key, item)| {
        let key_span = from.key(key).and_then(|key| key.span());
        let node = match item {
            Item::Value(value) => scalar(value, place),
            Item::Table(inner) => Node::Table(table(inner, place)),
            Item::ArrayOfTables(_) => Node::Other("an array of tables"),
            Item::None => Node::Other("nothing"),
        };
        // A table is pointed at by its name: its own span may be many lines.
        let span = if matches!(node, Node::Table(_)) { key_span } else { item.span().or(key_span) };
        (key.to_owned(), Entry { node, place: place(span) })
    });
    Table(entries.collect())
}

fn scalar(value: &Value, place: &dyn Fn(Option<Range<usize>>) -> Place) -> Node {
    match value {
        Value::String(text) => Node::Text(text.value().clone()),
        Value::Integer(number) => Node::Number(*number.value()),
        Value::Boolean(truth) => Node::Truth(*truth.value()),
        Value::Float(_) => Node::Other("a decimal number"),
        Value::Datetime(_) => Node::Other("a date"),
        Value::InlineTable(inner) => Node::Table(table(inner, place)),
        Value::Array(values) => Node::Array(
            values.iter().map(|value| Entry { node: scalar(value, place), place: place(value.span()) }).collect(),
        ),
    }
}
