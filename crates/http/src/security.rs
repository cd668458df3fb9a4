//! Rules for every answer, and for requests that change anything.

use std::{net::Ipv6Addr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    app::{Mount, Mounted, Shell},
    failure::Failure,
    identity::SignedIn,
    login::SignIn,
};

/// No script, style, frame or form but our own.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Adds the headers of every answer. Nothing is kept in a cache unless the handler said so.
pub(crate) async fn headers(State(shell): State<Shell>, request: Request, next: Next) -> Response {
    let policy = policy(&shell, request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(policy);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if shell.sign_in.as_ref().is_some_and(SignIn::is_over_tls) {
        // A browser that was here once comes back over TLS, whatever link it follows. RFC 6797.
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(self), geolocation=(), microphone=()"),
    );
    response
}

/// The content security policy of a page of a mount. A page of no mount follows the first that has a backend.
fn policy(shell: &Shell, path: &str) -> HeaderValue {
    let is_of = |mount: &&Arc<Mount>| {
        let rest = path.strip_prefix(mount.prefix.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let has_backend = |mount: &&Arc<Mount>| matches!(mount.chat, Mounted::Chat(_));
    let mount = shell
        .mounts
        .iter()
        .find(is_of)
        .or_else(|| shell.mounts.iter().find(has_backend));
    mount.and_then(|mount| mount.library.as_ref()).map_or(
        HeaderValue::from_static(CONTENT_SECURITY_POLICY),
        |library| library.policy().clone(),
    )
}

/// Refuses a change that a page of another origin asks for. Browsers say where a request comes
/// from (Fetch Metadata, or `Origin`); what is no browser says nothing and carries no cookie that
/// a page could abuse.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    let is_safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if is_safe || comes_from_us(request.headers()) {
        next.run(request).await
    } else {
        Failure::other_origin().into_response()
    }
}

fn comes_from_us(headers: &HeaderMap) -> bool {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("null"))
    };
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (None, _) => true,
        (Some(origin), Some(host)) => is_at(origin, host),
        (Some(_), None) => false,
    }
}

/// Whether an `Origin` is of the place that `Host` names. `Host` does not say over which protocol it
/// was reached first, so there the default port of either is no difference.
fn is_at(origin: &str, host: &str) -> bool {
    let origin = match origin.split_once("://") {
        Some(("https", authority)) => place(authority, &[443]),
        Some(("http", authority)) => place(authority, &[80]),
        _ => None,
    };
    origin.is_some() && origin == place(host, &[80, 443])
}

/// Host and port in one spelling: the name in small letters and without the dot of the root, an IPv6
/// address in its shortest form, no port where it is one of `default`.
fn place(authority: &str, default: &[u16]) -> Option<(String, Option<u16>)> {
    let end = authority.find(']').map_or(0, |bracket| bracket + 1);
    let port = authority[end..].find(':').map(|colon| end + colon);
    let (host, port) = match port {
        Some(colon) => (&authority[..colon], &authority[colon + 1..]),
        None => (authority, ""),
    };
    let port = match port {
        "" => None,
        port => Some(port.parse().ok()?),
    };
    let address = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let host = match address {
        Some(address) => address.parse::<Ipv6Addr>().ok()?.to_string(),
        None => host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase(),
    };
    let port = port.filter(|port| !default.contains(port));
    (!host.is_empty() && !host.contains('@')).then_some((host, port))
}

/// Hands on who asked, beside the answer, so that a failure's page can show their sidebar.
pub(crate) async fn keep_who(request: Request, next: Next) -> Response {
    let signed_in = request.extensions().get::<SignedIn>().cloned();
    let mut response = next.run(request).await;
    if let Some(signed_in) = signed_in {
        response.extensions_mut().insert(signed_in);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_us(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        comes_from_us(&headers)
    }

    #[test]
    fn only_our_own_pages_and_no_browsers_change_things() {
        assert!(from_us(&[("host", "chat.example")]));
        assert!(from_us(&[
            ("host", "chat.example"),
            ("origin", "https://chat.example")
        ]));
        assert!(from_us(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "null")
        ]));
        assert!(!from_us(&[
            ("host", "chat.example"),
            ("origin", "https://evil.example")
        ]));
        assert!(!from_us(&[("host", "chat.example"), ("origin", "null")]));
        assert!(!from_us(&[("sec-fetch-site", "cross-site")]));
        assert!(!from_us(&[
            ("sec-fetch-site", "same-site"),
            ("host", "a.example"),
            ("origin", "https://a.example")
        ]));
    }

    #[test]
    fn one_place_is_spelt_in_many_ways() {
        for (origin, host) in [
            ("https://chat.example", "chat.example:443"),
            ("http://chat.example", "chat.example:80"),
            ("https://chat.example", "chat.example:80"),
            ("https://chat.example:443", "chat.example"),
            ("https://Chat.Example", "CHAT.example.:443"),
            ("https://chat.example.", "chat.example"),
            ("https://chat.example", "chat.example:"),
            ("https://[2001:db8::1]", "[2001:DB8:0::1]:443"),
            ("http://[::1]:8080", "[0:0::1]:8080"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ] {
            assert!(is_at(origin, host), "{origin} is {host}");
        }
        for (origin, host) in [
            ("https://chat.example:8443", "chat.example"),
            ("https://chat.example", "chat.example:8443"),
            ("http://chat.example:443", "chat.example"),
            ("https://chat.example.evil", "chat.example"),
            ("https://chat.example@evil", "chat.example"),
            ("https://chat.example:4430", "chat.example:443"),
            ("https://[::1]", "[::2]"),
            ("https://[::1]evil", "[::1]"),
            ("ftp://chat.example", "chat.example"),
            ("https://", ""),
            ("null", "null"),
            ("https://chat.example:port", "chat.example:port"),
        ] {
            assert!(!is_at(origin, host), "{origin} is not {host}");
        }
    }
}
