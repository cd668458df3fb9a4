//! The claims of an ID token that was checked.

use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, IdTokenVerifier, Nonce, OAuth2TokenResponse,
    TokenResponse, UserInfoError,
    core::{CoreGenderClaim, CoreJsonWebKey, CoreJwsSigningAlgorithm},
};

use super::{
    DRIFT, Failed, Pending,
    types::{OidcClient, OtherClaims, Tokens},
};
use crate::{ClaimName, Claims, client::Client};

/// Signatures that only the provider can make. One by the client's secret (HS256) is none of them, nor is
/// "none".
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The reason that an ID token is not taken.
#[derive(Debug)]
pub(super) enum Wrong {
    /// No known key has signed it.
    Signature,
    /// The credentials were not entered anew.
    NotAgain,
    Other(&'static str),
}

/// The claims of the ID token and the token itself: issuer, audience, expiry, signature, nonce, the time of
/// the sign-in where it matters, and the access token's hash are right.
pub(super) fn verified(
    client: &OidcClient,
    tokens: &Tokens,
    pending: &Pending,
) -> Result<(Claims, String), Wrong> {
    let id_token = tokens.id_token().ok_or(Wrong::Other(
        "there is none; the scope openid must be allowed",
    ))?;
    let verifier = verifier(client, pending);
    let nonce = Nonce::new(pending.nonce.clone());
    let claims = id_token.claims(&verifier, &nonce).map_err(wrong)?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = id_token.signing_alg().map_err(|_| Wrong::Signature)?;
        let key = id_token
            .signing_key(&verifier)
            .map_err(|_| Wrong::Signature)?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
        if actual.ok().as_ref() != Some(expected) {
            return Err(Wrong::Other("it is not of the access token beside it"));
        }
    }
    let object = serde_json::to_value(claims).map_err(|_| Wrong::Other("it cannot be read"))?;
    Ok((Claims::new(object), id_token.to_string()))
}

fn verifier<'a>(
    client: &'a OidcClient,
    pending: &'a Pending,
) -> IdTokenVerifier<'a, CoreJsonWebKey> {
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES);
    if !pending.again {
        return verifier;
    }
    let earliest = (pending.began() - DRIFT).as_second();
    verifier.set_auth_time_verifier_fn(move |at| match at {
        Some(at) if at.timestamp() >= earliest => Ok(()),
        _ => Err("too early".to_owned()),
    })
}

fn wrong(error: ClaimsVerificationError) -> Wrong {
    match error {
        ClaimsVerificationError::SignatureVerification(_) => Wrong::Signature,
        ClaimsVerificationError::InvalidAuthTime(_) => Wrong::NotAgain,
        ClaimsVerificationError::Expired(_) => Wrong::Other("it has expired"),
        ClaimsVerificationError::InvalidAudience(_) => Wrong::Other("it is for another client"),
        ClaimsVerificationError::InvalidIssuer(_) => Wrong::Other("another issuer made it"),
        ClaimsVerificationError::InvalidNonce(_) => Wrong::Other("it is of another sign-in"),
        _ => Wrong::Other("it cannot be checked"),
    }
}

/// These claims and what the provider's user info adds to them, where it has any.
pub(super) async fn with_user_info(
    client: &OidcClient,
    tokens: &Tokens,
    claims: Claims,
    http: &Client,
) -> Result<Claims, Failed> {
    let subject = claims.get(&ClaimName::sub()).and_then(|sub| sub.as_str());
    let subject = subject.map(|sub| openidconnect::SubjectIdentifier::new(sub.to_owned()));
    // The answer has to be of the same person.
    let (Some(subject), Some(_)) = (subject, client.user_info_url()) else {
        return Ok(claims);
    };
    let request = client.user_info(tokens.access_token().clone(), Some(subject));
    let request = request.map_err(|_| Failed::odd("it names no user info"))?;
    let info: openidconnect::UserInfoClaims<OtherClaims, CoreGenderClaim> = request
        .request_async(http)
        .await
        .map_err(|error| match error {
            UserInfoError::ClaimsVerification(_) => {
                Failed::Token("the user info is somebody else's")
            }
            UserInfoError::Request(no_answer) => Failed::Unavailable(no_answer.to_string()),
            _ => Failed::odd("its user info cannot be read"),
        })?;
    let object = serde_json::to_value(&info).map_err(|_| Failed::odd("its user info is odd"))?;
    Ok(claims.and(Claims::new(object)))
}
