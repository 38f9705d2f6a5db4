//! From two schemas to the SQL between them, and to a revision that is proved before it is written.

pub mod filter;
pub mod script;
pub mod hint;
pub mod compare;
pub mod subject;
pub mod prove;
pub mod generate;
pub mod dump;
