use async_trait::async_trait;
use diesel::sql_types::{BigInt, Text};
use domain::StaffId;
use jiff::Timestamp;
use legacy::{key, time};
use ports::{Result, Session, SessionKey, Sessions};

use crate::{
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Begins session `$1` of user `$2`, used at `$3`, which ends at `$4` and at `$5` at the latest; ended
    /// ones of theirs go.
    BeginSession(Text, BigInt, BigInt, BigInt, BigInt) -> ()
        = "WITH ended AS (DELETE FROM hims_sessions WHERE user_id = $2 AND key <> $1
                AND (expires_at <= hims_time($3) OR ends_at <= hims_time($3)))
            INSERT INTO hims_sessions (key, user_id, used_at, expires_at, ends_at)
            VALUES ($1, $2, hims_time($3), hims_time($4), hims_time($5))
            ON CONFLICT (key) DO UPDATE SET user_id = excluded.user_id, used_at = excluded.used_at,
                expires_at = excluded.expires_at, ends_at = excluded.ends_at";

    /// Moves the end of session `$1` to `$2`, if it has not ended at `$3` and was not used after `$4`.
    ExtendSession(Text, BigInt, BigInt, BigInt) -> ()
        = "UPDATE hims_sessions SET expires_at = least(hims_time($2), ends_at), used_at = hims_time($3)
            WHERE key = $1 AND expires_at > hims_time($3) AND ends_at > hims_time($3) AND used_at <= hims_time($4)";

    /// Session `$1`, of somebody who still works here.
    FindSession(Text) -> (BigInt, BigInt, BigInt, BigInt)
        = "SELECT s.user_id, hims_micros(s.used_at), hims_micros(s.expires_at), hims_micros(s.ends_at)
            FROM hims_sessions s JOIN users u ON u.id = s.user_id
            WHERE s.key = $1 AND u.is_active AND u.deleted_at IS NULL";

    /// Ends session `$1`.
    EndSession(Text) -> () = "DELETE FROM hims_sessions WHERE key = $1";

    /// Ends every session of user `$1`.
    EndSessions(BigInt) -> () = "DELETE FROM hims_sessions WHERE user_id = $1";
}

#[async_trait]
impl Sessions for Store {
    async fn begin(&self, session: &Session) -> Result<()> {
        let staff = key(session.staff.as_i64(), "staff member")?;
        let begin = BeginSession::with((
            session.key.as_str(),
            staff,
            session.used_at.as_microsecond(),
            session.expires_at.as_microsecond(),
            session.ends_at.as_microsecond(),
        ));
        let mut connection = self.pool.get().await?;
        connection.run(begin).await.map(drop)
    }

    async fn extend(&self, key: &SessionKey, expires_at: Timestamp, now: Timestamp) -> Result<()> {
        let extend = ExtendSession::with((
            key.as_str(),
            expires_at.as_microsecond(),
            now.as_microsecond(),
            (now + Session::CLOCK_DRIFT).as_microsecond(),
        ));
        let mut connection = self.pool.get().await?;
        connection.run(extend).await.map(drop)
    }

    /// A leaver's session is not found, whoever wrote into the table that they left. A changed
    /// account's is gone: a trigger has removed it.
    async fn find(&self, key: &SessionKey, now: Timestamp) -> Result<Option<Session>> {
        let mut connection = self.pool.get().await?;
        let query = FindSession::with((key.as_str(),));
        let found: Option<(i64, i64, i64, i64)> = connection.first(query).await?;
        let Some((staff, used_at, expires_at, ends_at)) = found else {
            return Ok(None);
        };
        let session = Session {
            key: key.clone(),
            staff: StaffId::from(staff),
            used_at: time(used_at)?,
            expires_at: time(expires_at)?,
            ends_at: time(ends_at)?,
        };
        Ok(Some(session).filter(|session| session.is_alive(now)))
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
