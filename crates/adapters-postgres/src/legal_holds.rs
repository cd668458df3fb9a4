use async_trait::async_trait;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use jiff::Timestamp;
use legacy::{HoldRow, held_matter, legal_hold};
use ports::{Error, LegalHold, LegalHolds, MOST_LIFTED, NewHold, Result};

use crate::{
    statement::{Statement, statement},
    store::Store,
};

statement! {
    Place(Text, Nullable<Text>, Nullable<Text>, Text, Nullable<Text>, BigInt) -> BigInt
        = "INSERT INTO hims_legal_holds (matter, subject, reference, reason, placed_by, placed_at)
            VALUES ($1, $2, $3, $4, $5, hims_time($6)) RETURNING number";

    /// Lifts hold `$1` at `$2`; whether it held until now, and no row where there is none.
    Lift(BigInt, BigInt) -> Bool
        = "WITH lifted AS (
                UPDATE hims_legal_holds SET lifted_at = hims_time($2)
                WHERE number = $1 AND lifted_at IS NULL RETURNING number
            ) SELECT EXISTS (SELECT FROM lifted) FROM hims_legal_holds WHERE number = $1";

    /// Those that hold, and `$1` of the lifted ones.
    List(BigInt) -> (BigInt, Text, Nullable<Text>, Nullable<Text>, Text, Nullable<Text>, BigInt, Nullable<BigInt>)
        = "SELECT number, matter, subject, reference, reason, placed_by, hims_micros(placed_at), hims_micros(lifted_at)
            FROM hims_legal_holds
            WHERE lifted_at IS NULL OR number IN (
                SELECT number FROM hims_legal_holds WHERE lifted_at IS NOT NULL ORDER BY number DESC LIMIT $1)
            ORDER BY number DESC";
}

#[async_trait]
impl LegalHolds for Store {
    async fn place(&self, hold: &NewHold) -> Result<i64> {
        let (matter, subject, reference) = held_matter(&hold.matter);
        let place = Place::with((
            matter,
            subject,
            reference,
            hold.reason.as_str(),
            hold.placed_by.as_ref().map(ToString::to_string),
            hold.placed_at.as_microsecond(),
        ));
        let number: Option<i64> = self.pool.get().await?.first(place).await?;
        number.ok_or_else(|| Error::internal("a new hold has no number"))
    }

    async fn lift(&self, number: i64, at: Timestamp) -> Result<bool> {
        let lift = Lift::with((number, at.as_microsecond()));
        let lifted: Option<bool> = self.pool.get().await?.first(lift).await?;
        lifted.ok_or_else(|| Error::not_found("legal hold"))
    }

    async fn list(&self, lifted: bool) -> Result<Vec<LegalHold>> {
        let most = if lifted { MOST_LIFTED } else { 0 };
        let list = List::with((i64::try_from(most).unwrap_or(i64::MAX),));
        let rows: Vec<HoldRow> = self.pool.get().await?.all(list).await?;
        rows.into_iter().map(legal_hold).collect()
    }
}
