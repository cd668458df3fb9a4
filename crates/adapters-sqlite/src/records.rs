use async_trait::async_trait;
use bytes::Bytes;
use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Nullable},
};
use domain::{AttachmentId, MessageId, ParticipantChange, PatientRef, RoomId};
use legacy::{
    ChangeRow, MessageRow, RecordRow, VersionRow, key, name, records, room_key, to_be_named,
};
use ports::{Error, MessageRecord, RECORDS_AT_ONCE, Records, Result, RoomRecord};

use crate::{
    columns::Text,
    error::Fault,
    messages::read::{Columns, Row, apart, messages, position},
    rooms::{changes::newest, no_room},
    sql::is_participant,
    statement::{json_list, statement},
    store::Store,
};

statement!(RoomsAfter { room: i64, most: i64 } -> BigInt =
    "SELECT id FROM chat_rooms WHERE id > ?1 AND deleted_at IS NULL ORDER BY id LIMIT ?2");

statement!(RoomsOnWard { ward: String } -> BigInt =
    "SELECT r.id FROM chat_rooms r LEFT JOIN hims_merged_records g ON g.patient_id = r.patient_id \
     JOIN patients t ON t.id = coalesce(g.now_id, r.patient_id) WHERE lower(trim(t.ward)) = lower(trim(?1)) AND t.deleted_at IS NULL AND r.deleted_at IS NULL ORDER BY r.id");

statement!(RoomsOfPatient { patient: i64, after: i64, most: i64 } -> BigInt =
    "SELECT id FROM chat_rooms WHERE patient_id = ?1 AND id > ?2 AND deleted_at IS NULL ORDER BY id LIMIT ?3");

statement!(
    /// Positions below 0 are of messages that are still being brought in.
    RoomRow { room: i64 } -> (BigInt, Nullable<BigInt>, Bool, Bool, Nullable<Text>, Nullable<Text>, BigInt, BigInt)
        = concat!(
    "SELECT r.id, r.patient_id, r.type = 'private' AND r.patient_id IS NULL, \
     CASE WHEN r.patient_id IS NOT NULL THEN r.id = coalesce( \
         (SELECT h.room_id FROM hims_patient_rooms h WHERE h.patient_id = r.patient_id), \
         (SELECT min(o.id) FROM chat_rooms o WHERE o.patient_id = r.patient_id AND o.deleted_at IS NULL)) \
     WHEN r.type = 'private' AND r.direct_key IS NULL THEN NOT EXISTS (SELECT 1 \
         FROM chat_participants op JOIN chat_rooms o ON o.id = op.room_id \
         WHERE op.user_id = (SELECT min(user_id) FROM chat_participants WHERE room_id = r.id) \
             AND o.id <> r.id AND o.type = 'private' AND o.patient_id IS NULL AND o.deleted_at IS NULL \
             AND (o.direct_key IS NOT NULL OR o.id < r.id) \
             AND (SELECT min(user_id) || ':' || max(user_id) FROM chat_participants WHERE room_id = o.id) \
               = (SELECT min(user_id) || ':' || max(user_id) FROM chat_participants WHERE room_id = r.id)) \
     ELSE 1 END, r.name, \
     (SELECT json_group_array(json_object('id', u.id, 'name', CAST(u.name AS TEXT), 'specialty', CAST(u.specialty AS TEXT), \
          'grade', CAST(u.grade AS TEXT), 'joined_at', coalesce(hims_micros(p.joined_at), hims_micros(p.created_at)), \
          'read_through', (SELECT m.id FROM chat_messages m WHERE m.room_id = r.id AND m.position > 0 \
              AND m.position <= p.read_position ORDER BY m.position DESC LIMIT 1)) \
          ORDER BY p.joined_at, p.id) \
      FROM chat_participants p JOIN users u ON u.id = p.user_id \
      WHERE p.room_id = r.id AND ", is_participant!(), "), \
     coalesce(hims_micros(r.created_at), 0), r.last_position \
     FROM chat_rooms r WHERE r.id = ?1 AND r.deleted_at IS NULL"));

statement!(MessagesAfter { room: i64, than: i64, most: i64 } -> Columns =
    messages!("m.position > 0", "m.position > ?2 ORDER BY m.position", "?3"));

statement!(SizeOf { room: i64 } -> BigInt =
    "SELECT count(*) FROM chat_messages WHERE room_id = ?1 AND position > 0");

statement!(VersionsOf { messages: String } -> (BigInt, Nullable<Text>, BigInt) =
    "SELECT v.message_id, v.text, v.replaced_at FROM json_each(?1) wanted \
     JOIN chat_message_versions v ON v.message_id = wanted.value ORDER BY v.message_id, v.version");

statement!(NamesOf { messages: String } -> (BigInt, Text) =
    "SELECT n.message_id, n.stream_message FROM json_each(?1) wanted \
     JOIN hims_returned_messages n ON n.message_id = wanted.value");

#[async_trait]
impl Records for Store {
    async fn rooms<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<RoomId>> {
        let room = after.map_or(Ok(0), room_key)?;
        let ids: Vec<i64> = self
            .readers
            .read(move |connection| {
                let most = most();
                Ok(RoomsAfter { room, most }.rows(connection)?)
            })
            .await?;
        Ok(ids.into_iter().map(RoomId::from).collect())
    }

    async fn rooms_on_ward(&self, ward: &str) -> Result<Vec<RoomId>> {
        let ward = ward.to_owned();
        let ids: Vec<i64> = self
            .readers
            .read(move |connection| Ok(RoomsOnWard { ward }.rows(connection)?))
            .await?;
        Ok(ids.into_iter().map(RoomId::from).collect())
    }

    async fn rooms_of_patient<'a>(
        &self,
        patient: &PatientRef,
        after: Option<&'a RoomId>,
    ) -> Result<Vec<RoomId>> {
        let Some(patient) = self.patient_of(patient).await? else {
            return Ok(Vec::new());
        };
        let after = after.map_or(Ok(0), room_key)?;
        let most = most();
        let of_patient = RoomsOfPatient {
            patient,
            after,
            most,
        };
        let ids: Vec<i64> = self
            .readers
            .read(move |connection| Ok(of_patient.rows(connection)?))
            .await?;
        Ok(ids.into_iter().map(RoomId::from).collect())
    }

    async fn room(&self, room: &RoomId) -> Result<RoomRecord> {
        let (room, key) = (room_key(room)?, self.key.clone());
        self.readers
            .read(move |connection| {
                let row: Option<RecordRow> = RoomRow { room }.row(connection)?;
                let row = row.ok_or_else(no_room)?;
                let changes: Vec<ChangeRow> = newest(connection, room, ParticipantChange::MOST)?;
                Ok(row.into_record(&key, changes)?)
            })
            .await
    }

    async fn size(&self, room: &RoomId) -> Result<Option<u64>> {
        let room = room_key(room)?;
        let size = self
            .readers
            .read(move |connection| Ok(SizeOf { room }.row::<i64>(connection)?));
        Ok(size.await?.and_then(|size| u64::try_from(size).ok()))
    }

    async fn messages<'a>(
        &self,
        room: &RoomId,
        after: Option<&'a MessageId>,
    ) -> Result<Vec<MessageRecord>> {
        let room = room_key(room)?;
        let after = after.map(|id| id.as_i64().unwrap_or(-1));
        self.readers
            .read(move |connection| page(connection, room, after))
            .await
    }

    async fn file(&self, file: &AttachmentId) -> Result<Bytes> {
        self.files.get(key(file.as_i64(), "file")?).await
    }

    async fn thumbnail(&self, file: &AttachmentId) -> Result<Bytes> {
        self.files.thumbnail(key(file.as_i64(), "file")?).await
    }
}

fn page(
    connection: &mut SqliteConnection,
    room: i64,
    after: Option<i64>,
) -> Result<Vec<MessageRecord>, Fault> {
    let than = match after {
        None => 0,
        Some(message) => position(connection, room, message)?
            .ok_or_else(|| Error::invalid("after", "must name a message of this room"))?,
    };
    let most = most();
    let rows: Vec<Row> = MessagesAfter { room, than, most }.rows(connection)?;
    if rows.is_empty() {
        let known: Option<RecordRow> = RoomRow { room }.row(connection)?;
        known.ok_or_else(no_room)?;
    }
    whole(connection, rows)
}

/// Messages with what readers are not shown.
pub(crate) fn whole(
    connection: &mut SqliteConnection,
    rows: Vec<Row>,
) -> Result<Vec<MessageRecord>, Fault> {
    let (rows, marks) = apart(rows)?;
    let versions = versions(connection, &rows)?;
    let mut found = records(rows, marks, versions)?;
    let messages = json_list(to_be_named(&found));
    name(&mut found, NamesOf { messages }.rows(connection)?);
    Ok(found)
}

fn versions(
    connection: &mut SqliteConnection,
    rows: &[MessageRow],
) -> Result<Vec<VersionRow>, Fault> {
    let edited = rows.iter().filter(|row| row.edited_at.is_some());
    let edited: Vec<i64> = edited.map(|row| row.id).collect();
    if edited.is_empty() {
        return Ok(Vec::new());
    }
    let messages = json_list(&edited);
    Ok(VersionsOf { messages }.rows(connection)?)
}

fn most() -> i64 {
    i64::try_from(RECORDS_AT_ONCE).unwrap_or(i64::MAX)
}
