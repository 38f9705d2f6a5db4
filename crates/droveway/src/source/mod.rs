//! Where schemas come from: files of SQL, commands, live databases, trees at a revision, nothing at all. Whatever the source, the engine itself reads
//! it, so that types and expressions compare in the server's own words.

pub mod text;
pub mod load;
pub mod command;
pub mod cache;
pub mod replay;
pub mod side;
