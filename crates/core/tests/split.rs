//! Scripts that are hard to cut, as files: `corpus/split/<name>.<engine>.sql` and the statements expected of it in a
//! `.json` beside it. `DROVE_BLESS=1` writes the expected files anew, for a person to review.

use std::{env, fs, path::Path};

use droveway_core::sql::{
    split::{SplitError, Syntax, split},
    statement::{Statement, StatementKind},
    transaction::own_transaction,
};
use serde_json::{Value, json};

fn cases() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/split");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = entries.filter(|path| path.extension().is_some_and(|it| it == "sql")).collect();
    cases.sort();
    cases
}

fn syntax_of(path: &Path) -> Syntax {
    match path.file_stem().and_then(|stem| Path::new(stem).extension()).and_then(|it| it.to_str()) {
        Some("postgres") => Syntax::POSTGRES,
        Some("sqlite") => Syntax::SQLITE,
        _ => panic!("{} names no engine", path.display()),
    }
}

fn told(statement: &Statement) -> Value {
    let kind = match &statement.kind {
        StatementKind::CopyIn { data } => json!({ "CopyIn": data }),
        kind => json!(format!("{kind:?}")),
    };
    json!({ "line": statement.line, "offset": statement.offset, "kind": kind, "text": statement.text })
}

/// One statement a line, so that a difference shows where it is.
fn as_text(result: &Result<Vec<Statement>, SplitError>) -> String {
    match result {
        Ok(statements) => statements.iter().map(|statement| format!("{}\n", told(statement))).collect(),
        Err(error) => format!("{}\n", json!({ "error": error.to_string(), "offset": error.offset })),
    }
}

#[test]
fn every_hard_script_is_cut_as_its_expected_file_says() {
    let cases = cases();
    assert!(cases.len() >= 25, "only {} cases are there", cases.len());
    let mut wrong = Vec::new();
    for path in &cases {
        let script = fs::read_to_string(path).unwrap();
        let actual = as_text(&split(&script, syntax_of(path)));
        let expected_path = path.with_extension("json");
        if env::var_os("DROVE_BLESS").is_some() {
            fs::write(&expected_path, &actual).unwrap();
        }
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        if expected != actual {
            wrong.push(format!("{}:\nexpected\n{expected}\ngot\n{actual}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_statement_is_the_slice_of_the_script_that_it_says_it_is() {
    for path in cases() {
        let script = fs::read_to_string(&path).unwrap();
        for statement in split(&script, syntax_of(&path)).unwrap_or_default() {
            let slice = &script[statement.offset..statement.offset + statement.text.len()];
            assert_eq!(slice, statement.text, "{}", path.display());
            let line = script[..statement.offset].matches('\n').count() + 1;
            assert_eq!(line, statement.line, "{}: {}", path.display(), statement.text);
            let _ = own_transaction(std::slice::from_ref(&statement));
        }
    }
}

#[test]
fn an_error_names_what_is_open_and_where() {
    let error = |script| split(script, Syntax::POSTGRES).unwrap_err();
    assert_eq!(error("SELECT 1; SELECT 'x").to_string(), "a string begins here and does not end");
    assert_eq!(error("SELECT 1; SELECT 'x").offset, 17);
    assert_eq!(error("SELECT $é$ $e$").what, "a dollar-quoted string");
    assert_eq!(error("COPY t FROM stdin; SELECT 1\n1\n\\.\n;").what, "a statement on the line of COPY … FROM stdin");
}
