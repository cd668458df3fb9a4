use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use domain::{ParticipantChange, Participation};
use legacy::ChangeRow;
use ports::{Error, Result};

use crate::{
    pool::Connection,
    sql::takes_part,
    statement::{Statement, statement},
    store::Store,
};

pub(crate) type ChangeColumns = (
    BigInt,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Text,
    BigInt,
);

statement! {
    /// `$2` came into room `$1` or went, as `$4` says; `$3` did it.
    Note(BigInt, BigInt, Nullable<BigInt>, Text) -> ()
        = "INSERT INTO hims_participant_changes (room_id, user_id, by_id, change, at)
            VALUES ($1, $2, $3, $4, clock_timestamp())";

    /// Whether `$2` takes part in room `$1`.
    TakesPart(BigInt, BigInt) -> Bool = concat!("SELECT ", takes_part!("$1", "$2"));

    /// The newest `$3` changes of room `$1`, newest first, for `$2` who takes part.
    Newest(BigInt, BigInt, BigInt) -> ChangeColumns
        = concat!("SELECT c.user_id, u.name, u.specialty, u.grade, c.by_id, b.name, b.specialty, b.grade,
                c.change, hims_micros(c.at)
            FROM hims_participant_changes c LEFT JOIN users u ON u.id = c.user_id
            LEFT JOIN users b ON b.id = c.by_id
            WHERE c.room_id = $1 AND ", takes_part!("$1", "$2"), " ORDER BY c.id DESC LIMIT $3");
}

/// Keeps that somebody came or went; `by` did it, who may be the doctor.
pub(super) async fn note(
    transaction: &mut Connection,
    room: i64,
    doctor: i64,
    by: i64,
    change: Participation,
) -> Result<()> {
    let by = (by != doctor).then_some(by);
    transaction
        .run(Note::with((room, doctor, by, change.as_str())))
        .await
        .map(drop)
}

/// Reads who joined the room and who left.
pub(super) async fn read(store: &Store, room: i64, doctor: i64) -> Result<Vec<ParticipantChange>> {
    let mut connection = store.pool.get().await?;
    let is_in: Option<bool> = connection.first(TakesPart::with((room, doctor))).await?;
    if is_in != Some(true) {
        return Err(Error::not_found("room"));
    }
    let most = i64::try_from(ParticipantChange::MOST).unwrap_or(i64::MAX);
    let rows: Vec<ChangeRow> = connection.all(Newest::with((room, doctor, most))).await?;
    rows.into_iter().rev().map(ChangeRow::into_change).collect()
}
