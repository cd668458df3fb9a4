//! The settings of the ways to sign in.

mod ldap;
mod oidc;
mod proxy;

use std::{net::SocketAddr, sync::Arc};

use axum::http::Uri;
use clap::Args;
use ports::SignOns;
use sign_on::{ClaimName, Directory, OpenId, RoleMap};

use self::{ldap::DirectorySettings, oidc::OidcSettings, proxy::ProxySignIn};
use super::CliError;
use crate::SignOn;

/// The ways to sign in, and what each needs.
#[derive(Args)]
pub(super) struct SignOnSettings {
    /// The ways to sign in: password, ldap, oidc, proxy, separated by commas.
    #[arg(long, env = "HIMS_SIGN_IN", default_value = "password", global = true)]
    sign_in: String,
    /// The address under which browsers reach the service, such as https://chat.hospital.example.
    #[arg(long, env = "HIMS_PUBLIC_URL", global = true)]
    public_url: Option<String>,
    #[command(flatten)]
    ldap: DirectorySettings,
    #[command(flatten)]
    oidc: OidcSettings,
    #[command(flatten)]
    proxy: ProxySignIn,
}

/// A way to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Password,
    Ldap,
    Oidc,
    Proxy,
}

fn filled(value: Option<&String>) -> Option<&str> {
    value
        .map(|value| value.trim())
        .filter(|value| !value.is_empty())
}

fn needed<'a>(
    setting: &'static str,
    value: Option<&'a String>,
    example: &str,
) -> Result<&'a str, CliError> {
    filled(value).ok_or_else(|| CliError::setting(setting, format!("is needed, such as {example}")))
}

impl SignOnSettings {
    /// A wrong value is named before anything begins.
    pub(super) fn check(
        &self,
        listen: SocketAddr,
        has_trusted_proxies: bool,
    ) -> Result<(), CliError> {
        let ways = self.ways()?;
        self.check_unused(&ways)?;
        self.public_url(listen, has_trusted_proxies)?;
        if ways.contains(&Way::Ldap) {
            self.ldap.ldap()?;
        }
        if ways.contains(&Way::Oidc) {
            self.openid(listen, has_trusted_proxies)?;
        }
        if ways.contains(&Way::Proxy) {
            self.proxy.proxy(has_trusted_proxies)?;
        }
        let of_proxy = self.proxy.issuer_and_audience();
        if of_proxy.is_some() && of_proxy == self.oidc.issuer_and_audience() {
            return Err(CliError::setting(
                "HIMS_PROXY_AUDIENCE",
                "is HIMS_OIDC_CLIENT_ID of the same issuer, so that ID tokens would count as the proxy's word; right is an audience of its own",
            ));
        }
        Ok(())
    }

    /// The ways to sign in, made ready.
    pub(super) fn sign_on(
        &self,
        sign_ons: Arc<dyn SignOns>,
        listen: SocketAddr,
        has_trusted_proxies: bool,
    ) -> Result<SignOn, CliError> {
        let ways = self.ways()?;
        let mut sign_on = SignOn::new(sign_ons);
        if !ways.contains(&Way::Password) {
            sign_on = sign_on.without_passwords();
        }
        if ways.contains(&Way::Ldap) {
            let directory = Directory::new(self.ldap.ldap()?);
            let directory = directory.map_err(|error| CliError::Start(error.to_string()))?;
            sign_on = sign_on.directory(directory);
        }
        if ways.contains(&Way::Oidc) {
            sign_on = sign_on.openid(self.openid(listen, has_trusted_proxies)?);
        }
        if ways.contains(&Way::Proxy) {
            sign_on = sign_on.proxy(self.proxy.proxy(has_trusted_proxies)?);
        }
        Ok(sign_on)
    }

    fn ways(&self) -> Result<Vec<Way>, CliError> {
        let words = self.sign_in.split(',').map(str::trim);
        let ways = words.filter(|word| !word.is_empty()).map(|word| match word {
            "password" => Ok(Way::Password),
            "ldap" => Ok(Way::Ldap),
            "oidc" => Ok(Way::Oidc),
            "proxy" => Ok(Way::Proxy),
            other => Err(CliError::setting(
                "HIMS_SIGN_IN",
                format!("\"{other}\" is no way to sign in; right are password, ldap, oidc and proxy, separated by commas"),
            )),
        });
        let ways: Vec<Way> = ways.collect::<Result<_, _>>()?;
        if ways.is_empty() {
            return Ok(vec![Way::Password]);
        }
        Ok(ways)
    }

    /// Settings of a way that is not taken are a slip: somebody believes that they hold.
    fn check_unused(&self, ways: &[Way]) -> Result<(), CliError> {
        let of = |way, name, set: Option<&'static str>| match set {
            Some(setting) if !ways.contains(&way) => Err(CliError::setting(
                setting,
                format!("is set, but HIMS_SIGN_IN does not name {name}"),
            )),
            _ => Ok(()),
        };
        of(Way::Ldap, "ldap", self.ldap.first_set())?;
        of(Way::Oidc, "oidc", self.oidc.first_set())?;
        of(Way::Proxy, "proxy", self.proxy.first_set())
    }

    fn openid(&self, listen: SocketAddr, has_trusted_proxies: bool) -> Result<OpenId, CliError> {
        let public_url = self.public_url(listen, has_trusted_proxies)?.ok_or_else(|| {
            let problem = "is needed with HIMS_SIGN_IN=oidc, such as https://chat.hospital.example: the provider leads \
                           back there";
            CliError::setting("HIMS_PUBLIC_URL", problem)
        })?;
        self.oidc.openid(&public_url)
    }

    /// Whether browsers reach the service over TLS, as its own address says.
    pub(super) fn is_https(&self) -> bool {
        let set = filled(self.public_url.as_ref());
        set.is_some_and(|url| url.to_ascii_lowercase().starts_with("https:"))
    }

    /// The service's own address, without a slash at its end. Behind a proxy the address that is listened on
    /// is not it.
    fn public_url(
        &self,
        listen: SocketAddr,
        has_trusted_proxies: bool,
    ) -> Result<Option<String>, CliError> {
        let Some(set) = filled(self.public_url.as_ref()) else {
            let is_direct = listen.ip().is_loopback() && !has_trusted_proxies;
            return Ok(is_direct.then(|| format!("http://{listen}")));
        };
        let url = set.strip_suffix('/').unwrap_or(set);
        if is_address(url) && url.splitn(4, '/').count() == 3 && !url.contains(['?', '#', '@']) {
            Ok(Some(url.to_owned()))
        } else {
            Err(CliError::setting(
                "HIMS_PUBLIC_URL",
                format!(
                    "\"{set}\" is no address of a site, such as https://chat.hospital.example; http is for this machine alone"
                ),
            ))
        }
    }
}

/// An https address, or an http one on this machine.
fn is_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let is_here = ["127.0.0.1", "localhost", "[::1]"].contains(&host);
    match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => is_here,
        _ => false,
    }
}

fn claim(setting: &'static str, value: Option<&String>) -> Result<Option<ClaimName>, CliError> {
    let name = filled(value).map(str::parse::<ClaimName>).transpose();
    name.map_err(|problem| CliError::setting(setting, problem.to_string()))
}

/// Claims that people can change, or that somebody else may get later: they identify nobody.
const OF_NOBODY: [&str; 7] = [
    "email",
    "name",
    "preferred_username",
    "nickname",
    "given_name",
    "family_name",
    "upn",
];

/// The claim that is the identifier of the staff register; `sub`, unless told otherwise.
fn identifier_claim(setting: &'static str, value: Option<&String>) -> Result<ClaimName, CliError> {
    let name = claim(setting, value)?.unwrap_or_else(ClaimName::sub);
    if OF_NOBODY.contains(&name.as_str()) {
        let problem = format!(
            "\"{}\" may be changed or given to somebody else; name a claim that holds the staff number, such as employee_number",
            name.as_str()
        );
        return Err(CliError::setting(setting, problem));
    }
    Ok(name)
}

/// The claim of the roles and its map: both or none.
fn roles(
    (claim_setting, name): (&'static str, Option<&String>),
    (map_setting, map): (&'static str, Option<&String>),
) -> Result<Option<(ClaimName, RoleMap)>, CliError> {
    match (claim(claim_setting, name)?, filled(map)) {
        (None, None) => Ok(None),
        (Some(name), Some(map)) => {
            let map = map.parse::<RoleMap>();
            let map = map.map_err(|problem| CliError::setting(map_setting, problem.to_string()))?;
            Ok(Some((name, map)))
        }
        (Some(_), None) => Err(CliError::setting(
            map_setting,
            format!("is needed with {claim_setting}, such as hims-doctors=doctor"),
        )),
        (None, Some(_)) => Err(CliError::setting(
            claim_setting,
            format!("is needed with {map_setting}, such as groups"),
        )),
    }
}
