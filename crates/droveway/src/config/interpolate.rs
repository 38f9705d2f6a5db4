//! `${NAME}`, `${NAME:-default}` (which may nest) and `$$` in a setting's text.

use crate::config::Environment;

/// A text with its variables filled in, and the names of those that were set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    pub text: String,
    pub used: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InterpolationError {
    #[error("the variable {0} is not set")]
    Unset(String),
    #[error("`${{` has no closing brace")]
    Unclosed,
    #[error("`${{{0}}}` names no variable")]
    BadName(String),
}

/// Fills in every variable of `text`.
pub fn interpolate(text: &str, environment: &Environment) -> Result<Filled, InterpolationError> {
    let mut filled = Filled::default();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        filled.text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            filled.text.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            let end = closing_brace(after).ok_or(InterpolationError::Unclosed)?;
            expand(&after[..end], environment, &mut filled)?;
            rest = &after[end + 1..];
        } else {
            filled.text.push('$');
        }
    }
    filled.text.push_str(rest);
    Ok(filled)
}

fn expand(inner: &str, environment: &Environment, filled: &mut Filled) -> Result<(), InterpolationError> {
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(InterpolationError::BadName(inner.to_owned()));
    }
    match (environment.get(name), default) {
        (Some(value), _) => {
            filled.text.push_str(value);
            filled.used.push(name.to_owned());
        }
        (None, Some(default)) => {
            let inner = interpolate(default, environment)?;
            filled.text.push_str(&inner.text);
            filled.used.extend(inner.used);
        }
        (None, None) => return Err(InterpolationError::Unset(name.to_owned())),
    }
    Ok(())
}

/// The offset of the brace that closes what has been opened before `text`.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> Result<String, InterpolationError> {
        let environment = Environment::from_pairs([("HOST", "db1"), ("EMPTY", "")]);
        interpolate(text, &environment).map(|filled| filled.text)
    }

    #[test]
    fn variables_are_filled_in_and_defaults_may_nest() {
        assert_eq!(fill("a ${HOST} b").unwrap(), "a db1 b");
        assert_eq!(fill("${NONE:-x}").unwrap(), "x");
        assert_eq!(fill("${NONE:-${EMPTY:-${HOST}}}").unwrap(), "db1");
        assert_eq!(fill("$$5 and $5 {database}").unwrap(), "$5 and $5 {database}");
    }

    #[test]
    fn an_unset_variable_is_an_error_that_names_it() {
        assert_eq!(fill("${NONE}").unwrap_err(), InterpolationError::Unset("NONE".into()));
        assert_eq!(fill("${HOST").unwrap_err(), InterpolationError::Unclosed);
        assert_eq!(fill("${a b}").unwrap_err(), InterpolationError::BadName("a b".into()));
    }
}
