use domain::{Doctor, Participation, RoomId, StaffId};
use jiff::Timestamp;
use ports::{Error, Result};
use serde_json::{Value, json};

use super::changes;
use crate::{
    client::Channel,
    failure::{Told, told},
    store::{Store, member},
};

/// Those who left are remembered in the channel, a field each, as Stream itself forgets them. The
/// custom data of a channel has 5 KB; of these the longest gone make room and are outsiders then.
const REMEMBERED: usize = 2_000;

fn field(id: &StaffId) -> String {
    format!("left_{id}")
}

/// When somebody left the room.
pub(crate) fn left_at(channel: &Channel, id: &StaffId) -> Option<Timestamp> {
    read(channel.custom.get(&field(id))?)
}

fn read(value: &Value) -> Option<Timestamp> {
    Timestamp::from_second(value.as_i64()?).ok()
}

/// Everybody who left and is remembered, with the time, the longest gone first.
fn leavers(channel: &Channel) -> Vec<(StaffId, Timestamp)> {
    let of = |(name, value): (&String, &Value)| {
        let id = StaffId::parse(name.strip_prefix("left_")?).ok()?;
        Some((id, read(value)?))
    };
    let mut leavers: Vec<_> = channel.custom.iter().filter_map(of).collect();
    leavers.sort_by_key(|(_, at)| *at);
    leavers
}

/// The custom data of a channel for those who left elsewhere, the longest gone first.
pub(crate) fn carried(mut left: Vec<(StaffId, Timestamp)>) -> Vec<(String, Value)> {
    left.sort_by_key(|(_, at)| *at);
    let forgotten = surplus(&left);
    let fields = left
        .iter()
        .map(|(id, at)| (field(id), at.as_second().into()));
    fields
        .filter(|(field, _)| !forgotten.contains(field))
        .collect()
}

/// The fields of the longest gone, as far as they leave no room for one more.
fn surplus(leavers: &[(StaffId, Timestamp)]) -> Vec<String> {
    // Name, ten digits and punctuation; one more of the longest kind is to come.
    let bytes = |id: &StaffId| field(id).len() + 16;
    let mut used: usize = leavers.iter().map(|(id, _)| bytes(id)).sum::<usize>() + 85;
    let mut fields = Vec::new();
    for (id, _) in leavers {
        if used <= REMEMBERED {
            break;
        }
        used -= bytes(id);
        fields.push(field(id));
    }
    fields
}

impl Store {
    pub(super) async fn take_out(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        removed: &StaffId,
    ) -> Result<()> {
        let state = self.state(doctor, room, 1).await?;
        if member(&state, removed).is_none() {
            return match left_at(&state.channel, removed) {
                Some(_) => Ok(()),
                None => Err(Error::not_found("participant")),
            };
        }
        // Noted first: if this is broken off in between, the participant is one still.
        let mut forgotten = surplus(&leavers(&state.channel));
        forgotten.extend(changes::surplus(&state.channel));
        let now = self.clock.now();
        let going = Participation::going(removed != doctor.id());
        let (noted, note) = changes::note(now, going, removed, doctor.id());
        let left = json!({ field(removed): now.as_second(), noted: note });
        let (kind, id) = (&self.channel_type, room.as_str());
        self.client
            .update_channel(kind, id, &left, &forgotten)
            .await
            .told()?;
        // Before the word of it can be back.
        self.sessions.goes(removed, room, true);
        let taken_out = self
            .client
            .remove_members(kind, id, &[removed.as_str()])
            .await;
        if let Err(error) = taken_out {
            self.sessions.goes(removed, room, false);
            return Err(told(error));
        }
        self.standings.invalidate(&(removed.clone(), room.clone()));
        Ok(())
    }
}
