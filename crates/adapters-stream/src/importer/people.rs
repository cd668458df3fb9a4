//! The people that rooms name: written where Stream does not know them, left as they are where it does.

use std::collections::{BTreeMap, HashSet};

use domain::{Profile, StaffId};
use ports::{MessageRecord, Result, RoomRecord};
use serde_json::json;

use crate::{
    asked::found_by,
    client::{Client, NewUser},
    failure::Told,
    users::DOCTOR,
};

/// Most ids of one question.
const AT_ONCE: usize = 100;

/// People of rooms on their way. It grows with the staff, not with what they say.
#[derive(Default)]
pub(super) struct People {
    named: BTreeMap<StaffId, Named>,
    known: HashSet<StaffId>,
}

struct Named {
    profile: Option<Profile>,
    takes_part: bool,
}

impl People {
    pub(super) fn of_room(&mut self, room: &RoomRecord) {
        for (participant, _) in &room.participants {
            self.add(&participant.doctor, true);
        }
    }

    pub(super) fn of_message(&mut self, record: &MessageRecord) {
        let message = &record.message;
        self.add(&message.author, false);
        let marks = message.receipts.acknowledged.iter();
        for id in marks.map(|mark| &mark.doctor).chain(&message.mentions) {
            self.mention(id);
        }
    }

    fn add(&mut self, profile: &Profile, takes_part: bool) {
        if self.known.contains(&profile.id) {
            return;
        }
        let named = self.named.entry(profile.id.clone()).or_insert(Named {
            profile: None,
            takes_part,
        });
        named.profile.get_or_insert_with(|| profile.clone());
        named.takes_part |= takes_part;
    }

    fn mention(&mut self, id: &StaffId) {
        if !self.known.contains(id) {
            self.named.entry(id.clone()).or_insert(Named {
                profile: None,
                takes_part: false,
            });
        }
    }

    /// Those of the named whom Stream does not know, as users to write; from now on they count as
    /// known.
    pub(super) async fn take_unknown(&mut self, client: &Client) -> Result<Vec<NewUser>> {
        let ids: Vec<&StaffId> = self.named.keys().collect();
        let mut there: HashSet<String> = HashSet::new();
        for some in ids.chunks(AT_ONCE) {
            let filter = json!({ "id": { "$in": some } });
            let found = client.query_users(&found_by(filter.clone())).await.told()?;
            there.extend(found.into_iter().map(|user| user.id));
        }
        let named = std::mem::take(&mut self.named);
        let mut unknown = Vec::new();
        for (id, named) in named {
            if !there.contains(id.as_str()) {
                unknown.push(user(&id, &named));
            }
            self.known.insert(id);
        }
        Ok(unknown)
    }
}

/// Only participants get the role that may read; who is no doctor any more is taken out of service as
/// everywhere. Nobody signs in as the others.
fn user(id: &StaffId, named: &Named) -> NewUser {
    let mut user = NewUser::new(id.as_str());
    let Some(profile) = &named.profile else {
        return user.named("Former staff");
    };
    user = user.named(profile.name.as_ref());
    for (field, value) in [("specialty", &profile.specialty), ("grade", &profile.grade)] {
        if let Some(value) = value {
            user = user.with(field, value.as_ref());
        }
    }
    if named.takes_part {
        user = user.in_role(DOCTOR);
    }
    user
}
