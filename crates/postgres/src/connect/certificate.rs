//! Who the server must prove to be, and how it is said when the proof fails.

use std::sync::Arc;

use droveway_core::engine::{EngineError, EngineErrorKind};
use rustls::{
    AlertDescription, CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        VerifierBuilderError, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
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
    roots: Vec<CertificateDer<'static>>,
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
        Ok(TrustedCertificate { chain, roots, checks_name })
    }

    /// `openssl req -x509` makes a certificate that may sign others, and many a server shows just that one, which
    /// its clients name as the root. It is what they trust, so there is no chain to check; its dates are good, for
    /// they are looked at before its kind.
    fn is_root_itself(&self, trouble: &Error, end_entity: &CertificateDer<'_>) -> bool {
        let is_authority = matches!(trouble, Error::InvalidCertificate(CertificateError::Other(cause))
            if cause.0.downcast_ref::<webpki::Error>() == Some(&webpki::Error::CaUsedAsEndEntity));
        is_authority && self.roots.iter().any(|root| root == end_entity)
    }

    fn check_name(&self, end_entity: &CertificateDer<'_>, name: &ServerName<'_>) -> Result<(), Error> {
        match self.checks_name {
            true => verify_server_name(&ParsedCertificate::try_from(end_entity)?, name),
            false => Ok(()),
        }
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
            Err(trouble) if self.is_root_itself(&trouble, end_entity) => {
                self.check_name(end_entity, server_name).map(|()| ServerCertVerified::assertion())
            }
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

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
    use rustls::{crypto::ring, pki_types::UnixTime};

    use super::*;

    fn params(year: i32) -> CertificateParams {
        let mut params = CertificateParams::new(vec!["db.example".to_owned()]).expect("the name is ASCII");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, 1, 1);
        params
    }

    fn self_signed(mut params: CertificateParams, is_authority: bool) -> CertificateDer<'static> {
        if is_authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let key = KeyPair::generate().expect("the system has random numbers");
        params.self_signed(&key).expect("it signs for itself").into()
    }

    fn verify(
        shown: &CertificateDer<'static>,
        root: &CertificateDer<'static>,
        checks_name: bool,
        host: &str,
    ) -> Result<(), EngineError> {
        let provider = Arc::new(ring::default_provider());
        let verifier = TrustedCertificate::new(vec![root.clone()], checks_name, &provider).expect("the root is usable");
        let name = ServerName::try_from(host.to_owned()).expect("a name");
        let result = verifier.verify_server_cert(shown, &[], &name, &[], UnixTime::now());
        result.map(|_| ()).map_err(|error| explain(&error, host, "root.crt"))
    }

    #[test]
    fn a_self_signed_certificate_vouches_for_itself_where_it_is_the_root() {
        for is_authority in [true, false] {
            let own = self_signed(params(2999), is_authority);
            verify(&own, &own, true, "db.example").expect("it is what the client trusts");
            verify(&own, &own, false, "other.example").expect("the name does not count");
            let error = verify(&own, &own, true, "other.example").expect_err("it is for another name");
            assert!(error.message.contains("is for another name"), "{error}");
            verify(&own, &self_signed(params(2999), true), false, "db.example").expect_err("another is trusted");
        }
    }

    #[test]
    fn an_expired_certificate_is_refused_and_called_so() {
        for is_authority in [true, false] {
            let old = self_signed(params(2021), is_authority);
            let error = verify(&old, &old, false, "db.example").expect_err("it has expired");
            assert_eq!(error.message, "the certificate of db.example has expired");
            assert_eq!(error.kind, EngineErrorKind::Tls);
        }
    }
}
