//! From two schemas to the SQL between them.

pub mod filter;
pub mod script;
pub mod hint;
pub mod compare;
pub mod subject;
