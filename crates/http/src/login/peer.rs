use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use super::TrustedProxies;
use crate::app::Shell;

/// The address a request comes from, where the server knows it.
pub(crate) struct Peer(pub(crate) Option<IpAddr>);

impl FromRequestParts<Shell> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, shell: &Shell) -> Result<Self, Self::Rejection> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let nobody = TrustedProxies::default();
        let proxies = shell.sign_in.as_ref();
        let proxies = proxies.map_or(&nobody, |sign_in| &sign_in.trusted_proxies);
        let origin = connected.map(|ConnectInfo(peer)| origin(peer.ip(), &parts.headers, proxies));
        Ok(Self(origin))
    }
}

/// The address that a trusted proxy speaks for: the nearest one in `X-Forwarded-For` that is no
/// trusted proxy itself. What stands further left the asker may have written.
///
/// If the nearest is unknown or cannot be read, the proxy that said so counts; if all are trusted, the
/// farthest.
fn origin(connected: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let mut origin = connected.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    for line in lines {
        let line = String::from_utf8_lossy(line.as_bytes());
        for named in line.rsplit(',').map(str::trim) {
            if named.is_empty() {
                continue;
            }
            if !proxies.contains(origin) {
                return origin;
            }
            match address(named) {
                Some(address) => origin = address,
                None => return origin,
            }
        }
    }
    origin
}

/// One address as proxies write it: alone, with a port (`203.0.113.5:4711`, `[2001:db8::1]:443`), in
/// brackets, quoted, with the zone of an interface, or IPv4 as IPv6 (`::ffff:203.0.113.5`). None for
/// `unknown` and for names that hide an address (RFC 7239, section 6).
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches('"').trim();
    let host = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (port.is_empty() || port.starts_with(':')).then_some(host)?
        }
        // More than one colon are those of an IPv6 address.
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => host,
            _ => text,
        },
    };
    let host = host.split_once('%').map_or(host, |(host, _)| host);
    host.parse()
        .ok()
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    /// The asker's address, when `connected` hands on these lines.
    fn asks(connected: &str, lines: &[&str]) -> String {
        let proxies = "127.0.0.1, 10.20.0.0/16, fd00:20::/32".parse().unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                "x-forwarded-for",
                HeaderValue::from_bytes(line.as_bytes()).unwrap(),
            );
        }
        origin(connected.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        for proxy in ["127.0.0.1", "::ffff:127.0.0.1", "10.20.9.9", "fd00:20::1"] {
            assert_eq!(
                asks(proxy, &["6.6.6.6, 203.0.113.5"]),
                "203.0.113.5",
                "{proxy}"
            );
        }
        for stranger in ["10.21.0.1", "::ffff:10.21.0.1", "127.0.0.2"] {
            let itself = stranger.trim_start_matches("::ffff:");
            assert_eq!(asks(stranger, &["6.6.6.6"]), itself);
        }
        assert_eq!(asks("::ffff:127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn an_address_is_read_however_it_is_written() {
        for (written, meant) in [
            ("203.0.113.5", "203.0.113.5"),
            ("203.0.113.5:4711", "203.0.113.5"),
            ("203.0.113.5:_port", "203.0.113.5"),
            ("  203.0.113.5 ", "203.0.113.5"),
            ("::ffff:203.0.113.5", "203.0.113.5"),
            ("[::ffff:203.0.113.5]:443", "203.0.113.5"),
            ("2001:db8::1", "2001:db8::1"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("\"[2001:db8::1]:443\"", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:443", "fe80::1"),
        ] {
            assert_eq!(asks("127.0.0.1", &[&format!("6.6.6.6, {written}")]), meant);
            let behind = format!("6.6.6.6,{written},10.20.0.9:80");
            assert_eq!(
                asks("127.0.0.1", &[&behind]),
                meant,
                "behind a second proxy"
            );
        }
    }

    #[test]
    fn what_is_hidden_is_the_proxy_that_hides_it() {
        for hidden in [
            "unknown",
            "_ward7",
            "_ward7:80",
            "203.0.113",
            "[::1]x",
            "::1]:80",
            "é",
        ] {
            let line = format!("6.6.6.6, {hidden}");
            assert_eq!(asks("127.0.0.1", &[&line]), "127.0.0.1", "{hidden}");
            let line = format!("6.6.6.6, {hidden}, 10.20.0.9");
            assert_eq!(asks("127.0.0.1", &[&line]), "10.20.0.9", "{hidden}");
        }
        assert_eq!(asks("127.0.0.1", &["10.20.0.7, 10.20.0.9"]), "10.20.0.7");
    }

    #[test]
    fn several_lines_are_one_list() {
        let lines = ["6.6.6.6", "203.0.113.5", " , 10.20.0.9,"];
        assert_eq!(asks("127.0.0.1", &lines), "203.0.113.5");
        assert_eq!(
            asks("127.0.0.1", &["6.6.6.6", "203.0.113.5:1"]),
            "203.0.113.5"
        );
    }
}
