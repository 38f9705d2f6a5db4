//! The shape of a database as plain data, and the way from one shape to another. Every kind of object, its SQL and its
//! catalog are an engine's; what is here works on names, needs and definitions alone.
//!
//! `diff(have, want) = fold(order(carry(compare(have, want))))`.

pub mod name;
pub mod object;
pub mod kind;
pub mod fate;
pub mod order;
pub mod diff;
pub mod rename;
#[cfg(test)]
mod toy;

pub use self::{
    diff::{Action, Change, Conflict, Script, Step, diff},
    kind::{Alteration, Aside, Context, Fate, Kinds, ObjectKind, Reaction, Sql},
    object::{Definition, Facts, Kind, Object, ObjectId, Schema, interned},
};
