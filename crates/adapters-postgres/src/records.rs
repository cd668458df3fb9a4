use async_trait::async_trait;
use bytes::Bytes;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::{AttachmentId, MessageId, ParticipantChange, PatientRef, RoomId};
use legacy::{
    ChangeRow, MarkRow, MessageRow, RecordRow, VersionRow, key, name, records, room_key,
    to_be_named,
};
use ports::{Error, MessageRecord, RECORDS_AT_ONCE, Records, Result, RoomRecord};

use crate::{
    messages::read::{PageColumns, PageRow, page, steps},
    patient_directory::fill_references,
    pool::Connection,
    rooms::changes::ChangeColumns,
    sql::{is_doctor, once},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// The `$2` rooms after `$1`.
    RoomsAfter(BigInt, BigInt) -> BigInt
        = "SELECT id FROM chat_rooms WHERE id > $1 AND deleted_at IS NULL ORDER BY id LIMIT $2";

    /// Of the patients on ward `$1`.
    RoomsOnWard(Text) -> BigInt
        = "SELECT r.id FROM chat_rooms r LEFT JOIN hims_merged_records g ON g.patient_id = r.patient_id
            JOIN patients t ON t.id = coalesce(g.now_id, r.patient_id)
            WHERE lower(btrim(t.ward)) = lower(btrim($1)) AND t.deleted_at IS NULL AND r.deleted_at IS NULL
            ORDER BY r.id";

    /// The `$3` rooms of the patient of reference `$1` after `$2`.
    RoomsOfPatient(Text, BigInt, BigInt) -> BigInt
        = "SELECT r.id FROM patients t JOIN chat_rooms r ON r.patient_id = t.id
            WHERE t.patient_ref = $1 AND r.id > $2 AND r.deleted_at IS NULL ORDER BY r.id LIMIT $3";

    /// Room `$1`. Positions below 0 are of messages that are still being brought in.
    RoomRow(BigInt) -> (BigInt, Nullable<BigInt>, Bool, Bool, Nullable<Text>, Nullable<Text>, BigInt, BigInt)
        = concat!("SELECT r.id, r.patient_id, r.type = 'private' AND r.patient_id IS NULL,
            CASE WHEN r.patient_id IS NOT NULL THEN r.id = coalesce(
                    (SELECT h.room_id FROM hims_patient_rooms h WHERE h.patient_id = r.patient_id),
                    (SELECT min(o.id) FROM chat_rooms o WHERE o.patient_id = r.patient_id AND o.deleted_at IS NULL))
                WHEN r.type = 'private' AND r.direct_key IS NULL THEN NOT EXISTS (SELECT
                    FROM chat_participants op JOIN chat_rooms o ON o.id = op.room_id
                    WHERE op.user_id = (SELECT min(user_id) FROM chat_participants WHERE room_id = r.id)
                        AND o.id <> r.id AND o.type = 'private' AND o.patient_id IS NULL AND o.deleted_at IS NULL
                        AND (o.direct_key IS NOT NULL OR o.id < r.id)
                        AND (SELECT ARRAY[min(user_id), max(user_id)] FROM chat_participants WHERE room_id = o.id)
                          = (SELECT ARRAY[min(user_id), max(user_id)] FROM chat_participants WHERE room_id = r.id))
                ELSE true END, r.name,
            (SELECT json_agg(json_build_object('id', u.id, 'name', u.name, 'specialty', u.specialty,
                    'grade', u.grade, 'joined_at', hims_micros(p.joined_at),
                    'read_through', (SELECT m.id FROM chat_messages m WHERE m.room_id = r.id
                        AND m.position > 0 AND m.position <= p.read_position
                        ORDER BY m.position DESC LIMIT 1))
                    ORDER BY p.joined_at NULLS FIRST, p.id)::text
                FROM chat_participants p JOIN users u ON u.id = p.user_id AND ", is_doctor!("u"), "
                WHERE p.room_id = r.id AND p.left_at IS NULL AND ", once!(), "),
            coalesce(hims_micros(r.created_at), 0), r.last_position
            FROM chat_rooms r WHERE r.id = $1 AND r.deleted_at IS NULL");

    /// The newest `$2` changes of room `$1`, newest first.
    Changes(BigInt, BigInt) -> ChangeColumns
        = "SELECT c.user_id, u.name, u.specialty, u.grade, c.by_id, b.name, b.specialty, b.grade,
                c.change, hims_micros(c.at)
            FROM hims_participant_changes c LEFT JOIN users u ON u.id = c.user_id
            LEFT JOIN users b ON b.id = c.by_id
            WHERE c.room_id = $1 ORDER BY c.id DESC LIMIT $2";

    /// The place of message `$2` in room `$1`.
    PlaceOf(BigInt, BigInt) -> BigInt
        = "SELECT position FROM chat_messages WHERE id = $2 AND room_id = $1 AND position > 0";

    /// The `$3` messages after place `$2`.
    MessagesAfter(BigInt, BigInt, BigInt) -> PageColumns
        = page!("m.position > $2 ORDER BY m.position LIMIT $3", "m.position > 0");

    SizeOf(BigInt) -> BigInt = "SELECT count(*) FROM chat_messages WHERE room_id = $1 AND position > 0";

    /// Earlier versions of the messages `$1`.
    VersionsOf(Array<BigInt>) -> (BigInt, Nullable<Text>, BigInt)
        = "SELECT message_id, text, hims_micros(replaced_at) FROM chat_message_versions
            WHERE message_id = ANY ($1) ORDER BY message_id, version";

    /// The ids that those of the messages `$1` have in the other backend that were written there.
    NamesOf(Array<BigInt>) -> (BigInt, Text)
        = "SELECT message_id, stream_message FROM hims_returned_messages WHERE message_id = ANY ($1)";
}

#[async_trait]
impl Records for Store {
    async fn rooms<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<RoomId>> {
        let after = after.map_or(Ok(0), room_key)?;
        let mut connection = self.pool.get().await?;
        let ids: Vec<i64> = connection.all(RoomsAfter::with((after, most()))).await?;
        Ok(ids.into_iter().map(RoomId::from).collect())
    }

    async fn rooms_on_ward(&self, ward: &str) -> Result<Vec<RoomId>> {
        let mut connection = self.pool.get().await?;
        let ids: Vec<i64> = connection.all(RoomsOnWard::with((ward,))).await?;
        Ok(ids.into_iter().map(RoomId::from).collect())
    }

    async fn rooms_of_patient<'a>(
        &self,
        patient: &PatientRef,
        after: Option<&'a RoomId>,
    ) -> Result<Vec<RoomId>> {
        let after = after.map_or(Ok(0), room_key)?;
        let mut connection = self.pool.get().await?;
        // Patients whom another application added have no reference until somebody looks for one.
        fill_references(&mut connection, &self.key).await?;
        let query = RoomsOfPatient::with((patient.as_str(), after, most()));
        let ids: Vec<i64> = connection.all(query).await?;
        Ok(ids.into_iter().map(RoomId::from).collect())
    }

    async fn room(&self, room: &RoomId) -> Result<RoomRecord> {
        let room = room_key(room)?;
        let mut connection = self.pool.get().await?;
        let row = find(&mut connection, room).await?;
        let most = i64::try_from(ParticipantChange::MOST).unwrap_or(i64::MAX);
        let mut changes: Vec<ChangeRow> = connection.all(Changes::with((room, most))).await?;
        changes.reverse();
        row.into_record(&self.key, changes)
    }

    async fn size(&self, room: &RoomId) -> Result<Option<u64>> {
        let size = SizeOf::with((room_key(room)?,));
        let size: Option<i64> = self.pool.get().await?.first(size).await?;
        Ok(size.and_then(|size| u64::try_from(size).ok()))
    }

    async fn messages<'a>(
        &self,
        room: &RoomId,
        after: Option<&'a MessageId>,
    ) -> Result<Vec<MessageRecord>> {
        let room = room_key(room)?;
        let mut connection = self.pool.get().await?;
        let than = match after {
            None => 0,
            Some(message) => place(&mut connection, room, message).await?,
        };
        let after = MessagesAfter::with((room, than, most()));
        let rows: Vec<PageRow> = connection.all(after).await?;
        if rows.is_empty() {
            find(&mut connection, room).await?;
            return Ok(Vec::new());
        }
        whole(&mut connection, rows).await
    }

    async fn file(&self, file: &AttachmentId) -> Result<Bytes> {
        self.files.get(key(file.as_i64(), "file")?).await
    }

    async fn thumbnail(&self, file: &AttachmentId) -> Result<Bytes> {
        self.files.thumbnail(key(file.as_i64(), "file")?).await
    }
}

/// Messages with what readers are not shown.
pub(crate) async fn whole(
    connection: &mut Connection,
    rows: Vec<PageRow>,
) -> Result<Vec<MessageRecord>> {
    let (rows, marks): (Vec<MessageRow>, Vec<Option<String>>) = rows.into_iter().unzip();
    let marks: Vec<MarkRow> = steps(marks.into_iter().flatten().next())?;
    let edited = rows.iter().filter(|row| row.edited_at.is_some());
    let edited: Vec<i64> = edited.map(|row| row.id).collect();
    let versions: Vec<VersionRow> = if edited.is_empty() {
        Vec::new()
    } else {
        connection.all(VersionsOf::with((edited,))).await?
    };
    let mut found = records(rows, marks, versions)?;
    let names = NamesOf::with((to_be_named(&found),));
    name(&mut found, connection.all(names).await?);
    Ok(found)
}

async fn find(connection: &mut Connection, room: i64) -> Result<RecordRow> {
    let row: Option<RecordRow> = connection.first(RoomRow::with((room,))).await?;
    row.ok_or_else(|| Error::not_found("room"))
}

async fn place(connection: &mut Connection, room: i64, message: &MessageId) -> Result<i64> {
    let message = message.as_i64().unwrap_or(-1);
    let place = connection.first(PlaceOf::with((room, message))).await?;
    place.ok_or_else(|| Error::invalid("after", "must name a message of this room"))
}

fn most() -> i64 {
    i64::try_from(RECORDS_AT_ONCE).unwrap_or(i64::MAX)
}
