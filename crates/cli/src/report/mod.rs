//! What a person, or a program, is shown: events as they happen, tables at the end, errors with their place.

// First, since its macros are everybody's.
#[macro_use]
pub mod output;
pub mod text;
pub mod diagnostic;
pub mod human;
pub mod json;
pub mod progress;
pub mod summary;
