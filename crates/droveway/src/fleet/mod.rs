//! Running plans on many databases: what each needs is prepared first, then executed, and all of it is told as events.

pub mod standing;
pub mod inspect;
pub mod prepare;
pub mod lock;
pub mod refusal;
pub mod step;
pub mod progress;
pub mod executor;
pub mod run;
