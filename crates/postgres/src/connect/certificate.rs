//! Who the server must prove to be, and how it is said when the proof fails.

use std::sync::Arc;

use droveway_core::engine::{EngineError, EngineErrorKind};
use rustls::{
    AlertDescription, CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        VerifierBuilderError, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::tls::store;

/// Takes any certificate: the connection is private, and nobody knows with whom (`require` without an authority).
#[derive(Debug)]
pub(crate) struct AnyCertificate(WebPkiSupportedAlgorithms);

impl AnyCertificate {
    pub(crate) fn new(provider: &Arc<CryptoProvider>) -> Self {
        AnyCertificate(provider.signature_verification_algorithms)
    }
}

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// Takes a certificate that an authority vouches for; whether the name must fit too is `verify-full`'s difference
/// from `verify-ca`.
#[derive(Debug)]
pub(crate) struct TrustedCertificate {
    chain: Arc<WebPkiServerVerifier>,
    checks_name: bool,
}

impl TrustedCertificate {
    pub(crate) fn new(
        roots: Vec<CertificateDer<'static>>,
        checks_name: bool,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, VerifierBuilderError> {
        let store = Arc::new(store(&roots));
        let chain = WebPkiServerVerifier::builder_with_provider(store, Arc::clone(provider)).build()?;
        Ok(TrustedCertificate { chain, checks_name })
    }
}

impl ServerCertVerifier for TrustedCertificate {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // The name is the last thing that is checked: an error about it means that the chain was good.
        match self.chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.checks_name => Ok(ServerCertVerified::assertion()),
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chain.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chain.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chain.supported_verify_schemes()
    }
}

/// What failed in a handshake, for somebody who has to mend it.
pub(crate) fn explain(error: &Error, host: &str, authority: &str) -> EngineError {
    let (message, help) = match error {
        Error::InvalidCertificate(trouble) => certificate_trouble(trouble, host, authority),
        Error::AlertReceived(alert) => alert_trouble(*alert, host),
        other => (format!("the TLS handshake with {host} failed: {other}"), None),
    };
    EngineError { help: help.map(str::to_owned), ..EngineError::new(EngineErrorKind::Tls, message) }
}

fn certificate_trouble(trouble: &CertificateError, host: &str, authority: &str) -> (String, Option<&'static str>) {
    match trouble {
        CertificateError::UnknownIssuer => (
            format!("the certificate of {host} was issued by an authority that is not in {authority}"),
            Some("name the authority's certificate with sslrootcert=FILE"),
        ),
        CertificateError::NotValidForName => {
            (format!("the certificate of {host} is for another name"), Some(OTHER_NAME))
        }
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names = if presented.is_empty() { "no name at all".to_owned() } else { presented.join(", ") };
            (format!("the certificate of {host} is for another name: {names}"), Some(OTHER_NAME))
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            (format!("the certificate of {host} has expired"), None)
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            (format!("the certificate of {host} is not valid yet"), Some("is this machine's clock right?"))
        }
        other => (format!("the certificate of {host} was not accepted: {other}"), None),
    }
}

const OTHER_NAME: &str = "connect under a name that it is for, or check only the authority with sslmode=verify-ca";

fn alert_trouble(alert: AlertDescription, host: &str) -> (String, Option<&'static str>) {
    match alert {
        AlertDescription::CertificateRequired | AlertDescription::HandshakeFailure => (
            format!("{host} asks for a client certificate"),
            Some("name it and its key with sslcert=FILE and sslkey=FILE"),
        ),
        AlertDescription::UnknownCA
        | AlertDescription::BadCertificate
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateUnknown => {
            (format!("{host} did not accept the client certificate ({alert:?})"), None)
        }
        other => (format!("{host} broke the TLS handshake off ({other:?})"), None),
    }
}
