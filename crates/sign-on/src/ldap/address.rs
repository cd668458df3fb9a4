use std::net::IpAddr;

use thiserror::Error;
use url::Url;

/// The address of a directory, and the protection of the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LdapAddress {
    url: Url,
    transport: LdapTransport,
}

/// The protection of the way to a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LdapTransport {
    /// TLS from the first byte (`ldaps://`).
    Tls,
    /// TLS before anything else is said (RFC 4511, section 4.14).
    StartTls,
    /// None, within this machine.
    Plain,
}

/// The text is no [`LdapAddress`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidLdapAddress {
    /// It is not of the right form.
    #[error(
        "must be ldaps://host or ldap://host, with a port if it is not the usual one and nothing else"
    )]
    NoAddress,
    /// Passwords would be read on the way.
    #[error(
        "leads to another machine without TLS, so passwords could be read on the way; use ldaps:// or leave HIMS_LDAP_STARTTLS on"
    )]
    NoTls,
}

impl LdapAddress {
    /// Reads `ldaps://host:636` or `ldap://host:389`. The second begins TLS before anything else unless
    /// `starttls` is false, which only an address of this machine may be.
    ///
    /// # Errors
    /// [`InvalidLdapAddress`].
    pub fn parse(text: &str, starttls: bool) -> Result<Self, InvalidLdapAddress> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidLdapAddress::NoAddress)?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(InvalidLdapAddress::NoAddress)?;
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none();
        let transport = match url.scheme() {
            _ if !is_bare => return Err(InvalidLdapAddress::NoAddress),
            "ldaps" => LdapTransport::Tls,
            "ldap" if starttls => LdapTransport::StartTls,
            "ldap" if is_loopback(host) => LdapTransport::Plain,
            "ldap" => return Err(InvalidLdapAddress::NoTls),
            _ => return Err(InvalidLdapAddress::NoAddress),
        };
        Ok(Self { url, transport })
    }

    /// The address.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// How the way to it is protected.
    pub fn transport(&self) -> LdapTransport {
        self.transport
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_travel_over_tls_or_not_at_all() {
        let transport = |text, starttls| {
            let address = LdapAddress::parse(text, starttls);
            address.map(|address| address.transport())
        };
        for starttls in [true, false] {
            let tls = transport("ldaps://dc1.hospital.example", starttls);
            assert_eq!(tls, Ok(LdapTransport::Tls));
        }
        assert_eq!(
            transport("ldap://dc1.hospital.example:389/", true),
            Ok(LdapTransport::StartTls)
        );
        for here in ["ldap://127.0.0.1:3389", "ldap://[::1]", "ldap://localhost"] {
            assert_eq!(transport(here, true), Ok(LdapTransport::StartTls), "{here}");
            assert_eq!(transport(here, false), Ok(LdapTransport::Plain), "{here}");
        }
        for there in [
            "ldap://dc1.hospital.example",
            "ldap://10.0.0.1",
            "ldap://127.0.0.1.hospital.example",
            "ldap://localhost.hospital.example",
        ] {
            assert_eq!(transport(there, false), Err(InvalidLdapAddress::NoTls));
        }
    }

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for text in [
            "",
            "dc1.hospital.example",
            "https://dc1.hospital.example",
            "ldapi://%2frun%2fldapi",
            "ldaps://",
            "ldaps:///dc=hospital",
            "ldaps://user@dc1.hospital.example",
            "ldaps://user:secret@dc1.hospital.example",
            "ldaps://dc1.hospital.example/dc=hospital",
            "ldaps://dc1.hospital.example?uid",
            "ldaps://dc1.hospital.example:99999",
        ] {
            let address = LdapAddress::parse(text, true);
            assert_eq!(address, Err(InvalidLdapAddress::NoAddress), "{text}");
        }
    }
}
