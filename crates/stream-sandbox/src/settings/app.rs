use jiff::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::time;
use crate::world::World;

/// GET `/app`: a client sees a small part of it.
pub(crate) fn get_app(world: &mut World, call: &Call) -> Result<Value, Failure> {
    if !call.server() {
        return Ok(json!({ "app": world.app.for_clients() }));
    }
    let mut app = world.app.fields.clone();
    let kinds: Object = world
        .kinds
        .iter()
        .map(|(name, kind)| (name.clone(), json!(kind.json())))
        .collect();
    app.insert("channel_configs".into(), json!(kinds));
    Ok(json!({ "app": app }))
}

/// PATCH `/app`
pub(crate) fn update_app(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let fixed = ["id", "name", "organization", "suspended", "placement"];
    if let Some(name) = call.body.keys().find(|name| fixed.contains(&name.as_str())) {
        return Err(Failure::input(format!("field {name} cannot be changed")));
    }
    let limit = call.body.get("revoke_tokens_issued_before");
    if limit.is_some_and(|limit| !limit.is_null() && time::read(limit).is_none()) {
        return Err(Failure::input(
            "revoke_tokens_issued_before must be an RFC 3339 time or null",
        ));
    }
    for url in webhook_urls(&call.body)? {
        if !url.is_empty() && !loopback(&url) {
            return Err(Failure::input(format!(
                "the sandbox calls webhooks on this machine only, such as http://127.0.0.1:8080/webhooks/stream, not {url}"
            )));
        }
    }
    for config in ["file_upload_config", "image_upload_config"] {
        if let Some(size) =
            json::object(&call.body, config)?.and_then(|config| config.get("size_limit"))
        {
            let fits = size.as_u64().is_some_and(|size| size <= 104_857_600);
            if !fits {
                return Err(Failure::input(format!(
                    "{config}.size_limit must be between 0 and 104857600"
                )));
            }
        }
    }
    for (name, value) in &call.body {
        world.app.fields.insert(name.clone(), value.clone());
    }
    Ok(json!({}))
}

fn webhook_urls(body: &Object) -> Result<Vec<String>, Failure> {
    let mut urls: Vec<String> = json::text(body, "webhook_url")?
        .map(str::to_owned)
        .into_iter()
        .collect();
    for hook in json::list(body, "event_hooks")? {
        let hook = hook
            .as_object()
            .ok_or_else(|| Failure::input("an event hook must be an object"))?;
        urls.extend(json::text(hook, "webhook_url")?.map(str::to_owned));
    }
    Ok(urls)
}

fn loopback(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    url.scheme() == "http"
        && (host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback()))
}

/// GET `/rate_limits`
pub(crate) fn rate_limits(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let platforms = ["server_side", "web", "android", "ios"];
    let any = platforms.iter().any(|platform| call.query_flag(platform));
    let asked: Vec<&str> = call
        .query("endpoints")
        .map(|names| names.split(',').collect())
        .unwrap_or_default();
    let now = Timestamp::now().as_second();
    let mut out = Object::new();
    for platform in platforms
        .iter()
        .filter(|platform| !any || call.query_flag(platform))
    {
        out.insert(
            (*platform).to_owned(),
            json!(world.limits.report(platform, &asked, now)),
        );
    }
    Ok(Value::Object(out))
}
