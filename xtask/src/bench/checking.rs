//! `drove check` with nothing to do, against `alembic check` of the same schema.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use droveway_testkit::Cluster;

use super::{compare, drove, ground::Ground, server};

const TABLES: usize = 1_000;
const LEAST: f64 = 20.0;
const ROUNDS: usize = 3;

pub fn measure(binary: &Path, ground: &Ground, cluster: &Cluster) -> io::Result<bool> {
    let database = server::database(cluster, "check", TABLES)?;
    let workspace = ground.checked(&server::tables(TABLES), &database.url())?;
    let ours = || server::time(drove(binary, &workspace, &["check", "--quiet"]));
    // The first one fills the cache.
    ours()?;
    let alembic = alembic(ground, &database.url())?;
    let (mut best, mut rival) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        best = best.min(ours()?);
        if let Some(folder) = &alembic {
            rival = rival.min(server::time(check(folder))?);
        }
    }
    println!("{TABLES} tables: drove check with nothing to do, {:.1} ms", best.as_secs_f64() * 1e3);
    if alembic.is_none() {
        println!("  the rival is left out: alembic could not be installed (python3, its venv and pip)");
        return Ok(true);
    }
    Ok(compare("  alembic check against it", rival, best, |ratio| ratio >= LEAST, "at least 20"))
}

fn check(folder: &Path) -> Command {
    let mut command = Command::new(folder.join("venv/bin/alembic"));
    command.arg("check").current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A folder in which `alembic check` finds nothing to do; `None` if this machine cannot have it.
fn alembic(ground: &Ground, url: &str) -> io::Result<Option<PathBuf>> {
    let folder = ground.folder("alembic")?;
    let venv = Command::new("python3").args(["-m", "venv", "venv"]).current_dir(&folder).stdout(Stdio::null()).status();
    if !venv.is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let mut install = Command::new(folder.join("venv/bin/pip"));
    install.args(["install", "-q", "alembic", "sqlalchemy", "psycopg2-binary"]).current_dir(&folder);
    if !install.status().is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    fs::create_dir_all(folder.join("tree/versions"))?;
    fs::write(folder.join("alembic.ini"), "[alembic]\nscript_location = tree\n")?;
    let url = url.replace("postgresql://", "postgresql+psycopg2://");
    let environment = ENVIRONMENT.replace("{tables}", &TABLES.to_string()).replace("{url}", &url);
    fs::write(folder.join("tree/env.py"), environment)?;
    Ok(Some(folder))
}

/// The tables of `server::tables` as SQLAlchemy knows them.
const ENVIRONMENT: &str = r#"
from alembic import context
from sqlalchemy import *
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
for n in range({tables}):
    Table(
        f"t{n}", metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("c0", Integer), Column("c1", Text), Column("c2", String(20)), Column("c3", Numeric(10, 2)),
        Column("c4", DateTime(timezone=True)), Column("c5", Boolean, server_default=text("true")),
        Column("c6", BigInteger, nullable=False), Column("c7", JSONB),
        Column("ref", Integer, ForeignKey(f"t{max(n - 1, 0)}.id", name=f"t{n}_ref_fkey")),
        Index(f"t{n}_a", "c0"), Index(f"t{n}_b", "c1", "c2"),
    )
with create_engine("{url}").connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"#;
