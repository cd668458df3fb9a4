use std::sync::Arc;

use rustls::ClientConfig;
use rustls_platform_verifier::ConfigVerifierExt as _;

use crate::settings::InvalidSettings;

/// TLS as the operating system trusts: a hospital's own certificate authority counts. One
/// configuration for HTTP and for WebSockets.
pub(super) fn config() -> Result<Arc<ClientConfig>, InvalidSettings> {
    // Whoever embeds us may have chosen another provider before; then that one is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    ClientConfig::with_platform_verifier()
        .map(Arc::new)
        .map_err(|_| InvalidSettings::Tls)
}
