//! Typed reading of a table: each value is checked, its variables filled in, where it came from noted down, and
//! whatever was not asked for is an unknown key.

use std::{cell::RefCell, rc::Rc, time::Duration};

use droveway_core::diagnostic::nearest;

use crate::config::{
    ConfigError, Environment,
    document::{Entry, Node, Place, Table},
    interpolate::{InterpolationError, interpolate},
};

/// A setting as it took effect: one line of `drove config show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// `group.model.template`
    pub key: String,
    /// The value as text; a secret is never in here.
    pub value: String,
    /// `drove.toml:12`, `default`, `drove.toml:12, INDEXER_DB_HOST from the environment`.
    pub origin: String,
}

/// Reads one table and those inside it.
pub struct Reader<'a> {
    table: &'a Table,
    path: String,
    environment: &'a Environment,
    asked: RefCell<Vec<String>>,
    effective: Rc<RefCell<Vec<Effective>>>,
}

/// A text after its variables were filled in.
#[derive(Debug, Clone)]
pub struct Text {
    pub value: String,
    pub place: Place,
}

impl<'a> Reader<'a> {
    pub fn new(table: &'a Table, environment: &'a Environment) -> Self {
        let effective = Rc::new(RefCell::new(Vec::new()));
        Reader { table, path: String::new(), environment, asked: RefCell::default(), effective }
    }

    /// A reader of a table that was put together from several places; what it reads is noted under `beside`'s path.
    pub fn within(table: &'a Table, environment: &'a Environment, beside: &Reader) -> Self {
        Reader {
            table,
            path: beside.path.clone(),
            environment,
            asked: RefCell::default(),
            effective: beside.effective.clone(),
        }
    }

    /// The table under a key as it was written, with its place.
    pub fn own_table(&self, key: &str) -> Result<Option<(Table, Place)>, ConfigError> {
        self.ask(key);
        match self.table.get(key) {
            None => Ok(None),
            Some(Entry { node: Node::Table(table), place }) => Ok(Some((table.clone(), place.clone()))),
            Some(entry) => Err(self.wrong_kind(key, entry, "a table")),
        }
    }

    /// Everything that was read so far, in order.
    pub fn effective(&self) -> Vec<Effective> {
        self.effective.borrow().clone()
    }

    pub fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.table.keys()
    }

    pub fn place(&self, key: &str) -> Option<&'a Place> {
        self.table.get(key).map(|entry| &entry.place)
    }

    /// Whether a table stands under a key.
    pub fn is_table(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|entry| matches!(entry.node, Node::Table(_)))
    }

    /// A table inside this one.
    pub fn table(&self, key: &str) -> Result<Option<Reader<'a>>, ConfigError> {
        self.ask(key);
        let Some(entry) = self.table.get(key) else { return Ok(None) };
        let Node::Table(table) = &entry.node else { return Err(self.wrong_kind(key, entry, "a table")) };
        Ok(Some(Reader {
            table,
            path: self.full_key(key),
            environment: self.environment,
            asked: RefCell::default(),
            effective: self.effective.clone(),
        }))
    }

    /// A table that is not there: its defaults are noted down all the same.
    pub fn absent_table<'b>(&self, key: &str, empty: &'b Table) -> Reader<'b>
    where
        'a: 'b,
    {
        let (path, effective) = (self.full_key(key), self.effective.clone());
        Reader { table: empty, path, environment: self.environment, asked: RefCell::default(), effective }
    }

    /// A string with its variables filled in; an empty one counts as absent.
    pub fn text(&self, key: &str) -> Result<Option<Text>, ConfigError> {
        self.text_shown(key, |value| value.to_owned())
    }

    /// As `text`, for a value that must never be shown.
    pub fn secret(&self, key: &str) -> Result<Option<Text>, ConfigError> {
        self.text_shown(key, |_| "(hidden)".to_owned())
    }

    /// A connection string: shown without the password in it.
    pub fn url(&self, key: &str) -> Result<Option<Text>, ConfigError> {
        self.text_shown(key, redact_url)
    }

    fn text_shown(&self, key: &str, show: impl Fn(&str) -> String) -> Result<Option<Text>, ConfigError> {
        self.ask(key);
        let Some(entry) = self.table.get(key) else { return Ok(None) };
        let raw = match &entry.node {
            Node::Text(text) => text.clone(),
            Node::Number(number) => number.to_string(),
            Node::Truth(truth) => truth.to_string(),
            _ => return Err(self.wrong_kind(key, entry, "a string")),
        };
        let filled = interpolate(&raw, self.environment).map_err(|error| self.refuse(key, entry, error))?;
        if filled.text.is_empty() {
            return Ok(None);
        }
        let from = filled.used.iter().filter_map(|name| {
            self.environment.origin(name).map(|origin| format!(", {name} from {}", origin.as_str()))
        });
        let origin = entry.place.display() + &from.collect::<String>();
        self.note(key, show(&filled.text), origin);
        Ok(Some(Text { value: filled.text, place: entry.place.clone() }))
    }

    /// A string, or its default.
    pub fn text_or(&self, key: &str, default: &str) -> Result<String, ConfigError> {
        Ok(match self.text(key)? {
            Some(text) => text.value,
            None => {
                self.note(key, default.to_owned(), "default".to_owned());
                default.to_owned()
            }
        })
    }

    pub fn truth_or(&self, key: &str, default: bool) -> Result<bool, ConfigError> {
        self.parsed_or(key, default, "true or false", |text| text.parse().ok())
    }

    pub fn number_or(&self, key: &str, default: usize) -> Result<usize, ConfigError> {
        self.parsed_or(key, default, "a whole number", |text| text.parse().ok())
    }

    /// A whole number that may be absent.
    pub fn number(&self, key: &str) -> Result<Option<usize>, ConfigError> {
        match self.table.get(key) {
            Some(_) => self.number_or(key, 0).map(Some),
            None => {
                self.ask(key);
                Ok(None)
            }
        }
    }

    /// A time such as `250ms`, `5s`, `10m`, `1h`; `0` stands for none.
    pub fn duration_or(&self, key: &str, default: &str) -> Result<Option<Duration>, ConfigError> {
        let text = self.text_or(key, default)?;
        match parse_duration(&text) {
            Some(Duration::ZERO) => Ok(None),
            Some(duration) => Ok(Some(duration)),
            None => Err(self.wrong_value(key, &text, "a time such as `250ms`, `5s` or `10m`")),
        }
    }

    /// A list of strings, or one string alone.
    pub fn list(&self, key: &str) -> Result<Option<Vec<Text>>, ConfigError> {
        let Some(Entry { node: Node::Array(entries), place }) = self.table.get(key) else {
            return Ok(self.text(key)?.map(|text| vec![text]));
        };
        self.ask(key);
        let texts = entries
            .iter()
            .map(|entry| match &entry.node {
                Node::Text(raw) => interpolate(raw, self.environment)
                    .map(|filled| Text { value: filled.text, place: entry.place.clone() })
                    .map_err(|error| self.refuse(key, entry, error)),
                _ => Err(self.wrong_kind(key, entry, "a list of strings")),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let shown = texts.iter().map(|text| text.value.as_str()).collect::<Vec<_>>().join(", ");
        self.note(key, shown, place.display());
        Ok(Some(texts))
    }

    /// Every further key of this table as text: for a driver's own parameters.
    pub fn others(&self) -> Result<Vec<(String, Text)>, ConfigError> {
        let asked = self.asked.borrow().clone();
        let keys = self.table.keys().filter(|key| !asked.iter().any(|name| name == key));
        keys.map(str::to_owned)
            .collect::<Vec<_>>()
            .into_iter()
            .filter_map(|key| self.text(&key).transpose().map(|text| text.map(|text| (key, text))))
            .collect()
    }

    /// Refuses every key that nobody has asked for.
    pub fn finish(&self) -> Result<(), ConfigError> {
        let asked = self.asked.borrow();
        let Some((key, entry)) = self.table.0.iter().find(|(key, _)| !asked.contains(key)) else { return Ok(()) };
        let help = match nearest(key, asked.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys here are {}", asked.join(", ")),
        };
        let what = format!("`{}` is not a setting", self.full_key(key));
        // A value is pointed at by its key, which stands at the start of its line.
        let mut place = entry.place.clone();
        let line_start = place.text[..place.span.start].rfind('\n').map_or(0, |newline| newline + 1);
        if let Some(at) = place.text[line_start..place.span.end].find(key.as_str()) {
            place.span = line_start + at..line_start + at + key.len();
        }
        Err(ConfigError::new("unknown-key", what).at(&place).help(help))
    }

    /// Notes a value that was not read from the file: an override, a default.
    pub fn note(&self, key: &str, value: String, origin: String) {
        self.effective.borrow_mut().push(Effective { key: self.full_key(key), value, origin });
    }

    /// An error about the value of a key.
    pub fn wrong_value(&self, key: &str, value: &str, wanted: &str) -> ConfigError {
        let error =
            ConfigError::new("bad-value", format!("`{}` is {value:?}, which is not {wanted}", self.full_key(key)));
        match self.place(key) {
            Some(place) => error.at(place),
            None => error,
        }
    }

    pub fn full_key(&self, key: &str) -> String {
        match self.path.is_empty() {
            true => key.to_owned(),
            false => format!("{}.{key}", self.path),
        }
    }

    fn ask(&self, key: &str) {
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|name| name == key) {
            asked.push(key.to_owned());
        }
    }

    fn parsed_or<T: ToString>(
        &self,
        key: &str,
        default: T,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        match self.text(key)? {
            Some(text) => parse(&text.value).ok_or_else(|| self.wrong_value(key, &text.value, wanted)),
            None => {
                self.note(key, default.to_string(), "default".to_owned());
                Ok(default)
            }
        }
    }

    fn wrong_kind(&self, key: &str, entry: &Entry, wanted: &str) -> ConfigError {
        let what = format!("`{}` is {}, not {wanted}", self.full_key(key), entry.node.kind());
        let example = match wanted {
            "a table" => format!("[{}]", self.full_key(key)),
            "a list of strings" => format!("{key} = [\"…\"]"),
            _ => format!("{key} = \"…\""),
        };
        ConfigError::new("bad-value", what).at(&entry.place).help(format!("write `{example}`"))
    }

    fn refuse(&self, key: &str, entry: &Entry, error: InterpolationError) -> ConfigError {
        let what = format!("`{}`: {error}", self.full_key(key));
        let help = match &error {
            InterpolationError::Unset(name) => {
                let near = nearest(name, self.environment.names()).map(|near| format!("; did you mean {near}?"));
                format!(
                    "export {name}=… , put it into .env, or write a default: ${{{name}:-…}}{}",
                    near.unwrap_or_default()
                )
            }
            InterpolationError::Unclosed => "close it with `}`, or write `$$` for a dollar sign".to_owned(),
            InterpolationError::BadName(_) => "a name has letters, digits and `_`".to_owned(),
        };
        let code = if matches!(error, InterpolationError::Unset(_)) { "unset-variable" } else { "bad-value" };
        ConfigError::new(code, what).at(&entry.place).help(help)
    }
}

/// A connection string without its password, for people.
pub fn redact_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return match url.contains("password") {
            true => "(a connection string, hidden since it holds a password)".to_owned(),
            false => url.to_owned(),
        };
    };
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let authority = match authority.rsplit_once('@') {
        Some((login, host)) => match login.split_once(':') {
            Some((user, _)) => format!("{user}:***@{host}"),
            None => authority.to_owned(),
        },
        None => authority.to_owned(),
    };
    let tail = match tail.split_once('?') {
        Some((path, query)) if query.contains("password") => format!("{path}?…"),
        _ => tail.to_owned(),
    };
    format!("{scheme}://{authority}{tail}")
}

/// `250ms`, `5s`, `10m`, `1h`, `0`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: u64 = text[..digits].parse().ok()?;
    let milliseconds = match text[digits..].trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "" if number == 0 => 0,
        _ => return None,
    };
    number.checked_mul(milliseconds).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(redact_url("postgres://me:s3cret@host:1/db"), "postgres://me:***@host:1/db");
        assert_eq!(redact_url("postgres://me:p@ss@host/db?password=x"), "postgres://me:***@host/db?…");
        assert!(!redact_url("host=a password=s3cret").contains("s3cret"));
        assert_eq!(redact_url("sqlite:///a.db"), "sqlite:///a.db");
    }

    #[test]
    fn times_have_a_unit() {
        assert_eq!(parse_duration("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse_duration("10m"), Some(Duration::from_secs(600)));
        assert_eq!(parse_duration("0"), Some(Duration::ZERO));
        assert_eq!(parse_duration("5"), None);
        assert_eq!(parse_duration("99999999999999999999s"), None);
    }
}
