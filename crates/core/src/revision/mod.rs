//! Revisions: their ids, the graph they form, the words that select them, and the files they are written in.
//!
//! The rooms stand in reading order. `graph` holds what is known, `assembly` checks it once and `closure` asks who
//! stands above or below; `order`, `lookup`, `walk` and `range` answer as Alembic does, which the corpus under
//! `tests/corpus/revision_graph` holds them to.

pub mod id;
pub mod graph;
pub(crate) mod closure;
mod order;
mod labels;
pub mod assembly;
pub mod selector;
pub(crate) mod lookup;
pub(crate) mod walk;
pub mod range;
pub mod history;
pub mod file;

pub use assembly::GraphError;
pub use graph::{Revision, RevisionGraph};
pub use id::RevisionId;
pub use selector::{Selection, SelectorError};
