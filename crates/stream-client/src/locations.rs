use jiff::Timestamp;
use serde::Deserialize;

use super::{Call, Channel, Client, Message, Result};

request! {
    /// A place on the map that a message shares: for good, or live until a time.
    NewLocation {
        needs {
            latitude: f64,
            longitude: f64,
            created_by_device_id: String,
        }
        may {
            /// Until when the place is followed.
            end_at: Timestamp,
        }
    }
}

request! {
    /// A change of a live place.
    LocationChange {
        needs {
            message_id: String,
            created_by_device_id: String,
        }
        may {
            /// Degrees, north positive.
            latitude: f64,
            /// Degrees, east positive.
            longitude: f64,
            /// Until when it is followed; a time of the past ends it.
            end_at: Timestamp,
        }
    }
}

answer! {
    /// A place on the map that a message shares.
    SharedLocation {
        may {
            /// The message.
            message_id: String,
            /// The channel, as type and id with a colon between them.
            channel_cid: String,
            /// The user.
            user_id: String,
            /// Degrees, north positive.
            latitude: Option<f64>,
            /// Degrees, east positive.
            longitude: Option<f64>,
            /// The device that shares it.
            created_by_device_id: String,
            /// The message as it is now.
            message: Option<Box<Message>>,
            /// The channel as it is now.
            channel: Option<Box<Channel>>,
        }
        at {
            /// Until when it is followed.
            end_at,
            /// When it was shared.
            created_at,
            /// When it was changed.
            updated_at,
        }
    }
}

#[derive(Deserialize)]
struct Found {
    #[serde(default, deserialize_with = "super::null::as_default")]
    active_live_locations: Vec<SharedLocation>,
}

impl Client {
    /// The places that a user shares live now.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub async fn live_locations(&self, user: &str) -> Result<Vec<SharedLocation>> {
        let call = Call::get("/users/live_locations").query("user_id", user);
        Ok(self.send::<Found>(call).await?.active_live_locations)
    }

    /// Moves a place that a user shares live, or ends it.
    ///
    /// # Errors
    /// `NotFound` where nothing is shared live by that message.
    pub async fn update_live_location(
        &self,
        user: &str,
        change: &LocationChange,
    ) -> Result<SharedLocation> {
        let call = Call::put("/users/live_locations").query("user_id", user);
        self.send(call.json(change).repeatable()).await
    }
}
