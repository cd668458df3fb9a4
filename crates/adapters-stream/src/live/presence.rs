use std::collections::HashMap;

use domain::{Presence, StaffId};
use futures_util::future::try_join_all;
use ports::Result;
use serde_json::json;

use crate::{asked::found_by, client::User, failure::Told, store::Store};

impl Store {
    /// The presence of these doctors at Stream, connected here or through another server of ours.
    pub(super) async fn presence_of(&self, of: &[StaffId]) -> Result<Vec<Presence>> {
        // Stream tells 100 users at once.
        let asked = of.chunks(100).map(|some| {
            let filter = json!({ "id": { "$in": some } });
            async move { self.client.query_users(&found_by(filter.clone())).await }
        });
        let found = try_join_all(asked).await.told()?;
        Ok(found.iter().flatten().filter_map(presence).collect())
    }
}

fn presence(user: &User) -> Option<Presence> {
    Some(Presence {
        doctor: StaffId::parse(&user.id).ok()?,
        online: user.online,
        last_seen: user.last_active,
    })
}

/// The doctors who are online, as one doctor was told.
#[derive(Default)]
pub(super) struct Online {
    known: HashMap<StaffId, bool>,
}

impl Online {
    /// Notes it; what is to be told of it. Who was never seen counts as away.
    pub(super) fn set(&mut self, user: &User) -> Option<Presence> {
        let presence = presence(user)?;
        let before = self.known.insert(presence.doctor.clone(), presence.online);
        (before.unwrap_or(false) != presence.online).then_some(presence)
    }
}
