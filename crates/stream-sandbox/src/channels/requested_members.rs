use serde_json::Value;

use crate::failure::Failure;
use crate::json::{self, Object};

/// A member as a request names it.
#[derive(Clone, Debug)]
pub(crate) struct Requested {
    pub(crate) user_id: String,
    pub(crate) channel_role: Option<String>,
    pub(crate) custom: Object,
}

/// Reads a list of ids or of `{user_id, channel_role, …}`, at most 100, each once.
pub(crate) fn read(body: &Object, name: &str) -> Result<Vec<Requested>, Failure> {
    let items = json::list(body, name)?;
    if items.len() > 100 {
        return Err(Failure::input(format!(
            "{name} may name at most 100 members"
        )));
    }
    let mut found: Vec<Requested> = Vec::new();
    for item in items {
        let member = one(item)?;
        if !found.iter().any(|other| other.user_id == member.user_id) {
            found.push(member);
        }
    }
    Ok(found)
}

fn one(item: &Value) -> Result<Requested, Failure> {
    let plain = |id: &str| Requested {
        user_id: id.to_owned(),
        channel_role: None,
        custom: Object::new(),
    };
    match item {
        Value::String(id) => Ok(plain(id)),
        Value::Object(fields) => {
            let nested = fields
                .get("user")
                .and_then(|user| user.get("id"))
                .and_then(Value::as_str);
            let id = json::text(fields, "user_id")?.or(nested);
            let id = id.ok_or_else(|| Failure::input("a member needs a user_id"))?;
            let mut member = plain(id);
            member.channel_role = json::text(fields, "channel_role")?.map(str::to_owned);
            member.custom = json::custom(
                fields,
                &[
                    "user_id",
                    "channel_role",
                    "user",
                    "is_moderator",
                    "role",
                    "invited",
                ],
            )?;
            Ok(member)
        }
        _ => Err(Failure::input("a member must be an id or an object")),
    }
}
