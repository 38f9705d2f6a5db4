//! What holds for every script: the splitter never panics, loses no token, points at what it cut, and takes linear
//! time.

use std::time::{Duration, Instant};

use droveway_core::sql::{
    split::{Syntax, split},
    statement::StatementKind,
    token::{TokenKind, Tokens},
    transaction::own_transaction,
};
use proptest::{prelude::*, sample::select, test_runner::Config};

const SYNTAXES: [Syntax; 2] = [Syntax::POSTGRES, Syntax::SQLITE];

/// What a script is made of where it gets difficult.
const PIECES: &[&str] = &[
    ";",
    "'",
    "''",
    "\"",
    "`",
    "[",
    "]",
    "(",
    ")",
    "$",
    "$$",
    "$a$",
    "$é$",
    "$1",
    "E'",
    "e'\\'",
    "\\",
    "\\.",
    "\\.\n",
    "\\x",
    "--",
    "/*",
    "*/",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "é",
    "\u{feff}",
    "東",
    "\0",
    "1.",
    ".5",
    ".",
    "=",
    ",",
    "BEGIN",
    "ATOMIC",
    "END",
    "CASE",
    "CREATE",
    "OR REPLACE",
    "FUNCTION",
    "PROCEDURE",
    "TEMP",
    "TRIGGER",
    "COPY",
    "t",
    "FROM",
    "stdin",
    "COPY t FROM stdin;\n",
    "SET",
    "TO",
    "AND CHAIN",
    "ROLLBACK",
    "PRAGMA",
    "foreign_keys",
    "REINDEX",
    "CONCURRENTLY",
    "CLUSTER",
    "SELECT",
    "set_config",
    "ALTER TABLE",
    "DETACH",
    "PARTITION",
    "EXPLAIN",
    "x$y$",
];

/// As above without what is written for psql, which is no token of a statement.
const SQL_PIECES: &[&str] = &[
    ";",
    "'a;b'",
    "\"a;b\"",
    "(",
    ")",
    "$$;$$",
    "$a$ $b$ $a$",
    "$1",
    "E'\\';'",
    "-- ;\n",
    "/* ; */",
    "\n",
    "é",
    "1.",
    ".",
    "BEGIN",
    "ATOMIC",
    "END",
    "CASE",
    "CREATE",
    "FUNCTION",
    "TRIGGER",
    "t",
    "SET",
    "SELECT",
    "1",
    "=",
];

fn soup(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec((select(pieces), select(&["", " "][..])), 0..60)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, gap)| [piece, gap]).collect())
}

fn check_places(script: &str) -> Result<(), TestCaseError> {
    for syntax in SYNTAXES {
        match split(script, syntax) {
            Err(error) => prop_assert!(script.is_char_boundary(error.offset) && error.offset < script.len()),
            Ok(statements) => {
                let _ = own_transaction(&statements);
                let mut behind = 0;
                for statement in &statements {
                    prop_assert!(statement.offset >= behind && !statement.text.is_empty());
                    behind = statement.offset + statement.text.len();
                    prop_assert_eq!(&script[statement.offset..behind], &statement.text);
                    prop_assert_eq!(script[..statement.offset].matches('\n').count() + 1, statement.line);
                    let _ = statement.summary(20);
                }
            }
        }
    }
    Ok(())
}

/// The tokens of a text, without semicolons.
fn tokens(text: &str, syntax: Syntax) -> Vec<String> {
    let mut tokens = Tokens::new(text, syntax);
    let mut found = Vec::new();
    while let Ok(Some(token)) = tokens.read() {
        if token.kind != TokenKind::Semicolon {
            found.push(text[token.start..token.end].to_owned());
        }
    }
    found
}

proptest! {
    #![proptest_config(Config { cases: 2000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_text_is_cut_or_refused_at_a_place_in_it(script in any::<String>()) {
        check_places(&script)?;
    }

    #[test]
    fn any_soup_of_tokens_is_cut_or_refused_at_a_place_in_it(script in soup(PIECES)) {
        check_places(&script)?;
    }

    #[test]
    fn the_statements_together_hold_every_token_in_order(script in soup(SQL_PIECES)) {
        for syntax in SYNTAXES {
            let Ok(statements) = split(&script, syntax) else { continue };
            let together: Vec<String> = statements.iter().flat_map(|it| tokens(&it.text, syntax)).collect();
            prop_assert_eq!(together, tokens(&script, syntax));
        }
    }

    #[test]
    fn a_statement_alone_is_cut_as_itself(script in soup(SQL_PIECES)) {
        for syntax in SYNTAXES {
            for statement in split(&script, syntax).unwrap_or_default() {
                let again = split(&statement.text, syntax).unwrap();
                prop_assert_eq!(again.len(), 1, "{:?}", statement.text);
                prop_assert_eq!(&again[0].text, &statement.text);
                prop_assert_eq!(&again[0].kind, &statement.kind);
            }
        }
    }
}

const MEGABYTE: usize = 1024 * 1024;

fn repeated(piece: &str, megabytes: usize) -> String {
    piece.repeat(megabytes * MEGABYTE / piece.len())
}

/// A quadratic pass over a megabyte takes an hour; a linear one in a debug build on a busy machine a second.
fn is_quick(what: &str, script: &str, syntax: Syntax) -> usize {
    let start = Instant::now();
    let count = split(script, syntax).map_or(0, |statements| statements.len());
    let taken = start.elapsed();
    println!("{what}: {taken:?}");
    assert!(taken < Duration::from_secs(20), "{what}: {taken:?}");
    count
}

#[test]
fn ten_megabytes_of_statements_take_linear_time() {
    for syntax in SYNTAXES {
        assert_eq!(is_quick("statements", &"INSERT INTO t VALUES (1, 'a')\n;".repeat(330_000), syntax), 330_000);
    }
}

#[test]
fn one_statement_of_ten_megabytes_takes_linear_time() {
    for syntax in SYNTAXES {
        assert_eq!(is_quick("one statement", &format!("SELECT {}", repeated("a, 'b' ", 10)), syntax), 1);
        let trigger = format!("CREATE TRIGGER t BEGIN {} END", repeated("SELECT 1;", 10));
        is_quick("a trigger", &trigger, syntax);
    }
}

#[test]
fn no_command_is_told_in_more_than_linear_time() {
    let starts = ["SELECT", "ALTER TABLE", "COPY", "SET a", "CREATE SUBSCRIPTION", "REINDEX (", "CLUSTER", "PRAGMA"];
    for start in starts {
        for piece in ["a, ", "(", "1.", "'x' ", "/* */ ", "é", "CONCURRENTLY ", "CONNECT = ", ". ", "FROM ", "DETACH "]
        {
            let script = format!("{start} {}", repeated(piece, 1));
            assert_eq!(is_quick(&format!("{start} {piece}"), &script, Syntax::POSTGRES), 1);
        }
    }
}

#[test]
fn what_does_not_end_takes_linear_time() {
    let opened = [("'", "''"), ("\"", "x\n"), ("/*", "/* "), ("$a$", "$a"), ("$a$", "$"), ("E'", "\\'"), ("[", "[")];
    for syntax in SYNTAXES {
        is_quick("a string", &format!("SELECT 1; '{}", repeated("x", 10)), syntax);
        for (open, piece) in opened {
            is_quick(&format!("{open}{piece}"), &format!("SELECT 1; {open}{}", repeated(piece, 2)), syntax);
        }
        for piece in ["$a ", "$", "E'a'\n", "E'a' ", "\\x\n", "\\.\n", "COPY t FROM stdin;\n\\.\n", ";\n"] {
            is_quick(piece, &repeated(piece, 2), syntax);
        }
    }
}

#[test]
fn the_data_of_a_copy_takes_linear_time() {
    let script = format!("COPY t FROM stdin;\n{}\\.\nSELECT 1;", repeated("1\ta\n", 10));
    assert_eq!(is_quick("a COPY", &script, Syntax::POSTGRES), 2);
    let copies = "COPY t FROM stdin; ".repeat(100_000);
    assert_eq!(is_quick("copies on one line", &copies, Syntax::POSTGRES), 100_000);
    let kinds = split(&script, Syntax::POSTGRES).unwrap();
    assert!(matches!(&kinds[0].kind, StatementKind::CopyIn { data } if data.len() > 9 * MEGABYTE));
}
