//! The meaning of `sslmode` and its like.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::certificate::{Checked, Judge};

/// How much of a server is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// No TLS.
    Disable,
    /// TLS where the server offers it, from anybody.
    Prefer,
    /// TLS, from anybody.
    Require,
    /// TLS with a certificate of an authority that is trusted, whatever host it names.
    VerifyCa,
    /// The same, and it names the host.
    VerifyFull,
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "disable" => Self::Disable,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => {
                return Err(
                    "sslmode must be disable, prefer, require, verify-ca or verify-full".to_owned(),
                );
            }
        })
    }
}

impl Mode {
    /// The word for it in an address.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    /// The mode of an address that asks for `asked`, or for nothing.
    pub fn in_force(asked: Option<Self>, root: &Root, is_local: bool) -> Self {
        match (asked, root) {
            // Who names an authority wants it asked, as PostgreSQL's own library has it.
            (Some(Self::Require), Root::File(_)) => Self::VerifyCa,
            (Some(mode), _) => mode,
            (None, Root::System) if is_local => Self::Disable,
            (None, _) => Self::VerifyFull,
        }
    }
}

/// The authorities that are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// The operating system's.
    System,
    /// Those in a file of PEM.
    File(PathBuf),
}

/// With what we show who we are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ClientFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Everything about TLS that an address says.
pub(crate) struct Ssl {
    /// None where it says nothing.
    pub(crate) mode: Option<Mode>,
    /// The server is on this machine.
    pub(crate) is_local: bool,
    pub(crate) root: Root,
    pub(crate) client: Option<ClientFiles>,
}

impl Ssl {
    /// The mode, and what makes connections in it.
    ///
    /// # Errors
    /// Which file cannot be used, and why.
    pub(crate) fn connector(self) -> Result<(Mode, MakeRustlsConnect), String> {
        let mode = Mode::in_force(self.mode, &self.root, self.is_local);
        let provider = Arc::new(aws_lc_rs::default_provider());
        let checked = match mode {
            Mode::Disable | Mode::Prefer | Mode::Require => Checked::Nothing,
            Mode::VerifyCa => Checked::Issuer(verifier(&self.root, &provider)?),
            Mode::VerifyFull => Checked::All(verifier(&self.root, &provider)?),
        };
        let judge = Judge::new(checked, &provider);
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(judge));
        let config = match self.client {
            Some(files) => {
                let key = PrivateKeyDer::from_pem_file(&files.key)
                    .map_err(|error| unusable("sslkey", &error))?;
                builder
                    .with_client_auth_cert(certificates("sslcert", &files.certificate)?, key)
                    .map_err(|error| unusable("sslcert and sslkey", &error))?
            }
            None => builder.with_no_client_auth(),
        };
        Ok((mode, MakeRustlsConnect::new(config)))
    }
}

fn verifier(
    root: &Root,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, String> {
    let path = match root {
        Root::System => {
            let verifier = Verifier::new(provider.clone());
            return match verifier {
                Ok(verifier) => Ok(Arc::new(verifier)),
                Err(error) => Err(format!("the system's authorities cannot be read ({error})")),
            };
        }
        Root::File(path) => path,
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates("sslrootcert", path)? {
        roots
            .add(certificate)
            .map_err(|error| unusable("sslrootcert", &error))?;
    }
    let built = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    match built.build() {
        Ok(verifier) => Ok(verifier),
        Err(error) => Err(unusable("sslrootcert", &error)),
    }
}

fn certificates(parameter: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let found = CertificateDer::pem_file_iter(path).map_err(|error| unusable(parameter, &error))?;
    let found: Vec<_> = found
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(parameter, &error))?;
    if found.is_empty() {
        return Err(format!("{parameter}: the file holds no certificate in PEM"));
    }
    Ok(found)
}

/// The path stands in the setting, and is not repeated with it.
fn unusable(parameter: &str, error: &dyn fmt::Display) -> String {
    format!("{parameter}: the file cannot be used ({error})")
}
