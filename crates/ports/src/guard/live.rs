use async_trait::async_trait;
use domain::{Action, Doctor, Presence, RoomId, StaffId};

use super::{Guarded, gate::Ask, pace::Paced};
use crate::{EventId, EventStream, Live, Result};

#[async_trait]
impl Live for Guarded<dyn Live> {
    async fn typing(&self, doctor: &Doctor, room: &RoomId, typing: bool) -> Result<()> {
        let ask = Ask::new(doctor, Action::SignalTyping)
            .room(room)
            .counts(&[Paced::Typing]);
        self.gate
            .pass(ask, || self.inner.typing(doctor, room, typing))
            .await
    }

    async fn presence(&self, doctor: &Doctor, of: &[StaffId]) -> Result<Vec<Presence>> {
        let ask = Ask::new(doctor, Action::SeePresence);
        self.gate
            .pass(ask, || self.inner.presence(doctor, of))
            .await
    }

    async fn events(&self, doctor: &Doctor, resume: Option<EventId>) -> Result<EventStream> {
        let ask = Ask::new(doctor, Action::ListenLive);
        self.gate
            .pass(ask, || self.inner.events(doctor, resume))
            .await
    }
}
