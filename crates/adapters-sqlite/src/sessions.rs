use async_trait::async_trait;
use diesel::sql_types::BigInt;
use domain::StaffId;
use jiff::Timestamp;
use legacy::{key, time};
use ports::{Result, Session, SessionKey, Sessions};

use crate::{fixed::fixed, sql::now, store::Store};

fixed!(
    Begin {
        key: String,
        staff: i64,
        expires_at: i64
    } = "INSERT INTO hims_sessions (key, user_id, expires_at) VALUES (?1, ?2, ?3) \
     ON CONFLICT (key) DO UPDATE SET user_id = excluded.user_id, expires_at = excluded.expires_at"
);

fixed!(
    Extend {
        key: String,
        expires_at: i64,
        now: i64
    } = "UPDATE hims_sessions SET expires_at = ?2 WHERE key = ?1 AND expires_at > ?3"
);

fixed!(Find { key: String, now: i64 } -> (BigInt, BigInt) =
    "SELECT s.user_id, s.expires_at FROM hims_sessions s JOIN users u ON u.id = s.user_id \
     WHERE s.key = ?1 AND s.expires_at > ?2 AND u.is_active AND u.deleted_at IS NULL");

fixed!(End { key: String } = "DELETE FROM hims_sessions WHERE key = ?1");
fixed!(EndAll { staff: i64 } = "DELETE FROM hims_sessions WHERE user_id = ?1");
fixed!(DropExpired { now: i64 } = "DELETE FROM hims_sessions WHERE expires_at <= ?1");

#[async_trait]
impl Sessions for Store {
    async fn begin(&self, session: &Session) -> Result<()> {
        let begin = Begin {
            key: session.key.as_str().to_owned(),
            staff: key(session.staff.as_i64(), "staff member")?,
            expires_at: session.expires_at.as_microsecond(),
        };
        self.writer
            .write(move |work| Ok(begin.run(work.connection).map(drop)?))
            .await
    }

    async fn extend(&self, key: &SessionKey, expires_at: Timestamp) -> Result<()> {
        let extend = Extend {
            key: key.as_str().to_owned(),
            expires_at: expires_at.as_microsecond(),
            now: now(),
        };
        self.writer
            .write(move |work| Ok(extend.run(work.connection).map(drop)?))
            .await
    }

    /// A leaver's session is not found, whoever wrote into the table that they left.
    async fn find(&self, key: &SessionKey, now: Timestamp) -> Result<Option<Session>> {
        let find = Find {
            key: key.as_str().to_owned(),
            now: now.as_microsecond(),
        };
        let found: Option<(i64, i64)> = self
            .readers
            .read(move |connection| Ok(find.row(connection)?))
            .await?;
        let Some((staff, expires_at)) = found else {
            return Ok(None);
        };
        Ok(Some(Session {
            key: key.clone(),
            staff: StaffId::from(staff),
            expires_at: time(expires_at)?,
        }))
    }

    async fn end(&self, key: &SessionKey) -> Result<()> {
        let key = key.as_str().to_owned();
        self.writer
            .write(move |work| Ok(End { key }.run(work.connection).map(drop)?))
            .await
    }

    async fn end_all(&self, staff: &StaffId) -> Result<()> {
        let Some(staff) = staff.as_i64() else {
            return Ok(());
        };
        self.writer
            .write(move |work| Ok(EndAll { staff }.run(work.connection).map(drop)?))
            .await
    }
}

/// Sessions that nobody came back to.
pub(crate) async fn drop_expired(store: &Store) -> Result<()> {
    store
        .writer
        .write(|work| Ok(DropExpired { now: now() }.run(work.connection).map(drop)?))
        .await
}
