use axum::http::{HeaderName, header};
use clap::Args;
use sign_on::{Proxy, ProxySettings, TokenSettings};

use super::{filled, identifier_claim, is_address, needed, roles};
use crate::cli::CliError;

/// The proxy that says who is there.
#[derive(Args)]
pub(super) struct ProxySignIn {
    /// The header in which a trusted proxy names who is there; with HIMS_PROXY_JWKS_URL the one that holds
    /// the token.
    #[arg(
        id = "proxy_header",
        long = "proxy-header",
        env = "HIMS_PROXY_HEADER",
        global = true
    )]
    header: Option<String>,
    /// The address of the keys with which the proxy signs its tokens.
    #[arg(
        id = "proxy_jwks_url",
        long = "proxy-jwks-url",
        env = "HIMS_PROXY_JWKS_URL",
        global = true
    )]
    jwks_url: Option<String>,
    /// The issuer of the proxy's tokens, to the letter.
    #[arg(
        id = "proxy_issuer",
        long = "proxy-issuer",
        env = "HIMS_PROXY_ISSUER",
        global = true
    )]
    issuer: Option<String>,
    /// The audience that the proxy's tokens must name.
    #[arg(
        id = "proxy_audience",
        long = "proxy-audience",
        env = "HIMS_PROXY_AUDIENCE",
        global = true
    )]
    audience: Option<String>,
    /// The claim of the proxy's tokens that is the identifier of the staff register; sub, unless told otherwise.
    #[arg(
        id = "proxy_identifier_claim",
        long = "proxy-identifier-claim",
        env = "HIMS_PROXY_IDENTIFIER_CLAIM",
        global = true
    )]
    identifier_claim: Option<String>,
    /// The claim of the proxy's tokens that says the roles.
    #[arg(
        id = "proxy_role_claim",
        long = "proxy-role-claim",
        env = "HIMS_PROXY_ROLE_CLAIM",
        global = true
    )]
    role_claim: Option<String>,
    /// The roles that words of that claim stand for.
    #[arg(
        id = "proxy_role_map",
        long = "proxy-role-map",
        env = "HIMS_PROXY_ROLE_MAP",
        global = true
    )]
    role_map: Option<String>,
}

impl ProxySignIn {
    /// The issuer and the audience of the proxy's tokens.
    pub(super) fn issuer_and_audience(&self) -> Option<(&str, &str)> {
        Some((
            filled(self.issuer.as_ref())?,
            filled(self.audience.as_ref())?,
        ))
    }

    /// The first of these settings that is set.
    pub(super) fn first_set(&self) -> Option<&'static str> {
        let settings = [
            ("HIMS_PROXY_HEADER", &self.header),
            ("HIMS_PROXY_JWKS_URL", &self.jwks_url),
            ("HIMS_PROXY_ISSUER", &self.issuer),
            ("HIMS_PROXY_AUDIENCE", &self.audience),
            ("HIMS_PROXY_IDENTIFIER_CLAIM", &self.identifier_claim),
            ("HIMS_PROXY_ROLE_CLAIM", &self.role_claim),
            ("HIMS_PROXY_ROLE_MAP", &self.role_map),
        ];
        let mut set = settings
            .into_iter()
            .filter(|(_, value)| filled(value.as_ref()).is_some());
        set.next().map(|(setting, _)| setting)
    }

    /// The proxy, made ready.
    pub(super) fn proxy(&self, has_trusted_proxies: bool) -> Result<Proxy, CliError> {
        let header = filled(self.header.as_ref()).map(header_name).transpose()?;
        let of_tokens = [
            &self.jwks_url,
            &self.issuer,
            &self.audience,
            &self.identifier_claim,
            &self.role_claim,
            &self.role_map,
        ];
        let has_tokens = of_tokens
            .iter()
            .any(|value| filled(value.as_ref()).is_some());
        let settings = match (header, has_tokens) {
            (None, false) => {
                return Err(CliError::setting(
                    "HIMS_PROXY_JWKS_URL",
                    "is needed with HIMS_SIGN_IN=proxy, with HIMS_PROXY_ISSUER and HIMS_PROXY_AUDIENCE; or else HIMS_PROXY_HEADER",
                ));
            }
            (Some(header), false) if header == header::AUTHORIZATION => {
                return Err(CliError::setting(
                    "HIMS_PROXY_HEADER",
                    "Authorization holds tokens, which need HIMS_PROXY_JWKS_URL, HIMS_PROXY_ISSUER and HIMS_PROXY_AUDIENCE",
                ));
            }
            (Some(header), false) if has_trusted_proxies => ProxySettings::Header(header),
            (Some(_), false) => {
                return Err(CliError::setting(
                    "HIMS_PROXY_HEADER",
                    "is believed from proxies alone that HIMS_TRUSTED_PROXIES names, and it names none",
                ));
            }
            (header, true) => {
                let mut tokens = self.tokens()?;
                tokens.header = header.unwrap_or(tokens.header);
                ProxySettings::Token(tokens)
            }
        };
        Proxy::new(settings)
            .map_err(|error| CliError::setting("HIMS_PROXY_JWKS_URL", error.to_string()))
    }

    fn tokens(&self) -> Result<TokenSettings, CliError> {
        let example = "https://proxy.hospital.example/.well-known/jwks.json";
        let url = needed("HIMS_PROXY_JWKS_URL", self.jwks_url.as_ref(), example)?;
        if !is_address(url) {
            let problem = format!(
                "\"{url}\" is no address, such as {example}; http is for this machine alone"
            );
            return Err(CliError::setting("HIMS_PROXY_JWKS_URL", problem));
        }
        let issuer = needed(
            "HIMS_PROXY_ISSUER",
            self.issuer.as_ref(),
            "https://proxy.hospital.example",
        )?;
        let audience = needed("HIMS_PROXY_AUDIENCE", self.audience.as_ref(), "hims-chat")?;
        let mut tokens = TokenSettings::new(url.to_owned(), issuer.to_owned(), audience.to_owned());
        tokens.identifier = identifier_claim(
            "HIMS_PROXY_IDENTIFIER_CLAIM",
            self.identifier_claim.as_ref(),
        )?;
        tokens.roles = roles(
            ("HIMS_PROXY_ROLE_CLAIM", self.role_claim.as_ref()),
            ("HIMS_PROXY_ROLE_MAP", self.role_map.as_ref()),
        )?;
        Ok(tokens)
    }
}

fn header_name(text: &str) -> Result<HeaderName, CliError> {
    let others = ["cookie", "host", "x-forwarded-for", "origin", "referer"];
    let name: Option<HeaderName> = text.parse().ok();
    name.filter(|name| !others.contains(&name.as_str()))
        .ok_or_else(|| {
            let problem =
                format!("\"{text}\" is no header that names somebody, such as X-Remote-User");
            CliError::setting("HIMS_PROXY_HEADER", problem)
        })
}
