//! What holds for every answer, and who may change anything.

use std::sync::Arc;

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

/// What the page of a mount may load. A page of no mount follows the first that has a backend.
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
        (Some(origin), Some(host)) => {
            let authority = origin
                .strip_prefix("https://")
                .or_else(|| origin.strip_prefix("http://"));
            authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
    }
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
}
