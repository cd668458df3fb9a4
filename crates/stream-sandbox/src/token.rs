use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::failure::Failure;
use crate::json::Object;

/// A token for servers of this app.
pub fn server_token(api_secret: &str) -> String {
    sign(api_secret, &json!({ "server": true }))
}

/// A token for one user; times are seconds since 1970.
pub fn user_token(api_secret: &str, user_id: &str, issued_at: i64, expires_at: i64) -> String {
    sign(
        api_secret,
        &json!({ "user_id": user_id, "iat": issued_at, "exp": expires_at }),
    )
}

pub(crate) fn sign(secret: &str, claims: &Value) -> String {
    let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    let signed = format!("{header}.{claims}");
    let signature = URL_SAFE_NO_PAD.encode(mac(secret, signed.as_bytes()).finalize().into_bytes());
    format!("{signed}.{signature}")
}

/// The keyed hash tokens and webhooks are signed with.
pub(crate) fn mac(secret: &str, bytes: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key length");
    mac.update(bytes);
    mac
}

/// The claims of a token signed with this secret and valid at `now`, in seconds.
///
/// With `unsigned` a development token is taken too, as an app with authentication switched off does.
pub(crate) fn verify(
    secret: &str,
    token: &str,
    now: i64,
    unsigned: bool,
) -> Result<Object, Failure> {
    let malformed = || Failure::unauthorized(5, "the token is no JSON web token");
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        return Err(malformed());
    };
    let read = |part: &str| -> Option<Object> {
        let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let (Some(header), Some(claims)) = (read(header), read(claims)) else {
        return Err(malformed());
    };
    if unsigned && *signature == "devtoken" {
        return Ok(claims);
    }
    if header.get("alg").and_then(Value::as_str) != Some("HS256") {
        return Err(Failure::unauthorized(
            5,
            "unexpected signing method of the token",
        ));
    }
    let signed = token.rsplit_once('.').map_or("", |(signed, _)| signed);
    let given = URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed())?;
    if mac(secret, signed.as_bytes()).verify_slice(&given).is_err() {
        return Err(Failure::unauthorized(43, "signature is not valid"));
    }
    let seconds = |name: &str| claims.get(name).and_then(Value::as_f64);
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds of this century are exact"
    )]
    let now = now as f64;
    if seconds("exp").is_some_and(|exp| exp <= now) {
        return Err(Failure::unauthorized(40, "token is expired"));
    }
    if seconds("nbf").is_some_and(|nbf| nbf > now) {
        return Err(Failure::unauthorized(41, "token is not valid yet"));
    }
    if seconds("iat").is_some_and(|iat| iat > now) {
        return Err(Failure::unauthorized(
            42,
            "token used before issue at (iat)",
        ));
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(token: &str) -> i64 {
        verify("secret", token, 1_000, false).map_or_else(|failure| failure.code, |_| 0)
    }

    #[test]
    fn each_defect_has_its_code() {
        assert_eq!(code(&user_token("secret", "u", 990, 1_060)), 0);
        assert_eq!(code(&server_token("secret")), 0);
        assert_eq!(code(&user_token("other", "u", 990, 1_060)), 43);
        assert_eq!(code(&user_token("secret", "u", 900, 1_000)), 40);
        assert_eq!(code(&user_token("secret", "u", 1_001, 1_060)), 42);
        assert_eq!(
            code(&sign("secret", &json!({"user_id": "u", "nbf": 1_001}))),
            41
        );
        assert_eq!(code("no token"), 5);
    }

    #[test]
    fn a_token_may_not_choose_its_algorithm() {
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"none"}"#);
        let claims = URL_SAFE_NO_PAD.encode(br#"{"user_id":"u"}"#);
        assert_eq!(code(&format!("{header}.{claims}.")), 5);
    }
}
