//! Reads libpq's two forms of a connection string: `postgres://…` and `host=… port=…`.
//!
//! No message in here ever quotes the string: what is wrong with it may be its password.

use droveway_core::engine::{EngineError, EngineErrorKind};

/// Keywords and values in the order given; a later one wins.
pub(crate) type Pairs = Vec<(String, String)>;

/// Either form; a word that is neither is a database's name, as libpq has it.
pub(crate) fn parse(text: &str) -> Result<Pairs, EngineError> {
    match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => {
            check_scheme(scheme)?;
            parse_url(rest)
        }
        _ if text.contains('=') => parse_words(text),
        _ if text.trim().is_empty() => Ok(Pairs::new()),
        _ => Ok(vec![("dbname".to_owned(), text.trim().to_owned())]),
    }
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
}

/// SQLAlchemy names its driver behind a plus sign; the address is the same.
fn check_scheme(scheme: &str) -> Result<(), EngineError> {
    let base = scheme.split_once('+').map_or(scheme, |(base, _)| base);
    match base {
        "postgres" | "postgresql" => Ok(()),
        _ => Err(wrong(format!("a URL for PostgreSQL begins with postgres://, not {scheme}://"))),
    }
}

fn wrong(message: impl Into<String>) -> EngineError {
    EngineError::new(EngineErrorKind::Address, message)
}

fn parse_url(rest: &str) -> Result<Pairs, EngineError> {
    let (before_query, query) = match rest.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (rest, None),
    };
    let (authority, database) = match before_query.split_once('/') {
        Some((authority, database)) => (authority, Some(database)),
        None => (before_query, None),
    };
    let (login, hosts) = match authority.rsplit_once('@') {
        Some((login, hosts)) => (Some(login), hosts),
        None => (None, authority),
    };
    let mut pairs = Pairs::new();
    if let Some(login) = login {
        parse_login(login, &mut pairs)?;
    }
    parse_hosts(hosts, &mut pairs)?;
    if let Some(database) = database {
        push(&mut pairs, "dbname", decode(database, "the database's name")?);
    }
    for pair in query.into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.is_empty()) {
        parse_query_pair(pair, &mut pairs)?;
    }
    Ok(pairs)
}

fn push(pairs: &mut Pairs, keyword: &str, value: String) {
    if !value.is_empty() {
        pairs.push((keyword.to_owned(), value));
    }
}

fn parse_login(login: &str, pairs: &mut Pairs) -> Result<(), EngineError> {
    let (user, password) = match login.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (login, None),
    };
    push(pairs, "user", decode(user, "the user's name")?);
    if let Some(password) = password {
        push(pairs, "password", decode(password, "the password")?);
    }
    Ok(())
}

/// `a:1,b,[::1]:2` becomes the lists `host` and `port`, with an empty port where none is given.
fn parse_hosts(text: &str, pairs: &mut Pairs) -> Result<(), EngineError> {
    if text.is_empty() {
        return Ok(());
    }
    let hosts = text.split(',').map(parse_host).collect::<Result<Vec<_>, _>>()?;
    let (names, ports): (Vec<String>, Vec<&str>) = hosts.into_iter().unzip();
    push(pairs, "host", names.join(","));
    if ports.iter().any(|port| !port.is_empty()) {
        push(pairs, "port", ports.join(","));
    }
    Ok(())
}

fn parse_host(text: &str) -> Result<(String, &str), EngineError> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) =
                rest.split_once(']').ok_or_else(|| wrong("an address in the URL begins with [ and has no ]"))?;
            match (after, after.strip_prefix(':')) {
                ("", _) => (host, ""),
                (_, Some(port)) => (host, port),
                _ => return Err(wrong("a host in the URL has something other than a port after ]")),
            }
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    if port.contains(':') || !port.chars().all(|letter| letter.is_ascii_digit()) {
        return Err(wrong("a port in the URL is not a number")
            .with_help("a password with / ? # or : must have them percent-encoded, an IPv6 address stands in []"));
    }
    Ok((decode(host, "a host")?, port))
}

fn parse_query_pair(pair: &str, pairs: &mut Pairs) -> Result<(), EngineError> {
    let (keyword, value) =
        pair.split_once('=').ok_or_else(|| wrong("a parameter in the URL's query has no value (`name=value`)"))?;
    let keyword = decode(keyword, "a parameter's name")?;
    let value = decode(value, "a parameter's value")?;
    let (keyword, value) = translate(keyword, value);
    push(pairs, &keyword, value);
    Ok(())
}

/// `ssl=true` is JDBC's, `ssl=require` asyncpg's word for `sslmode`.
fn translate(keyword: String, value: String) -> (String, String) {
    match (keyword.as_str(), value.as_str()) {
        ("ssl", "true") => ("sslmode".to_owned(), "require".to_owned()),
        ("ssl", _) => ("sslmode".to_owned(), value),
        _ => (keyword, value),
    }
}

fn decode(text: &str, what: &str) -> Result<String, EngineError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()].map(|digit| digit.and_then(|digit| (digit as char).to_digit(16)));
        match digits {
            [Some(high), Some(low)] if high + low > 0 => bytes.push((high * 16 + low) as u8),
            [Some(_), Some(_)] => return Err(wrong(format!("{what} in the URL holds %00"))),
            _ => {
                return Err(wrong(format!("{what} in the URL holds a % that is not followed by two digits"))
                    .with_help("a percent sign itself is written %25"));
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| wrong(format!("{what} in the URL is not UTF-8 once decoded")))
}

/// `keyword = value`, with values in single quotes where they hold spaces, and backslash before a quote or itself.
fn parse_words(text: &str) -> Result<Pairs, EngineError> {
    let mut pairs = Pairs::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (keyword, after) = rest
            .split_once('=')
            .filter(|(keyword, _)| !keyword.trim_end().contains(char::is_whitespace))
            .ok_or_else(|| {
                wrong("a word in the connection string has no = behind it")
                    .with_help("a value with spaces stands in single quotes: password='a b'")
            })?;
        let (value, after) = take_value(after.trim_start())?;
        push(&mut pairs, keyword.trim_end(), value);
        rest = after.trim_start();
    }
    Ok(pairs)
}

fn take_value(text: &str) -> Result<(String, &str), EngineError> {
    let (quoted, body) = match text.strip_prefix('\'') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let mut value = String::new();
    let mut letters = body.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return Ok((value, &body[at + 1..])),
            letter if !quoted && letter.is_whitespace() => return Ok((value, &body[at..])),
            letter => value.push(letter),
        }
    }
    if quoted { Err(wrong("a quoted value in the connection string does not end")) } else { Ok((value, "")) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text).expect("the string is well formed")
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(keyword, value)| ((*keyword).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_url_gives_its_parts_in_libpqs_words() {
        let url = "postgresql://anna:p%40ss@db.example:5433/shop?sslmode=require&application_name=a%20b";
        assert_eq!(
            pairs(url),
            owned(&[
                ("user", "anna"),
                ("password", "p@ss"),
                ("host", "db.example"),
                ("port", "5433"),
                ("dbname", "shop"),
                ("sslmode", "require"),
                ("application_name", "a b"),
            ])
        );
    }

    #[test]
    fn the_forms_of_other_libraries_are_understood() {
        for scheme in ["postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg", "postgresql+psycopg2"] {
            assert_eq!(pairs(&format!("{scheme}://h/d")), owned(&[("host", "h"), ("dbname", "d")]), "{scheme}");
        }
        assert_eq!(pairs("postgres://h?ssl=true"), owned(&[("host", "h"), ("sslmode", "require")]));
        assert_eq!(pairs("postgres://h?ssl=verify-full"), owned(&[("host", "h"), ("sslmode", "verify-full")]));
    }

    #[test]
    fn hosts_may_be_many_and_of_every_sort() {
        assert_eq!(pairs("postgres://a:1,b,[::1]:3/d")[..2], owned(&[("host", "a,b,::1"), ("port", "1,,3")]));
        assert_eq!(pairs("postgres://%2Fvar%2Frun/d")[0], owned(&[("host", "/var/run")])[0]);
        assert_eq!(pairs("postgres:///d?host=/tmp"), owned(&[("dbname", "d"), ("host", "/tmp")]));
        assert_eq!(pairs("postgres://"), owned(&[]));
    }

    #[test]
    fn words_may_be_quoted_and_escaped() {
        assert_eq!(
            pairs(r"host = h  password='a\'b c\\' dbname=x\ y user=''"),
            owned(&[("host", "h"), ("password", r"a'b c\"), ("dbname", "x y")])
        );
        assert_eq!(pairs("shop"), owned(&[("dbname", "shop")]));
    }

    #[test]
    fn an_error_never_quotes_the_string() {
        let broken = [
            "postgres://u:CANARY/x@h/d",
            "postgres://u:CANARY%zz@h/d",
            "postgres://u:CANARY%00@h/d",
            "postgres://u:CANARY%ff@h/d",
            "postgres://u@[::1/d?password=CANARY",
            "postgres://h/d?CANARY",
            "host=h password='CANARY",
            "host=h password=a CANARY",
        ];
        for text in broken {
            let error = parse(text).expect_err(text);
            assert_eq!(error.kind, EngineErrorKind::Address);
            assert!(!format!("{error:?}").contains("CANARY"), "{error:?}");
        }
    }

    fn encode(text: &str) -> String {
        text.bytes().map(|byte| format!("%{byte:02X}")).collect()
    }

    fn quote(text: &str) -> String {
        format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC*") {
            let _result = parse(&text);
            let _result = parse(&format!("postgres://{text}"));
            let _result = parse(&format!("host={text}"));
        }

        #[test]
        fn what_is_encoded_in_a_url_comes_back(user in "[^\0]{1,9}", password in "[^\0]{1,9}", name in "[^\0]{1,9}") {
            let url = format!("postgres://{}:{}@h/{}", encode(&user), encode(&password), encode(&name));
            prop_assert_eq!(
                parse(&url).unwrap(),
                owned(&[("user", &user), ("password", &password), ("host", "h"), ("dbname", &name)])
            );
        }

        #[test]
        fn what_is_quoted_in_words_comes_back(user in ".{1,9}", password in ".{1,9}") {
            let words = format!("user={} password = {}", quote(&user), quote(&password));
            prop_assert_eq!(parse(&words).unwrap(), owned(&[("user", &user), ("password", &password)]));
        }
    }
}
