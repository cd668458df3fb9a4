//! Live events: a doctor who is signed in has one WebSocket at Stream, whatever number of tabs and
//! devices is connected to us, and the hub fans out what it brings.
//!
//! While that socket is open it alone tells, which keeps the order. While it is not, webhooks do;
//! and when it is open again, what neither told is asked for (`gap`). Nothing is told twice (`told`),
//! and no message after one that comes later in its room: where that is all that could be told, the
//! page is made to load the room afresh, which has both in their order.

mod gap;
mod lost;
mod pending_removals;
mod presence;
mod published;
mod rooms;
mod session;
mod sessions;
mod translate;
mod typing;
mod waiting;

use async_trait::async_trait;
use domain::{Doctor, Presence, RoomId, StaffId};
use ports::{EventId, EventStream, Live, Result};

use self::sessions::Waiter;
pub(crate) use self::sessions::{Sessions, sweep_feeds, watch_connections};
use crate::{failure::Told, store::Store};

#[async_trait]
impl Live for Store {
    async fn typing(&self, doctor: &Doctor, room: &RoomId, typing: bool) -> Result<()> {
        self.state(doctor, room, 1).await?;
        self.users.ensure(&self.client, &[doctor]).await?;
        let (kind, id) = (&self.channel_type, doctor.id().as_str());
        self.client
            .send_typing(kind, room.as_str(), id, typing)
            .await
            .told()
    }

    async fn presence(&self, _doctor: &Doctor, of: &[StaffId]) -> Result<Vec<Presence>> {
        self.presence_of(of).await
    }

    async fn events(&self, doctor: &Doctor, resume: Option<EventId>) -> Result<EventStream> {
        self.users.ensure(&self.client, &[doctor]).await?;
        let _waiter = Waiter::new(self, doctor.id());
        self.listen(doctor).await?;
        self.forget_what_goes(doctor).await;
        Ok(self.hub.subscribe(doctor.id(), resume.as_ref()))
    }
}
