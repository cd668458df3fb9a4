use domain::{Doctor, ParticipantChange, Participation, Profile, RoomId, StaffId};
use jiff::Timestamp;
use ports::Result;
use serde_json::{Value, json};

use crate::{
    asked::found_by,
    client::{Channel, Client},
    failure::Told,
    store::Store,
    users::profile,
};

/// The most bytes for notes of who joined and who left. Each note is a field of the channel, so
/// that two notes at once are both kept; Stream itself forgets these changes. The custom data of a
/// channel has 5 KB, which the notes share with the leavers (2,000 bytes), urgent messages (1,220)
/// and a title (490); the oldest notes make room.
const NOTED: usize = 1_300;
const FIELD: &str = "change_";

/// A note as Stream keeps it.
struct Note {
    field: String,
    at: Timestamp,
    change: Participation,
    doctor: StaffId,
    by: Option<StaffId>,
}

impl Note {
    fn read(field: &str, value: &Value) -> Option<Self> {
        let micros = field.strip_prefix(FIELD)?.parse().ok()?;
        let mut words = value.as_str()?.split(' ');
        Some(Self {
            field: field.to_owned(),
            at: Timestamp::from_microsecond(micros).ok()?,
            change: Participation::parse(words.next()?)?,
            doctor: StaffId::parse(words.next()?).ok()?,
            by: match words.next() {
                Some(by) => Some(StaffId::parse(by).ok()?),
                None => None,
            },
        })
    }

    /// Bytes it takes in the channel.
    fn bytes(&self) -> usize {
        let by = self.by.as_ref().map_or(0, |by| by.as_str().len() + 1);
        self.field.len() + self.change.as_str().len() + self.doctor.as_str().len() + by + 8
    }
}

/// The field and value of a new note; `by` did it, who may be the doctor.
pub(crate) fn note(
    at: Timestamp,
    change: Participation,
    doctor: &StaffId,
    by: &StaffId,
) -> (String, Value) {
    let mut value = format!("{} {doctor}", change.as_str());
    if by != doctor {
        value.push(' ');
        value.push_str(by.as_str());
    }
    (format!("{FIELD}{}", at.as_microsecond()), value.into())
}

/// Notes of what happened elsewhere, the newest of them that have room.
pub(crate) fn carried(changes: &[ParticipantChange]) -> Vec<(String, Value)> {
    let mut used = 0;
    let newest = changes.iter().rev().map(|change| {
        let by = change.by.as_ref().unwrap_or(&change.doctor);
        note(change.at, change.change, &change.doctor.id, &by.id)
    });
    newest
        .take_while(|(field, value)| {
            used += field.len() + value.as_str().map_or(0, str::len) + 8;
            used <= NOTED
        })
        .collect()
}

/// All notes of a channel, oldest first.
fn notes(channel: &Channel) -> Vec<Note> {
    let all = channel.custom.iter();
    let mut notes: Vec<Note> = all
        .filter_map(|(field, value)| Note::read(field, value))
        .collect();
    notes.sort_by_key(|note| note.at);
    notes
}

/// Everybody whom a note names.
pub(crate) fn people(channel: &Channel) -> Vec<StaffId> {
    let notes = notes(channel).into_iter();
    notes
        .flat_map(|note| [Some(note.doctor), note.by])
        .flatten()
        .collect()
}

/// Whether the newest note of the doctor says that somebody else took them out.
pub(super) fn was_removed(channel: &Channel, doctor: &StaffId) -> bool {
    let notes = notes(channel);
    let newest = notes.iter().rev().find(|note| note.doctor == *doctor);
    newest.is_some_and(|note| note.change == Participation::Removed)
}

/// The fields of the oldest notes, as far as they leave no room for one more.
pub(super) fn surplus(channel: &Channel) -> Vec<String> {
    let notes = notes(channel);
    // One more with ids of the longest kind is to come.
    let mut used: usize = notes.iter().map(Note::bytes).sum::<usize>() + 170;
    let mut fields = Vec::new();
    for note in notes {
        if used <= NOTED {
            break;
        }
        used -= note.bytes();
        fields.push(note.field);
    }
    fields
}

impl Store {
    /// Notes that somebody comes in; the field of the note.
    pub(super) async fn note_joined(
        &self,
        channel: &Channel,
        room: &RoomId,
        newcomer: &StaffId,
        by: &StaffId,
    ) -> Result<String> {
        let (field, value) = note(self.clock.now(), Participation::Joined, newcomer, by);
        let set = json!({ field.as_str(): value });
        let (kind, id) = (&self.channel_type, room.as_str());
        self.client
            .update_channel(kind, id, &set, &surplus(channel))
            .await
            .told()?;
        Ok(field)
    }

    /// Takes back a note of what did not happen after all.
    pub(super) async fn take_back(&self, room: &RoomId, field: String) {
        let (kind, id) = (&self.channel_type, room.as_str());
        let taken = self
            .client
            .update_channel(kind, id, &json!({}), &[field])
            .await;
        if let Err(error) = taken {
            tracing::warn!(%error, "a room at Stream names somebody as added who was not");
        }
    }

    pub(super) async fn read_changes(
        &self,
        doctor: &Doctor,
        room: &RoomId,
    ) -> Result<Vec<ParticipantChange>> {
        let state = self.state(doctor, room, 1).await?;
        read_notes(&self.client, &state.channel).await
    }
}

/// Reads who joined a room and who left, as its channel notes it.
pub(crate) async fn read_notes(
    client: &Client,
    channel: &Channel,
) -> Result<Vec<ParticipantChange>> {
    let mut notes = notes(channel);
    notes.drain(..notes.len().saturating_sub(ParticipantChange::MOST));
    let mut ids: Vec<&StaffId> = notes
        .iter()
        .flat_map(|note| [Some(&note.doctor), note.by.as_ref()])
        .flatten()
        .collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let filter = json!({ "id": { "$in": ids } });
    let users = client.query_users(&found_by(filter.clone())).await.told()?;
    let profiles: Vec<Profile> = users.iter().filter_map(profile).collect();
    let of = |id: &StaffId| {
        let found = profiles.iter().find(|profile| profile.id == *id).cloned();
        found.unwrap_or_else(|| unknown(id))
    };
    let change = |note: &Note| ParticipantChange {
        doctor: of(&note.doctor),
        by: note.by.as_ref().map(of),
        change: note.change,
        at: note.at,
    };
    Ok(notes.iter().map(change).collect())
}

fn unknown(id: &StaffId) -> Profile {
    Profile {
        id: id.clone(),
        name: "Unknown doctor".into(),
        specialty: None,
        grade: None,
    }
}
