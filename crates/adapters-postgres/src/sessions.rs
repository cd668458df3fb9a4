use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use domain::StaffId;
use jiff::Timestamp;
use legacy::key;
use ports::{Result, Session, SessionKey, Sessions};

use crate::{
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Begins session `$1` of user `$2`, which ends at `$3`; ended ones of theirs go.
    BeginSession(Text, BigInt, BigInt) -> ()
        = "WITH ended AS (DELETE FROM hims_sessions WHERE user_id = $2 AND key <> $1 AND expires_at < now())
            INSERT INTO hims_sessions (key, user_id, expires_at) VALUES ($1, $2, hims_time($3))
            ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at";

    /// Moves the end of session `$1` to `$2`, if there still is one.
    ExtendSession(Text, BigInt) -> ()
        = "UPDATE hims_sessions SET expires_at = hims_time($2) WHERE key = $1";

    /// Session `$1` at `$2`, of somebody who still works here.
    FindSession(Text, BigInt) -> (BigInt, BigInt)
        = "SELECT s.user_id, hims_micros(s.expires_at) FROM hims_sessions s JOIN users u ON u.id = s.user_id
            WHERE s.key = $1 AND s.expires_at > hims_time($2) AND u.is_active AND u.deleted_at IS NULL";

    /// Ends session `$1`.
    EndSession(Text) -> () = "DELETE FROM hims_sessions WHERE key = $1";

    /// Ends every session of user `$1`.
    EndSessions(BigInt) -> () = "DELETE FROM hims_sessions WHERE user_id = $1";
}

#[async_trait]
impl Sessions for Store {
    async fn begin(&self, session: &Session) -> Result<()> {
        let staff = key(session.staff.as_i64(), "staff member")?;
        let expires_at = session.expires_at.as_microsecond();
        let mut connection = self.pool.get().await?;
        let begin = BeginSession::with((session.key.as_str(), staff, expires_at));
        connection.run(begin).await.map(drop)
    }

    async fn extend(&self, key: &SessionKey, expires_at: Timestamp) -> Result<()> {
        let mut connection = self.pool.get().await?;
        let extend = ExtendSession::with((key.as_str(), expires_at.as_microsecond()));
        connection.run(extend).await.map(drop)
    }

    async fn find(&self, key: &SessionKey, now: Timestamp) -> Result<Option<Session>> {
        let mut connection = self.pool.get().await?;
        let query = FindSession::with((key.as_str(), now.as_microsecond()));
        let found: Option<(i64, i64)> = connection.first(query).await?;
        let session = |(staff, expires_at)| {
            Ok(Session {
                key: key.clone(),
                staff: StaffId::from(staff),
                expires_at: legacy::time(expires_at)?,
            })
        };
        found.map(session).transpose()
    }

    async fn end(&self, key: &SessionKey) -> Result<()> {
        let mut connection = self.pool.get().await?;
        connection
            .run(EndSession::with((key.as_str(),)))
            .await
            .map(drop)
    }

    async fn end_all(&self, staff: &StaffId) -> Result<()> {
        let Some(staff) = staff.as_i64() else {
            return Ok(());
        };
        let mut connection = self.pool.get().await?;
        connection.run(EndSessions::with((staff,))).await.map(drop)
    }
}
