//! Listens to what the server says on its way to the driver, and answers the one question that the driver cannot.
//!
//! Three facts of the protocol are not to be had from `tokio-postgres`, and all three are worth more than any query
//! that could ask for them: the transaction status that ends every reply, the process id from the start-up, and the
//! tag of a finished command (`COMMIT`, or the `ROLLBACK` that answers the COMMIT of a failed transaction). The tap
//! also feeds COPY data inside the simple protocol, so that nothing is ever prepared and a server that asks for
//! data which nobody has is refused instead of waited for.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI32, AtomicU8, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};

/// COPY data goes out in pieces of this size.
const COPY_FRAME_BYTES: usize = 64 * 1024;
/// The longest message body that is kept to be looked at; the interesting ones are far shorter.
const KEPT_BYTES: usize = 512;

/// Where the session's transaction stands, as the last `ReadyForQuery` said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Idle,
    InTransaction,
    Failed,
}

/// What the tap has heard, shared with the session.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    status: AtomicU8,
    backend_pid: AtomicI32,
    tag: Mutex<String>,
    copies: Mutex<VecDeque<Vec<u8>>>,
}

impl Heard {
    pub(crate) fn status(&self) -> Status {
        match self.status.load(Ordering::Acquire) {
            b'T' => Status::InTransaction,
            b'E' => Status::Failed,
            _ => Status::Idle,
        }
    }

    /// The process id that the start-up named; 0 if it named none.
    pub(crate) fn backend_pid(&self) -> i32 {
        self.backend_pid.load(Ordering::Acquire)
    }

    /// The tag of the last finished command: `COMMIT`, `INSERT 0 1`.
    pub(crate) fn tag(&self) -> String {
        held(&self.tag).clone()
    }

    /// The data for the `COPY … FROM stdin` statements of the next message, in their order.
    pub(crate) fn offer_copies(&self, copies: VecDeque<Vec<u8>>) {
        *held(&self.copies) = copies;
    }

    fn message(&self, kind: u8, body: &[u8]) {
        match (kind, body) {
            (b'Z', [status, ..]) => self.status.store(*status, Ordering::Release),
            (b'K', [a, b, c, d, ..]) => self.backend_pid.store(i32::from_be_bytes([*a, *b, *c, *d]), Ordering::Release),
            (b'C', [tag @ .., 0]) => *held(&self.tag) = String::from_utf8_lossy(tag).into_owned(),
            _ => {}
        }
    }
}

/// A panic elsewhere leaves these plain values whole, so a poisoned lock is no reason to stop.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The stream between the driver and the wire.
pub(crate) struct Tap<W> {
    wire: W,
    heard: Arc<Heard>,
    reader: Reader,
    feed: Feed,
}

impl<W> Tap<W> {
    pub(crate) fn new(wire: W, heard: Arc<Heard>) -> Self {
        Tap { wire, heard, reader: Reader::default(), feed: Feed::default() }
    }

    fn observe(&mut self, bytes: &[u8]) {
        let Tap { heard, reader, feed, .. } = self;
        reader.read(bytes, |kind, body| match kind {
            b'G' => feed.begin(held(&heard.copies).pop_front()),
            b'E' => feed.stop(),
            _ => heard.message(kind, body),
        });
    }
}

impl<W: AsyncRead + AsyncWrite + Unpin> AsyncRead for Tap<W> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let _written = this.feed.poll_write(&mut this.wire, cx)?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.wire).poll_read(cx, buffer))?;
        this.observe(&buffer.filled()[before..]);
        let _written = this.feed.poll_write(&mut this.wire, cx)?;
        Poll::Ready(Ok(()))
    }
}

impl<W: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Tap<W> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.feed.poll_write(&mut this.wire, cx))?;
        Pin::new(&mut this.wire).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_shutdown(cx)
    }
}

impl<W: TlsStream> TlsStream for Tap<W>
where
    Tap<W>: AsyncRead + AsyncWrite,
{
    fn channel_binding(&self) -> ChannelBinding {
        self.wire.channel_binding()
    }
}

/// Cuts the server's bytes into messages, however they arrive.
#[derive(Default)]
struct Reader {
    header: Vec<u8>,
    body: Vec<u8>,
    /// Bytes of the present message's body that are still to come.
    left: usize,
}

impl Reader {
    fn read(&mut self, mut bytes: &[u8], mut message: impl FnMut(u8, &[u8])) {
        while !bytes.is_empty() {
            if self.header.len() < 5 {
                let taken = bytes.len().min(5 - self.header.len());
                self.header.extend_from_slice(&bytes[..taken]);
                bytes = &bytes[taken..];
                self.left = self.body_length();
            } else {
                let taken = bytes.len().min(self.left);
                self.keep(&bytes[..taken]);
                self.left -= taken;
                bytes = &bytes[taken..];
            }
            if self.header.len() == 5 && self.left == 0 {
                message(self.header[0], &self.body);
                self.header.clear();
                self.body.clear();
            }
        }
    }

    /// Rows pass by uncopied: only the messages that `Heard` reads are kept.
    fn keep(&mut self, bytes: &[u8]) {
        if matches!(self.header[0], b'Z' | b'K' | b'C') {
            let kept = bytes.len().min(KEPT_BYTES.saturating_sub(self.body.len()));
            self.body.extend_from_slice(&bytes[..kept]);
        }
    }

    /// The length in a message counts its own four bytes.
    fn body_length(&self) -> usize {
        match self.header[..] {
            [_, a, b, c, d] => (u32::from_be_bytes([a, b, c, d]) as usize).saturating_sub(4),
            _ => 0,
        }
    }
}

/// COPY data on its way to the server.
#[derive(Default)]
struct Feed {
    data: Option<Vec<u8>>,
    at: usize,
    /// The message that is being written; it must be finished even when the server wants no more.
    frame: Vec<u8>,
    written: usize,
    unflushed: bool,
}

impl Feed {
    fn begin(&mut self, data: Option<Vec<u8>>) {
        match data {
            Some(data) => (self.data, self.at) = (Some(data), 0),
            None => self.frame.extend(message(b'f', b"no data was given for COPY FROM stdin\0")),
        }
    }

    fn stop(&mut self) {
        self.data = None;
    }

    fn poll_write<W: AsyncWrite + Unpin>(&mut self, wire: &mut W, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.fill() {
            while self.written < self.frame.len() {
                match ready!(Pin::new(&mut *wire).poll_write(cx, &self.frame[self.written..]))? {
                    0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                    count => self.written += count,
                }
            }
            self.frame.clear();
            self.written = 0;
            self.unflushed = true;
        }
        if self.unflushed {
            ready!(Pin::new(wire).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Makes the next message if there is none; false if nothing is left to send.
    fn fill(&mut self) -> bool {
        if self.frame.is_empty()
            && let Some(data) = &self.data
        {
            let piece = &data[self.at..data.len().min(self.at + COPY_FRAME_BYTES)];
            self.at += piece.len();
            if piece.is_empty() {
                self.frame = message(b'c', b"");
                self.data = None;
            } else {
                self.frame = message(b'd', piece);
            }
        }
        !self.frame.is_empty()
    }
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("frames are cut to 64 KiB");
    let mut bytes = Vec::with_capacity(body.len() + 5);
    bytes.push(kind);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(body);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_heard_however_the_bytes_are_cut() {
        let mut bytes = message(b'K', &[0, 0, 1, 2, 9, 9, 9, 9]);
        bytes.extend(message(b'D', &[7; 2000]));
        bytes.extend(message(b'C', b"INSERT 0 1\0"));
        bytes.extend(message(b'I', b""));
        bytes.extend(message(b'Z', b"T"));
        for size in [1, 2, 3, 7, 4096] {
            let heard = Heard::default();
            let mut reader = Reader::default();
            for piece in bytes.chunks(size) {
                reader.read(piece, |kind, body| heard.message(kind, body));
            }
            assert_eq!(heard.backend_pid(), 258);
            assert_eq!(heard.tag(), "INSERT 0 1");
            assert_eq!(heard.status(), Status::InTransaction);
        }
    }

    #[test]
    fn copy_data_ends_with_done_and_missing_data_with_a_refusal() {
        let mut feed = Feed::default();
        feed.begin(Some(b"1\n".to_vec()));
        assert!(feed.fill());
        assert_eq!(feed.frame, b"d\0\0\0\x061\n");
        feed.frame.clear();
        assert!(feed.fill());
        assert_eq!(feed.frame, b"c\0\0\0\x04");
        feed.frame.clear();
        assert!(!feed.fill());
        feed.begin(None);
        assert_eq!(feed.frame[0], b'f');
    }
}
