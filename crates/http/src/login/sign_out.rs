//! The end of a session.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::{Action, Doctor};
use ports::Chat;

use super::{
    COOKIE, LOGIN_COOKIE, SignIn,
    live_sessions::key,
    openid,
    proxied::{self, Paused},
    signed_in_by::SignedInBy,
};
use crate::{
    app::{Mounted, Shell},
    failure::Failure,
    identity::SignedIn,
    pages::LeavePage,
    web::{frame, show},
};

/// `POST /logout`: ends the session, every live stream of it, and the doctor's tokens for client
/// libraries; then the provider's session too, where a provider made this one.
pub(crate) async fn sign_out(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    cookies: CookieJar,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    let way = sign_in.value_of(&cookies, COOKIE).map(SignedInBy::of);
    // Written down first, in case the browser goes away; and where that fails the session ends all the same.
    let noted = match &signed_in {
        Some(Extension(member)) => {
            let id = &member.member().id;
            sign_in.note(Action::SignOut, id, "sign-out").await
        }
        None => Ok(()),
    };
    if let Some(secret) = sign_in.value_of(&cookies, COOKIE) {
        end(sign_in, secret).await?;
    }
    if let Some(doctor) = signed_in.and_then(|Extension(signed_in)| signed_in.doctor()) {
        revoke_tokens(&shell, doctor);
    }
    noted?;
    // Also where the session was over already: whoever signs out means the provider and the proxy too.
    let at_provider = match way {
        Some(SignedInBy::OpenId) => openid::sign_out_address(sign_in, &headers).await,
        _ => None,
    };
    let gone = signed_out(sign_in, cookies, way.is_some());
    let gone = (gone, openid::without_token(sign_in));
    match at_provider {
        Some(address) => {
            let page = LeavePage::after_sign_out(frame::alone(&shell), address);
            Ok((gone, show(StatusCode::OK, &page)?).into_response())
        }
        None => Ok((gone, Redirect::to("/login")).into_response()),
    }
}

/// The cookies of a browser that is signed out.
pub(super) fn signed_out(sign_in: &SignIn, cookies: CookieJar, had_session: bool) -> CookieJar {
    let gone = cookies
        .remove(sign_in.cookie(COOKIE, String::new()))
        .remove(sign_in.cookie(LOGIN_COOKIE, String::new()));
    let gone = openid::noted(sign_in, gone);
    if had_session {
        proxied::paused(sign_in, gone, Paused::SignedOut)
    } else {
        gone
    }
}

pub(super) async fn end(sign_in: &SignIn, secret: &str) -> Result<(), Failure> {
    let key = key(secret);
    sign_in.sessions.end(&key).await?;
    sign_in.watch.ended(&key);
    Ok(())
}

/// A backend that does not answer keeps nobody signed in, and nobody waiting; its tokens end within
/// the hour.
pub(super) fn revoke_tokens(shell: &Shell, doctor: Doctor) {
    let chats = shell.mounts.iter().filter_map(|mount| match &mount.chat {
        Mounted::Chat(chat) => Some(chat.clone()),
        Mounted::NotConfigured(_) => None,
    });
    let chats: Vec<Chat> = chats.collect();
    tokio::spawn(async move {
        for chat in chats {
            if let Some(tokens) = chat.client_tokens()
                && let Err(error) = tokens.revoke(&doctor).await
            {
                tracing::warn!(kind = ?error.kind(), "client tokens were not revoked at sign-out");
            }
        }
    });
}
