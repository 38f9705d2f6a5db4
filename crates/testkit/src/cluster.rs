//! A throw-away PostgreSQL cluster, as tests see it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    builder::{Builder, Options, SUPERUSER},
    certificates::Certificates,
    command::{clean, output_of},
    description::Description,
    place, postmaster,
    servers::{self, Server},
};

/// A running cluster. Clones mean the same one.
#[derive(Debug, Clone)]
pub struct Cluster(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    description: Description,
    /// `None` where another process started it, or where it is to outlive this one.
    own: Option<Own>,
}

/// What belongs to the one who started a cluster for himself.
#[derive(Debug)]
struct Own {
    server: Mutex<Option<Child>>,
    watchdog: Mutex<Child>,
}

impl Cluster {
    /// Starts a cluster of one's own. It ends with its last clone, or with this process, however that ends.
    pub fn start(options: &Options) -> Cluster {
        let server = options.server.clone().unwrap_or_else(Server::usual);
        let (description, child, watchdog) = Builder::new(server, options).build(0);
        let own = Own { server: Mutex::new(Some(child)), watchdog: Mutex::new(watchdog) };
        Cluster(Arc::new(Inner { description, own: Some(own) }))
    }

    /// Starts a cluster that stays for `grace_s` seconds after the last process that uses it.
    pub(crate) fn start_shared(server: Server, grace_s: u32) -> Cluster {
        let (description, _, _) = Builder::new(server, &Options::default()).build(grace_s);
        Cluster::described(description)
    }

    /// A cluster that runs already.
    pub(crate) fn described(description: Description) -> Cluster {
        Cluster(Arc::new(Inner { description, own: None }))
    }

    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    pub fn port(&self) -> u16 {
        self.0.description.port
    }

    /// The folder of the Unix socket. Everybody who reaches it is let in.
    pub fn socket_dir(&self) -> PathBuf {
        self.0.description.folder.clone()
    }

    pub fn superuser(&self) -> &'static str {
        SUPERUSER
    }

    /// The password of the superuser and of `drove_limited`.
    pub fn password(&self) -> &str {
        &self.0.description.password
    }

    pub fn server(&self) -> &Server {
        &self.0.description.server
    }

    /// What the server has written to its log so far.
    pub fn log(&self) -> String {
        fs::read(self.0.description.log()).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default()
    }

    /// The address of a database over TCP, as the superuser.
    pub fn url(&self, database: &str) -> String {
        self.url_as(SUPERUSER, database)
    }

    /// The address of a database over TCP, as another user with the same password.
    pub fn url_as(&self, user: &str, database: &str) -> String {
        format!("postgresql://{user}:{}@{}:{}/{database}", self.password(), self.host(), self.port())
    }

    pub fn certificates(&self) -> Certificates {
        Certificates::in_folder(&self.0.description.folder.join("tls"))
    }

    /// Runs SQL in a database by psql, as the superuser, and returns the rows unaligned, or what psql said.
    pub fn try_psql(&self, database: &str, sql: &str) -> Result<String, String> {
        let server = self.server();
        let program = servers::client(server, "psql").unwrap_or_else(|| {
            panic!("there is no psql on this machine: install PostgreSQL's client (Debian: postgresql-client)")
        });
        let mut command = self.client(&program);
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "-"]);
        output_of(&mut command, sql)
    }

    /// `try_psql` where nothing may go wrong.
    pub fn psql(&self, database: &str, sql: &str) -> String {
        self.try_psql(database, sql).unwrap_or_else(|error| panic!("psql in {database}: {error}\n{sql}"))
    }

    /// A database as pg_dump writes it, without the lines that differ from call to call. `None` (and a word about it)
    /// where no pg_dump is as new as the server.
    pub fn pg_dump(&self, database: &str, options: &[&str]) -> Option<String> {
        let server = self.server();
        let program = servers::client(server, "pg_dump");
        let Some(program) = program.filter(|program| servers::major_version(program) >= Some(server.major)) else {
            place::left_out("pg_dump", &format!("there is none for PostgreSQL {}", server.major));
            return None;
        };
        let dump = output_of(self.client(&program).args(["-d", database]).args(options), "");
        let dump = dump.unwrap_or_else(|error| panic!("pg_dump of {database}: {error}"));
        let lines = dump.lines().filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
        Some(lines.map(|line| format!("{line}\n")).collect())
    }

    fn client(&self, program: &Path) -> Command {
        let mut command = clean(program);
        command.arg("-h").arg(self.socket_dir()).args(["-p", &self.port().to_string(), "-U", SUPERUSER]);
        command.env("PGCLIENTENCODING", "UTF8");
        command
    }

    /// Ends the server as a crash does: connections break, nothing is written. Only for a cluster of one's own.
    pub fn stop_immediate(&self) {
        if let Some(mut server) = self.own_server().take() {
            postmaster::end(&mut server);
        }
    }

    /// Starts the server again, on the same port, after `stop_immediate` or from running. Only for one's own cluster.
    pub fn restart(&self) {
        let mut server = self.own_server();
        if let Some(mut running) = server.take() {
            postmaster::end(&mut running);
        }
        let started = postmaster::launch(&self.0.description);
        *server = Some(started.unwrap_or_else(|log| panic!("the server does not start again:\n{log}")));
    }

    fn own_server(&self) -> MutexGuard<'_, Option<Child>> {
        let own = self.0.own.as_ref().expect("a cluster that tests share is nobody's to stop: use Cluster::start");
        own.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let Some(own) = &self.own else { return };
        if let Some(mut server) = own.server.lock().unwrap_or_else(PoisonError::into_inner).take() {
            postmaster::end(&mut server);
        }
        // The watchdog would do it a second later; a test that looks wants to see it done.
        let _ = fs::remove_dir_all(&self.description.folder);
        let mut watchdog = own.watchdog.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.description.folder.exists() {
            let _ = watchdog.kill();
            let _ = watchdog.wait();
        }
    }
}
