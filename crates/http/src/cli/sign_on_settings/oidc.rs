use clap::Args;
use sign_on::{InvalidOpenId, OpenId, OpenIdSettings};

use super::{filled, identifier_claim, is_address, needed, roles};
use crate::cli::CliError;

/// The provider of OpenID Connect.
#[derive(Args)]
pub(super) struct OidcSettings {
    /// The issuer of the OpenID Connect provider, to the letter.
    #[arg(
        id = "oidc_issuer",
        long = "oidc-issuer",
        env = "HIMS_OIDC_ISSUER",
        global = true
    )]
    issuer: Option<String>,
    /// The name under which the provider knows the chat.
    #[arg(
        id = "oidc_client_id",
        long = "oidc-client-id",
        env = "HIMS_OIDC_CLIENT_ID",
        global = true
    )]
    client_id: Option<String>,
    /// The chat's secret at the provider; a public client has none.
    #[arg(
        id = "oidc_client_secret",
        long = "oidc-client-secret",
        env = "HIMS_OIDC_CLIENT_SECRET",
        hide_env_values = true,
        global = true
    )]
    client_secret: Option<String>,
    /// Scopes to ask for beside openid, separated by spaces; profile, unless told otherwise.
    #[arg(
        id = "oidc_scopes",
        long = "oidc-scopes",
        env = "HIMS_OIDC_SCOPES",
        global = true
    )]
    scopes: Option<String>,
    /// The claim that is the identifier of the staff register; sub, unless told otherwise.
    #[arg(
        id = "oidc_identifier_claim",
        long = "oidc-identifier-claim",
        env = "HIMS_OIDC_IDENTIFIER_CLAIM",
        global = true
    )]
    identifier_claim: Option<String>,
    /// The claim that says the roles; dots lead into objects, as in realm_access.roles.
    #[arg(
        id = "oidc_role_claim",
        long = "oidc-role-claim",
        env = "HIMS_OIDC_ROLE_CLAIM",
        global = true
    )]
    role_claim: Option<String>,
    /// The roles that words of that claim stand for: hims-doctors=doctor,hims-admins=administrator.
    #[arg(
        id = "oidc_role_map",
        long = "oidc-role-map",
        env = "HIMS_OIDC_ROLE_MAP",
        global = true
    )]
    role_map: Option<String>,
}

impl OidcSettings {
    /// The issuer and the audience of the ID tokens.
    pub(super) fn issuer_and_audience(&self) -> Option<(&str, &str)> {
        Some((
            filled(self.issuer.as_ref())?,
            filled(self.client_id.as_ref())?,
        ))
    }

    /// The first of these settings that is set.
    pub(super) fn first_set(&self) -> Option<&'static str> {
        let settings = [
            ("HIMS_OIDC_ISSUER", &self.issuer),
            ("HIMS_OIDC_CLIENT_ID", &self.client_id),
            ("HIMS_OIDC_CLIENT_SECRET", &self.client_secret),
            ("HIMS_OIDC_SCOPES", &self.scopes),
            ("HIMS_OIDC_IDENTIFIER_CLAIM", &self.identifier_claim),
            ("HIMS_OIDC_ROLE_CLAIM", &self.role_claim),
            ("HIMS_OIDC_ROLE_MAP", &self.role_map),
        ];
        let mut set = settings
            .into_iter()
            .filter(|(_, value)| filled(value.as_ref()).is_some());
        set.next().map(|(setting, _)| setting)
    }

    /// The provider, made ready.
    pub(super) fn openid(&self, public_url: &str) -> Result<OpenId, CliError> {
        let example = "https://sso.hospital.example/realms/hims";
        let issuer = needed("HIMS_OIDC_ISSUER", self.issuer.as_ref(), example)?;
        let client_id = needed("HIMS_OIDC_CLIENT_ID", self.client_id.as_ref(), "hims-chat")?;
        if !is_address(issuer) {
            let problem = format!(
                "\"{issuer}\" is no address, such as {example}; http is for this machine alone"
            );
            return Err(CliError::setting("HIMS_OIDC_ISSUER", problem));
        }
        let stop = |error: InvalidOpenId| {
            let setting = match error {
                InvalidOpenId::PublicUrl => "HIMS_PUBLIC_URL",
                _ => "HIMS_OIDC_ISSUER",
            };
            CliError::setting(setting, error.to_string())
        };
        let mut settings = OpenIdSettings::new(issuer, client_id, public_url).map_err(stop)?;
        settings.client_secret = filled(self.client_secret.as_ref()).map(str::to_owned);
        if let Some(scopes) = filled(self.scopes.as_ref()) {
            let scopes = scopes.split_whitespace().filter(|scope| *scope != "openid");
            settings.scopes = scopes.map(str::to_owned).collect();
        }
        settings.identifier =
            identifier_claim("HIMS_OIDC_IDENTIFIER_CLAIM", self.identifier_claim.as_ref())?;
        settings.roles = roles(
            ("HIMS_OIDC_ROLE_CLAIM", self.role_claim.as_ref()),
            ("HIMS_OIDC_ROLE_MAP", self.role_map.as_ref()),
        )?;
        OpenId::new(settings).map_err(stop)
    }
}
