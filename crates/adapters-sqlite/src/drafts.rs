use async_trait::async_trait;
use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Binary, Text},
};
use domain::Doctor;
use jiff::Timestamp;
use legacy::{drafts, key};
use ports::{DraftPlace, Drafts, Error, KeptDraft, Replaces, Result};

use crate::{error::Fault, sql::is_doctor, statement::statement, store::Store};

statement!(
    Save {
        doctor: i64,
        mount: String,
        room: String,
        sealed: Vec<u8>,
        saved_at: i64,
        replaced: Option<i64>
    } = concat!(
        "INSERT INTO hims_drafts (user_id, mount, room, sealed, saved_at) \
     SELECT u.id, ?2, ?3, ?4, ?5 FROM users u WHERE u.id = ?1 AND ",
        is_doctor!(),
        " \
     ON CONFLICT (user_id, mount, room) DO UPDATE SET sealed = excluded.sealed, saved_at = excluded.saved_at \
         WHERE ?6 IS NULL OR hims_drafts.saved_at = ?6"
    )
);
statement!(
    /// Drafts of the doctor beyond the newest of a number.
    DropMost { doctor: i64, most: i64 } = "DELETE FROM hims_drafts WHERE rowid IN (\
     SELECT rowid FROM hims_drafts WHERE user_id = ?1 ORDER BY saved_at DESC, rowid DESC LIMIT -1 OFFSET ?2)"
);
statement!(DropOld { until: i64 } = "DELETE FROM hims_drafts WHERE saved_at <= ?1");
statement!(Find { doctor: i64, mount: String, room: String, since: i64 } -> (Binary, BigInt) =
    "SELECT sealed, saved_at FROM hims_drafts WHERE user_id = ?1 AND mount = ?2 AND room = ?3 AND saved_at > ?4");
statement!(Places { doctor: i64, since: i64 } -> (Text, Text) =
    "SELECT mount, room FROM hims_drafts WHERE user_id = ?1 AND saved_at > ?2 ORDER BY saved_at DESC, rowid DESC");
statement!(
    Forget {
        doctor: i64,
        mount: String,
        room: String,
        replaced: Option<i64>
    } = "DELETE FROM hims_drafts WHERE user_id = ?1 AND mount = ?2 AND room = ?3 AND (?4 IS NULL OR saved_at = ?4)"
);

#[async_trait]
impl Drafts for Store {
    async fn save(
        &self,
        doctor: &Doctor,
        place: &DraftPlace,
        draft: &KeptDraft,
        replaces: Replaces,
    ) -> Result<()> {
        let doctor = key(doctor.id().as_i64(), "doctor")?;
        let (place, draft) = (place.clone(), draft.clone());
        let replaced = drafts::replaced(replaces);
        self.writer
            .write(move |work| {
                let save = Save {
                    doctor,
                    mount: place.mount.clone(),
                    room: place.room.to_string(),
                    sealed: draft.sealed.clone(),
                    saved_at: draft.saved_at.as_microsecond(),
                    replaced,
                };
                if save.run(work.connection)? == 0 {
                    return Err(refused(work.connection, doctor, &place)?.into());
                }
                let most = drafts::MOST;
                DropMost { doctor, most }.run(work.connection)?;
                let until = drafts::forgotten_until(draft.saved_at);
                Ok(DropOld { until }.run(work.connection).map(drop)?)
            })
            .await
    }

    async fn find(
        &self,
        doctor: &Doctor,
        place: &DraftPlace,
        now: Timestamp,
    ) -> Result<Option<KeptDraft>> {
        let find = Find {
            doctor: key(doctor.id().as_i64(), "doctor")?,
            mount: place.mount.clone(),
            room: place.room.to_string(),
            since: drafts::forgotten_until(now),
        };
        let found: Option<(Vec<u8>, i64)> = self
            .readers
            .read(move |connection| Ok(find.row(connection)?))
            .await?;
        found.map(drafts::draft).transpose()
    }

    async fn places(&self, doctor: &Doctor, now: Timestamp) -> Result<Vec<DraftPlace>> {
        let places = Places {
            doctor: key(doctor.id().as_i64(), "doctor")?,
            since: drafts::forgotten_until(now),
        };
        let rows: Vec<(String, String)> = self
            .readers
            .read(move |connection| Ok(places.rows(connection)?))
            .await?;
        Ok(drafts::places(rows))
    }

    async fn forget(&self, doctor: &Doctor, place: &DraftPlace, replaces: Replaces) -> Result<()> {
        let doctor = key(doctor.id().as_i64(), "doctor")?;
        let place = place.clone();
        let replaced = drafts::replaced(replaces);
        self.writer
            .write(move |work| {
                let forget = Forget {
                    doctor,
                    mount: place.mount.clone(),
                    room: place.room.to_string(),
                    replaced,
                };
                let is_gone =
                    forget.run(work.connection)? > 0 || !is_there(work.connection, doctor, &place)?;
                if is_gone {
                    Ok(())
                } else {
                    Err(drafts::another().into())
                }
            })
            .await
    }
}

/// The reason that a draft was not saved.
fn refused(
    connection: &mut SqliteConnection,
    doctor: i64,
    place: &DraftPlace,
) -> Result<Error, Fault> {
    let is_there = is_there(connection, doctor, place)?;
    Ok(if is_there {
        drafts::another()
    } else {
        Error::not_found("doctor")
    })
}

fn is_there(
    connection: &mut SqliteConnection,
    doctor: i64,
    place: &DraftPlace,
) -> Result<bool, Fault> {
    let find = Find {
        doctor,
        mount: place.mount.clone(),
        room: place.room.to_string(),
        since: 0,
    };
    let found: Option<(Vec<u8>, i64)> = find.row(connection)?;
    Ok(found.is_some())
}
