use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use crate::app::Shell;

/// The address a request comes from, where the server knows it.
pub(crate) struct Peer(pub(super) Option<IpAddr>);

impl FromRequestParts<Shell> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, shell: &Shell) -> Result<Self, Self::Rejection> {
        let connected = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip());
        let proxies = shell
            .sign_in
            .as_ref()
            .map_or(&[][..], |sign_in| &sign_in.trusted_proxies);
        Ok(Self(connected.map(|connected| {
            origin(connected, &parts.headers, proxies)
        })))
    }
}

/// Whom a trusted proxy speaks for: the nearest address in `X-Forwarded-For` that is no trusted
/// proxy itself. What stands further left the asker may have written.
fn origin(connected: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    if !proxies.contains(&connected) {
        return connected;
    }
    let lines = headers
        .get_all("x-forwarded-for")
        .iter()
        .rev()
        .filter_map(|value| value.to_str().ok());
    let named = lines
        .flat_map(|line| line.rsplit(','))
        .map_while(|address| address.trim().parse().ok());
    named
        .into_iter()
        .find(|address: &IpAddr| !proxies.contains(address))
        .unwrap_or(connected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            "6.6.6.6, 10.0.0.9, 127.0.0.1".parse().unwrap(),
        );
        let (proxy, stranger) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([203, 0, 113, 5]));
        assert_eq!(
            origin(proxy, &headers, &[proxy]),
            IpAddr::from([10, 0, 0, 9])
        );
        assert_eq!(origin(stranger, &headers, &[proxy]), stranger);
        assert_eq!(origin(proxy, &HeaderMap::new(), &[proxy]), proxy);
    }
}
