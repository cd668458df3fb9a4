/// The way somebody came in. It is a part of the session's secret, of which the store keeps the digest: so
/// nobody can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignedInBy {
    Password,
    OpenId,
    Proxy,
}

impl SignedInBy {
    const OPENID: &str = "oidc.";
    const PROXY: &str = "proxy.";

    /// The word in audit entries.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::OpenId => "oidc",
            Self::Proxy => "proxy",
        }
    }

    /// The secret of a session of somebody who came so.
    pub(super) fn marking(self, secret: &str) -> String {
        match self {
            Self::Password => secret.to_owned(),
            Self::OpenId => format!("{}{secret}", Self::OPENID),
            Self::Proxy => format!("{}{secret}", Self::PROXY),
        }
    }

    /// The way that a session's secret tells.
    pub(super) fn of(secret: &str) -> Self {
        if secret.starts_with(Self::OPENID) {
            Self::OpenId
        } else if secret.starts_with(Self::PROXY) {
            Self::Proxy
        } else {
            Self::Password
        }
    }
}
