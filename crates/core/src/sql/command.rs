//! Which command a statement is, as far as a runner must know: what moves a transaction, what cannot run inside one,
//! what brings data, what is only a setting.
//!
//! Only the text is asked, never the database. So `REINDEX TABLE` and `CLUSTER` of a partitioned table, which cannot
//! run inside a transaction block, look like those of any other table; and `CALL` and subscriptions are held to be
//! what they may be.

use crate::sql::{
    statement::{StatementKind, TransactionControl},
    syntax::Syntax,
    token::{TokenKind, Tokens},
};

/// Tells what a runner does with the statement `text`. The data of a COPY is for the caller to fill in.
pub fn classify(text: &str, syntax: Syntax) -> StatementKind {
    let mut words = Words { text, tokens: Tokens::within(text, 0, text.len(), syntax), parentheses: 0 };
    match words.next().as_deref().unwrap_or_default() {
        "COPY" if syntax.psql && copies_from_client(&words) => StatementKind::CopyIn { data: String::new() },
        "SET" if sets_parameter(&words) => StatementKind::Setting,
        "SELECT" if calls_set_config(&words) => StatementKind::Setting,
        "PRAGMA" => pragma(words),
        first => match (transaction_control(first, &words), runs_alone(first, words)) {
            (Some(control), _) => StatementKind::Transaction(control),
            (None, true) => StatementKind::Alone,
            (None, false) => StatementKind::Plain,
        },
    }
}

/// The tokens of a statement as text to compare with keywords: in capitals, quoted ones with their quotes, and what is
/// too long to be a keyword as `…`.
#[derive(Clone)]
struct Words<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    parentheses: usize,
}

const LONGEST_KEYWORD: usize = 32;

impl Iterator for Words<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let token = self.tokens.read().ok().flatten()?;
        self.parentheses = match token.kind {
            TokenKind::Open => self.parentheses + 1,
            TokenKind::Close => self.parentheses.saturating_sub(1),
            _ => self.parentheses,
        };
        Some(match &self.text[token.start..token.end] {
            long if long.len() > LONGEST_KEYWORD => "…".to_owned(),
            text => text.to_ascii_uppercase(),
        })
    }
}

impl Words<'_> {
    /// Whether the next word is `word`; moves past it if so.
    fn pass(&mut self, word: &str) -> bool {
        let mut ahead = self.clone();
        let found = ahead.next().is_some_and(|next| next == word);
        if found {
            *self = ahead;
        }
        found
    }

    fn next_is(&self, words: &[&str]) -> bool {
        self.clone().next().is_some_and(|next| words.contains(&next.as_str()))
    }

    fn has(&self, word: &str) -> bool {
        self.clone().any(|next| next == word)
    }

    /// Whether `first second` stand side by side outside of parentheses; moves behind the first such pair.
    fn find_pair(&mut self, first: &str, second: &str) -> bool {
        while let Some(word) = self.next() {
            if word == first && self.parentheses == 0 && self.pass(second) {
                return true;
            }
        }
        false
    }
}

fn transaction_control(first: &str, words: &Words<'_>) -> Option<TransactionControl> {
    use TransactionControl::{Begin, Commit, CommitAndChain, Rollback, RollbackAndChain, Savepoint, TwoPhase};
    match first {
        "BEGIN" => Some(Begin),
        "START" if words.next_is(&["TRANSACTION"]) => Some(Begin),
        "PREPARE" if words.next_is(&["TRANSACTION"]) => Some(TwoPhase),
        "COMMIT" | "ROLLBACK" if words.next_is(&["PREPARED"]) => Some(TwoPhase),
        "COMMIT" | "END" => Some(if chains(words) { CommitAndChain } else { Commit }),
        "ROLLBACK" if words.has("TO") => Some(Savepoint),
        "ROLLBACK" | "ABORT" => Some(if chains(words) { RollbackAndChain } else { Rollback }),
        "SAVEPOINT" | "RELEASE" => Some(Savepoint),
        _ => None,
    }
}

/// `AND CHAIN`, not `AND NO CHAIN`.
fn chains(words: &Words<'_>) -> bool {
    words.clone().find_pair("AND", "CHAIN")
}

/// What a server refuses to run inside a transaction block, and what may end the block it runs in.
fn runs_alone(first: &str, mut words: Words<'_>) -> bool {
    match first {
        "VACUUM" | "ATTACH" | "DETACH" | "CALL" => true,
        "DISCARD" => words.next_is(&["ALL"]),
        "CREATE" => creation_runs_alone(words),
        "DROP" if words.pass("INDEX") => words.next_is(&["CONCURRENTLY"]),
        "DROP" => words.next_is(&["DATABASE", "TABLESPACE", "SUBSCRIPTION"]),
        "ALTER" => alteration_runs_alone(words),
        "REINDEX" => reindex_runs_alone(words),
        "CLUSTER" => !names_table(words),
        _ => false,
    }
}

fn creation_runs_alone(mut words: Words<'_>) -> bool {
    words.pass("UNIQUE");
    match words.next().as_deref().unwrap_or_default() {
        "INDEX" => words.next_is(&["CONCURRENTLY"]),
        "DATABASE" | "TABLESPACE" => true,
        "SUBSCRIPTION" => !(is_off(&words, "CONNECT") || is_off(&words, "CREATE_SLOT")),
        _ => false,
    }
}

/// `option = false`, as in the options of a subscription.
fn is_off(words: &Words<'_>, option: &str) -> bool {
    let mut words = words.clone();
    while let Some(word) = words.next() {
        if word == option && words.pass("=") {
            return words.next_is(&["FALSE", "OFF", "0", "'FALSE'", "'OFF'", "'0'"]);
        }
    }
    false
}

fn alteration_runs_alone(mut words: Words<'_>) -> bool {
    match words.next().as_deref().unwrap_or_default() {
        "SYSTEM" => true,
        "DATABASE" => words.find_pair("SET", "TABLESPACE"),
        "TABLE" => words.find_pair("DETACH", "PARTITION") && words.last().is_some_and(|word| word == "CONCURRENTLY"),
        "SUBSCRIPTION" => subscription_runs_alone(&words),
        _ => false,
    }
}

/// What makes the publisher act or look; other forms only change the subscription's own row.
fn subscription_runs_alone(words: &Words<'_>) -> bool {
    let refreshes = words.has("PUBLICATION") && !is_off(words, "REFRESH");
    refreshes || words.has("FAILOVER") || words.has("TWO_PHASE")
}

fn reindex_runs_alone(mut words: Words<'_>) -> bool {
    if words.next_is(&["("]) {
        let mut concurrently = false;
        while let Some(word) = words.next().filter(|_| words.parentheses > 0) {
            concurrently |= word == "CONCURRENTLY" && !words.next_is(&["FALSE", "OFF", "0"]);
        }
        if concurrently {
            return true;
        }
    }
    let object = words.next();
    matches!(object.as_deref(), Some("DATABASE" | "SYSTEM" | "SCHEMA")) || words.next_is(&["CONCURRENTLY"])
}

/// Whether `CLUSTER` goes on with more than its options.
fn names_table(mut words: Words<'_>) -> bool {
    words.pass("VERBOSE");
    words
        .find(|word| word != ")")
        .is_some_and(|first| first != "(" || words.find(|word| word == ")").is_some() && words.next().is_some())
}

/// `COPY t [(columns)] FROM stdin`: the data comes from the client, which for a script is the script.
fn copies_from_client(words: &Words<'_>) -> bool {
    let mut words = words.clone();
    while let Some(word) = words.next() {
        if word == "FROM" && words.parentheses == 0 {
            return words.next_is(&["STDIN", "STDOUT"]);
        }
    }
    false
}

/// `SET [SESSION | LOCAL] name {= | TO} …` and `SET TIME ZONE …`; not `SET ROLE`, `SET CONSTRAINTS`, `SET TRANSACTION`.
fn sets_parameter(words: &Words<'_>) -> bool {
    let mut words = words.clone();
    let _ = words.pass("SESSION") || words.pass("LOCAL");
    if words.pass("TIME") {
        return words.next_is(&["ZONE"]);
    }
    words.next();
    while words.pass(".") {
        words.next();
    }
    words.next_is(&["=", "TO"])
}

/// `SELECT [pg_catalog.]set_config(…)` and nothing else.
fn calls_set_config(words: &Words<'_>) -> bool {
    let mut words = words.clone();
    let _ = words.pass("PG_CATALOG") && words.pass(".");
    if !(words.pass("SET_CONFIG") && words.pass("(")) {
        return false;
    }
    while words.parentheses > 0 && words.next().is_some() {}
    words.next().is_none()
}

/// `PRAGMA [schema.]name = value` or `name(value)`; without a value it only asks.
fn pragma(mut words: Words<'_>) -> StatementKind {
    let mut name = words.next().unwrap_or_default();
    if words.pass(".") {
        name = words.next().unwrap_or_default();
    }
    let given = words.pass("=") || words.pass("(");
    match (unquoted(&name), given.then(|| words.next().unwrap_or_default())) {
        ("FOREIGN_KEYS", Some(value)) => StatementKind::ForeignKeys { on: is_on(&value) },
        ("JOURNAL_MODE" | "SYNCHRONOUS" | "TEMP_STORE", Some(_)) | ("WAL_CHECKPOINT", _) => StatementKind::Alone,
        _ => StatementKind::Plain,
    }
}

/// SQLite's own reading of a truth value: what it does not know is off.
fn is_on(value: &str) -> bool {
    let value = unquoted(value);
    matches!(value, "ON" | "YES" | "TRUE") || value.parse::<u32>().is_ok_and(|number| number != 0)
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['\'', '"', '`', '[', ']'])
}
