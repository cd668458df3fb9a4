use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, PushService, Result};

request! {
    /// The app's account at a service that notifies devices. Keys are secrets; each service has fields
    /// of its own.
    NewPushProvider {
        needs {
            service = "type": PushService,
            name: String,
        }
        may {
            /// A description for people.
            description: String,
            /// Apple: the key, as text.
            apn_auth_key: String,
            /// Apple: the id of the key.
            apn_key_id: String,
            /// Apple: the id of the team.
            apn_team_id: String,
            /// Apple: the topic.
            apn_topic: String,
            /// Google: the credentials, as JSON.
            firebase_credentials: String,
            /// Google: the text of notifications.
            firebase_notification_template: String,
            /// Google: the text of notifications for Apple's devices.
            firebase_apn_template: String,
            /// Huawei: the id of the app.
            huawei_app_id: String,
            /// Huawei: the secret of the app.
            huawei_app_secret: String,
            /// Xiaomi: the name of the package.
            xiaomi_package_name: String,
            /// Xiaomi: the secret of the app.
            xiaomi_app_secret: String,
        }
        custom custom
    }
}

answer! {
    /// The app's account at a service that notifies devices; what each service has of its own is in
    /// `custom`.
    PushProvider {
        has {
            /// The service.
            service = "type": PushService,
            /// The name.
            name: String,
        }
        may {
            /// A description for people.
            description: String,
            /// Why it is not used any more.
            disabled_reason: String,
        }
        at {
            /// Since when it is not used any more.
            disabled_at,
            /// When it was made.
            created_at,
            /// When it was changed.
            updated_at,
        }
    }
}

request! {
    /// A notification to try out: of a message to the devices of a user.
    PushCheck {
        needs {
            user_id: String,
        }
        may {
            /// The message; any where none is named.
            message_id: String,
            /// A text for Apple, in place of the app's.
            apn_template: String,
            /// A text for Google, in place of the app's.
            firebase_template: String,
            /// Data for Google, in place of the app's.
            firebase_data_template: String,
            /// Whether it is made and not sent.
            skip_devices: bool,
            /// The name of the provider.
            push_provider_name: String,
            /// The service.
            push_provider_type: PushService,
        }
    }
}

answer! {
    /// The outcome of a notification that was tried out.
    CheckedPush {
        may {
            /// Errors by device.
            device_errors: BTreeMap<String, DeviceError>,
            /// Errors beside those.
            general_errors: Vec<String>,
            /// Whether it was made and not sent.
            skip_devices: bool,
            /// As Apple was given it.
            rendered_apn_template: String,
            /// As Google was given it.
            rendered_firebase_template: String,
            /// The message as it was made.
            rendered_message: BTreeMap<String, String>,
        }
    }
}

answer! {
    /// Why a device was not notified.
    DeviceError {
        may {
            /// The service.
            service = "provider": PushService,
            /// The name of the provider.
            provider_name: String,
            /// The words of the service.
            error_message: String,
        }
    }
}

#[derive(Deserialize)]
struct Providers {
    #[serde(default, deserialize_with = "super::null::as_default")]
    push_providers: Vec<PushProvider>,
}

impl Client {
    /// The app's accounts at services that notify devices.
    ///
    /// # Errors
    /// As any call.
    pub async fn push_providers(&self) -> Result<Vec<PushProvider>> {
        let call = Call::get("/push_providers");
        Ok(self.send::<Providers>(call).await?.push_providers)
    }

    /// Makes or replaces an account.
    ///
    /// # Errors
    /// `Invalid` for keys that the service does not take.
    pub async fn upsert_push_provider(&self, provider: &NewPushProvider) -> Result<()> {
        let body = json!({ "push_provider": provider });
        let call = Call::post("/push_providers").json(&body).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Deletes an account.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_push_provider(&self, service: &PushService, name: &str) -> Result<()> {
        let call = Call::delete("/push_providers/{type}/{name}")
            .id(service.as_str())
            .id(name);
        self.send::<Value>(call).await.map(drop)
    }

    /// Tries out how a message is notified.
    ///
    /// # Errors
    /// `Invalid` for a text that cannot be made.
    pub async fn check_push(&self, check: &PushCheck) -> Result<CheckedPush> {
        self.send(Call::post("/check_push").json(check)).await
    }
}
