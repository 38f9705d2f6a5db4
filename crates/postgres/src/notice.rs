//! What the server says on the side, kept until somebody asks for it.

use tokio_postgres::error::{DbError, SqlState};

/// A script that raises a notice per row must not fill the memory.
const KEPT: usize = 1000;

#[derive(Debug, Default)]
pub(crate) struct Notices {
    kept: Vec<String>,
    left_out: usize,
}

impl Notices {
    /// Keeps a notice of the server's, unless it only says that BEGIN or COMMIT met no change: the runner sends
    /// these around scripts that bring their own.
    pub(crate) fn hear(&mut self, said: &DbError) {
        let noise = [SqlState::ACTIVE_SQL_TRANSACTION, SqlState::NO_ACTIVE_SQL_TRANSACTION];
        if !noise.contains(said.code()) {
            self.add(text(said));
        }
    }

    pub(crate) fn add(&mut self, notice: String) {
        if self.kept.len() < KEPT {
            self.kept.push(notice);
        } else {
            self.left_out += 1;
        }
    }

    pub(crate) fn take(&mut self) -> Vec<String> {
        let mut notices = std::mem::take(&mut self.kept);
        match std::mem::take(&mut self.left_out) {
            0 => {}
            1 => notices.push("1 further notice was left out".to_owned()),
            more => notices.push(format!("{more} further notices were left out")),
        }
        notices
    }
}

fn text(said: &DbError) -> String {
    let mut text = format!("{}: {}", said.severity(), said.message());
    for (name, more) in [("DETAIL", said.detail()), ("HINT", said.hint())] {
        if let Some(more) = more {
            text.push_str(&format!("\n{name}: {more}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_notices_is_counted_and_not_kept() {
        let mut notices = Notices::default();
        for number in 0..KEPT + 2 {
            notices.add(format!("NOTICE: {number}"));
        }
        let taken = notices.take();
        assert_eq!(taken.len(), KEPT + 1);
        assert_eq!(taken[KEPT], "2 further notices were left out");
        assert!(notices.take().is_empty());
    }
}
