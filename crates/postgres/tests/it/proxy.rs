//! A man in the middle: passes bytes on, or tampers with them.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use droveway_testkit::Cluster;

/// A proxy in front of a cluster, for one connection after the other and for plain ones only.
pub struct Proxy {
    address: SocketAddr,
    silent: Arc<AtomicBool>,
}

impl Proxy {
    /// Passes on what the server says after `change` has seen it.
    pub fn new(cluster: &Cluster, change: impl Fn(&mut [u8]) + Send + Clone + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let silent = Arc::new(AtomicBool::new(false));
        let (server, silence) = ((cluster.host(), cluster.port()), Arc::clone(&silent));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(server).expect("the server runs");
                let (from, to) = (server.try_clone().expect("a handle"), client.try_clone().expect("a handle"));
                let (change, silence_back, silence) = (change.clone(), Arc::clone(&silence), Arc::clone(&silence));
                thread::spawn(move || pass(from, to, &silence_back, change));
                thread::spawn(move || pass(client, server, &silence, |_| {}));
            }
        });
        Proxy { address, silent }
    }

    /// From now on nothing is passed on and nothing is closed.
    pub fn fall_silent(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    pub fn url(&self, cluster: &Cluster) -> String {
        format!("postgres://postgres:{}@{}/postgres?sslmode=disable", cluster.password(), self.address)
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, silent: &AtomicBool, change: impl Fn(&mut [u8])) {
    let mut buffer = [0; 65536];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        change(&mut buffer[..count]);
        if !silent.load(Ordering::SeqCst) && to.write_all(&buffer[..count]).is_err() {
            return;
        }
    }
}
