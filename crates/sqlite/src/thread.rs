//! The thread that a session's connection lives on. Work is sent to it and answers come back, so a future that is
//! dropped while it waits never takes the connection with it.

use std::{
    future::Future,
    sync::{Arc, mpsc},
};

use droveway_core::engine::{EngineError, EngineErrorKind};
use tokio::sync::oneshot;

use crate::{database::Database, lock::Watch};

type Work = Box<dyn FnOnce(&mut Database) + Send>;

pub(crate) struct Thread {
    watch: Arc<Watch>,
    work: mpsc::Sender<(u64, Work)>,
    ended: oneshot::Receiver<()>,
}

impl Thread {
    /// Starts a thread, opens the database on it, and answers what `open` says beside the database.
    pub(crate) async fn start<T: Send + 'static>(
        watch: Arc<Watch>,
        open: impl FnOnce() -> Result<(Database, T), EngineError> + Send + 'static,
    ) -> Result<(Thread, T), EngineError> {
        let (work, inbox) = mpsc::channel::<(u64, Work)>();
        let (end, ended) = oneshot::channel();
        let (answer, opened) = oneshot::channel();
        let number = watch.number_call();
        let seen = watch.clone();
        let body = move || {
            seen.start_call(number);
            match open() {
                Err(error) => drop(answer.send(Err(error))),
                Ok((database, facts)) => {
                    drop(answer.send(Ok(facts)));
                    serve(database, &inbox, &seen);
                }
            }
            drop(end);
        };
        std::thread::Builder::new().name("sqlite-session".into()).spawn(body).map_err(|error| {
            EngineError::new(EngineErrorKind::Unreachable, format!("cannot start a thread for the database: {error}"))
        })?;
        let facts = answer_or_call_off(&watch, opened).await??;
        Ok((Thread { watch, work, ended }, facts))
    }

    /// Does a piece of work on the thread. If the future is dropped before its end, the work is called off.
    pub(crate) fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Database) -> T + Send + 'static,
    ) -> impl Future<Output = Result<T, EngineError>> + Send + '_ {
        let sender = self.work.clone();
        async move {
            let (answer, reply) = oneshot::channel();
            let work: Work = Box::new(move |database| drop(answer.send(work(database))));
            let number = self.watch.number_call();
            sender.send((number, work)).map_err(|_| thread_lost())?;
            answer_or_call_off(&self.watch, reply).await
        }
    }

    /// Lets the thread close the connection, and waits for that.
    pub(crate) async fn end(self) {
        drop(self.work);
        // An error says that the thread is gone, which is what is waited for.
        let _ = self.ended.await;
    }
}

fn serve(mut database: Database, inbox: &mpsc::Receiver<(u64, Work)>, watch: &Watch) {
    while let Ok((number, work)) = inbox.recv() {
        watch.start_call(number);
        work(&mut database);
    }
}

/// Waits for the thread's answer.
async fn answer_or_call_off<T>(watch: &Watch, reply: oneshot::Receiver<T>) -> Result<T, EngineError> {
    let mut call_off = CallOff { watch, armed: true };
    let answer = reply.await.map_err(|_| thread_lost());
    call_off.armed = false;
    answer
}

/// Calls off the work of a future that is dropped before its answer came.
struct CallOff<'a> {
    watch: &'a Watch,
    armed: bool,
}

impl Drop for CallOff<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.watch.cancel();
        }
    }
}

fn thread_lost() -> EngineError {
    EngineError::new(EngineErrorKind::ConnectionLost, "the database's thread has ended")
}
