use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::StaffId;
use jiff::Timestamp;
use moka::sync::Cache;
use ports::{Clock, Session, SessionKey, Sessions};
use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Where the session says who is signed in.
pub(super) const STAFF: &str = "staff";

/// Changes with every minute of use, which is what moves a session's end.
pub(super) const USED: &str = "used";

/// How long a session is believed without asking the store again. Another instance's sign-out is
/// noticed within it.
const BELIEVED: Duration = Duration::from_secs(2);

/// Our sessions, as the session layer wants them.
#[derive(Clone)]
pub(super) struct Store {
    sessions: Arc<dyn Sessions>,
    clock: Arc<dyn Clock>,
    idle: Duration,
    recent: Cache<SessionKey, Arc<Session>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    pub(super) fn new(sessions: Arc<dyn Sessions>, clock: Arc<dyn Clock>, idle: Duration) -> Self {
        let recent = Cache::builder()
            .max_capacity(10_000)
            .time_to_live(BELIEVED)
            .build();
        Self {
            sessions,
            clock,
            idle,
            recent,
        }
    }

    /// A session that has not ended.
    pub(super) async fn find(&self, key: &SessionKey) -> ports::Result<Option<Arc<Session>>> {
        let now = self.clock.now();
        if let Some(session) = self
            .recent
            .get(key)
            .filter(|session| session.expires_at > now)
        {
            return Ok(Some(session));
        }
        let session = self.sessions.find(key, now).await?.map(Arc::new);
        if let Some(session) = &session {
            self.recent.insert(key.clone(), session.clone());
        }
        Ok(session)
    }

    /// The minute a session was last used in, from when it ends.
    fn used(&self, session: &Session) -> i64 {
        let idle = i64::try_from(self.idle.as_secs()).unwrap_or(i64::MAX);
        session.expires_at.as_second().saturating_sub(idle) / 60
    }

    /// This minute.
    pub(super) fn minute(&self) -> i64 {
        self.clock.now().as_second() / 60
    }
}

/// The key a session is kept under: not the cookie's secret, but its digest.
pub(super) fn key(id: Id) -> SessionKey {
    SessionKey::of_secret(&id.0.to_be_bytes())
}

/// The words of a port error name no secret.
fn failure(error: ports::Error) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 random bits do not collide.
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let staff = record.data.get(STAFF).and_then(|value| value.as_str());
        let Some(staff) = staff.and_then(|id| StaffId::parse(id).ok()) else {
            return Ok(());
        };
        let expires_at = Timestamp::from_second(record.expiry_date.unix_timestamp())
            .map_err(|_| Error::Encode("the end of the session is out of range".into()))?;
        let session = Session {
            key: key(record.id),
            staff,
            expires_at,
        };
        self.sessions.save(&session).await.map_err(failure)?;
        self.recent.insert(session.key.clone(), Arc::new(session));
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(session) = self.find(&key(*id)).await.map_err(failure)? else {
            return Ok(None);
        };
        let expiry_date = OffsetDateTime::from_unix_timestamp(session.expires_at.as_second())
            .map_err(|_| Error::Decode("the end of the session is out of range".into()))?;
        let data = HashMap::from([
            (STAFF.to_owned(), session.staff.as_str().into()),
            (USED.to_owned(), self.used(&session).into()),
        ]);
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let key = key(*id);
        self.recent.invalidate(&key);
        self.sessions.end(&key).await.map_err(failure)
    }
}
