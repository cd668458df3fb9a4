use async_trait::async_trait;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use jiff::Timestamp;
use legacy::{HoldRow, held_matter, legal_hold};
use ports::{Error, LegalHold, LegalHolds, MOST_LIFTED, NewHold, Result};

use crate::{statement::statement, store::Store};

statement!(Place { matter: &'static str, subject: Option<String>, reference: Option<String>, reason: String,
               by: Option<String>, at: i64 } -> BigInt =
    "INSERT INTO hims_legal_holds (matter, subject, reference, reason, placed_by, placed_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING number");
statement!(Holds { number: i64 } -> Bool = "SELECT lifted_at IS NULL FROM hims_legal_holds WHERE number = ?1");
statement!(
    Lift {
        number: i64,
        at: i64
    } = "UPDATE hims_legal_holds SET lifted_at = ?2 WHERE number = ?1 AND lifted_at IS NULL"
);
statement!(
    /// Those that hold, and as many of the lifted ones.
    List { lifted: i64 } -> (BigInt, Text, Nullable<Text>, Nullable<Text>, Text, Nullable<Text>, BigInt, Nullable<BigInt>) =
    "SELECT number, matter, subject, reference, reason, placed_by, placed_at, lifted_at FROM hims_legal_holds \
     WHERE lifted_at IS NULL OR number IN ( \
         SELECT number FROM hims_legal_holds WHERE lifted_at IS NOT NULL ORDER BY number DESC LIMIT ?1) \
     ORDER BY number DESC");

#[async_trait]
impl LegalHolds for Store {
    async fn place(&self, hold: &NewHold) -> Result<i64> {
        let (matter, subject, reference) = held_matter(&hold.matter);
        let place = Place {
            matter,
            subject,
            reference,
            reason: hold.reason.as_str().to_owned(),
            by: hold.placed_by.as_ref().map(ToString::to_string),
            at: hold.placed_at.as_microsecond(),
        };
        let number: Option<i64> = self
            .writer
            .write(move |work| Ok(place.row(work.connection)?))
            .await?;
        number.ok_or_else(|| Error::internal("a new hold has no number"))
    }

    async fn lift(&self, number: i64, at: Timestamp) -> Result<bool> {
        let at = at.as_microsecond();
        self.writer
            .write(move |work| {
                let known: Option<bool> = Holds { number }.row(work.connection)?;
                known.ok_or_else(|| Error::not_found("legal hold"))?;
                Ok(Lift { number, at }.run(work.connection)? > 0)
            })
            .await
    }

    async fn list(&self, lifted: bool) -> Result<Vec<LegalHold>> {
        let most = if lifted { MOST_LIFTED } else { 0 };
        let lifted = i64::try_from(most).unwrap_or(i64::MAX);
        let rows: Vec<HoldRow> = self
            .readers
            .read(move |connection| Ok(List { lifted }.rows(connection)?))
            .await?;
        rows.into_iter().map(legal_hold).collect()
    }
}
