use std::{pin::Pin, time::Duration};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use thiserror::Error;
use url::{Host, Url};

/// The time that an authority has for a connection, and for a whole answer. Somebody waits for it.
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(8);

/// Most bytes of an answer: keys and claims are a few thousand.
const MOST_BYTES: usize = 1024 * 1024;

/// An authority gave no answer that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum NoAnswer {
    #[error("it cannot be reached")]
    Unreachable,
    #[error("it did not answer in time")]
    TooLate,
    #[error("its answer is too large")]
    TooLarge,
    #[error("its answer cannot be read")]
    Odd,
    #[error("the request cannot be made")]
    NoRequest,
}

/// The client for calls to authorities cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "this machine's trusted certificates cannot be read, so no authority can be asked over TLS"
)]
pub struct NoTls;

/// Calls authorities, each within a time.
#[derive(Clone, Debug)]
pub(crate) struct Client(reqwest::Client);

impl Client {
    /// Calls the authority at this address. It follows no redirect: an authority must not have it call others.
    /// Nor does it leave TLS, unless the authority itself is on this machine without it.
    pub(crate) fn of(authority: &str) -> Result<Self, NoTls> {
        reqwest::Client::builder()
            .https_only(!is_plain_loopback(authority))
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("hims-chat")
            .build()
            .map(Self)
            .map_err(|_| NoTls)
    }

    pub(crate) async fn get(&self, url: &str) -> Result<HttpResponse, NoAnswer> {
        let request = http::Request::get(url)
            .header(http::header::ACCEPT, "application/json")
            .body(Vec::new());
        self.send(request.map_err(|_| NoAnswer::NoRequest)?).await
    }

    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let failed = |error: reqwest::Error| match error.is_timeout() {
            true => NoAnswer::TooLate,
            false => NoAnswer::Unreachable,
        };
        let request = reqwest::Request::try_from(request).map_err(|_| NoAnswer::NoRequest)?;
        let mut answer = self.0.execute(request).await.map_err(failed)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(failed)? {
            if body.len() + part.len() > MOST_BYTES {
                return Err(NoAnswer::TooLarge);
            }
            body.extend_from_slice(&part);
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// Whether this is an http address of this machine.
pub(crate) fn is_plain_loopback(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        }
}

impl<'c> AsyncHttpClient<'c> for Client {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_called_without_tls() {
        for here in [
            "http://127.0.0.1:8080/a",
            "http://[::1]/",
            "http://LOCALHOST",
        ] {
            assert!(is_plain_loopback(here), "{here}");
        }
        for other in [
            "https://127.0.0.1",
            "http://sso.example",
            "http://127.0.0.1.example",
            "http://10.0.0.1",
            "127.0.0.1",
        ] {
            assert!(!is_plain_loopback(other), "{other}");
        }
    }

    #[tokio::test]
    async fn another_authority_is_not_called_without_tls() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::of("https://sso.example").unwrap();
        assert_eq!(client.get(&url).await.err(), Some(NoAnswer::Unreachable));
    }
}
