//! What one process tells the others about a cluster: a file in the cluster's folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::servers::Server;

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

    pub(crate) fn write(&self) -> io::Result<()> {
        let value = json!({
            "folder": self.folder, "major": self.server.major, "bin": self.server.bin, "port": self.port,
            "password": self.password,
        });
        fs::write(Self::file(&self.folder), value.to_string())
    }

    /// The server's log.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}
