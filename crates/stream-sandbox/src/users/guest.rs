use jiff::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::token;
use crate::world::{User, World, uuid};

/// POST `/guest`
pub(crate) fn guest(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let details =
        json::object(&call.body, "user")?.ok_or_else(|| Failure::input("user is required"))?;
    let wanted = json::text(details, "id")?.ok_or_else(|| Failure::input("user.id is required"))?;
    super::valid_id(wanted)?;
    let now = world.now();
    let mut user = User::new(&format!("guest-{}-{wanted}", uuid()), now);
    super::apply_details(&mut user, details, false)?;
    user.role = "guest".to_owned();
    let id = user.id.clone();
    world.users.insert(id.clone(), user);
    let claims = json!({ "user_id": id, "iat": Timestamp::now().as_second() });
    let access_token = token::sign(&world.config.api_secret, &claims);
    Ok(json!({ "user": world.user_json(&id), "access_token": access_token }))
}
