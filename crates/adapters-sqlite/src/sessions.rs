use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable, Text};
use domain::StaffId;
use jiff::Timestamp;
use legacy::{
    key,
    sessions::{self, SessionRow},
};
use ports::{Result, Session, SessionId, SessionKey, Sessions};

use crate::{sql::now, statement::statement, store::Store};

/// The columns of a session, see [`SessionRow`].
macro_rules! columns {
    () => {
        "s.key, s.id, s.user_id, s.device, s.began_at, s.used_at, s.expires_at, s.ends_at"
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

statement!(
    Begin {
        key: String,
        staff: i64,
        used_at: i64,
        expires_at: i64,
        ends_at: i64,
        id: String,
        device: Option<String>,
        began_at: i64
    } = "INSERT INTO hims_sessions (key, user_id, used_at, expires_at, ends_at, id, device, began_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
     ON CONFLICT (key) DO UPDATE SET user_id = excluded.user_id, used_at = excluded.used_at, \
         expires_at = excluded.expires_at, ends_at = excluded.ends_at, id = excluded.id, \
         device = excluded.device, began_at = excluded.began_at"
);

statement!(
    Extend {
        key: String,
        expires_at: i64,
        now: i64,
        latest_use: i64
    } = "UPDATE hims_sessions SET expires_at = min(?2, ends_at), used_at = ?3 \
     WHERE key = ?1 AND expires_at > ?3 AND ends_at > ?3 AND used_at <= ?4"
);

statement!(Find { key: String } -> Columns = concat!("SELECT ", columns!(),
    " FROM hims_sessions s JOIN users u ON u.id = s.user_id WHERE s.key = ?1 AND u.is_active AND u.deleted_at IS NULL"));

statement!(List { staff: i64, now: i64, latest_use: i64, most: i64 } -> Columns = concat!("SELECT ", columns!(),
    " FROM hims_sessions s WHERE s.user_id = ?1 AND s.expires_at > ?2 AND s.ends_at > ?2 AND s.used_at <= ?3 \
     ORDER BY s.used_at DESC, s.id LIMIT ?4"));

statement!(EndOne { staff: i64, id: String } -> Text =
    "DELETE FROM hims_sessions WHERE user_id = ?1 AND id = ?2 RETURNING key");
statement!(EndOthers { staff: i64, keep: String } -> Text =
    "DELETE FROM hims_sessions WHERE user_id = ?1 AND key <> ?2 RETURNING key");
statement!(End { key: String } = "DELETE FROM hims_sessions WHERE key = ?1");
statement!(EndAll { staff: i64 } = "DELETE FROM hims_sessions WHERE user_id = ?1");
statement!(
    DropExpired { now: i64 } = "DELETE FROM hims_sessions WHERE expires_at <= ?1 OR ends_at <= ?1"
);

#[async_trait]
impl Sessions for Store {
    async fn begin(&self, session: &Session) -> Result<()> {
        let begin = Begin {
            key: session.key.as_str().to_owned(),
            staff: key(session.staff.as_i64(), "staff member")?,
            used_at: session.used_at.as_microsecond(),
            expires_at: session.expires_at.as_microsecond(),
            ends_at: session.ends_at.as_microsecond(),
            id: session.id.as_str().to_owned(),
            device: session.device.clone(),
            began_at: session.began_at.as_microsecond(),
        };
        self.writer
            .write(move |work| Ok(begin.run(work.connection).map(drop)?))
            .await
    }

    async fn extend(&self, key: &SessionKey, expires_at: Timestamp, now: Timestamp) -> Result<()> {
        let extend = Extend {
            key: key.as_str().to_owned(),
            expires_at: expires_at.as_microsecond(),
            now: now.as_microsecond(),
            latest_use: (now + Session::CLOCK_DRIFT).as_microsecond(),
        };
        self.writer
            .write(move |work| Ok(extend.run(work.connection).map(drop)?))
            .await
    }

    /// A leaver's session is not found, whoever wrote into the table that they left. A changed
    /// account's is gone: a trigger has removed it.
    async fn find(&self, key: &SessionKey, now: Timestamp) -> Result<Option<Session>> {
        let find = Find {
            key: key.as_str().to_owned(),
        };
        let found: Option<SessionRow> = self
            .readers
            .read(move |connection| Ok(find.row(connection)?))
            .await?;
        let session = found.map(sessions::session).transpose()?;
        Ok(session.filter(|session| session.is_alive(now)))
    }

    async fn list(&self, staff: &StaffId, now: Timestamp) -> Result<Vec<Session>> {
        let Some(staff) = staff.as_i64() else {
            return Ok(Vec::new());
        };
        let list = List {
            staff,
            now: now.as_microsecond(),
            latest_use: (now + Session::CLOCK_DRIFT).as_microsecond(),
            most: sessions::MOST,
        };
        let rows = self
            .readers
            .read(move |connection| Ok(list.rows(connection)?))
            .await?;
        sessions::alive(rows, now)
    }

    async fn end(&self, key: &SessionKey) -> Result<()> {
        let key = key.as_str().to_owned();
        self.writer
            .write(move |work| Ok(End { key }.run(work.connection).map(drop)?))
            .await
    }

    async fn end_one(&self, staff: &StaffId, id: &SessionId) -> Result<Option<SessionKey>> {
        let Some(staff) = staff.as_i64() else {
            return Ok(None);
        };
        let id = id.as_str().to_owned();
        let ended: Option<String> = self
            .writer
            .write(move |work| Ok(EndOne { staff, id }.row(work.connection)?))
            .await?;
        Ok(ended.map(SessionKey::stored))
    }

    async fn end_others(&self, staff: &StaffId, keep: &SessionKey) -> Result<Vec<SessionKey>> {
        let Some(staff) = staff.as_i64() else {
            return Ok(Vec::new());
        };
        let keep = keep.as_str().to_owned();
        let ended: Vec<String> = self
            .writer
            .write(move |work| Ok(EndOthers { staff, keep }.rows(work.connection)?))
            .await?;
        Ok(ended.into_iter().map(SessionKey::stored).collect())
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
