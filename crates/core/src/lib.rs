//! The pure thinking of droveway: revisions and their graph, plans, SQL text, and the words in which an engine is
//! spoken to. There is no file, socket, clock, thread or async runtime in here.
//!
//! The modules stand in reading order: each uses only those above it (`tests/layers.rs` holds them to it).

pub mod diagnostic;
pub mod secret;
pub mod sql;
pub mod revision;
pub mod plan;
pub mod bookkeeping;
pub mod schema;
pub mod engine;
pub mod event;
