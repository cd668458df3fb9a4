//! The caller of a request: the key, the token, and whether both still hold.

use jiff::Timestamp;
use serde_json::Value;

use crate::call::Caller;
use crate::failure::Failure;
use crate::token;
use crate::world::World;

/// Credentials that a request carries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Credentials {
    pub(crate) api_key: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) auth_type: Option<String>,
}

impl World {
    /// The caller, if key and token hold.
    pub(crate) fn authenticate(&self, shown: &Credentials) -> Result<Caller, Failure> {
        if shown.api_key.as_deref() != Some(self.config.api_key.as_str()) {
            return Err(Failure::unauthorized(2, "api_key not valid"));
        }
        if self.app.flag("suspended") {
            return Err(Failure::new(
                99,
                axum::http::StatusCode::FORBIDDEN,
                "the app is suspended",
            ));
        }
        let given = shown
            .token
            .as_deref()
            .filter(|token| !token.is_empty() && *token != "undefined");
        let Some(given) = given else {
            return match shown.auth_type.as_deref() {
                Some("anonymous") => Ok(Caller::Anonymous),
                _ => Err(Failure::unauthorized(5, "no token was given")),
            };
        };
        let unsigned = self.app.flag("disable_auth_checks");
        let claims = token::verify(
            &self.config.api_secret,
            given,
            Timestamp::now().as_second(),
            unsigned,
        )?;
        match claims.get("user_id").and_then(Value::as_str) {
            Some(user) => {
                self.not_revoked(user, claims.get("iat").and_then(Value::as_f64))?;
                Ok(Caller::User(user.to_owned()))
            }
            None if claims.get("server") == Some(&Value::Bool(true)) => Ok(Caller::Server),
            None => Err(Failure::unauthorized(
                5,
                "the token names neither a user nor a server",
            )),
        }
    }

    /// A token issued before the instant of revocation is over, and so is one that does not say when it was issued.
    fn not_revoked(&self, user: &str, issued_at: Option<f64>) -> Result<(), Failure> {
        let own = self
            .users
            .get(user)
            .and_then(|user| user.revoke_tokens_issued_before);
        let Some(limit) = own.max(self.app.revoked_before()) else {
            return Ok(());
        };
        let limit = limit.as_duration().as_secs_f64();
        if issued_at.is_some_and(|issued_at| issued_at >= limit) {
            return Ok(());
        }
        Err(Failure::unauthorized(
            40,
            "token is revoked, it was issued before the date of revocation",
        ))
    }

    /// Whether a client's user may act at all.
    pub(crate) fn may_act(&self, caller: &Caller) -> Result<(), Failure> {
        let Caller::User(id) = caller else {
            return Ok(());
        };
        let user = self.user(id)?;
        if user.deleted_at.is_some() {
            return Err(Failure::missing(format!("the user {id} was deleted")));
        }
        if user.deactivated_at.is_some() {
            return Err(Failure::forbidden(format!("the user {id} is deactivated")));
        }
        if user.banned {
            return Err(Failure::forbidden(format!("the user {id} is banned")));
        }
        Ok(())
    }
}
