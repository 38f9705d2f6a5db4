//! What a person, or a program, is shown: events as they happen, tables at the end, errors with their place.

pub mod text;
pub mod diagnostic;
pub mod human;
pub mod json;
pub mod progress;
pub mod summary;
