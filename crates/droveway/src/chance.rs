//! Random text and random waits, from the randomness that the standard library seeds its hash maps with.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// 32 hexadecimal digits that nobody has used before.
pub fn token() -> String {
    format!("{:016x}{:016x}", random(), random())
}

/// A new revision id: 12 hexadecimal digits, as Alembic makes them.
pub fn revision_id() -> String {
    format!("{:012x}", random() & 0xffff_ffff_ffff)
}

/// A wait between nothing and `most` ("full jitter"), so that runners do not meet again and again.
pub fn wait_up_to(most: Duration) -> Duration {
    most.mul_f64((random() >> 11) as f64 / (1_u64 << 53) as f64)
}
