use async_trait::async_trait;
use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Text},
};
use domain::{Availability, AvailabilityText, Doctor, StaffId};
use jiff::Timestamp;
use legacy::{key, time};
use ports::{Availabilities, AvailabilityStream, Error, Result};

use crate::{
    error::Fault,
    sql::is_doctor,
    statement::{json_list, statement},
    store::Store,
};

statement!(
    Say {
        doctor: i64,
        text: String,
        until: i64
    } = concat!(
        "INSERT INTO hims_availability (user_id, text, until) \
     SELECT u.id, ?2, ?3 FROM users u WHERE u.id = ?1 AND ",
        is_doctor!(),
        " \
     ON CONFLICT (user_id) DO UPDATE SET text = excluded.text, until = excluded.until"
    )
);
statement!(TakeBack { doctor: i64 } = "DELETE FROM hims_availability WHERE user_id = ?1");
statement!(Said { doctors: String, now: i64 } -> (BigInt, Text, BigInt) = concat!(
    "SELECT a.user_id, a.text, a.until FROM hims_availability a JOIN users u ON u.id = a.user_id \
     WHERE a.user_id IN (SELECT value FROM json_each(?1)) AND a.until > ?2 AND ", is_doctor!()));

#[async_trait]
impl Availabilities for Store {
    async fn set<'a>(&self, doctor: &Doctor, availability: Option<&'a Availability>) -> Result<()> {
        let doctor = key(doctor.id().as_i64(), "doctor")?;
        let availability = availability.cloned();
        self.writer
            .write(move |work| {
                match &availability {
                    Some(availability) => say(work.connection, doctor, availability)?,
                    None => TakeBack { doctor }.run(work.connection).map(drop)?,
                }
                work.tell_said(doctor, availability);
                Ok(())
            })
            .await
    }

    async fn of(
        &self,
        _doctor: &Doctor,
        staff: &[StaffId],
        now: Timestamp,
    ) -> Result<Vec<(StaffId, Availability)>> {
        let said = Said {
            doctors: json_list(staff.iter().filter_map(StaffId::as_i64)),
            now: now.as_microsecond(),
        };
        let rows: Vec<(i64, String, i64)> = self
            .readers
            .read(move |connection| Ok(said.rows(connection)?))
            .await?;
        let availability = |(doctor, text, until): (i64, String, i64)| {
            let availability = Availability {
                text: AvailabilityText::stored(text),
                until: time(until)?,
            };
            Ok((StaffId::from(doctor), availability))
        };
        rows.into_iter().map(availability).collect()
    }

    fn news(&self) -> AvailabilityStream {
        self.hub.said()
    }
}

/// Also what filling a store does.
pub(crate) fn say(
    connection: &mut SqliteConnection,
    doctor: i64,
    availability: &Availability,
) -> Result<(), Fault> {
    let say = Say {
        doctor,
        text: availability.text.as_str().to_owned(),
        until: availability.until.as_microsecond(),
    };
    match say.run(connection)? {
        0 => Err(Error::not_found("doctor").into()),
        _ => Ok(()),
    }
}
