use domain::{Doctor, Room, RoomId};
use futures_util::future::try_join_all;
use ports::Result;

use crate::store::Store;

/// Messages asked for with each room: mostly they tell.
const WINDOW: usize = 25;

/// Rooms whose older messages are asked for at once.
const AT_ONCE: usize = 10;

impl Store {
    /// See [`ports::Rooms::unread_rooms`]. Stream's own count knows neither our read marks nor what
    /// was recalled.
    pub(super) async fn count_unread_rooms(&self, doctor: &Doctor) -> Result<u32> {
        let rooms = self.all_rooms(doctor, WINDOW).await?;
        let mut count = 0;
        for some in rooms.chunks(AT_ONCE) {
            let unread = some.iter().map(async |state| {
                let Ok(room) = RoomId::parse(&state.channel.id) else {
                    return Ok(0);
                };
                let (unread, _) = self.unread(doctor, &room, state, WINDOW).await?;
                Ok::<_, ports::Error>(unread.min(1))
            });
            count += try_join_all(unread).await?.into_iter().sum::<u32>();
        }
        Ok(count.min(Room::MAX_UNREAD))
    }
}
