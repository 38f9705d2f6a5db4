//! Everything that needs a real server. One binary, so that all share one cluster.

mod ground;
mod address;
mod databases;
mod login;
mod proxy;
mod session;
mod trouble;
mod strings;
mod tls;
