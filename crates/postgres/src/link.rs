//! One connection as a place to send SQL to: the driver, the task that drives it, and what was said on the side.
//!
//! Everything goes through the simple protocol, so that a pooler between here and the server sees nothing that it
//! could not pass on. One message is under way at a time.

use std::{
    collections::VecDeque,
    error::Error,
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use droveway_core::engine::{EngineError, EngineErrorKind, Rows};
use futures_util::StreamExt;
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};
use tokio_postgres::{AsyncMessage, CancelToken, Client, Connection, SimpleQueryMessage, SimpleQueryRow};

use crate::{
    error::from_driver,
    notice::Notices,
    tap::{Heard, Status, Tap},
    wire::Wire,
};

/// How long the end of a connection may take before it is cut.
pub(crate) const FAREWELL: Duration = Duration::from_millis(500);

pub(crate) type Driven = Connection<Tap<Wire>, Tap<Wire>>;

/// What to do with the rows that come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Rows,
    Nothing,
}

/// What one finished statement of a message gave.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    pub rows: Rows,
    pub affected: u64,
}

/// What came back for one message: the statements that finished, and the error that stopped the rest.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub finished: Vec<Finished>,
    pub error: Option<EngineError>,
}

impl Reply {
    /// The finished statements, if all of them finished.
    pub(crate) fn all(self) -> Result<Vec<Finished>, EngineError> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.finished),
        }
    }

    /// The first value of the first row of the last statement.
    pub(crate) fn value(self) -> Result<Option<String>, EngineError> {
        let last = self.all()?.pop().unwrap_or_default();
        Ok(last.rows.rows.into_iter().next().and_then(|row| row.into_iter().next()).flatten())
    }
}

pub(crate) struct Link {
    client: Client,
    heard: Arc<Heard>,
    notices: Arc<Mutex<Notices>>,
    /// Given away once it has been asked why the connection ended.
    task: Option<JoinHandle<Option<EngineError>>>,
    /// Dropped with the link: the task then ends within `FAREWELL`, whatever the server does.
    closing: oneshot::Sender<()>,
    /// A message was sent whose reply nobody has read to its end.
    unread: bool,
    ended: Option<EngineError>,
}

impl Link {
    pub(crate) fn new(client: Client, connection: Driven, heard: Arc<Heard>) -> Self {
        let notices = Arc::new(Mutex::new(Notices::default()));
        let (closing, closed) = oneshot::channel();
        let task = Some(tokio::spawn(drive(connection, Arc::clone(&notices), closed)));
        Link { client, heard, notices, task, closing, unread: false, ended: None }
    }

    pub(crate) fn cancel_token(&self) -> CancelToken {
        self.client.cancel_token()
    }

    /// The process id that the server gave at start-up.
    pub(crate) fn backend_pid(&self) -> i32 {
        self.heard.backend_pid()
    }

    /// The tag of the last finished command.
    pub(crate) fn tag(&self) -> String {
        self.heard.tag()
    }

    /// Where the transaction stands; known without asking unless the last reply was not read to its end.
    pub(crate) async fn status(&mut self) -> Result<Status, EngineError> {
        if self.unread {
            self.send("", Keep::Nothing).await.all()?;
        }
        Ok(self.heard.status())
    }

    pub(crate) fn note(&self, notice: String) {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).add(notice);
    }

    pub(crate) fn take_notices(&self) -> Vec<String> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) async fn send(&mut self, sql: &str, keep: Keep) -> Reply {
        self.send_with_copies(sql, keep, VecDeque::new()).await
    }

    /// Sends one message and reads its whole reply, also what follows an error: only then is the status known.
    pub(crate) async fn send_with_copies(&mut self, sql: &str, keep: Keep, copies: VecDeque<Vec<u8>>) -> Reply {
        self.heard.offer_copies(copies);
        self.unread = true;
        let mut reply = read(&self.client, sql, keep).await;
        self.unread = false;
        if reply.error.as_ref().is_some_and(|error| error.kind == EngineErrorKind::ConnectionLost) {
            reply.error = Some(self.why_it_ended(reply.error).await);
        }
        reply
    }

    /// The server's own last words are the best reason; without them the task that drove the connection knows more
    /// than the driver, which says only that its channel is closed.
    async fn why_it_ended(&mut self, error: Option<EngineError>) -> EngineError {
        if self.ended.is_none() {
            self.ended = match (error.filter(|error| error.code.is_some()), self.task.take()) {
                (Some(said), _) => Some(said),
                (None, Some(task)) => timeout(FAREWELL, task).await.ok().and_then(Result::ok).flatten(),
                (None, None) => None,
            };
        }
        self.ended.clone().unwrap_or_else(|| {
            EngineError::new(EngineErrorKind::ConnectionLost, "the connection to the server is closed")
        })
    }

    pub(crate) async fn close(self) {
        let Link { client, task, closing, .. } = self;
        drop(client);
        drop(closing);
        if let Some(task) = task {
            let _ended = timeout(FAREWELL * 2, task).await;
        }
    }
}

async fn read(client: &Client, sql: &str, keep: Keep) -> Reply {
    let mut reply = Reply::default();
    let stream = match client.simple_query_raw(sql).await {
        Ok(stream) => stream,
        Err(error) => return Reply { error: Some(from_driver(&error)), ..reply },
    };
    let mut stream = pin!(stream);
    let mut current = Finished::default();
    while let Some(message) = stream.next().await {
        match message {
            Ok(SimpleQueryMessage::CommandComplete(affected)) => {
                current.affected = affected;
                reply.finished.push(std::mem::take(&mut current));
            }
            Ok(SimpleQueryMessage::RowDescription(columns)) if keep == Keep::Rows => {
                current.rows.columns = columns.iter().map(|column| column.name().to_owned()).collect();
            }
            Ok(SimpleQueryMessage::Row(row)) if keep == Keep::Rows => current.rows.rows.push(values(&row)),
            Ok(_) => {}
            Err(error) if is_copy_talk(&error) => {}
            Err(error) => {
                reply.error.get_or_insert_with(|| from_driver(&error));
                if error.as_db_error().is_none() {
                    break;
                }
            }
        }
    }
    reply
}

/// The driver calls the COPY messages of the simple protocol unexpected, one by one; the tap has answered them.
fn is_copy_talk(error: &tokio_postgres::Error) -> bool {
    error.source().is_none() && !error.is_closed()
}

fn values(row: &SimpleQueryRow) -> Vec<Option<String>> {
    (0..row.len()).map(|index| row.try_get(index).ok().flatten().map(str::to_owned)).collect()
}

/// Drives the connection until it ends, and says why it did; once the link is gone it has `FAREWELL` to end.
async fn drive(connection: Driven, notices: Arc<Mutex<Notices>>, closed: oneshot::Receiver<()>) -> Option<EngineError> {
    let talk = pump(connection, notices);
    let mut talk = pin!(talk);
    tokio::select! {
        reason = &mut talk => reason,
        _ = closed => timeout(FAREWELL, talk).await.ok().flatten(),
    }
}

async fn pump(mut connection: Driven, notices: Arc<Mutex<Notices>>) -> Option<EngineError> {
    loop {
        match poll_fn(|cx| connection.poll_message(cx)).await? {
            Ok(AsyncMessage::Notice(said)) => {
                notices.lock().unwrap_or_else(PoisonError::into_inner).hear(&said);
            }
            Ok(_) => {}
            Err(error) => {
                let mut reason = from_driver(&error);
                reason.kind = EngineErrorKind::ConnectionLost;
                return Some(reason);
            }
        }
    }
}
