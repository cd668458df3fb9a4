use async_trait::async_trait;
use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Binary, Nullable, Text},
};
use jiff::Timestamp;
use legacy::{
    AuditRow, MOST_COUNTED, RemovedRow, SEALED_AT_ONCE, SealRow, next_seal, removed_entries,
    stored_entry, stored_seal,
};
use ports::{AuditFilter, AuditKey, AuditTrail, Link, RemovedEntries, Result, Seal, StoredEntry};

use crate::{
    error::Fault,
    statement::{json_list, statement},
    store::Store,
};

macro_rules! entry {
    () => {
        "id, at, actor_id, action, room_id, subject, decision, reason, address, session, request, signature"
    };
}

type Entry = (
    BigInt,
    BigInt,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Binary>,
);

/// A list of entries whose first condition is one that an index answers: the others are looked at in its rows.
macro_rules! list {
    ($name:ident, $index:literal) => {
        statement!($name {
            from: Option<i64>, until: Option<i64>, actor: Option<String>, action: Option<String>,
            room: Option<String>, subject: Option<String>, decision: Option<String>, address: Option<String>,
            session: Option<String>, request: Option<String>, before: i64, most: i64
        } -> Entry = concat!("SELECT ", entry!(), " FROM hims_audit WHERE ", $index, " \
            AND (?1 IS NULL OR at >= ?1) AND (?2 IS NULL OR at < ?2) AND (?3 IS NULL OR actor_id = ?3) \
            AND (?4 IS NULL OR action = ?4) AND (?5 IS NULL OR room_id = ?5) AND (?6 IS NULL OR subject = ?6) \
            AND (?7 IS NULL OR decision = ?7) AND (?8 IS NULL OR address = ?8) AND (?9 IS NULL OR session = ?9) \
            AND (?10 IS NULL OR request = ?10) AND id < ?11 ORDER BY id DESC LIMIT ?12"));
    };
}
list!(List, "true");
list!(ListOfRoom, "room_id = ?5");
list!(ListOfPatient, "action = 'view-patient' AND subject = ?6");
list!(ListOfActor, "actor_id = ?3");
list!(
    ListOfTime,
    "at BETWEEN coalesce(?1, 0) AND coalesce(?2, 9223372036854775807)"
);

statement!(Entries { after: i64, most: i64 } -> Entry =
    concat!("SELECT ", entry!(), " FROM hims_audit WHERE id > ?1 ORDER BY id LIMIT ?2"));
statement!(Seals { after: i64, most: i64 } -> (BigInt, BigInt, BigInt, Binary, Binary, Binary) =
    "SELECT number, at, before, links, hash, signature FROM hims_audit_seals WHERE number > ?1 ORDER BY number LIMIT ?2");
statement!(NewestSeal {} -> (BigInt, BigInt, BigInt, Binary, Binary, Binary) =
    "SELECT number, at, before, x'', hash, signature FROM hims_audit_seals ORDER BY number DESC LIMIT 1");
statement!(
    /// The newest entry that nobody signed.
    NewestUnsigned {} -> BigInt = "SELECT coalesce(max(id), 0) FROM hims_audit WHERE signature IS NULL"
);
statement!(TakeWaiting { most: i64 } -> BigInt = "DELETE FROM hims_audit_unsealed WHERE entry_id IN (\
    SELECT entry_id FROM hims_audit_unsealed ORDER BY entry_id LIMIT ?1) RETURNING entry_id");
statement!(Signatures { entries: String } -> (BigInt, Nullable<Binary>) =
    "SELECT id, signature FROM hims_audit WHERE id IN (SELECT value FROM json_each(?1))");
statement!(
    AddSeal {
        number: i64,
        at: i64,
        before: i64,
        links: Vec<u8>,
        hash: Vec<u8>,
        signature: Vec<u8>
    } = "INSERT INTO hims_audit_seals (number, at, before, links, hash, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
);
statement!(Waiting { entries: String } -> BigInt =
    "SELECT entry_id FROM hims_audit_unsealed WHERE entry_id IN (SELECT value FROM json_each(?1))");
statement!(Unsealed { most: i64 } -> BigInt =
    "SELECT count(*) FROM (SELECT entry_id FROM hims_audit_unsealed ORDER BY entry_id LIMIT ?1)");

statement!(
    /// Entries that are in a seal, or older than seals.
    Remove { entries: String } -> BigInt = "DELETE FROM hims_audit WHERE id IN (SELECT value FROM json_each(?1)) \
     AND id NOT IN (SELECT entry_id FROM hims_audit_unsealed) RETURNING id"
);
statement!(NextStatement {} -> BigInt = "SELECT coalesce(max(number), 0) + 1 FROM hims_audit_removed");
statement!(
    State {
        number: i64,
        at: i64,
        ranges: Vec<u8>,
        signature: Vec<u8>
    } = "INSERT INTO hims_audit_removed (number, at, ranges, signature) VALUES (?1, ?2, ?3, ?4)"
);
statement!(Removed { after: i64, most: i64 } -> (BigInt, BigInt, Binary, Binary) =
    "SELECT number, at, ranges, signature FROM hims_audit_removed WHERE number > ?1 ORDER BY number LIMIT ?2");

#[async_trait]
impl AuditTrail for Store {
    async fn list(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<StoredEntry>> {
        let filter = filter.clone();
        let rows = self
            .readers
            .read(move |connection| list(connection, filter, before, most));
        Ok(rows.await?.into_iter().map(stored_entry).collect())
    }

    async fn entries(&self, after: i64, most: u32) -> Result<Vec<StoredEntry>> {
        let most = i64::from(most);
        let rows: Vec<AuditRow> = self
            .readers
            .read(move |connection| Ok(Entries { after, most }.rows(connection)?))
            .await?;
        Ok(rows.into_iter().map(stored_entry).collect())
    }

    async fn seals(&self, after: i64, most: u32) -> Result<Vec<Seal>> {
        let most = i64::from(most);
        let rows: Vec<SealRow> = self
            .readers
            .read(move |connection| Ok(Seals { after, most }.rows(connection)?))
            .await?;
        Ok(rows.into_iter().map(stored_seal).collect())
    }

    async fn newest_seal(&self) -> Result<Option<Seal>> {
        let row: Option<SealRow> = self
            .readers
            .read(|connection| Ok(NewestSeal {}.row(connection)?))
            .await?;
        Ok(row.map(stored_seal))
    }

    async fn seal(&self, at: Timestamp) -> Result<usize> {
        let key = self.audit_key.clone();
        self.writer
            .write(move |work| seal(work.connection, &key, at))
            .await
    }

    async fn waiting(&self, of: &[i64]) -> Result<Vec<i64>> {
        let entries = json_list(of);
        self.readers
            .read(move |connection| Ok(Waiting { entries }.rows(connection)?))
            .await
    }

    async fn unsealed(&self) -> Result<u64> {
        let most = MOST_COUNTED;
        let count: Option<i64> = self
            .readers
            .read(move |connection| Ok(Unsealed { most }.row(connection)?))
            .await?;
        Ok(count.and_then(|count| count.try_into().ok()).unwrap_or(0))
    }

    async fn remove(&self, entries: &[i64], at: Timestamp) -> Result<usize> {
        let (entries, key) = (json_list(entries), self.audit_key.clone());
        self.writer
            .write(move |work| remove(work.connection, &key, entries, at))
            .await
    }

    async fn removed(&self, after: i64, most: u32) -> Result<Vec<RemovedEntries>> {
        let most = i64::from(most);
        let rows: Vec<RemovedRow> = self
            .readers
            .read(move |connection| Ok(Removed { after, most }.rows(connection)?))
            .await?;
        rows.into_iter().map(removed_entries).collect()
    }
}

fn remove(
    connection: &mut SqliteConnection,
    key: &AuditKey,
    entries: String,
    at: Timestamp,
) -> Result<usize, Fault> {
    let gone: Vec<i64> = Remove { entries }.rows(connection)?;
    if gone.is_empty() {
        return Ok(0);
    }
    let count = gone.len();
    let number: Option<i64> = NextStatement {}.row(connection)?;
    let made = RemovedEntries::made(key, number.unwrap_or(1), at, gone);
    let state = State {
        number: made.number,
        at: made.at.as_microsecond(),
        ranges: made.encoded(),
        signature: made.signature.as_bytes().to_vec(),
    };
    state.run(connection)?;
    Ok(count)
}

fn list(
    connection: &mut SqliteConnection,
    filter: AuditFilter,
    before: Option<i64>,
    most: u32,
) -> Result<Vec<AuditRow>, Fault> {
    let has_times = filter.from.is_some() || filter.until.is_some();
    let has = (filter.room.is_some(), filter.actor.is_some(), has_times);
    macro_rules! listed {
        ($name:ident) => {
            $name {
                from: filter.from.map(Timestamp::as_microsecond),
                until: filter.until.map(Timestamp::as_microsecond),
                actor: filter.actor.map(|actor| actor.as_str().to_owned()),
                action: filter.action,
                room: filter.room,
                subject: filter.subject,
                decision: filter.decision,
                address: filter.address,
                session: filter.session,
                request: filter.request,
                before: before.unwrap_or(i64::MAX),
                most: i64::from(most),
            }
            .rows(connection)?
        };
    }
    let is_of_patient =
        filter.subject.is_some() && filter.action.as_deref() == Some("view-patient");
    Ok(match has {
        _ if is_of_patient => listed!(ListOfPatient),
        (true, _, _) => listed!(ListOfRoom),
        (false, true, _) => listed!(ListOfActor),
        (false, false, true) => listed!(ListOfTime),
        (false, false, false) => listed!(List),
    })
}

fn seal(connection: &mut SqliteConnection, key: &AuditKey, at: Timestamp) -> Result<usize, Fault> {
    let newest: Option<SealRow> = NewestSeal {}.row(connection)?;
    let newest = match newest {
        Some((number, _, _, _, hash, _)) => (number, hash),
        None => {
            let before: Option<i64> = NewestUnsigned {}.row(connection)?;
            let first = Seal::first(key, at, before.unwrap_or(0));
            add(connection, &first)?;
            (first.number, first.hash.to_vec())
        }
    };
    let most = SEALED_AT_ONCE;
    let taken: Vec<i64> = TakeWaiting { most }.rows(connection)?;
    if taken.is_empty() {
        return Ok(0);
    }
    let count = taken.len();
    let entries = json_list(&taken);
    let signatures = Signatures { entries }.rows(connection)?;
    add(connection, &next_seal(key, newest, at, taken, signatures)?)?;
    Ok(count)
}

fn add(connection: &mut SqliteConnection, seal: &Seal) -> Result<(), Fault> {
    let add = AddSeal {
        number: seal.number,
        at: seal.at.as_microsecond(),
        before: seal.before,
        links: Link::encode(&seal.links),
        hash: seal.hash.to_vec(),
        signature: seal.signature.as_bytes().to_vec(),
    };
    Ok(add.run(connection).map(drop)?)
}
