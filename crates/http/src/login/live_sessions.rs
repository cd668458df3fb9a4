use std::{sync::Arc, time::Duration};

use data_encoding::HEXLOWER;
use domain::StaffId;
use jiff::Timestamp;
use moka::sync::Cache;
use ports::{Result, Session, SessionId, SessionKey, Sessions};

use super::{signed_in_by::SignedInBy, steady_clock::SteadyClock};

/// How long a session is believed without asking the store again. Another instance's sign-out is
/// noticed within it.
const BELIEVED: Duration = Duration::from_secs(2);

/// How much of a session's time may pass before use moves its end: a write a minute, not one a
/// request.
const MOVED_EVERY: Duration = Duration::from_secs(60);

/// Sessions of those who are signed in, with a short memory.
#[derive(Clone)]
pub(super) struct LiveSessions {
    sessions: Arc<dyn Sessions>,
    clock: SteadyClock,
    idle: Duration,
    pub(super) longest: Duration,
    recent: Cache<SessionKey, Arc<Session>>,
}

impl LiveSessions {
    /// Sessions that end after `idle` without use, and after `longest` whatever is done.
    pub(super) fn new(
        sessions: Arc<dyn Sessions>,
        clock: SteadyClock,
        idle: Duration,
        longest: Duration,
    ) -> Self {
        let recent = Cache::builder()
            .max_capacity(10_000)
            .time_to_live(BELIEVED)
            .build();
        Self {
            sessions,
            clock,
            idle,
            longest,
            recent,
        }
    }

    /// Begins a session under a new secret, which is returned with its id and kept nowhere: one that an
    /// attacker planted before the login is worth nothing after it.
    pub(super) async fn begin(
        &self,
        staff: &StaffId,
        device: Option<String>,
        way: SignedInBy,
    ) -> Result<(String, SessionId)> {
        let secret = way.marking(&HEXLOWER.encode(&rand::random::<[u8; 32]>()));
        let now = self.clock.now();
        let (expires_at, ends_at) = (now + self.idle.min(self.longest), now + self.longest);
        let session =
            Session::begin(key(&secret), staff.clone(), now, expires_at, ends_at).on(device);
        self.sessions.begin(&session).await?;
        Ok((secret, session.id))
    }

    /// A session that has not ended.
    pub(super) async fn find(&self, key: &SessionKey) -> Result<Option<Arc<Session>>> {
        let now = self.clock.now();
        let recent = self.recent.get(key);
        if let Some(session) = recent.filter(|session| self.is_alive(session, now)) {
            return Ok(Some(session));
        }
        let found = self.sessions.find(key, now).await?;
        let session = found.filter(|session| self.is_alive(session, now));
        let session = session.map(Arc::new);
        if let Some(session) = &session {
            self.recent.insert(key.clone(), session.clone());
        }
        Ok(session)
    }

    /// An end further off than use can have moved it was written by another clock.
    fn is_alive(&self, session: &Session, now: Timestamp) -> bool {
        session.is_alive(now) && session.expires_at <= now + self.idle + MOVED_EVERY
    }

    /// The sessions of somebody that have not ended, those used last first.
    pub(super) async fn list(&self, staff: &StaffId) -> Result<Vec<Session>> {
        let now = self.clock.now();
        let mut sessions = self.sessions.list(staff, now).await?;
        sessions.retain(|session| self.is_alive(session, now));
        Ok(sessions)
    }

    /// Moves the end of a session that is being used.
    pub(super) async fn used(&self, session: &Session) -> Result<()> {
        let now = self.clock.now();
        let expires_at = (now + self.idle).min(session.ends_at);
        let passed = expires_at.duration_since(session.expires_at);
        if Duration::try_from(passed).is_ok_and(|passed| passed >= MOVED_EVERY) {
            self.sessions.extend(&session.key, expires_at, now).await?;
            self.recent.invalidate(&session.key);
        }
        Ok(())
    }

    /// Ends a session.
    pub(super) async fn end(&self, key: &SessionKey) -> Result<()> {
        self.recent.invalidate(key);
        let ended = self.sessions.end(key).await;
        self.recent.invalidate(key);
        ended
    }

    /// Ends the session of this id if it is theirs: its key.
    pub(super) async fn end_one(
        &self,
        staff: &StaffId,
        id: &SessionId,
    ) -> Result<Option<SessionKey>> {
        let ended = self.sessions.end_one(staff, id).await?;
        ended.iter().for_each(|key| self.recent.invalidate(key));
        Ok(ended)
    }

    /// Ends every session of theirs but this one: the keys of those.
    pub(super) async fn end_others(
        &self,
        staff: &StaffId,
        keep: &SessionKey,
    ) -> Result<Vec<SessionKey>> {
        let ended = self.sessions.end_others(staff, keep).await?;
        ended.iter().for_each(|key| self.recent.invalidate(key));
        Ok(ended)
    }

    /// Ends every session of someone who has left.
    pub(super) async fn end_all(&self, staff: &StaffId) -> Result<()> {
        self.sessions.end_all(staff).await
    }
}

/// The key of a session in the store: not the secret in the cookie, but its digest.
pub(super) fn key(secret: &str) -> SessionKey {
    SessionKey::of_secret(secret.as_bytes())
}
