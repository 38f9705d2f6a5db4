//! `.pgpass`: passwords by host, port, database and user.

use std::path::Path;

use droveway_core::secret::Secret;

/// What a password file gave: the password, or what a user should know about the file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub password: Option<Secret>,
    pub notice: Option<String>,
}

/// What a line of the file must match.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Login<'a> {
    /// The host's name, or the folder of its socket, and `localhost` if that folder is the usual one.
    pub hosts: &'a [&'a str],
    pub port: u16,
    pub database: &'a str,
    pub user: &'a str,
}

/// Looks the password up. A file that others may read is not used, as libpq does not.
pub(crate) fn look_up(path: &Path, login: Login<'_>) -> Found {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            notice(format!("WARNING: password file {} is not a plain file", path.display()))
        }
        Ok(metadata) if is_open_to_others(&metadata) => notice(format!(
            "WARNING: password file {} is not used, because others may read it (chmod 600 mends that)",
            path.display()
        )),
        Ok(_) => {
            Found { password: std::fs::read_to_string(path).ok().and_then(|text| find(&text, login)), notice: None }
        }
        Err(_) => Found::default(),
    }
}

fn notice(text: String) -> Found {
    Found { password: None, notice: Some(text) }
}

#[cfg(unix)]
fn is_open_to_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_metadata: &std::fs::Metadata) -> bool {
    false
}

/// The password of the first line that matches.
fn find(text: &str, login: Login<'_>) -> Option<Secret> {
    let port = login.port.to_string();
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let [host, its_port, database, user, password] = fields(line)?;
        let matches = login.hosts.iter().any(|name| fits(&host, name))
            && fits(&its_port, &port)
            && fits(&database, login.database)
            && fits(&user, login.user);
        (matches && !password.text.is_empty()).then(|| Secret::new(password.text))
    })
}

/// A field with its escapes taken off; only a bare `*` matches everything.
#[derive(Debug, Default)]
struct Field {
    text: String,
    escaped: bool,
}

fn fits(field: &Field, value: &str) -> bool {
    (field.text == "*" && !field.escaped) || field.text == value
}

/// The five fields of a line; a backslash makes the character behind it plain, and the password ends at the next
/// bare colon or at the line's end.
fn fields(line: &str) -> Option<[Field; 5]> {
    let mut fields: [Field; 5] = Default::default();
    let mut at = 0;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                fields[at].text.push(letters.next().unwrap_or('\\'));
                fields[at].escaped = true;
            }
            ':' if at == 4 => break,
            ':' => at += 1,
            letter => fields[at].text.push(letter),
        }
    }
    (at == 4).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str, hosts: &[&str]) -> Option<String> {
        let login = Login { hosts, port: 5432, database: "shop", user: "anna" };
        find(text, login).map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn the_first_line_that_matches_gives_the_password() {
        let text = "# comment\nother:5432:shop:anna:no\nh:*:shop:anna:first\nh:5432:shop:anna:second\n";
        assert_eq!(password(text, &["h"]).as_deref(), Some("first"));
        assert_eq!(password(text, &["elsewhere"]), None);
        assert_eq!(password("*:*:*:*:all", &["elsewhere"]).as_deref(), Some("all"));
    }

    #[test]
    fn backslashes_make_colons_and_stars_plain() {
        assert_eq!(password(r"h:5432:shop:anna:a\:b\\c", &["h"]).as_deref(), Some(r"a:b\c"));
        assert_eq!(password(r"\*:5432:shop:anna:x", &["h"]), None);
        assert_eq!(password(r"\:\:1:5432:shop:anna:x", &["::1"]).as_deref(), Some("x"));
    }

    #[test]
    fn a_socket_is_found_by_its_folder_or_as_localhost() {
        let hosts = ["/var/run/postgresql", "localhost"];
        assert_eq!(password("localhost:5432:shop:anna:x", &hosts).as_deref(), Some("x"));
        assert_eq!(password("/var/run/postgresql:5432:shop:anna:x", &hosts).as_deref(), Some("x"));
    }

    #[test]
    fn a_line_that_is_too_short_is_passed_over() {
        assert_eq!(password("h:5432:shop:anna\nnonsense\n", &["h"]), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_not_used_and_that_is_said() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pgpass");
        std::fs::write(&path, "*:*:*:*:x").expect("the file is written");
        let login = Login { hosts: &["h"], port: 1, database: "d", user: "u" };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("its mode is set");
        let refused = look_up(&path, login);
        assert!(refused.password.is_none() && refused.notice.is_some());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("its mode is set");
        assert!(look_up(&path, login).password.is_some());
    }
}
