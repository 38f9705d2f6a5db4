//! Decisions, one after the other. Every decision has its byte whether or not its outcome matters, so that a byte means
//! the same in two schemas; zero is the simplest choice, so that a failing case shrinks to a simple one.

pub struct Genome<'a> {
    rest: std::slice::Iter<'a, u8>,
}

impl<'a> Genome<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Genome { rest: bytes.iter() }
    }

    pub fn number(&mut self, below: u8) -> u8 {
        self.rest.next().copied().unwrap_or(0) % below
    }

    /// True in so many of a hundred.
    pub fn chance(&mut self, percent: u8) -> bool {
        let byte = self.rest.next().copied().unwrap_or(0);
        u16::from(255 - byte) * 100 < u16::from(percent) * 256 && byte != 0
    }

    pub fn one<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.number(choices.len() as u8))]
    }
}
