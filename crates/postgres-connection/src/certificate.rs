//! Judging the certificate of a server, and saying of one that is refused whose it is.

use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{
        CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use x509_cert::{Certificate, der::Decode as _};

/// The part of a server's certificate that is checked.
#[derive(Debug)]
pub(crate) enum Checked {
    /// Only that the server has the key of its certificate.
    Nothing,
    /// That an authority that is trusted made it.
    Issuer(Arc<dyn ServerCertVerifier>),
    /// That, and that it names the host.
    All(Arc<dyn ServerCertVerifier>),
}

#[derive(Debug)]
pub(crate) struct Judge {
    checked: Checked,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Judge {
    pub(crate) fn new(checked: Checked, provider: &CryptoProvider) -> Self {
        Self {
            checked,
            algorithms: provider.signature_verification_algorithms,
        }
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let (verifier, asks_name) = match &self.checked {
            Checked::Nothing => return Ok(ServerCertVerified::assertion()),
            Checked::Issuer(verifier) => (verifier, false),
            Checked::All(verifier) => (verifier, true),
        };
        let judged =
            verifier.verify_server_cert(certificate, intermediates, host, ocsp_response, now);
        match judged {
            // The name is looked at last, when everything else was found right.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !asks_name => Ok(ServerCertVerified::assertion()),
            Err(error) => Err(Error::General(refusal(certificate, host, &error))),
            Ok(verified) => Ok(verified),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The reason why a certificate is refused: its subject, its issuer, the time until which it holds, and the fault.
fn refusal(certificate: &CertificateDer<'_>, host: &ServerName<'_>, error: &Error) -> String {
    let why = match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "no authority that is trusted made it; sslrootcert names the file of the one to trust"
                .to_owned()
        }
        Error::InvalidCertificate(why) => why.to_string(),
        other => other.to_string(),
    };
    let described = match Certificate::from_der(certificate) {
        Ok(read) => {
            let named = &read.tbs_certificate;
            format!(
                "(for {}, by {}, valid from {} to {})",
                named.subject, named.issuer, named.validity.not_before, named.validity.not_after
            )
        }
        Err(_) => "(unreadable)".to_owned(),
    };
    let host = host.to_str();
    format!("the certificate {described} is refused for {host}: {why}")
}
