use std::net::{IpAddr, Ipv6Addr};

/// The owner of an address, as far as one can tell: an IPv4 address, or the /64 of an IPv6 one, which every
/// household has all of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Network(IpAddr);

impl Network {
    pub(crate) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let host_bits = u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !host_bits))
            }
        })
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_one_household_are_one_network() {
        let of = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:203.0.113.5"), of("203.0.113.5"));
        assert_ne!(of("203.0.113.5"), of("203.0.113.6"));
    }
}
