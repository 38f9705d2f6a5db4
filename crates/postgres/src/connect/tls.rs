//! TLS as libpq's sslmode means it, by rustls with the ring provider (always named, never the process's default).

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use droveway_core::engine::{EngineError, EngineErrorKind};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    client::danger::ServerCertVerifier,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    certificate::{AnyCertificate, TrustedCertificate},
    mode::{Roots, SslMode, TlsSettings},
};

/// What one handshake needs: the connector and the name it is done under.
#[derive(Clone)]
pub(crate) struct Handshake {
    pub connector: MakeRustlsConnect,
    pub name: String,
    /// Who vouches for the server, in words for an error message.
    pub authority: String,
}

fn bad(message: String) -> EngineError {
    EngineError::new(EngineErrorKind::Tls, message)
}

pub(crate) fn handshake(settings: &TlsSettings, mode: SslMode, host: &str) -> Result<Handshake, EngineError> {
    let provider = Arc::new(ring::default_provider());
    let (verifier, authority) = verifier(settings, mode, &provider)?;
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions(settings))
        .map_err(|error| bad(format!("TLS cannot be set up: {error}")))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match client_certificate(settings)? {
        Some((chain, key)) => builder
            .with_client_auth_cert(chain, key)
            .map_err(|error| bad(format!("the client certificate and its key do not fit: {error}")))?,
        None => builder.with_no_client_auth(),
    };
    config.enable_sni = settings.names_server;
    if settings.direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    let name = server_name(host, mode, &mut config)?;
    Ok(Handshake { connector: MakeRustlsConnect::new(config), name, authority })
}

/// A name that no certificate could bear matters only where names are checked.
fn server_name(host: &str, mode: SslMode, config: &mut ClientConfig) -> Result<String, EngineError> {
    if ServerName::try_from(host).is_ok() {
        return Ok(host.to_owned());
    }
    if mode == SslMode::VerifyFull {
        return Err(bad(format!("{host} is no name that a certificate could be for"))
            .with_help("sslmode=verify-ca checks the authority and not the name"));
    }
    config.enable_sni = false;
    Ok("unnamed.invalid".to_owned())
}

fn versions(settings: &TlsSettings) -> Vec<&'static SupportedProtocolVersion> {
    [(2, &rustls::version::TLS12), (3, &rustls::version::TLS13)]
        .into_iter()
        .filter(|(minor, _)| (settings.versions.lowest..=settings.versions.highest).contains(minor))
        .map(|(_, version)| version)
        .collect()
}

fn verifier(
    settings: &TlsSettings,
    mode: SslMode,
    provider: &Arc<CryptoProvider>,
) -> Result<(Arc<dyn ServerCertVerifier>, String), EngineError> {
    let checks_name = mode == SslMode::VerifyFull;
    let file = root_file(settings, mode)?;
    let (roots, authority) = match (&settings.roots, file) {
        (_, Some(path)) => (read_roots(&path)?, path.display().to_string()),
        (Roots::System, None) => (system_roots()?, "the system's store".to_owned()),
        _ if checks_name => (system_roots()?, "the system's store".to_owned()),
        _ if mode == SslMode::VerifyCa => {
            return Err(bad("sslmode=verify-ca needs an authority to verify against".to_owned())
                .with_help("name its certificate with sslrootcert=FILE"));
        }
        _ => return Ok((Arc::new(AnyCertificate::new(provider)), "nobody".to_owned())),
    };
    let trusted = TrustedCertificate::new(roots, checks_name, provider)
        .map_err(|error| bad(format!("{authority} cannot be used to verify: {error}")))?;
    Ok((Arc::new(trusted), authority))
}

/// The file of authorities. As with libpq, a named file that is missing is an error only where it is needed, and
/// one that is there makes also the weaker modes verify.
fn root_file(settings: &TlsSettings, mode: SslMode) -> Result<Option<PathBuf>, EngineError> {
    match &settings.roots {
        Roots::System => Ok(None),
        Roots::Unnamed { usual } => Ok(usual.clone().filter(|path| path.exists())),
        Roots::File(path) if path.exists() => Ok(Some(path.clone())),
        Roots::File(path) if mode >= SslMode::VerifyCa => {
            Err(bad(format!("the root certificate file {} does not exist", path.display()))
                .with_help("name a file with sslrootcert=FILE, or use the system's store with sslrootcert=system"))
        }
        Roots::File(_) => Ok(None),
    }
}

fn read_roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, EngineError> {
    let roots = read_certificates(path)?;
    if roots.is_empty() {
        return Err(bad(format!("there is no certificate in {}", path.display())));
    }
    Ok(roots)
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, EngineError> {
    let unreadable = |error| bad(format!("the certificate file {} cannot be read: {error}", path.display()));
    CertificateDer::pem_file_iter(path).map_err(unreadable)?.collect::<Result<_, _>>().map_err(unreadable)
}

fn system_roots() -> Result<Vec<CertificateDer<'static>>, EngineError> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        return Err(bad("this system's store of authorities is empty or was not found".to_owned())
            .with_help("name the server's authority with sslrootcert=FILE, or install the system's certificates"));
    }
    Ok(found.certs)
}

/// A store of those roots that can be used; a system's store may hold some that cannot.
pub(crate) fn store(roots: &[CertificateDer<'static>]) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots.iter().cloned());
    store
}

type ClientCertificate = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The client certificate: the one that was named, or libpq's usual file if it is there.
fn client_certificate(settings: &TlsSettings) -> Result<Option<ClientCertificate>, EngineError> {
    if settings.no_certificate {
        return Ok(None);
    }
    let usual = settings.usual_certificate.clone().filter(|path| path.exists());
    let Some(certificate) = settings.certificate.clone().or(usual) else { return Ok(None) };
    let Some(key) = settings.key.clone().or(settings.usual_key.clone()) else {
        return Err(bad(format!("the certificate {} has no key beside it", certificate.display()))
            .with_help("name the key with sslkey=FILE"));
    };
    let chain = read_certificates(&certificate)?;
    Ok(Some((chain, read_key(&key)?)))
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, EngineError> {
    let metadata = std::fs::metadata(path)
        .map_err(|error| bad(format!("the private key {} cannot be read: {error}", path.display())))?;
    if is_open_to_others(&metadata) {
        return Err(bad(format!("the private key {} is not used, because others may read it", path.display()))
            .with_help("chmod 600 mends that; a key that belongs to root may have 640"));
    }
    PrivateKeyDer::from_pem_file(path).map_err(|_| {
        bad(format!("there is no usable private key in {}", path.display()))
            .with_help("it must be in PEM form and not encrypted")
    })
}

#[cfg(unix)]
fn is_open_to_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let forbidden = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    metadata.mode() & forbidden != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_metadata: &std::fs::Metadata) -> bool {
    false
}

/// The TLS trouble behind an I/O error, if that is what it was.
pub(crate) fn cause(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>())
}
