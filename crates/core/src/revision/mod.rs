//! Revisions: their ids, the files they are written in, the graph they form and the words that select them.

pub mod id;
pub mod file;
pub mod graph;
pub mod selector;

pub use graph::{Revision, RevisionGraph};
pub use id::RevisionId;
