use serde::Deserialize;
use serde_json::Value;

use super::{Call, Client, Result};

words! {
    /// A service that notifies devices.
    PushService {
        /// The service of Apple.
        Apn = "apn",
        /// The service of Google.
        Firebase = "firebase",
        /// The service of Huawei.
        Huawei = "huawei",
        /// The service of Xiaomi.
        Xiaomi = "xiaomi",
    }
}

request! {
    /// A device to be notified.
    NewDevice {
        needs {
            id: String,
            user_id: String,
            service = "push_provider": PushService,
        }
        may {
            /// The name of the provider, where the app has several of a service.
            provider_name = "push_provider_name": String,
        }
    }
}

answer! {
    /// A device that is notified.
    Device {
        has {
            /// The id that the service gave it; at most 255 characters.
            id: String,
        }
        may {
            /// The user.
            user_id: String,
            /// The service.
            service = "push_provider": PushService,
            /// The name of the provider.
            provider_name = "push_provider_name": Option<String>,
            /// Whether it is notified no more.
            disabled: bool,
            /// The reason why it is disabled.
            disabled_reason: Option<String>,
        }
        at {
            /// When it was added.
            created_at,
        }
    }
}

#[derive(Deserialize)]
struct Devices {
    #[serde(default, deserialize_with = "super::null::as_default")]
    devices: Vec<Device>,
}

impl Client {
    /// The devices of a user.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub async fn devices(&self, user: &str) -> Result<Vec<Device>> {
        let call = Call::get("/devices").query("user_id", user);
        Ok(self.send::<Devices>(call).await?.devices)
    }

    /// Notifies a device of what its user is to be told.
    ///
    /// # Errors
    /// `Invalid` where the app has no such provider.
    pub async fn add_device(&self, device: &NewDevice) -> Result<()> {
        let call = Call::post("/devices").json(device).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Notifies a device no more.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_device(&self, user: &str, id: &str) -> Result<()> {
        let call = Call::delete("/devices").query("id", id);
        let call = call.query("user_id", user);
        self.send::<Value>(call).await.map(drop)
    }
}
