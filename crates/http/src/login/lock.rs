//! A page that nobody touches locks: its session ends, and the same doctor's password brings it back
//! without loading it anew.

use std::time::Duration;

use axum::{
    Extension, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use domain::{Action, Doctor};
use ports::PatientRefKey;
use serde::Serialize;

use super::{
    COOKIE, LOGIN_COOKIE, SignIn, begin,
    browser::Browser,
    check, openid,
    peer::Peer,
    proxied::{self, Paused},
    sign_out::{end, revoke_tokens},
    signed_in_by::SignedInBy,
};
use crate::{app::Shell, extract::FormBody, failure::Failure, identity::SignedIn};

impl SignIn {
    /// Lets pages lock after this long without input. Without it they do not.
    #[must_use]
    pub fn locks_after(mut self, idle: Duration) -> Self {
        self.lock_after = Some(idle).filter(|idle| !idle.is_zero());
        self
    }

    /// Seals what doctors have written while their pages are locked with keys made from this one. Without
    /// it a key is made at each start, and what was locked before it cannot be read any more; give the same
    /// one to all instances.
    #[must_use]
    pub fn draft_keys(mut self, from: PatientRefKey) -> Self {
        self.draft_keys = from;
        self
    }

    /// The key of this doctor's pages, if they lock.
    pub(crate) fn draft_key(&self, doctor: &Doctor) -> Option<String> {
        self.lock_after
            .map(|_| self.draft_keys.draft_key(doctor.id()))
    }

    /// After how long without input pages lock.
    pub(crate) fn lock_after(&self) -> Option<Duration> {
        self.lock_after
    }
}

/// The doctor whose page was unlocked.
#[derive(Serialize)]
struct Unlocked {
    doctor_id: String,
}

/// `POST /lock`: ends the session as a sign-out does, and keeps only who may unlock.
pub(crate) async fn lock(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    cookies: CookieJar,
) -> Result<Response, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    let secret = sign_in.value_of(&cookies, COOKIE);
    // One that is over already locks as well: its page is still there.
    let had_session = secret.is_some();
    // As in a sign-out.
    let noted = match &signed_in {
        Some(Extension(member)) => {
            let id = &member.member().id;
            sign_in.note(Action::SignOut, id, "lock").await
        }
        None => Ok(()),
    };
    if let Some(secret) = secret {
        end(sign_in, secret).await?;
    }
    if let Some(doctor) = signed_in.and_then(|Extension(signed_in)| signed_in.doctor()) {
        revoke_tokens(&shell, doctor);
    }
    noted?;
    let gone = cookies.remove(sign_in.cookie(COOKIE, String::new()));
    let mut gone = openid::noted(sign_in, gone);
    if had_session {
        gone = proxied::paused(sign_in, gone, Paused::Locked);
    }
    Ok((gone, StatusCode::NO_CONTENT).into_response())
}

/// `POST /unlock`: a login under the address of the last one.
pub(crate) async fn unlock(
    State(shell): State<Shell>,
    Peer(peer): Peer,
    browser: Browser,
    cookies: CookieJar,
    form: FormBody,
) -> Result<Response, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    if !sign_in.takes_passwords() {
        return Err(Failure::not_found());
    }
    let password = form.get("password").unwrap_or_default().to_owned();
    if password.is_empty() || password.len() > 1024 {
        return Err(Failure::invalid_field("password", "is missing"));
    }
    let email = sign_in
        .value_of(&cookies, LOGIN_COOKIE)
        .and_then(email_in)
        .ok_or_else(Failure::not_signed_in)?;
    let device = sign_in.device_of(&cookies);
    let Some(member) = check(&shell, &email, password, peer, device).await? else {
        return Err(Failure::wrong_password());
    };
    let doctor_id = member.id.to_string();
    let way = SignedInBy::Password;
    let cookies = begin(sign_in, cookies, browser, &member, &email, way).await?;
    Ok((cookies, Json(Unlocked { doctor_id })).into_response())
}

/// An address may hold what a cookie may not.
pub(super) fn in_cookie(email: &str) -> String {
    serde_urlencoded::to_string([("email", email)]).unwrap_or_default()
}

pub(super) fn email_in(cookie: &str) -> Option<String> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(cookie).ok()?;
    let (_, email) = fields.into_iter().find(|(name, _)| name == "email")?;
    (!email.is_empty() && email.chars().count() <= 254).then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_the_cookie() {
        for email in ["d01@larkmere.example", "o'hara+x;y, z=\"@ward.example"] {
            let cookie = in_cookie(email);
            assert!(
                cookie
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte))
            );
            assert_eq!(email_in(&cookie).as_deref(), Some(email));
        }
        assert_eq!(email_in("email="), None);
        assert_eq!(email_in("x"), None);
    }
}
