//! Makes a cluster from nothing: the folder, its watchdog, the data, certificates, settings, users, the running server.

use std::{
    fs::{self, File},
    io::Read,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command},
};

use crate::{
    certificates::{self, Certificates},
    command::{as_server_user, clean, hand_over, output_of},
    description::Description,
    place, postmaster,
    servers::Server,
    watchdog,
};

pub(crate) const SUPERUSER: &str = "postgres";

/// A user who may sign in and read and may not create anything. Its password is the superuser's.
pub const LIMITED_USER: &str = "drove_limited";

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

/// Makes a cluster from nothing.
pub(crate) struct Builder<'a> {
    options: &'a Options,
    server: Server,
    folder: PathBuf,
    password: String,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(server: Server, options: &'a Options) -> Self {
        let folder = tempfile::Builder::new().prefix(watchdog::PREFIX).tempdir_in(place::open_temp_folder());
        let folder = folder.expect("the temporary folder takes a folder").keep();
        Builder { options, server, folder, password: password() }
    }

    pub(crate) fn build(mut self, grace_s: u32) -> (Description, Child, Child) {
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
            match postmaster::launch(&description) {
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

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("the loopback interface has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}

/// Nobody but who can read the cluster's folder may sign in, so the password is random.
fn password() -> String {
    let mut bytes = [0; 16];
    let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.expect("the system has random numbers");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
