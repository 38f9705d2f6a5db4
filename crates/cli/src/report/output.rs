//! The way to stdout and stderr. Writing never ends the program: a reader that has gone (`drove history | head -1`)
//! must not stop a migration half-way, so what nobody reads any more is dropped. That a full disk swallowed an answer
//! is said at the end, by `finish`.
//!
//! stdout is gathered into large writes unless a person looks at it; `flush` hands over what is gathered.

use std::{
    fmt::Arguments,
    io::{self, BufWriter, ErrorKind, IsTerminal, Stdout, Write},
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

use anstream::AutoStream;

/// One line of data on stdout.
macro_rules! out {
    ($($text:tt)*) => { $crate::report::output::line(format_args!($($text)*)) };
}

/// One line of talk on stderr.
macro_rules! talk {
    ($($text:tt)*) => { $crate::report::output::talk_line(format_args!($($text)*)) };
}

struct Answers {
    stream: BufWriter<AutoStream<Stdout>>,
    /// A person looks at it, so that every line is shown at once.
    live: bool,
    /// What the first write that failed said; nothing is written after it.
    broken: Option<io::Error>,
}

static ANSWERS: LazyLock<Mutex<Answers>> = LazyLock::new(|| {
    let stream = BufWriter::with_capacity(64 * 1024, anstream::stdout());
    Mutex::new(Answers { stream, live: io::stdout().is_terminal(), broken: None })
});

fn answers() -> MutexGuard<'static, Answers> {
    ANSWERS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Answers {
    fn write(&mut self, write: impl FnOnce(&mut BufWriter<AutoStream<Stdout>>) -> io::Result<()>) {
        if self.broken.is_none() {
            self.broken = write(&mut self.stream).err();
        }
    }

    fn flush(&mut self) {
        self.write(Write::flush);
    }
}

/// A line on stdout.
pub fn line(text: Arguments<'_>) {
    let mut answers = answers();
    answers.write(|stream| writeln!(stream, "{text}"));
    if answers.live {
        answers.flush();
    }
}

/// Text on stdout as it is.
pub fn text(text: &str) {
    let mut answers = answers();
    answers.write(|stream| stream.write_all(text.as_bytes()));
    if answers.live {
        answers.flush();
    }
}

/// Hands over what was written so far: for readers that wait for each line.
pub fn flush() {
    answers().flush();
}

/// A line on stderr, after everything that was written to stdout before it.
pub fn talk_line(text: Arguments<'_>) {
    flush();
    // There is nowhere to say that stderr cannot be written to.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// The end of all output. An answer that could not be delivered is an error; a reader that has gone is none.
pub fn finish() -> io::Result<()> {
    let mut answers = answers();
    answers.flush();
    match answers.broken.take() {
        Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
