//! The two tables that a database keeps about itself, as SQL text: Alembic's version table and droveway's journal.
//!
//! The text is common to all engines (plain statements with quoted literals), so that the runner and the offline
//! script write the same. Only the tables' definitions differ; those are the dialects'.

use serde::Serialize;

pub use crate::revision::file::checksum;
use crate::{
    plan::{Direction, Step},
    revision::id::RevisionId,
    sql::quote,
};

/// The names of the bookkeeping tables in one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Schema that holds both tables; `None` leaves it to the connection's search path, as Alembic does.
    pub schema: Option<String>,
    /// `alembic_version` unless configured otherwise.
    pub version: String,
    /// `drove_journal` unless configured otherwise.
    pub journal: String,
}

impl Default for Tables {
    fn default() -> Self {
        Tables { schema: None, version: "alembic_version".into(), journal: "drove_journal".into() }
    }
}

impl Tables {
    /// The version table's quoted, qualified name.
    pub fn version_name(&self) -> String {
        self.qualified(&self.version)
    }

    /// The journal's quoted, qualified name.
    pub fn journal_name(&self) -> String {
        self.qualified(&self.journal)
    }

    fn qualified(&self, table: &str) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", quote::identifier(schema), quote::identifier(table)),
            None => quote::identifier(table),
        }
    }

    /// One column: the version rows.
    pub fn version_rows_query(&self) -> String {
        format!("SELECT version_num FROM {}", self.version_name())
    }

    /// At most one row, with the columns of `LastEntry` in their order.
    pub fn last_entry_query(&self) -> String {
        format!(
            "SELECT tree, action, outcome, revision, statement, checksum FROM {} ORDER BY id DESC LIMIT 1",
            self.journal_name()
        )
    }
}

/// What a journal row says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The whole step, written in the transaction that did it.
    Applied,
    /// A section that runs statement by statement has begun; none of its statements is done.
    Began,
    /// A statement that cannot be in a transaction is about to be sent.
    Trying,
    /// A statement of such a section is done.
    Done,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Applied => "applied",
            Outcome::Began => "began",
            Outcome::Trying => "trying",
            Outcome::Done => "done",
        }
    }
}

/// The newest row of the journal, as `Tables::last_entry_query` reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastEntry {
    pub tree: String,
    pub action: String,
    pub outcome: String,
    pub revision: Option<String>,
    pub statement: Option<u64>,
    pub checksum: Option<String>,
}

/// A revision that ran statement by statement and did not reach its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    pub revision: String,
    /// `upgrade` or `downgrade`.
    pub action: String,
    /// How many statements of the section are known to be done.
    pub done: u64,
    /// The number, from 1, of a statement that was sent outside a transaction and of which no end is known.
    pub in_doubt: Option<u64>,
    /// The section's checksum when it began.
    pub checksum: String,
}

impl LastEntry {
    /// The row from the six values of the query; a value that does not fit counts as absent.
    pub fn from_values(values: Vec<Option<String>>) -> Self {
        let mut values = values.into_iter();
        let mut next = || values.next().flatten();
        LastEntry {
            tree: next().unwrap_or_default(),
            action: next().unwrap_or_default(),
            outcome: next().unwrap_or_default(),
            revision: next(),
            statement: next().and_then(|number| number.parse().ok()),
            checksum: next(),
        }
    }

    /// The revision that stands half done, if the newest row belongs to one.
    pub fn unfinished(&self) -> Option<Unfinished> {
        let number = self.statement.unwrap_or(0);
        let (done, in_doubt) = match self.outcome.as_str() {
            "began" => (0, None),
            "trying" => (number.saturating_sub(1), Some(number)),
            "done" => (number, None),
            _ => return None,
        };
        Some(Unfinished {
            revision: self.revision.clone()?,
            action: self.action.clone(),
            done,
            in_doubt,
            checksum: self.checksum.clone().unwrap_or_default(),
        })
    }
}

/// One row to be written to the journal. The time is the server's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// `infra`, `model/blub_test`: the tree that the database follows from now on.
    pub tree: &'a str,
    /// `upgrade`, `downgrade`, `stamp`.
    pub action: &'a str,
    pub outcome: Outcome,
    pub revision: Option<&'a str>,
    /// The number of the statement, from 1, for `Trying` and `Done`.
    pub statement: Option<usize>,
    pub checksum: Option<&'a str>,
    pub message: Option<&'a str>,
    /// Comma-separated ids.
    pub parents: Option<&'a str>,
    /// The revision's whole file.
    pub body: Option<&'a str>,
    /// Random, to find this very row again after a lost connection.
    pub token: &'a str,
    /// The person or job that runs this.
    pub who: &'a str,
    /// `drove 0.1.0`.
    pub tool: &'a str,
}

impl Entry<'_> {
    /// The `INSERT` that writes the row.
    pub fn insert(&self, tables: &Tables) -> String {
        let optional = quote::optional_literal;
        let statement = self.statement.map_or_else(|| "NULL".to_owned(), |number| number.to_string());
        let values = [
            quote::literal(self.tree),
            quote::literal(self.action),
            quote::literal(self.outcome.as_str()),
            optional(self.revision),
            statement,
            optional(self.checksum),
            optional(self.message),
            optional(self.parents),
            optional(self.body),
            quote::literal(self.token),
            quote::literal(self.who),
            quote::literal(self.tool),
        ];
        format!(
            "INSERT INTO {} (tree, action, outcome, revision, statement, checksum, message, parents, body, token, who, tool)\nVALUES ({})",
            tables.journal_name(),
            values.join(", ")
        )
    }
}

/// The columns of the journal after `id` and `at`, which each dialect defines: name and whether it may be NULL.
/// All are text but `statement`, an integer.
pub const JOURNAL_COLUMNS: [(&str, bool); 13] = [
    ("tree", false),
    ("action", false),
    ("outcome", false),
    ("revision", true),
    ("statement", true),
    ("checksum", true),
    ("message", true),
    ("parents", true),
    ("body", true),
    ("fingerprint", true),
    ("token", false),
    ("who", false),
    ("tool", false),
];

/// Changes of the version table, each of which must hit exactly one row: a compare-and-set in statements.
pub fn row_changes(tables: &Tables, forget: &[RevisionId], remember: &[RevisionId]) -> Vec<String> {
    let table = tables.version_name();
    let pairs = forget.len().min(remember.len());
    let updates = forget.iter().zip(remember).map(|(old, new)| {
        format!(
            "UPDATE {table} SET version_num = {} WHERE version_num = {}",
            quote::literal(new.as_str()),
            quote::literal(old.as_str())
        )
    });
    let deletes = forget[pairs..]
        .iter()
        .map(|old| format!("DELETE FROM {table} WHERE version_num = {}", quote::literal(old.as_str())));
    let inserts = remember[pairs..]
        .iter()
        .map(|new| format!("INSERT INTO {table} (version_num) VALUES ({})", quote::literal(new.as_str())));
    updates.chain(deletes).chain(inserts).collect()
}

/// The changes that record one step of a plan.
pub fn step_changes(tables: &Tables, step: &Step) -> Vec<String> {
    row_changes(tables, &step.forget, &step.remember)
}

/// `upgrade` or `downgrade`, as the journal says it.
pub fn action(direction: Direction) -> &'static str {
    match direction {
        Direction::Upgrade => "upgrade",
        Direction::Downgrade => "downgrade",
    }
}
