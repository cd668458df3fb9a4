//! A provider of OpenID Connect: the code flow with PKCE, state and nonce.

mod claimed;
mod failed;
mod logout_token;
mod provider;
mod types;

use std::{collections::BTreeSet, fmt};

use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, RedirectUrl, Scope,
    core::{CoreAuthPrompt, CoreClientAuthMethod, CoreResponseType},
};
use ports::Subject;
use serde::{Deserialize, Serialize};

pub use self::failed::{Failed, InvalidOpenId};
use self::{
    provider::Provider,
    types::{Metadata, OidcClient},
};
use crate::{Assertion, ClaimName, RoleMap, client::Client, token::TokenCheck};

/// The time by which the provider's clock may be behind ours.
const DRIFT: SignedDuration = SignedDuration::from_secs(60);

/// How long a sign-out waits for the provider's address.
const SIGN_OUT: std::time::Duration = std::time::Duration::from_secs(3);

/// A provider and what is asked of it.
#[derive(Clone)]
#[non_exhaustive]
pub struct OpenIdSettings {
    /// The provider's issuer, to the letter.
    pub issuer: String,
    /// The name under which the provider knows the chat.
    pub client_id: String,
    /// The chat's secret there; a public client has none.
    pub client_secret: Option<String>,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
    /// The chat's own address, without a slash at its end, such as `https://chat.hospital.example`.
    pub public_url: String,
    /// The claim that is the identifier of the staff register.
    pub identifier: ClaimName,
    /// The claim that says the roles, and what its words mean here.
    pub roles: Option<(ClaimName, RoleMap)>,
}

impl fmt::Debug for OpenIdSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenIdSettings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

impl OpenIdSettings {
    /// A public client of this provider, which takes `sub` for the identifier and asks for no roles.
    ///
    /// # Errors
    /// [`InvalidOpenId`] for an issuer that is no address.
    pub fn new(issuer: &str, client_id: &str, public_url: &str) -> Result<Self, InvalidOpenId> {
        IssuerUrl::new(issuer.to_owned()).map_err(|_| InvalidOpenId::Issuer)?;
        Ok(Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: None,
            scopes: vec!["profile".to_owned()],
            public_url: public_url.to_owned(),
            identifier: ClaimName::sub(),
            roles: None,
        })
    }
}

/// A sign-in on its way through the provider. The browser keeps it, sealed: the verifier and the nonce are
/// secrets.
#[derive(Deserialize, Serialize)]
pub struct Pending {
    state: String,
    nonce: String,
    verifier: String,
    /// When it began, in microseconds since 1970.
    began: i64,
    /// The credentials have to be entered anew.
    again: bool,
    /// The page to lead on to.
    pub next: Option<String>,
}

impl Pending {
    /// The value that the provider has to bring back.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// When it began.
    pub fn began(&self) -> Timestamp {
        Timestamp::from_microsecond(self.began).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Whether the credentials have to be entered anew.
    pub fn again(&self) -> bool {
        self.again
    }
}

/// Somebody whom the provider signed in.
pub struct SignedOn {
    /// The person.
    pub assertion: Assertion,
    /// The ID token, which the provider wants back at sign-out.
    pub id_token: String,
}

/// Sign-in by a provider of OpenID Connect.
pub struct OpenId {
    settings: OpenIdSettings,
    redirect: RedirectUrl,
    signed_out: PostLogoutRedirectUrl,
    http: Client,
    provider: Provider,
    logout_tokens: tokio::sync::OnceCell<TokenCheck>,
}

impl OpenId {
    /// Nothing is asked of the provider yet.
    ///
    /// # Errors
    /// [`InvalidOpenId`].
    pub fn new(settings: OpenIdSettings) -> Result<Self, InvalidOpenId> {
        let url = |path: &str| format!("{}{path}", settings.public_url);
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|_| InvalidOpenId::Issuer)?;
        let http = Client::of(&settings.issuer).map_err(InvalidOpenId::Tls)?;
        Ok(Self {
            redirect: RedirectUrl::new(url("/login/oidc/callback"))
                .map_err(|_| InvalidOpenId::PublicUrl)?,
            signed_out: PostLogoutRedirectUrl::new(url("/login"))
                .map_err(|_| InvalidOpenId::PublicUrl)?,
            provider: Provider::new(issuer, http.clone()),
            http,
            settings,
            logout_tokens: tokio::sync::OnceCell::new(),
        })
    }

    /// Whether this is the provider's issuer (RFC 9207).
    pub fn is_issuer(&self, issuer: &str) -> bool {
        self.settings.issuer == issuer
    }

    /// Begins a sign-in: the provider's address to lead to. With `again` whoever sits there has to enter
    /// their credentials, also where the provider still knows them.
    ///
    /// # Errors
    /// [`Failed::Unavailable`].
    pub async fn begin(
        &self,
        again: bool,
        next: Option<String>,
        now: Timestamp,
    ) -> Result<(String, Pending), Failed> {
        let metadata = self.provider.fresh().await?;
        let client = self.client(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let code = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = client
            .authorize_url(code, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge)
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new));
        if again {
            request = request
                .add_prompt(CoreAuthPrompt::Login)
                .set_max_age(std::time::Duration::ZERO);
        }
        let (url, state, nonce) = request.url();
        let pending = Pending {
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            began: now.as_microsecond(),
            again,
            next,
        };
        Ok((url.into(), pending))
    }

    /// Ends a sign-in with the code that the provider sent back.
    ///
    /// # Errors
    /// [`Failed`].
    pub async fn finish(&self, pending: &Pending, code: String) -> Result<SignedOn, Failed> {
        let metadata = self.provider.known().await?;
        let client = self.client(&metadata);
        let verifier = PkceCodeVerifier::new(pending.verifier.clone());
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Failed::odd("it names no token endpoint"))?
            .set_pkce_verifier(verifier)
            .request_async(&self.http)
            .await
            .map_err(Failed::from_token_endpoint)?;
        let (claims, id_token) = match claimed::verified(&client, &tokens, pending) {
            // Signed with a key that was not there when the keys were read.
            Err(claimed::Wrong::Signature) => {
                let metadata = self.provider.afresh().await?;
                claimed::verified(&self.client(&metadata), &tokens, pending)
            }
            verified => verified,
        }?;
        let wanted = self.settings.roles.as_ref().map(|(claim, _)| claim);
        let wanted = [Some(&self.settings.identifier), wanted];
        let is_there = |claim: &ClaimName| claims.get(claim).is_some();
        let claims = match wanted.into_iter().flatten().all(is_there) {
            true => claims,
            false => claimed::with_user_info(&client, &tokens, claims, &self.http).await?,
        };
        let subject = claims.get(&ClaimName::sub()).and_then(|sub| sub.as_str());
        let subject = Subject::parse(&self.settings.issuer, subject.unwrap_or_default());
        let subject = subject.map_err(|_| Failed::odd("its subject cannot be kept"))?;
        let roles = self.settings.roles.as_ref();
        let roles: Option<BTreeSet<_>> = roles.map(|(claim, map)| map.roles(claims.words(claim)));
        Ok(SignedOn {
            assertion: Assertion::of(subject)
                .identifier(claims.identifier(&self.settings.identifier))
                .roles(roles),
            id_token,
        })
    }

    /// The provider's address that ends its own session too; `None` where it has none or does not answer.
    pub async fn sign_out(&self, id_token: Option<&str>) -> Option<String> {
        let known = tokio::time::timeout(SIGN_OUT, self.provider.known()).await;
        let metadata = known.ok()?.ok()?;
        let ends = &metadata.additional_metadata().end_session_endpoint;
        let url = openidconnect::LogoutRequest::from(ends.clone()?)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(self.signed_out.clone())
            .http_get_url();
        let mut url = url;
        if let Some(hint) = id_token {
            url.query_pairs_mut().append_pair("id_token_hint", hint);
        }
        Some(url.into())
    }

    fn client(&self, metadata: &Metadata) -> OidcClient {
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let id = ClientId::new(self.settings.client_id.clone());
        let methods = metadata.token_endpoint_auth_methods_supported();
        // Without a word on it, it is the header (OpenID Connect Discovery 1.0, section 3).
        let by_header = methods.is_none_or(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                || !methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        OidcClient::from_provider_metadata(metadata.clone(), id, secret)
            .set_redirect_uri(self.redirect.clone())
            .set_auth_type(match by_header {
                true => AuthType::BasicAuth,
                false => AuthType::RequestBody,
            })
    }
}
