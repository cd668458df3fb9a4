use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Nullable},
};
use domain::{ParticipantChange, Participation};
use legacy::ChangeRow;

use super::Membership;
use crate::{columns::Text, error::Fault, sql::now, statement::statement};

statement!(
    Note {
        room: i64,
        doctor: i64,
        by: Option<i64>,
        change: &'static str,
        at: i64
    } = "INSERT INTO hims_participant_changes (room_id, user_id, by_id, change, at) VALUES (?1, ?2, ?3, ?4, ?5)"
);

type ChangeColumns = (
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

statement!(Newest { room: i64, most: i64 } -> ChangeColumns =
    "SELECT c.user_id, u.name, u.specialty, u.grade, c.by_id, b.name, b.specialty, b.grade, c.change, c.at \
     FROM hims_participant_changes c LEFT JOIN users u ON u.id = c.user_id LEFT JOIN users b ON b.id = c.by_id \
     WHERE c.room_id = ?1 ORDER BY c.id DESC LIMIT ?2");

/// Keeps that somebody came or went; `by` did it, who may be the doctor.
pub(super) fn note(
    connection: &mut SqliteConnection,
    room: i64,
    doctor: i64,
    by: i64,
    change: Participation,
) -> Result<(), Fault> {
    let note = Note {
        room,
        doctor,
        by: (by != doctor).then_some(by),
        change: change.as_str(),
        at: now(),
    };
    note.run(connection)?;
    Ok(())
}

/// See [`ports::Rooms::changes`].
pub(super) fn read(
    connection: &mut SqliteConnection,
    room: i64,
    doctor: i64,
) -> Result<Vec<ParticipantChange>, Fault> {
    Membership::of(connection, room, doctor)?;
    let rows = newest(connection, room, ParticipantChange::MOST)?;
    let changes = rows.into_iter().map(ChangeRow::into_change);
    Ok(changes.collect::<Result<_, _>>()?)
}

/// The newest changes of a room, oldest first.
pub(crate) fn newest(
    connection: &mut SqliteConnection,
    room: i64,
    most: usize,
) -> Result<Vec<ChangeRow>, Fault> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut rows: Vec<ChangeRow> = Newest { room, most }.rows(connection)?;
    rows.reverse();
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn only_the_newest_of_the_room_are_read() {
        assert!(Newest::scanned().is_empty(), "{}", Newest::plan());
    }
}
