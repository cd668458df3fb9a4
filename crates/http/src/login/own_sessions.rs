//! A person's own sessions: where they are signed in, and the end of one or of all others.

use axum_extra::extract::CookieJar;
use domain::{Action, Doctor, StaffMember};
use ports::{Session, SessionId, SessionKey};

use super::{
    COOKIE, SignIn,
    live_sessions::key,
    sign_out::{revoke_tokens, signed_out},
};
use crate::{app::Shell, failure::Failure};

/// The sessions of who asks.
pub(crate) struct OwnSessions {
    /// Those that have not ended, used last first.
    pub(crate) sessions: Vec<Session>,
    /// The one they ask with.
    current: Option<SessionKey>,
}

impl OwnSessions {
    /// Whether it is the one they ask with.
    pub(crate) fn is_current(&self, session: &Session) -> bool {
        self.current.as_ref() == Some(&session.key)
    }
}

impl SignIn {
    fn current(&self, cookies: &CookieJar) -> Option<SessionKey> {
        self.value_of(cookies, COOKIE).map(key)
    }
}

/// Lists the sessions of a member of staff.
pub(crate) async fn list(
    shell: &Shell,
    member: &StaffMember,
    cookies: &CookieJar,
) -> Result<OwnSessions, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    Ok(OwnSessions {
        sessions: sign_in.sessions.list(&member.id).await?,
        current: sign_in.current(cookies),
    })
}

/// Whether this is the session that a browser asks with.
pub(crate) async fn is_current(
    shell: &Shell,
    id: &SessionId,
    cookies: &CookieJar,
) -> Result<bool, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    let Some(key) = sign_in.current(cookies) else {
        return Ok(false);
    };
    let session = sign_in.sessions.find(&key).await?;
    Ok(session.is_some_and(|session| session.id == *id))
}

/// Ends a session of theirs: the cookies of the answer, without the session where it was the one they asked
/// with; `None` where they have none of this id.
pub(crate) async fn end_one(
    shell: &Shell,
    member: &StaffMember,
    id: &SessionId,
    cookies: CookieJar,
) -> Result<Option<CookieJar>, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    sign_in
        .note(Action::EndSession, &member.id, id.as_str())
        .await?;
    let Some(ended) = sign_in.sessions.end_one(&member.id, id).await? else {
        return Ok(None);
    };
    over(shell, sign_in, member, std::slice::from_ref(&ended));
    Ok(Some(if sign_in.current(&cookies) == Some(ended) {
        signed_out(sign_in, cookies, true)
    } else {
        cookies
    }))
}

/// Ends every session of theirs but the one they ask with.
pub(crate) async fn end_others(
    shell: &Shell,
    member: &StaffMember,
    cookies: &CookieJar,
) -> Result<(), Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    let current = sign_in
        .current(cookies)
        .ok_or_else(Failure::not_signed_in)?;
    sign_in
        .note(Action::EndSession, &member.id, "all others")
        .await?;
    let ended = sign_in.sessions.end_others(&member.id, &current).await?;
    over(shell, sign_in, member, &ended);
    Ok(())
}

/// Live streams of these sessions end, and the tokens for client libraries, which are the doctor's and not
/// of one browser: those that stay signed in ask for new ones.
fn over(shell: &Shell, sign_in: &SignIn, member: &StaffMember, ended: &[SessionKey]) {
    for key in ended {
        sign_in.watch.ended(key);
    }
    if let (Ok(doctor), false) = (Doctor::admit(member.clone()), ended.is_empty()) {
        revoke_tokens(shell, doctor);
    }
}
