use ports::{Seal, StoredEntry};
use serde_json::{Value, json};

/// An entry as JSON.
pub(super) fn json(stored: &StoredEntry) -> Value {
    let entry = &stored.entry;
    json!({
        "id": stored.id,
        "at": at(entry.at),
        "actor": Some(&entry.actor).filter(|actor| !actor.is_empty()),
        "action": entry.action,
        "room": entry.room,
        "subject": entry.subject,
        "decision": entry.decision,
        "reason": entry.reason,
        "address": entry.address,
        "session": entry.session,
        "request": entry.request,
        "signature": stored.signature.map(|signature| signature.to_string()),
    })
}

/// A seal as JSON, with the ids of its entries in their order.
pub(super) fn seal(seal: &Seal) -> Value {
    let entries: Vec<i64> = seal.links.iter().map(|link| link.entry).collect();
    json!({
        "seal": seal.number,
        "at": seal.at.to_string(),
        "before": seal.before,
        "entries": entries,
        "hash": data_encoding::HEXLOWER.encode(&seal.hash),
    })
}

/// An entry on a line for people.
pub(super) fn line(stored: &StoredEntry) -> String {
    let entry = &stored.entry;
    let actor = match entry.actor.as_str() {
        "" => "nobody",
        actor => actor,
    };
    let mut line = format!(
        "{} {} {} {actor} {}",
        stored.id,
        at(entry.at),
        entry.decision,
        entry.action
    );
    let parts = [
        ("why", &entry.reason),
        ("room", &entry.room),
        ("on", &entry.subject),
        ("from", &entry.address),
        ("session", &entry.session),
        ("request", &entry.request),
    ];
    for (name, value) in parts {
        if let Some(value) = value {
            // Line ends would make two entries of one.
            let value: String = value
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            line.push_str(&format!(" {name}={value}"));
        }
    }
    line
}

fn at(microseconds: i64) -> String {
    jiff::Timestamp::from_microsecond(microseconds)
        .map_or_else(|_| microseconds.to_string(), |at| at.to_string())
}
