use serde_json::{Value, json};

use super::line::{Item, read};
use super::references::references;
use super::{Mode, people, said};
use crate::app::App;
use crate::json::Object;
use crate::world::World;

/// The analysis stops after so many wrong lines.
const MOST_ERRORS: usize = 25;

/// Writes what an item brings.
pub(super) fn apply(
    world: &mut World,
    (item, data): &(Item, Object),
    mode: Mode,
    merge: bool,
) -> Result<(), Value> {
    let done = match item {
        Item::User => people::user(world, data, mode, merge),
        Item::Channel => people::channel(world, data, mode),
        Item::Member => people::member(world, data, mode),
        Item::Message => said::message(world, data, mode),
        Item::Reaction => said::reaction(world, data, mode),
        // Nothing is pushed to, and nobody is banned beforehand, in a sandbox.
        Item::Device | Item::FutureBan => Ok(()),
    };
    done.map_err(
        |failure| json!({ "error": failure.reason, "item_type": item.name(), "item": data }),
    )
}

/// How many of each kind there were.
pub(super) fn stats(items: &[(Item, Object)]) -> Value {
    let count = |wanted: Item| items.iter().filter(|(item, _)| *item == wanted).count();
    json!({ "total": {
        "users": count(Item::User), "channels": count(Item::Channel), "members": count(Item::Member),
        "messages": count(Item::Message), "reactions": count(Item::Reaction),
    } })
}

/// Reads all lines; what is wrong with any of them is all that is answered.
pub(super) fn analyse(app: &App, file: &[u8]) -> Result<Vec<(Item, Object)>, Vec<Value>> {
    let lines = file.split(|byte| *byte == b'\n');
    let mut items = Vec::new();
    let mut errors = Vec::new();
    for line in lines.filter(|line| !line.iter().all(u8::is_ascii_whitespace)) {
        match read(line) {
            Ok(item) => items.push(item),
            Err(error) => errors.push(error),
        }
        if errors.len() == MOST_ERRORS {
            return Err(errors);
        }
    }
    errors.extend(references(&app.world(), &items));
    errors.truncate(MOST_ERRORS);
    if errors.is_empty() {
        Ok(items)
    } else {
        Err(errors)
    }
}
