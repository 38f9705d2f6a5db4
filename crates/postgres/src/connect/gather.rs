//! Where each connection parameter comes from: url, then parameters, then service, then environment.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use droveway_core::engine::{Address, EngineError, EngineErrorKind};

use super::{
    conninfo,
    environment::Environment,
    keyword::{KEYWORDS, Keyword, Support, find},
    service,
};

/// Where a parameter was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Url,
    Parameter,
    /// The address's own `database` or `password`.
    Address,
    Service {
        name: String,
        file: PathBuf,
    },
    Variable(&'static str),
    PasswordFile(PathBuf),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Url => f.write_str("the URL"),
            Origin::Parameter => f.write_str("the settings"),
            Origin::Address => f.write_str("the settings"),
            Origin::Service { name, file } => write!(f, "service {name} in {}", file.display()),
            Origin::Variable(name) => f.write_str(name),
            Origin::PasswordFile(file) => write!(f, "password file {}", file.display()),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// A parameter's value and where it was given. It may be a password, so it has no `Debug`.
#[derive(Clone)]
pub(crate) struct Given {
    pub value: String,
    pub origin: Origin,
}

/// All parameters that were given somewhere.
#[derive(Clone, Default)]
pub(crate) struct Gathered(BTreeMap<&'static str, Given>);

impl Gathered {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|given| given.value.as_str())
    }

    pub(crate) fn origin(&self, name: &str) -> Origin {
        self.0.get(name).map_or(Origin::Default, |given| given.origin.clone())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &Given)> {
        self.0.iter().map(|(name, given)| (*name, given))
    }

    /// A later value of the same origin wins; what another origin gave stays.
    fn fill(&mut self, pairs: conninfo::Pairs, origin: &Origin) -> Result<(), EngineError> {
        for (name, value) in pairs {
            let keyword = find(&name)?;
            let free = self.0.get(keyword.name).is_none_or(|given| given.origin == *origin);
            if free && !value.is_empty() {
                check(keyword, &value)?;
                self.0.insert(keyword.name, Given { value, origin: origin.clone() });
            }
        }
        Ok(())
    }

    fn insert(&mut self, name: &'static str, value: &str) {
        self.0.insert(name, Given { value: value.to_owned(), origin: Origin::Address });
    }
}

fn check(keyword: &Keyword, value: &str) -> Result<(), EngineError> {
    let refused = keyword.support == Support::Refused || (keyword.name == "gssencmode" && value == "require");
    if refused {
        return Err(EngineError::new(
            EngineErrorKind::Address,
            format!("the connection parameter `{}` is not supported", keyword.name),
        )
        .with_help("leaving it out silently could make the connection less safe than was asked for"));
    }
    if value.contains('\0') {
        return Err(EngineError::new(
            EngineErrorKind::Address,
            format!("the connection parameter `{}` holds a NUL character", keyword.name),
        ));
    }
    Ok(())
}

pub(crate) fn gather(address: &Address, environment: &Environment) -> Result<Gathered, EngineError> {
    let mut gathered = Gathered::default();
    if let Some(url) = &address.url {
        gathered.fill(conninfo::parse(url.expose())?, &Origin::Url)?;
    }
    let parameters = address.parameters.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    gathered.fill(parameters, &Origin::Parameter)?;
    if let Some(database) = address.database.as_deref().filter(|name| !name.is_empty()) {
        gathered.insert("dbname", database);
    }
    if let Some(password) = &address.password {
        gathered.insert("password", password.expose());
    }
    fill_from_service(&mut gathered, environment)?;
    fill_from_variables(&mut gathered, environment)?;
    Ok(gathered)
}

fn fill_from_service(gathered: &mut Gathered, environment: &Environment) -> Result<(), EngineError> {
    let Some(name) = gathered.get("service").or(environment.get("PGSERVICE")).map(str::to_owned) else {
        return Ok(());
    };
    let (pairs, file) = service::read(&name, gathered.get("servicefile"), environment)?;
    gathered.fill(pairs, &Origin::Service { name, file })
}

fn fill_from_variables(gathered: &mut Gathered, environment: &Environment) -> Result<(), EngineError> {
    for keyword in KEYWORDS {
        if let Some((variable, value)) = keyword.variable.and_then(|name| Some((name, environment.get(name)?))) {
            gathered.fill(vec![(keyword.name.to_owned(), value.to_owned())], &Origin::Variable(variable))?;
        }
    }
    Ok(())
}
