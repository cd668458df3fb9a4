use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable, Text};
use domain::StaffId;
use jiff::Timestamp;
use legacy::{
    key,
    sessions::{self, SessionRow},
};
use ports::{Result, Session, SessionId, SessionKey, Sessions};

use crate::{
    statement::{Statement, statement},
    store::Store,
};

/// The columns of a session, see [`SessionRow`].
macro_rules! columns {
    () => {
        "s.key, s.id, s.user_id, s.device, hims_micros(s.began_at), hims_micros(s.used_at),
            hims_micros(s.expires_at), hims_micros(s.ends_at)"
    };
}

/// The SQL types of these columns.
type Columns = (
    Text,
    Text,
    BigInt,
    Nullable<Text>,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
);

statement! {
    /// Begins session `$1` of user `$2`, used at `$3`, which ends at `$4` and at `$5` at the latest, with the
    /// id `$6`, on the device `$7`, begun at `$8`; ended ones of theirs go.
    BeginSession(Text, BigInt, BigInt, BigInt, BigInt, Text, Nullable<Text>, BigInt) -> ()
        = "WITH ended AS (DELETE FROM hims_sessions WHERE user_id = $2 AND key <> $1
                AND (expires_at <= hims_time($3) OR ends_at <= hims_time($3)))
            INSERT INTO hims_sessions (key, user_id, used_at, expires_at, ends_at, id, device, began_at)
            VALUES ($1, $2, hims_time($3), hims_time($4), hims_time($5), $6, $7, hims_time($8))
            ON CONFLICT (key) DO UPDATE SET user_id = excluded.user_id, used_at = excluded.used_at,
                expires_at = excluded.expires_at, ends_at = excluded.ends_at, id = excluded.id,
                device = excluded.device, began_at = excluded.began_at";

    /// Moves the end of session `$1` to `$2`, if it has not ended at `$3` and was not used after `$4`.
    ExtendSession(Text, BigInt, BigInt, BigInt) -> ()
        = "UPDATE hims_sessions SET expires_at = least(hims_time($2), ends_at), used_at = hims_time($3)
            WHERE key = $1 AND expires_at > hims_time($3) AND ends_at > hims_time($3) AND used_at <= hims_time($4)";

    /// Session `$1`, of somebody who still works here.
    FindSession(Text) -> Columns
        = concat!("SELECT ", columns!(), " FROM hims_sessions s JOIN users u ON u.id = s.user_id
            WHERE s.key = $1 AND u.is_active AND u.deleted_at IS NULL");

    /// The sessions of user `$1` that have not ended at `$2` and were not used after `$3`, at most `$4`.
    ListSessions(BigInt, BigInt, BigInt, BigInt) -> Columns
        = concat!("SELECT ", columns!(), " FROM hims_sessions s
            WHERE s.user_id = $1 AND s.expires_at > hims_time($2) AND s.ends_at > hims_time($2)
                AND s.used_at <= hims_time($3)
            ORDER BY s.used_at DESC, s.id LIMIT $4");

    /// Ends the session of user `$1` that has the id `$2`.
    EndOneSession(BigInt, Text) -> Text
        = "DELETE FROM hims_sessions WHERE user_id = $1 AND id = $2 RETURNING key";

    /// Ends the sessions of user `$1` but `$2`.
    EndOtherSessions(BigInt, Text) -> Text
        = "DELETE FROM hims_sessions WHERE user_id = $1 AND key <> $2 RETURNING key";

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
            session.id.as_str(),
            session.device.as_deref(),
            session.began_at.as_microsecond(),
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
        let found: Option<SessionRow> = connection.first(query).await?;
        let session = found.map(sessions::session).transpose()?;
        Ok(session.filter(|session| session.is_alive(now)))
    }

    async fn list(&self, staff: &StaffId, now: Timestamp) -> Result<Vec<Session>> {
        let Some(staff) = staff.as_i64() else {
            return Ok(Vec::new());
        };
        let list = ListSessions::with((
            staff,
            now.as_microsecond(),
            (now + Session::CLOCK_DRIFT).as_microsecond(),
            sessions::MOST,
        ));
        let rows = self.pool.get().await?.all(list).await?;
        sessions::alive(rows, now)
    }

    async fn end(&self, key: &SessionKey) -> Result<()> {
        let mut connection = self.pool.get().await?;
        connection
            .run(EndSession::with((key.as_str(),)))
            .await
            .map(drop)
    }

    async fn end_one(&self, staff: &StaffId, id: &SessionId) -> Result<Option<SessionKey>> {
        let Some(staff) = staff.as_i64() else {
            return Ok(None);
        };
        let end = EndOneSession::with((staff, id.as_str()));
        let ended: Option<String> = self.pool.get().await?.first(end).await?;
        Ok(ended.map(SessionKey::stored))
    }

    async fn end_others(&self, staff: &StaffId, keep: &SessionKey) -> Result<Vec<SessionKey>> {
        let Some(staff) = staff.as_i64() else {
            return Ok(Vec::new());
        };
        let end = EndOtherSessions::with((staff, keep.as_str()));
        let ended: Vec<String> = self.pool.get().await?.all(end).await?;
        Ok(ended.into_iter().map(SessionKey::stored).collect())
    }

    async fn end_all(&self, staff: &StaffId) -> Result<()> {
        let Some(staff) = staff.as_i64() else {
            return Ok(());
        };
        let mut connection = self.pool.get().await?;
        connection.run(EndSessions::with((staff,))).await.map(drop)
    }
}
