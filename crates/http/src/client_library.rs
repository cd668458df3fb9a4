use axum::http::{HeaderValue, Uri};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::security;

/// A hosted backend's own client library, with which the pages of a mount listen to the backend
/// themselves, under a token from us. It is an ES module that exports `StreamChat`.
#[derive(Clone, Debug)]
pub struct ClientLibrary {
    script: Script,
    /// Whole, as the pages are to have it.
    policy: HeaderValue,
}

#[derive(Clone, Debug)]
enum Script {
    Elsewhere(String),
    Ours { text: Bytes, version: String },
}

/// It is no address a page may load from or listen to.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("must be an https URL, or one of this machine")]
pub struct InvalidAddress;

impl ClientLibrary {
    /// A library that browsers load from its address; they listen to `backend`.
    ///
    /// # Errors
    /// When one of them is no https URL, nor one of this machine.
    pub fn at(address: &str, backend: &str) -> Result<Self, InvalidAddress> {
        Ok(Self {
            policy: policy(&format!(" {}", origin(address)?), backend)?,
            script: Script::Elsewhere(address.to_owned()),
        })
    }

    /// A library that we serve ourselves.
    ///
    /// # Errors
    /// When `backend` is no https URL, nor one of this machine.
    pub fn served(script: impl Into<Bytes>, backend: &str) -> Result<Self, InvalidAddress> {
        let text = script.into();
        let digest = Sha256::digest(&text);
        let version = HEXLOWER.encode(&digest[..8]);
        Ok(Self {
            policy: policy("", backend)?,
            script: Script::Ours { version, text },
        })
    }

    /// The address from which a page of the mount loads the library.
    pub(crate) fn address(&self, prefix: &str) -> String {
        match &self.script {
            Script::Elsewhere(address) => address.clone(),
            Script::Ours { version, .. } => format!("{prefix}/client-library.js?v={version}"),
        }
    }

    /// The script, where it is ours to serve.
    pub(crate) fn text(&self) -> Option<Bytes> {
        match &self.script {
            Script::Elsewhere(_) => None,
            Script::Ours { text, .. } => Some(text.clone()),
        }
    }

    pub(crate) fn policy(&self) -> &HeaderValue {
        &self.policy
    }
}

/// Nothing is allowed beside what every page may but the library and the backend.
fn policy(scripts: &str, backend: &str) -> Result<HeaderValue, InvalidAddress> {
    let backend = origin(backend)?;
    let socket = backend.replacen("http", "ws", 1);
    let policy = security::CONTENT_SECURITY_POLICY
        .replace("script-src 'self'", &format!("script-src 'self'{scripts}"))
        .replace(
            "connect-src 'self'",
            &format!("connect-src 'self' {backend} {socket}"),
        );
    HeaderValue::try_from(policy).map_err(|_| InvalidAddress)
}

/// Scheme, host and port.
fn origin(address: &str) -> Result<String, InvalidAddress> {
    let uri: Uri = address.parse().map_err(|_| InvalidAddress)?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(InvalidAddress);
    };
    let is_local = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
    let is_safe = scheme == "https" || (scheme == "http" && is_local);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if is_safe && authority.as_str().bytes().all(is_plain) {
        Ok(format!("{scheme}://{authority}"))
    } else {
        Err(InvalidAddress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_load_and_listen_there_and_nowhere_else() {
        let library = ClientLibrary::at(
            "https://cdn.example/stream-chat.js?v=9",
            "https://chat.stream-io-api.com",
        )
        .unwrap();
        let policy = library.policy().to_str().unwrap();
        for part in [
            "script-src 'self' https://cdn.example;",
            "connect-src 'self' https://chat.stream-io-api.com wss://chat.stream-io-api.com;",
            "default-src 'none';",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        let ours = ClientLibrary::served("export {}", "http://127.0.0.1:9000/").unwrap();
        let policy = ours.policy().to_str().unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        assert!(policy.contains("connect-src 'self' http://127.0.0.1:9000 ws://127.0.0.1:9000;"));
        assert!(
            ours.address("/chat")
                .starts_with("/chat/client-library.js?v=")
        );
    }

    #[test]
    fn an_address_cannot_widen_the_policy() {
        let backend = "https://chat.stream-io-api.com";
        for address in [
            "",
            "cdn.example/x.js",
            "http://cdn.example/x.js",
            "javascript:alert(1)",
            "https://a;script-src *",
            "https://*/x.js",
            "https://user:pw@cdn.example/x.js",
        ] {
            assert!(ClientLibrary::at(address, backend).is_err(), "{address}");
        }
    }
}
