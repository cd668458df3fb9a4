use std::sync::Arc;

use rustls::{ClientConfig, crypto::aws_lc_rs};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::InvalidConfig;

/// TLS as the operating system trusts: an organisation's own certificate authority counts. What the
/// process has chosen elsewhere stays.
pub(super) fn config() -> Result<ClientConfig, InvalidConfig> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier())
        .map_err(|_| InvalidConfig::Tls)?;
    Ok(config.with_no_client_auth())
}
