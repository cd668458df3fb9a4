use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Text};
use domain::{Availability, AvailabilityText, Doctor, StaffId};
use jiff::Timestamp;
use legacy::key;
use ports::{Availabilities, AvailabilityStream, Error, Result, hub::Hub};

use crate::{
    live::wire::Signal,
    pool::{Connection, Pool},
    sql::is_doctor,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Doctor `$1` says `$2` until `$3`.
    Say(BigInt, Text, BigInt) -> ()
        = concat!("INSERT INTO hims_availability (user_id, text, until)
            SELECT u.id, $2, hims_time($3) FROM users u WHERE u.id = $1 AND ", is_doctor!("u"), "
            ON CONFLICT (user_id) DO UPDATE SET text = excluded.text, until = excluded.until");

    /// Doctor `$1` says nothing any more.
    TakeBack(BigInt) -> () = "DELETE FROM hims_availability WHERE user_id = $1";

    /// Statements of the doctors `$1` that hold at `$2`.
    Said(Array<BigInt>, BigInt) -> (BigInt, Text, BigInt)
        = concat!("SELECT a.user_id, a.text, hims_micros(a.until)
            FROM hims_availability a JOIN users u ON u.id = a.user_id
            WHERE a.user_id = ANY ($1) AND a.until > hims_time($2) AND ", is_doctor!("u"));

    /// The last statement of doctor `$1`, over or not.
    SaidLast(BigInt) -> (Text, BigInt)
        = concat!("SELECT a.text, hims_micros(a.until)
            FROM hims_availability a JOIN users u ON u.id = a.user_id
            WHERE a.user_id = $1 AND ", is_doctor!("u"));
}

#[async_trait]
impl Availabilities for Store {
    async fn set<'a>(&self, doctor: &Doctor, availability: Option<&'a Availability>) -> Result<()> {
        let doctor = key(doctor.id().as_i64(), "doctor")?;
        let mut connection = self.pool.get().await?;
        match availability {
            Some(availability) => say(&mut connection, doctor, availability).await?,
            None => connection.run(TakeBack::with((doctor,))).await.map(drop)?,
        }
        self.announcer.signal(Signal::Said(doctor));
        Ok(())
    }

    async fn of(
        &self,
        _doctor: &Doctor,
        staff: &[StaffId],
        now: Timestamp,
    ) -> Result<Vec<(StaffId, Availability)>> {
        let doctors: Vec<i64> = staff.iter().filter_map(StaffId::as_i64).collect();
        let mut connection = self.pool.get().await?;
        let said = Said::with((doctors, now.as_microsecond()));
        let rows: Vec<(i64, String, i64)> = connection.all(said).await?;
        let availability = |(doctor, text, until): (i64, String, i64)| {
            Ok((StaffId::from(doctor), stored(text, until)?))
        };
        rows.into_iter().map(availability).collect()
    }

    fn news(&self) -> AvailabilityStream {
        self.hub.said()
    }
}

fn stored(text: String, until: i64) -> Result<Availability> {
    Ok(Availability {
        text: AvailabilityText::stored(text),
        until: legacy::time(until)?,
    })
}

/// Tells those connected here what a doctor says now. Who asks the table last tells last, so that
/// nobody is left with what was said before.
pub(crate) async fn tell(pool: &Pool, hub: &Hub, doctor: i64) -> Result<()> {
    let mut connection = pool.get().await?;
    let said: Option<(String, i64)> = connection.first(SaidLast::with((doctor,))).await?;
    let said = said.map(|(text, until)| stored(text, until)).transpose()?;
    hub.say(StaffId::from(doctor), said);
    Ok(())
}

/// Also what filling a store does.
pub(crate) async fn say(
    connection: &mut Connection,
    doctor: i64,
    availability: &Availability,
) -> Result<()> {
    let until = availability.until.as_microsecond();
    let say = Say::with((doctor, availability.text.as_str(), until));
    match connection.run(say).await? {
        0 => Err(Error::not_found("doctor")),
        _ => Ok(()),
    }
}
