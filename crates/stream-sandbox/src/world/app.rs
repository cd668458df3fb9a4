use jiff::Timestamp;
use serde_json::{Value, json};

use crate::config::Config;
use crate::json::{self, Object};

/// The settings of the app.
#[derive(Clone, Debug)]
pub(crate) struct AppSettings {
    pub(crate) fields: Object,
}

impl AppSettings {
    pub(super) fn new(config: &Config) -> Self {
        let uploads = json!({
            "allowed_file_extensions": [], "blocked_file_extensions": [],
            "allowed_mime_types": [], "blocked_mime_types": [], "size_limit": 0,
        });
        let number: u64 = config.app_id.parse().unwrap_or_default();
        let fields = json!({
            "id": number, "name": "Stream sandbox", "organization": "development and tests only",
            "placement": "loopback", "suspended": false, "suspended_explanation": "",
            "disable_auth_checks": false, "disable_permissions_checks": false, "multi_tenant_enabled": false,
            "permission_version": "v2", "enforce_unique_usernames": "no", "async_url_enrich_enabled": false,
            "auto_translation_enabled": false, "campaign_enabled": false, "allow_multi_user_devices": false,
            "cdn_expiration_seconds": 1_209_600, "custom_action_handler_url": "", "webhook_url": "",
            "webhook_events": [], "event_hooks": [], "enable_hook_payload_compression": false,
            "reminders_interval": 300, "user_search_disallowed_roles": [], "policies": {}, "grants": {},
            "push_notifications": {"version": "v2", "offline_only": false},
            "sqs_url": "", "sqs_key": "", "sqs_secret": "", "sns_topic_arn": "", "sns_key": "", "sns_secret": "",
            "file_upload_config": uploads.clone(), "image_upload_config": uploads,
        });
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Object::new(),
        };
        Self { fields }
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.fields
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    pub(crate) fn revoked_before(&self) -> Option<Timestamp> {
        json::instant(&self.fields, "revoke_tokens_issued_before")
            .ok()
            .flatten()
    }

    /// The part a client may see.
    pub(crate) fn for_clients(&self) -> Object {
        let shown = [
            "name",
            "file_upload_config",
            "image_upload_config",
            "async_url_enrich_enabled",
            "auto_translation_enabled",
        ];
        shown
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.fields.get(*name)?.clone())))
            .collect()
    }
}
