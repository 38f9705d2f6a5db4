//! `pg_service.conf`: connection parameters under a name.

use std::path::{Path, PathBuf};

use droveway_core::{
    diagnostic::nearest,
    engine::{EngineError, EngineErrorKind},
};

use super::{conninfo::Pairs, environment::Environment};

/// Debian's place for the file that all users share; others name theirs in PGSYSCONFDIR.
const SYSTEM_FOLDER: &str = "/etc/postgresql-common";

/// The parameters of a service and the file they stand in.
pub(crate) fn read(name: &str, file: Option<&str>, environment: &Environment) -> Result<(Pairs, PathBuf), EngineError> {
    let mut seen = Vec::new();
    for (number, path) in files(file, environment).into_iter().enumerate() {
        let must_exist = file.is_some() && number == 0;
        let Some(text) = read_file(&path, must_exist)? else { continue };
        if let Some(pairs) = find(&text, name, &path)? {
            return Ok((pairs, path));
        }
        seen.extend(names(&text).map(str::to_owned));
    }
    let error = EngineError::new(EngineErrorKind::Address, format!("the service `{name}` is defined nowhere"));
    Err(match nearest(name, seen.iter().map(String::as_str)) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error.with_help("services stand in ~/.pg_service.conf, or in the file that PGSERVICEFILE names"),
    })
}

/// The user's own file first, then the one that all users share.
fn files(given: Option<&str>, environment: &Environment) -> Vec<PathBuf> {
    let own = given
        .or(environment.get("PGSERVICEFILE"))
        .map(PathBuf::from)
        .or_else(|| environment.home_file(".pg_service.conf"));
    let shared = environment.get("PGSYSCONFDIR").unwrap_or(SYSTEM_FOLDER);
    own.into_iter().chain([Path::new(shared).join("pg_service.conf")]).collect()
}

fn read_file(path: &Path, must_exist: bool) -> Result<Option<String>, EngineError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => Ok(None),
        Err(error) => Err(EngineError::new(
            EngineErrorKind::Address,
            format!("the service file {} cannot be read: {error}", path.display()),
        )),
    }
}

fn names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(section)
}

fn section(line: &str) -> Option<&str> {
    line.trim().strip_prefix('[')?.strip_suffix(']')
}

fn find(text: &str, name: &str, path: &Path) -> Result<Option<Pairs>, EngineError> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let mut inside = lines.skip_while(|(_, line)| section(line) != Some(name));
    if inside.next().is_none() {
        return Ok(None);
    }
    inside
        .take_while(|(_, line)| section(line).is_none())
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| parameter(line).ok_or_else(|| bad_line(path, number)))
        .collect::<Result<Pairs, _>>()
        .map(Some)
}

fn parameter(line: &str) -> Option<(String, String)> {
    let (keyword, value) = line.split_once('=')?;
    let keyword = keyword.trim();
    let plain = !["service", "servicefile", ""].contains(&keyword) && !keyword.contains(char::is_whitespace);
    plain.then(|| (keyword.to_owned(), value.trim().to_owned()))
}

fn bad_line(path: &Path, number: usize) -> EngineError {
    EngineError::new(
        EngineErrorKind::Address,
        format!("line {number} of the service file {} is not `keyword=value`", path.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# ours\n[shop]\nhost=db.example\n\n# the port\nport = 5433\n[other]\nhost=x\nnonsense\n";

    #[test]
    fn a_service_ends_where_the_next_begins() {
        let pairs = find(FILE, "shop", Path::new("f")).expect("well formed").expect("defined");
        assert_eq!(pairs, [("host".to_owned(), "db.example".to_owned()), ("port".to_owned(), "5433".to_owned())]);
        assert_eq!(find(FILE, "none", Path::new("f")).expect("well formed"), None);
    }

    #[test]
    fn a_line_that_is_no_parameter_is_named_by_its_number() {
        let error = find(FILE, "other", Path::new("f")).expect_err("line 9 is no parameter");
        assert_eq!(error.message, "line 9 of the service file f is not `keyword=value`");
    }

    #[test]
    fn a_service_that_is_nowhere_names_the_nearest() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("services");
        std::fs::write(&path, FILE).expect("the file is written");
        let error = read("shopp", path.to_str(), &Environment::default()).expect_err("there is no shopp");
        assert_eq!(error.help.as_deref(), Some("did you mean `shop`?"));
    }
}
