use domain::{Action, Doctor, RoomId};

use super::{Chat, gate::Ask};
use crate::Result;

impl Chat {
    /// Admits a doctor to their own draft for a room; whoever does not take part has none.
    ///
    /// # Errors
    /// `NotFound` when the doctor is not in the room; `Unavailable`.
    pub async fn admit_draft(&self, doctor: &Doctor, room: &RoomId) -> Result<()> {
        let ask = Ask::new(doctor, Action::KeepDraft).room(room);
        self.gate.pass(ask, async || Ok(())).await
    }
}
