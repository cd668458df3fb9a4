use std::{error::Error as StdError, io};

/// Why Stream was not reached, where the connection says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectFailure {
    /// The name of the host is not known.
    Name,
    /// Nothing takes connections there.
    Refused,
    /// No common TLS, or a certificate that is not trusted.
    Tls,
    /// The proxy does not let us through.
    Proxy,
}

impl ConnectFailure {
    /// Reads an error and what caused it. Nothing of their words is kept.
    pub(super) fn of(error: &(dyn StdError + 'static)) -> Option<Self> {
        let mut link = Some(error);
        while let Some(error) = link {
            if let Some(connect_failure) = Self::of_one(error) {
                return Some(connect_failure);
            }
            link = error.source();
        }
        None
    }

    fn of_one(error: &(dyn StdError + 'static)) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            if error.kind() == io::ErrorKind::ConnectionRefused {
                return Some(Self::Refused);
            }
            // What an I/O error wraps is none of its sources.
            if error
                .get_ref()
                .is_some_and(|inner| inner.is::<rustls::Error>())
            {
                return Some(Self::Tls);
            }
        }
        if error.is::<rustls::Error>() {
            return Some(Self::Tls);
        }
        Self::of_words(&error.to_string().to_lowercase())
    }

    fn of_words(words: &str) -> Option<Self> {
        let says = |any: &[&str]| any.iter().any(|part| words.contains(part));
        if says(&["tunnel", "proxy"]) {
            Some(Self::Proxy)
        } else if says(&["dns error", "lookup address"]) {
            Some(Self::Name)
        } else if says(&["certificate", "corrupt message", "handshake"]) {
            Some(Self::Tls)
        } else {
            None
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Name => "the name of its host is not known here",
            Self::Refused => "the connection is refused",
            Self::Tls => "TLS fails, or the certificate is not trusted",
            Self::Proxy => "the proxy does not let us through",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_proxy_says_is_told_from_what_dns_says() {
        for (words, connect_failure) in [
            ("tunnel error: unsuccessful", Some(ConnectFailure::Proxy)),
            ("proxy authorization required", Some(ConnectFailure::Proxy)),
            ("dns error", Some(ConnectFailure::Name)),
            (
                "invalid peer certificate: UnknownIssuer",
                Some(ConnectFailure::Tls),
            ),
            ("connection reset by peer", None),
        ] {
            assert_eq!(
                ConnectFailure::of(&io::Error::other(words)),
                connect_failure,
                "{words}"
            );
        }
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(ConnectFailure::of(&refused), Some(ConnectFailure::Refused));
    }
}
