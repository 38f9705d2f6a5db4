//! A throw-away PostgreSQL cluster: one folder with the data, the certificates, the log and the description.

use std::{
    fs,
    io::{self, Read},
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    certificates::{self, Certificates},
    database::Database,
    place,
    servers::{self, Server},
    watchdog,
};

const SUPERUSER: &str = "postgres";

/// A user who may sign in and read and may not create anything. Its password is the superuser's.
pub const LIMITED_USER: &str = "drove_limited";

const PATIENCE: Duration = Duration::from_secs(60);

/// What is special about a cluster of one's own.
#[derive(Debug, Clone)]
pub struct Options {
    /// `None` is the usual server.
    pub server: Option<Server>,
    pub tls: bool,
    /// Further lines of `postgresql.conf`: a name and a value, which is quoted here.
    pub settings: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Options { server: None, tls: true, settings: Vec::new() }
    }
}

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

/// What another process needs to know to use a cluster.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Description {
    pub folder: PathBuf,
    pub server: Server,
    pub port: u16,
    pub password: String,
}

impl Description {
    const FILE: &str = "cluster.json";

    pub(crate) fn read(file: &Path) -> Option<Self> {
        let value: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
        Some(Description {
            folder: value["folder"].as_str()?.into(),
            server: Server { major: value["major"].as_u64()?.try_into().ok()?, bin: value["bin"].as_str()?.into() },
            port: value["port"].as_u64()?.try_into().ok()?,
            password: value["password"].as_str()?.to_owned(),
        })
    }

    pub(crate) fn file(folder: &Path) -> PathBuf {
        folder.join(Self::FILE)
    }

    fn write(&self) -> io::Result<()> {
        let value = json!({
            "folder": self.folder, "major": self.server.major, "bin": self.server.bin, "port": self.port,
            "password": self.password,
        });
        fs::write(Self::file(&self.folder), value.to_string())
    }

    /// The process id of the server, if it runs and takes connections.
    pub(crate) fn running(&self) -> Option<u32> {
        ready_server(&self.folder).filter(|pid| watchdog::alive(*pid))
    }
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

    /// The password of the superuser and of `LIMITED_USER`.
    pub fn password(&self) -> &str {
        &self.0.description.password
    }

    pub fn server(&self) -> &Server {
        &self.0.description.server
    }

    /// What the server has written to its log so far.
    pub fn log(&self) -> String {
        fs::read(log_file(&self.0.description.folder))
            .map(|log| String::from_utf8_lossy(&log).into_owned())
            .unwrap_or_default()
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

    /// A new, empty database that goes when its owner lets go of it. The hint becomes part of its name.
    pub fn database(&self, hint: &str) -> Database {
        Database::create(self, hint)
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
            end(&mut server);
        }
    }

    /// Starts the server again, on the same port, after `stop_immediate` or from running. Only for one's own cluster.
    pub fn restart(&self) {
        let mut server = self.own_server();
        if let Some(mut running) = server.take() {
            end(&mut running);
        }
        let started = launch(&self.0.description);
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
            end(&mut server);
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

/// Makes a cluster from nothing.
struct Builder<'a> {
    options: &'a Options,
    server: Server,
    folder: PathBuf,
    password: String,
}

impl<'a> Builder<'a> {
    fn new(server: Server, options: &'a Options) -> Self {
        let folder = tempfile::Builder::new().prefix("drove-pg-").tempdir_in(place::open_temp_folder());
        let folder = folder.expect("the temporary folder takes a folder").keep();
        Builder { options, server, folder, password: password() }
    }

    fn build(mut self, grace_s: u32) -> (Description, Child, Child) {
        let made = fs::create_dir(self.folder.join("users")).and_then(|()| hand_over(&self.folder));
        made.unwrap_or_else(|error| panic!("{} cannot be prepared: {error}", self.folder.display()));
        watchdog::register(&self.folder);
        let watchdog = watchdog::start(&self.folder, grace_s).expect("there is a shell");
        self.server.bin = self.reachable_bin();
        self.initialize();
        self.configure();
        self.add_users();
        let (description, child) = self.launch();
        (description, child, watchdog)
    }

    /// The programs' folder, or a copy of the package if the server's user cannot get at it.
    fn reachable_bin(&self) -> PathBuf {
        let bin = &self.server.bin;
        let version = as_server_user(Command::new(bin.join("postgres")).arg("--version"), &self.folder).output();
        if version.is_ok_and(|output| output.status.success()) {
            return bin.clone();
        }
        let package = bin.parent().expect("programs lie in a folder of their package");
        let copy = self.folder.join("programs");
        let copied = Command::new("cp").arg("-R").arg(package).arg(&copy).status();
        assert!(copied.is_ok_and(|status| status.success()), "{} cannot be copied", package.display());
        copy.join("bin")
    }

    fn initialize(&self) {
        let password_file = self.folder.join("password");
        fs::write(&password_file, &self.password).and_then(|()| hand_over(&password_file)).expect("the folder is ours");
        let mut initdb = clean(&self.server.bin.join("initdb"));
        initdb.args(["-U", SUPERUSER, "--encoding=UTF8", "--locale=C", "--no-sync", "--auth=scram-sha-256"]);
        initdb.arg("--pwfile").arg(&password_file).arg("-D").arg(self.folder.join("data"));
        let said = output_of(as_server_user(&mut initdb, &self.folder), "");
        said.unwrap_or_else(|error| panic!("initdb: {error}"));
        fs::remove_file(password_file).expect("it was written above");
    }

    fn configure(&self) {
        let tls = self.folder.join("tls");
        fs::create_dir(&tls).expect("the folder is ours");
        let certificates = Certificates::make(&tls);
        for entry in fs::read_dir(&tls).expect("it was made above").flatten() {
            hand_over(&entry.path()).expect("the file is ours");
        }
        hand_over(&tls).expect("the folder is ours");
        let data = self.folder.join("data");
        let mut settings = fs::read_to_string(data.join("postgresql.conf")).expect("initdb writes it");
        settings.push_str(&self.settings(&certificates));
        fs::write(data.join("postgresql.conf"), settings).expect("initdb wrote it");
        fs::write(data.join("pg_hba.conf"), self.host_based_access()).expect("initdb wrote it");
    }

    fn settings(&self, certificates: &Certificates) -> String {
        let mut settings: Vec<(&str, String)> = [
            ("listen_addresses", "127.0.0.1"),
            ("unix_socket_permissions", "0700"),
            ("fsync", "off"),
            ("synchronous_commit", "off"),
            ("full_page_writes", "off"),
            ("max_connections", "200"),
            ("shared_buffers", "32MB"),
            ("max_wal_size", "256MB"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("log_line_prefix", "%m [%p] %q%a@%d "),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into();
        settings.push(("unix_socket_directories", self.folder.display().to_string()));
        if self.options.tls {
            settings.push(("ssl", "on".to_owned()));
            settings.push(("ssl_ca_file", certificates.ca.display().to_string()));
            settings.push(("ssl_cert_file", certificates.server_cert.display().to_string()));
            settings.push(("ssl_key_file", certificates.server_key.display().to_string()));
        }
        settings.extend(self.options.settings.iter().map(|(name, value)| (name.as_str(), value.clone())));
        settings.iter().map(|(name, value)| format!("{name} = '{}'\n", value.replace('\'', "''"))).collect()
    }

    fn host_based_access(&self) -> String {
        let by_certificate = match self.options.tls {
            true => format!("hostssl all {} 127.0.0.1/32 cert\n", certificates::CLIENT),
            false => String::new(),
        };
        let never = format!("host all {} all reject\n", certificates::CLIENT);
        format!("local all all trust\n{by_certificate}{never}host all all 127.0.0.1/32 scram-sha-256\n")
    }

    /// The server's single-user mode needs no client program and no running server; it takes a statement a line.
    fn add_users(&self) {
        let sql = format!(
            "CREATE ROLE {} LOGIN\nCREATE ROLE {LIMITED_USER} LOGIN PASSWORD '{}'\nREVOKE CREATE ON SCHEMA public FROM PUBLIC\n",
            certificates::CLIENT,
            self.password,
        );
        let mut command = clean(&self.server.bin.join("postgres"));
        command.args(["--single", "-D"]).arg(self.folder.join("data")).arg("template1");
        let said = output_of(as_server_user(&mut command, &self.folder), &sql);
        said.unwrap_or_else(|error| panic!("the users of the cluster cannot be made: {error}"));
    }

    /// Somebody may take the free port before the server does; then there is another one.
    fn launch(self) -> (Description, Child) {
        let mut said = String::new();
        for _ in 0..5 {
            let description = Description {
                folder: self.folder.clone(),
                server: self.server.clone(),
                port: free_port(),
                password: self.password.clone(),
            };
            match launch(&description) {
                Ok(child) => {
                    description.write().expect("the folder is ours");
                    return (description, child);
                }
                Err(log) => said = log,
            }
        }
        panic!("PostgreSQL of {} does not start:\n{said}", self.server.bin.display());
    }
}

/// Starts the server and waits until it takes connections; otherwise says its log.
fn launch(description: &Description) -> Result<Child, String> {
    let folder = &description.folder;
    let open = || fs::OpenOptions::new().create(true).append(true).open(log_file(folder));
    let mut command = clean(&description.server.bin.join("postgres"));
    command.arg("-D").arg(folder.join("data")).args(["-p", &description.port.to_string()]);
    command
        .stdin(Stdio::null())
        .stdout(open().expect("the folder is ours"))
        .stderr(open().expect("the folder is ours"));
    // Its own group, so that an interrupt on the terminal leaves the order of ending to the tests and the watchdog.
    command.process_group(0);
    let mut child = as_server_user(&mut command, folder).spawn().map_err(|error| error.to_string())?;
    let until = Instant::now() + PATIENCE;
    while ready_server(folder) != Some(child.id()) {
        let ended = child.try_wait().map_err(|error| error.to_string())?.is_some();
        if ended || Instant::now() > until {
            end(&mut child);
            return Err(fs::read_to_string(log_file(folder)).unwrap_or_default());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(child)
}

/// The process id of the server that says in its lock file that it takes connections.
fn ready_server(folder: &Path) -> Option<u32> {
    let text = fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
    let ready = text.lines().nth(7).is_some_and(|status| status.trim() == "ready");
    ready.then(|| text.lines().next()?.trim().parse().ok())?
}

/// Immediate shutdown: the server ends its own children and leaves no shared memory behind, unlike a killed one.
fn end(server: &mut Child) {
    watchdog::signal(server.id(), "QUIT");
    let until = Instant::now() + Duration::from_secs(10);
    while Instant::now() < until && matches!(server.try_wait(), Ok(None)) {
        thread::sleep(Duration::from_millis(10));
    }
    let _ = server.kill();
    let _ = server.wait();
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("log")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("the loopback interface has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}

/// Nobody but who can read the cluster's folder may sign in, so the password is random.
fn password() -> String {
    let mut bytes = [0; 16];
    let read = fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.expect("the system has random numbers");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A program without the settings that libpq and the server take from the environment.
fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C");
    command
}

/// Runs a program with a text as its input; the error is what it said.
fn output_of(command: &mut Command, input: &str) -> Result<String, String> {
    // A file as input: a pipe could be full on both sides.
    let mut file = tempfile::tempfile().map_err(|error| error.to_string())?;
    io::Write::write_all(&mut file, input.as_bytes()).map_err(|error| error.to_string())?;
    io::Seek::rewind(&mut file).map_err(|error| error.to_string())?;
    let output = command.stdin(file).output().map_err(|error| format!("{}: {error}", program_of(command)))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr) + &text(&output.stdout)) }
}

fn program_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// PostgreSQL refuses to run as root: root's tests run it as a user without rights.
fn as_server_user<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    if let Some((uid, gid)) = server_user() {
        command.uid(uid).gid(gid);
    }
    command.current_dir(folder)
}

fn hand_over(path: &Path) -> io::Result<()> {
    match server_user() {
        Some((uid, gid)) => chown(path, Some(uid), Some(gid)),
        None => fs::metadata(path).map(|_| ()),
    }
}

/// The user that servers run as, if it is not the one who runs the tests. It must be in the user table, or initdb does
/// not know its name.
fn server_user() -> Option<(u32, u32)> {
    static USER: std::sync::OnceLock<Option<(u32, u32)>> = std::sync::OnceLock::new();
    *USER.get_or_init(|| (place::own_uid() == 0).then(unprivileged_user))
}

fn unprivileged_user() -> (u32, u32) {
    let table = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |wanted: &str| {
        let line = table.lines().find(|line| line.split(':').next() == Some(wanted))?;
        let number = |at: usize| line.split(':').nth(at)?.parse::<u32>().ok();
        Some((number(2)?, number(3)?))
    };
    ["nobody", "postgres", "daemon"]
        .into_iter()
        .find_map(find)
        .expect("PostgreSQL does not run as root, and there is no user nobody, postgres or daemon to run it as")
}
