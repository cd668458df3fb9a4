use async_trait::async_trait;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use domain::Doctor;
use jiff::Timestamp;
use legacy::{drafts, key};
use ports::{DraftPlace, Drafts, Error, KeptDraft, Replaces, Result};

use crate::{
    pool::Connection,
    sql::is_doctor,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Draft `$4` of doctor `$1` for room `$3` of mount `$2`, saved at `$5`; where there is a `$6`, in place
    /// of the one saved then only.
    SaveDraft(BigInt, Text, Text, Binary, BigInt, Nullable<BigInt>) -> ()
        = concat!("INSERT INTO hims_drafts (user_id, mount, room, sealed, saved_at)
            SELECT u.id, $2, $3, $4, hims_time($5) FROM users u WHERE u.id = $1 AND ", is_doctor!("u"), "
            ON CONFLICT (user_id, mount, room) DO UPDATE SET sealed = excluded.sealed, saved_at = excluded.saved_at
            WHERE $6 IS NULL OR hims_drafts.saved_at = hims_time($6)");

    /// Forgets drafts of doctor `$1` beyond the newest `$2`, and everybody's saved until `$3`.
    DropDrafts(BigInt, BigInt, BigInt) -> ()
        = "DELETE FROM hims_drafts WHERE saved_at <= hims_time($3) OR (user_id, mount, room) IN (
            SELECT user_id, mount, room FROM hims_drafts WHERE user_id = $1
            ORDER BY saved_at DESC, mount, room OFFSET $2)";

    /// The draft of doctor `$1` for room `$3` of mount `$2`, if saved after `$4`.
    FindDraft(BigInt, Text, Text, BigInt) -> (Binary, BigInt)
        = "SELECT sealed, hims_micros(saved_at) FROM hims_drafts
            WHERE user_id = $1 AND mount = $2 AND room = $3 AND saved_at > hims_time($4)";

    /// The rooms of the drafts of doctor `$1` saved after `$2`.
    DraftPlaces(BigInt, BigInt) -> (Text, Text)
        = "SELECT mount, room FROM hims_drafts WHERE user_id = $1 AND saved_at > hims_time($2)
            ORDER BY saved_at DESC, mount, room";

    /// Forgets the draft of doctor `$1` for room `$3` of mount `$2`; where there is a `$4`, the one saved then only.
    ForgetDraft(BigInt, Text, Text, Nullable<BigInt>) -> ()
        = "DELETE FROM hims_drafts WHERE user_id = $1 AND mount = $2 AND room = $3
            AND ($4 IS NULL OR saved_at = hims_time($4))";
}

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
        let save = SaveDraft::with((
            doctor,
            &*place.mount,
            place.room.as_str(),
            &*draft.sealed,
            draft.saved_at.as_microsecond(),
            drafts::replaced(replaces),
        ));
        let mut connection = self.pool.get().await?;
        if connection.run(save).await? == 0 {
            let is_there = found(&mut connection, doctor, place, 0).await?.is_some();
            return Err(if is_there {
                drafts::another()
            } else {
                Error::not_found("doctor")
            });
        }
        let until = drafts::forgotten_until(draft.saved_at);
        let drop_others = DropDrafts::with((doctor, drafts::MOST, until));
        connection.run(drop_others).await.map(drop)
    }

    async fn find(
        &self,
        doctor: &Doctor,
        place: &DraftPlace,
        now: Timestamp,
    ) -> Result<Option<KeptDraft>> {
        let doctor = key(doctor.id().as_i64(), "doctor")?;
        let mut connection = self.pool.get().await?;
        found(&mut connection, doctor, place, drafts::forgotten_until(now)).await
    }

    async fn places(&self, doctor: &Doctor, now: Timestamp) -> Result<Vec<DraftPlace>> {
        let doctor = key(doctor.id().as_i64(), "doctor")?;
        let places = DraftPlaces::with((doctor, drafts::forgotten_until(now)));
        let rows: Vec<(String, String)> = self.pool.get().await?.all(places).await?;
        Ok(drafts::places(rows))
    }

    async fn forget(&self, doctor: &Doctor, place: &DraftPlace, replaces: Replaces) -> Result<()> {
        let doctor = key(doctor.id().as_i64(), "doctor")?;
        let (room, replaced) = (place.room.as_str(), drafts::replaced(replaces));
        let forget = ForgetDraft::with((doctor, &*place.mount, room, replaced));
        let mut connection = self.pool.get().await?;
        let is_gone = connection.run(forget).await? > 0
            || found(&mut connection, doctor, place, 0).await?.is_none();
        if is_gone {
            Ok(())
        } else {
            Err(drafts::another())
        }
    }
}

/// The draft, if saved after `since` (microseconds since 1970).
async fn found(
    connection: &mut Connection,
    doctor: i64,
    place: &DraftPlace,
    since: i64,
) -> Result<Option<KeptDraft>> {
    let find = FindDraft::with((doctor, &*place.mount, place.room.as_str(), since));
    let row: Option<(Vec<u8>, i64)> = connection.first(find).await?;
    row.map(drafts::draft).transpose()
}
