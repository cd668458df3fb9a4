use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Nullable, Text};
use jiff::Timestamp;
use legacy::{
    AuditRow, MOST_COUNTED, RemovedRow, SEALED_AT_ONCE, SealRow, next_seal, removed_entries,
    stored_entry, stored_seal,
};
use ports::{AuditFilter, AuditKey, AuditTrail, RemovedEntries, Result, Seal, StoredEntry};

use crate::{
    pool::Connection,
    statement::{Statement, statement},
    store::Store,
};

macro_rules! entry {
    () => {
        "id, hims_micros(at), actor_id, action, room_id, subject, decision, reason, address, session, request, signature"
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

statement! {
    /// At most `$12` entries before id `$11`, of times from `$1` until `$2`, actor `$3`, action `$4`, room `$5`, subject
    /// `$6`, decision `$7`, address `$8`, session `$9` and request `$10`, each where it is not null. It is planned for
    /// its values.
    ListEntries(Nullable<BigInt>, Nullable<BigInt>, Nullable<Text>, Nullable<Text>, Nullable<Text>,
        Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<BigInt>, BigInt) -> Entry
        = concat!("SELECT ", entry!(), " FROM hims_audit
            WHERE ($1 IS NULL OR at >= hims_time($1)) AND ($2 IS NULL OR at < hims_time($2))
                AND ($3 IS NULL OR actor_id = $3) AND ($4 IS NULL OR action = $4)
                AND ($5 IS NULL OR room_id = $5) AND ($6 IS NULL OR subject = $6)
                AND ($7 IS NULL OR decision = $7) AND ($8 IS NULL OR address = $8)
                AND ($9 IS NULL OR session = $9) AND ($10 IS NULL OR request = $10)
                AND ($11 IS NULL OR id < $11)
            ORDER BY id DESC LIMIT $12");

    EntriesAfter(BigInt, BigInt) -> Entry
        = concat!("SELECT ", entry!(), " FROM hims_audit WHERE id > $1 ORDER BY id LIMIT $2");

    SealsAfter(BigInt, BigInt) -> (BigInt, BigInt, BigInt, Binary, Binary, Binary)
        = "SELECT number, hims_micros(at), before, links, hash, signature FROM hims_audit_seals WHERE number > $1
            ORDER BY number LIMIT $2";

    NewestSeal() -> (BigInt, BigInt, BigInt, Binary, Binary, Binary)
        = r"SELECT number, hims_micros(at), before, '\\x'::bytea, hash, signature FROM hims_audit_seals
            ORDER BY number DESC LIMIT 1";

    /// Whether nobody else seals; until the end of the transaction.
    SealAlone() -> Bool = "SELECT pg_try_advisory_xact_lock(hashtextextended('hims audit', 0))";

    /// The newest entry that nobody signed.
    NewestUnsigned() -> BigInt = "SELECT coalesce(max(id), 0) FROM hims_audit WHERE signature IS NULL";

    TakeWaiting(BigInt) -> BigInt
        = "DELETE FROM hims_audit_unsealed WHERE entry_id IN (
                SELECT entry_id FROM hims_audit_unsealed ORDER BY entry_id LIMIT $1
            ) RETURNING entry_id";

    Signatures(Array<BigInt>) -> (BigInt, Nullable<Binary>)
        = "SELECT id, signature FROM hims_audit WHERE id = ANY ($1)";

    AddSeal(BigInt, BigInt, BigInt, Binary, Binary, Binary) -> ()
        = "INSERT INTO hims_audit_seals (number, at, before, links, hash, signature)
            VALUES ($1, hims_time($2), $3, $4, $5, $6)";

    /// One statement about removed entries is made at a time; until the end of the transaction.
    RemoveAlone() -> () = "LOCK TABLE hims_audit_removed IN SHARE ROW EXCLUSIVE MODE";

    /// Those of entries `$1` that are in a seal, or older than seals.
    Remove(Array<BigInt>) -> BigInt
        = "DELETE FROM hims_audit a WHERE a.id = ANY ($1)
            AND NOT EXISTS (SELECT FROM hims_audit_unsealed u WHERE u.entry_id = a.id) RETURNING a.id";

    NextStatement() -> BigInt = "SELECT coalesce(max(number), 0) + 1 FROM hims_audit_removed";

    State(BigInt, BigInt, Binary, Binary) -> ()
        = "INSERT INTO hims_audit_removed (number, at, ranges, signature) VALUES ($1, hims_time($2), $3, $4)";

    RemovedAfter(BigInt, BigInt) -> (BigInt, BigInt, Binary, Binary)
        = "SELECT number, hims_micros(at), ranges, signature FROM hims_audit_removed WHERE number > $1
            ORDER BY number LIMIT $2";

    Unsealed(BigInt) -> BigInt
        = "SELECT count(*) FROM (SELECT entry_id FROM hims_audit_unsealed LIMIT $1) AS waiting";

    Waiting(Array<BigInt>) -> BigInt = "SELECT entry_id FROM hims_audit_unsealed WHERE entry_id = ANY ($1)";
}

#[async_trait]
impl AuditTrail for Store {
    async fn list(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<StoredEntry>> {
        let list = ListEntries::with((
            filter.from.map(Timestamp::as_microsecond),
            filter.until.map(Timestamp::as_microsecond),
            filter.actor.as_ref().map(|actor| actor.as_str()),
            &filter.action,
            &filter.room,
            &filter.subject,
            &filter.decision,
            &filter.address,
            &filter.session,
            &filter.request,
            before,
            i64::from(most),
        ));
        let rows: Vec<AuditRow> = self.searches.get().await?.all(list).await?;
        Ok(rows.into_iter().map(stored_entry).collect())
    }

    async fn entries(&self, after: i64, most: u32) -> Result<Vec<StoredEntry>> {
        let entries = EntriesAfter::with((after, i64::from(most)));
        let rows: Vec<AuditRow> = self.pool.get().await?.all(entries).await?;
        Ok(rows.into_iter().map(stored_entry).collect())
    }

    async fn seals(&self, after: i64, most: u32) -> Result<Vec<Seal>> {
        let seals = SealsAfter::with((after, i64::from(most)));
        let rows: Vec<SealRow> = self.pool.get().await?.all(seals).await?;
        Ok(rows.into_iter().map(stored_seal).collect())
    }

    async fn newest_seal(&self) -> Result<Option<Seal>> {
        let mut connection = self.pool.get().await?;
        let row: Option<SealRow> = connection.first(NewestSeal::with(())).await?;
        Ok(row.map(stored_seal))
    }

    async fn seal(&self, at: Timestamp) -> Result<usize> {
        let mut transaction = self.pool.begin().await?;
        let sealed = seal(&mut transaction, &self.audit_key, at).await;
        transaction.end(sealed).await
    }

    async fn waiting(&self, of: &[i64]) -> Result<Vec<i64>> {
        let waiting = Waiting::with((of.to_vec(),));
        self.pool.get().await?.all(waiting).await
    }

    async fn unsealed(&self) -> Result<u64> {
        let unsealed = Unsealed::with((MOST_COUNTED,));
        let count: Option<i64> = self.pool.get().await?.first(unsealed).await?;
        Ok(count.and_then(|count| count.try_into().ok()).unwrap_or(0))
    }

    async fn remove(&self, entries: &[i64], at: Timestamp) -> Result<usize> {
        let mut transaction = self.pool.begin().await?;
        let removed = remove(&mut transaction, &self.audit_key, entries, at).await;
        transaction.end(removed).await
    }

    async fn removed(&self, after: i64, most: u32) -> Result<Vec<RemovedEntries>> {
        let removed = RemovedAfter::with((after, i64::from(most)));
        let rows: Vec<RemovedRow> = self.pool.get().await?.all(removed).await?;
        rows.into_iter().map(removed_entries).collect()
    }
}

async fn remove(
    transaction: &mut Connection,
    key: &AuditKey,
    entries: &[i64],
    at: Timestamp,
) -> Result<usize> {
    transaction.run(RemoveAlone::with(())).await?;
    let gone: Vec<i64> = transaction.all(Remove::with((entries,))).await?;
    if gone.is_empty() {
        return Ok(0);
    }
    let count = gone.len();
    let number: Option<i64> = transaction.first(NextStatement::with(())).await?;
    let made = RemovedEntries::made(key, number.unwrap_or(1), at, gone);
    let state = State::with((
        made.number,
        made.at.as_microsecond(),
        made.encoded(),
        made.signature.as_bytes().to_vec(),
    ));
    transaction.run(state).await?;
    Ok(count)
}

async fn seal(transaction: &mut Connection, key: &AuditKey, at: Timestamp) -> Result<usize> {
    let alone: Option<bool> = transaction.first(SealAlone::with(())).await?;
    if alone != Some(true) {
        return Ok(0);
    }
    let newest: Option<SealRow> = transaction.first(NewestSeal::with(())).await?;
    let newest = match newest {
        Some((number, _, _, _, hash, _)) => (number, hash),
        None => {
            let before: Option<i64> = transaction.first(NewestUnsigned::with(())).await?;
            let first = Seal::first(key, at, before.unwrap_or(0));
            add(transaction, &first).await?;
            (first.number, first.hash.to_vec())
        }
    };
    let taken: Vec<i64> = transaction
        .all(TakeWaiting::with((SEALED_AT_ONCE,)))
        .await?;
    if taken.is_empty() {
        return Ok(0);
    }
    let count = taken.len();
    let signatures = transaction.all(Signatures::with((taken.clone(),))).await?;
    let seal = next_seal(key, newest, at, taken, signatures)?;
    add(transaction, &seal).await?;
    Ok(count)
}

async fn add(transaction: &mut Connection, seal: &Seal) -> Result<()> {
    let add = AddSeal::with((
        seal.number,
        seal.at.as_microsecond(),
        seal.before,
        ports::Link::encode(&seal.links),
        seal.hash.to_vec(),
        seal.signature.as_bytes().to_vec(),
    ));
    transaction.run(add).await.map(drop)
}
