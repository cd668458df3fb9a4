//! A proxy or host that has signed somebody in and says so with every request.

use std::collections::BTreeSet;

use domain::Identifier;
use openidconnect::http::{HeaderMap, HeaderName, header};
use ports::Subject;

use crate::{
    Assertion, ClaimName, Claims, NoTls, NotBelieved, RoleMap, client::Client, token::TokenCheck,
};

/// The issuer of those whom a plain header names.
const HEADER_ISSUER: &str = "proxy";

/// The words of a proxy, and how they are checked.
#[derive(Clone, Debug)]
pub enum ProxySettings {
    /// A header holds the identifier of the staff register. Whoever can reach the chat could write it, so it
    /// counts from addresses of trusted proxies alone.
    Header(HeaderName),
    /// A header holds a token (JWT) that the proxy signs.
    Token(TokenSettings),
}

/// A signed token and what it has to say.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenSettings {
    /// The header it comes in; after `Bearer` where that is `Authorization`.
    pub header: HeaderName,
    /// The address of the keys (JWKS).
    pub jwks_url: String,
    /// The issuer, to the letter.
    pub issuer: String,
    /// The audience that must be named.
    pub audience: String,
    /// The claim that is the identifier of the staff register.
    pub identifier: ClaimName,
    /// The claim that says the roles, and what its words mean here.
    pub roles: Option<(ClaimName, RoleMap)>,
}

impl TokenSettings {
    /// Tokens in `Authorization: Bearer`, which take `sub` for the identifier and say no roles.
    pub fn new(jwks_url: String, issuer: String, audience: String) -> Self {
        Self {
            header: header::AUTHORIZATION,
            jwks_url,
            issuer,
            audience,
            identifier: ClaimName::sub(),
            roles: None,
        }
    }
}

/// Sign-in by the word of a proxy.
pub struct Proxy(Way);

enum Way {
    Header(HeaderName),
    Token(Box<TokenSettings>, TokenCheck),
}

impl Proxy {
    /// Nothing is asked for yet.
    ///
    /// # Errors
    /// [`NoTls`].
    pub fn new(settings: ProxySettings) -> Result<Self, NoTls> {
        Ok(Self(match settings {
            ProxySettings::Header(name) => Way::Header(name),
            ProxySettings::Token(settings) => {
                let check = TokenCheck::new(
                    settings.jwks_url.clone(),
                    settings.issuer.clone(),
                    settings.audience.clone(),
                    Client::of(&settings.jwks_url)?,
                );
                Way::Token(Box::new(settings), check)
            }
        }))
    }

    /// The proxy's word on who is there; `None` where it says nothing. `is_trusted` tells whether the request comes
    /// from the address of a trusted proxy.
    ///
    /// # Errors
    /// [`NotBelieved`].
    pub async fn assertion(
        &self,
        headers: &HeaderMap,
        is_trusted: bool,
    ) -> Result<Option<Assertion>, NotBelieved> {
        match &self.0 {
            Way::Header(name) if is_trusted => named(headers, name),
            Way::Header(_) => Ok(None),
            Way::Token(settings, check) => {
                let Some(token) = only(headers, &settings.header)
                    .map_err(|Several| NotBelieved::Token("there are several"))?
                else {
                    return Ok(None);
                };
                let token = match settings.header == header::AUTHORIZATION {
                    // Another scheme is of others.
                    true => match token.split_once(' ') {
                        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token,
                        _ => return Ok(None),
                    },
                    false => token,
                };
                let claims = check.claims(token.trim()).await?;
                asserted(settings, &claims).map(Some)
            }
        }
    }
}

fn asserted(settings: &TokenSettings, claims: &Claims) -> Result<Assertion, NotBelieved> {
    if claims.object().get("events").is_some() {
        return Err(NotBelieved::Token("it tells an event, not who is there"));
    }
    let subject = claims.get(&ClaimName::sub()).and_then(|sub| sub.as_str());
    let subject = Subject::parse(&settings.issuer, subject.unwrap_or_default())
        .map_err(|_| NotBelieved::Token("it names no subject"))?;
    let roles: Option<BTreeSet<_>> = settings
        .roles
        .as_ref()
        .map(|(claim, map)| map.roles(claims.words(claim)));
    Ok(Assertion::of(subject)
        .identifier(claims.identifier(&settings.identifier))
        .roles(roles))
}

fn named(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Assertion>, NotBelieved> {
    let value = only(headers, name).map_err(|Several| NotBelieved::Header)?;
    // Some proxies send the header empty where nobody is signed in.
    let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let identifier = Identifier::parse(value).map_err(|_| NotBelieved::Header)?;
    let subject = Subject::parse(HEADER_ISSUER, identifier.as_str());
    let subject = subject.map_err(|_| NotBelieved::Header)?;
    Ok(Some(Assertion::of(subject).identifier(Some(identifier))))
}

/// A header came more than once, or is no text: one of them may be the asker's own.
struct Several;

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Several> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => std::str::from_utf8(value.as_bytes())
            .map(Some)
            .map_err(|_| Several),
        (Some(_), Some(_)) => Err(Several),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn said(values: &[&str], is_trusted: bool) -> Result<Option<String>, NotBelieved> {
        let name = HeaderName::from_static("x-remote-user");
        let proxy = Proxy::new(ProxySettings::Header(name.clone())).unwrap();
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(&name, value.parse().unwrap());
        }
        let assertion = proxy.assertion(&headers, is_trusted).await?;
        Ok(assertion.map(|assertion| assertion.subject.subject().to_owned()))
    }

    #[tokio::test]
    async fn only_a_trusted_proxys_one_header_counts() {
        assert_eq!(said(&["E-1001"], true).await, Ok(Some("E-1001".to_owned())));
        assert_eq!(said(&["E-1001"], false).await, Ok(None));
        for nobody in [&[][..], &[""], &["  "]] {
            assert_eq!(said(nobody, true).await, Ok(None));
        }
        let twice = said(&["E-1001", "E-1002"], true).await;
        assert_eq!(twice, Err(NotBelieved::Header));
        let long = "x".repeat(256);
        assert_eq!(said(&[&long], true).await, Err(NotBelieved::Header));
    }
}
