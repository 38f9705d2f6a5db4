//! The certificates of a cluster: its authority, its own certificate, a client's, and an authority that has nothing to
//! do with it. They are made anew for each cluster.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};

/// The user who signs in with `client_cert` alone.
pub(crate) const CLIENT: &str = "drove_cert";

/// Files in PEM form.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// The authority that signed the server's and the client's certificate.
    pub ca: PathBuf,
    /// An authority that signed nothing here.
    pub other_ca: PathBuf,
    /// The server's, for `localhost`, `127.0.0.1` and `::1`.
    pub server_cert: PathBuf,
    pub server_key: PathBuf,
    /// A client's, for the user `drove_cert`.
    pub client_cert: PathBuf,
    pub client_key: PathBuf,
}

impl Certificates {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Certificates {
            ca: folder.join("ca.pem"),
            other_ca: folder.join("other-ca.pem"),
            server_cert: folder.join("server.pem"),
            server_key: folder.join("server.key"),
            client_cert: folder.join("client.pem"),
            client_key: folder.join("client.key"),
        }
    }

    /// Makes all of them in a folder.
    pub(crate) fn make(folder: &Path) -> Self {
        let files = Self::in_folder(folder);
        let issuer = authority("droveway test authority", &files.ca);
        authority("unrelated test authority", &files.other_ca);

        let mut server = named("localhost", &["localhost", "127.0.0.1", "::1"]);
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        signed(server, &issuer, &files.server_cert, &files.server_key);

        let mut client = named(CLIENT, &[]);
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        signed(client, &issuer, &files.client_cert, &files.client_key);
        files
    }
}

fn named(common_name: &str, hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(hosts).expect("the names are ASCII");
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}

fn authority(name: &str, cert_file: &Path) -> Issuer<'static, KeyPair> {
    let key = new_key();
    let mut params = named(name, &[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let cert = params.self_signed(&key).expect("an authority signs for itself");
    write(cert_file, &cert.pem());
    Issuer::new(params, key)
}

fn signed(params: CertificateParams, issuer: &Issuer<'static, KeyPair>, cert_file: &Path, key_file: &Path) {
    let key = new_key();
    let cert = params.signed_by(&key, issuer).expect("the authority signs");
    write(cert_file, &cert.pem());
    write(key_file, &key.serialize_pem());
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("the system has random numbers")
}

/// Keys must be nobody else's to read, or the server and libpq refuse them.
fn write(file: &Path, text: &str) {
    fs::write(file, text)
        .and_then(|()| fs::set_permissions(file, fs::Permissions::from_mode(0o600)))
        .unwrap_or_else(|error| panic!("{} cannot be written: {error}", file.display()));
}
