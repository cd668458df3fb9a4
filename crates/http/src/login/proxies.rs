//! The proxies that are believed.

use std::{net::IpAddr, str::FromStr};

use ipnet::{IpNet, Ipv4Net};
use thiserror::Error;

/// Addresses and networks of proxies that say in `X-Forwarded-For` whom they speak for.
///
/// ```
/// use hims_chat_http::TrustedProxies;
/// let proxies: TrustedProxies = "127.0.0.1, 10.20.0.0/16, fd00:20::/32".parse().unwrap();
/// assert!(proxies.contains("10.20.3.4".parse().unwrap()));
/// assert!("10.20.0.0/33".parse::<TrustedProxies>().is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// The text is no list of [`TrustedProxies`].
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum InvalidProxies {
    /// One of the list is neither address nor network.
    #[error(
        "\"{0}\" is no IP address and no network; right are 127.0.0.1, 10.20.0.0/16 or fd00:20::/32, separated by commas"
    )]
    NoNetwork(String),
    /// One of the list is every address there is.
    #[error(
        "\"{0}\" is every address: then anybody could say to be anybody; name the networks of the proxies, such as 10.20.0.0/16"
    )]
    Everybody(String),
}

impl TrustedProxies {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an address is of one of them. An IPv4 address that is written as IPv6
    /// (`::ffff:10.20.3.4`) is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for TrustedProxies {
    type Err = InvalidProxies;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split(|c: char| c == ',' || c.is_whitespace());
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }
}

fn network(text: &str) -> Result<IpNet, InvalidProxies> {
    let network = text
        .parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| InvalidProxies::NoNetwork(text.to_owned()))?;
    let network = canonical(network.trunc());
    if network.prefix_len() == 0 {
        return Err(InvalidProxies::Everybody(text.to_owned()));
    }
    Ok(network)
}

/// A network of IPv4 addresses written as IPv6 is the network of IPv4 addresses (RFC 4291, section
/// 2.5.5.2: the last 32 bits).
fn canonical(network: IpNet) -> IpNet {
    let IpAddr::V4(address) = network.addr().to_canonical() else {
        return network;
    };
    let mapped = network.prefix_len().checked_sub(96);
    let mapped = mapped.filter(|_| matches!(network, IpNet::V6(_)));
    mapped
        .and_then(|length| Ipv4Net::new(address, length).ok())
        .map_or(network, IpNet::V4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_of_both_kinds() {
        let proxies: TrustedProxies =
            "127.0.0.1,10.20.7.9/16\n ::1, fd00:20::/32 ,::ffff:192.0.2.0/120,"
                .parse()
                .unwrap();
        for inside in [
            "127.0.0.1",
            "::ffff:127.0.0.1",
            "10.20.255.1",
            "::1",
            "fd00:20:1::7",
            "192.0.2.77",
        ] {
            assert!(proxies.contains(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "127.0.0.2",
            "10.21.0.1",
            "::2",
            "fd00:21::",
            "192.0.3.1",
            "::ffff:10.21.0.1",
        ] {
            assert!(!proxies.contains(outside.parse().unwrap()), "{outside}");
        }
        assert!(TrustedProxies::from_str(" , ").unwrap().is_empty());
    }

    #[test]
    fn what_is_none_is_named() {
        for wrong in [
            "ward-proxy",
            "10.0.0.1:80",
            "10.0.0.0/33",
            "10.0.0/8",
            "[::1]",
            "fe80::/129",
            "1.2.3.4/",
        ] {
            let error = format!("127.0.0.1,{wrong}")
                .parse::<TrustedProxies>()
                .unwrap_err();
            assert_eq!(error, InvalidProxies::NoNetwork(wrong.to_owned()));
        }
        for everybody in ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96"] {
            let error = everybody.parse::<TrustedProxies>().unwrap_err();
            assert_eq!(error, InvalidProxies::Everybody(everybody.to_owned()));
        }
    }
}
