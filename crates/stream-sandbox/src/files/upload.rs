use data_encoding::HEXLOWER;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::StoredFile;
use super::multipart::parts;
use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::token;
use crate::world::{Subject, World, uuid};

/// The largest file in bytes; a larger one is refused, unless the app says otherwise.
const LARGEST: u64 = 100 * 1024 * 1024;

/// POST `…/file`
pub(crate) fn upload_file(world: &mut World, call: &Call) -> Result<Value, Failure> {
    upload(world, call, "file_upload_config", "attachments")
}

/// POST `…/image`: a thumbnail is the image itself; nothing is resized here.
pub(crate) fn upload_image(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let mut out = upload(world, call, "image_upload_config", "images")?;
    out["thumb_url"] = out["file"].clone();
    out["upload_sizes"] = json!([]);
    Ok(out)
}

fn upload(world: &mut World, call: &Call, config: &str, folder: &str) -> Result<Value, Failure> {
    may_upload(world, call)?;
    let parts = parts(&call.content_type, &call.raw)?;
    let file = parts
        .iter()
        .find(|part| part.name == "file" && part.file_name.is_some());
    let file =
        file.ok_or_else(|| Failure::input("the form needs a part \"file\" with a file name"))?;
    if call.server() {
        let named = parts
            .iter()
            .find(|part| part.name == "user")
            .map(|part| part.bytes.clone());
        let named: Option<Value> = named.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if let Some(user) = named
            .as_ref()
            .and_then(|user| user.get("id"))
            .and_then(Value::as_str)
        {
            world.known_users([&user.to_owned()])?;
        }
    }
    let name = file.file_name.clone().unwrap_or_default();
    let content_type = file
        .content_type
        .clone()
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    fits(world, config, &name, &content_type, file.bytes.len())?;
    let key = format!("{folder}/{}", uuid());
    world.files.stored.insert(
        key.clone(),
        StoredFile {
            name: name.clone(),
            content_type,
            bytes: file.bytes.clone(),
        },
    );
    Ok(json!({ "file": link(world, &call.base_url, &key, &name) }))
}

fn may_upload(world: &World, call: &Call) -> Result<(), Failure> {
    if call.path("type").is_empty() {
        return if call.server() {
            Ok(())
        } else {
            call.need_actor(&[]).map(drop)
        };
    }
    let channel = world.channel(&call.cid())?;
    if !world.config_flag(channel, "uploads") {
        return Err(Failure::switched_off("uploads", &channel.kind));
    }
    world.demand(call, channel, "upload-attachment", Subject::Channel)
}

/// Whether the app takes such a file.
fn fits(
    world: &World,
    config: &str,
    name: &str,
    content_type: &str,
    size: usize,
) -> Result<(), Failure> {
    let empty = json::Object::new();
    let config = json::object(&world.app.fields, config)?.unwrap_or(&empty);
    let limit = config
        .get("size_limit")
        .and_then(Value::as_u64)
        .filter(|limit| *limit > 0)
        .unwrap_or(LARGEST);
    if size as u64 > limit {
        return Err(Failure::too_large());
    }
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| format!(".{}", ending.to_lowercase()))
        .unwrap_or_default();
    let has = |list: &str, value: &str| {
        Ok::<_, Failure>(json::texts(config, list)?.iter().any(|item| item == value))
    };
    let some = |list: &str| Ok::<_, Failure>(!json::list(config, list)?.is_empty());
    if (some("allowed_file_extensions")? && !has("allowed_file_extensions", &ending)?)
        || has("blocked_file_extensions", &ending)?
    {
        return Err(Failure::input(format!(
            "File extension {ending} is not supported"
        )));
    }
    if (some("allowed_mime_types")? && !has("allowed_mime_types", content_type)?)
        || has("blocked_mime_types", content_type)?
    {
        return Err(Failure::input(format!(
            "File type {content_type} is not supported"
        )));
    }
    Ok(())
}

/// A link that ends when the app says its links end.
fn link(world: &World, base_url: &str, key: &str, name: &str) -> String {
    let lasting = world
        .app
        .fields
        .get("cdn_expiration_seconds")
        .and_then(Value::as_i64)
        .unwrap_or(1_209_600);
    let expires = (Timestamp::now() + lasting.seconds()).as_second();
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || "-_.".contains(letter) {
            letter
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(plain).collect();
    let signature = signature(&world.config.api_secret, key, expires);
    format!("{base_url}/cdn/{key}/{name}?Expires={expires}&Signature={signature}")
}

/// The signature of a link.
pub(super) fn signature(secret: &str, key: &str, expires: i64) -> String {
    use hmac::Mac as _;
    let digest = token::mac(secret, format!("{key}?{expires}").as_bytes())
        .finalize()
        .into_bytes();
    HEXLOWER.encode(&digest[..16])
}

/// DELETE `…/file?url=` and `…/image?url=`
pub(crate) fn delete(world: &mut World, call: &Call) -> Result<Value, Failure> {
    may_upload(world, call)?;
    let url = call
        .query("url")
        .ok_or_else(|| Failure::input("url is required"))?;
    let key = url
        .split_once("/cdn/")
        .and_then(|(_, rest)| rest.rsplit_once('/'))
        .map(|(key, _)| key.to_owned());
    let gone = key.and_then(|key| world.files.stored.remove(&key));
    gone.map(|_| json!({}))
        .ok_or_else(|| Failure::missing("the file does not exist"))
}
