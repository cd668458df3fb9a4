use jiff::tz::TimeZone;
use ports::Result;

use super::Contradiction;
use crate::{Mapping, Part, PartMapping, Source, Table, mapping::ColumnRef};

/// Fields that hold the id of a user, and the field that says of which class it is.
const PEOPLE: [(Part, &str, &str); 7] = [
    (Part::Messages, "sender", "sender_type"),
    (Part::Messages, "receiver", "receiver_type"),
    (Part::Participants, "user", "user_type"),
    (Part::Reads, "user", "user_type"),
    (Part::Rooms, "created_by", ""),
    (Part::Rooms, "member_1", ""),
    (Part::Rooms, "member_2", ""),
];

/// Fields that hold the id of a message.
const MESSAGES: [(Part, &str, &str); 2] = [
    (Part::Reads, "message", "message_type"),
    (Part::Attachments, "message", "message_type"),
];

const TIMES: [&str; 8] = [
    "created_at",
    "updated_at",
    "deleted_at",
    "joined_at",
    "left_at",
    "last_read_at",
    "read_at",
    "unread_from",
];

pub(super) async fn look(source: &mut Source, mapping: &Mapping) -> Result<Vec<Contradiction>> {
    let mut found = joins(source, mapping).await?;
    found.extend(others(source, mapping).await?);
    found.extend(classes(source, mapping));
    found.extend(timestamps(source, mapping));
    found.extend(read_state(mapping));
    Ok(found)
}

async fn joins(source: &mut Source, mapping: &Mapping) -> Result<Vec<Contradiction>> {
    let mut found = Vec::new();
    for (part, mapped) in mapping.parts() {
        for join in &mapped.joins {
            let doubled = source.doubled(join).await?;
            if doubled > 0 {
                let words = format!(
                    "[{}] join.{}: {doubled} of the keys that it looks for stand on several rows of {}, so that rows would \
                     come twice; say more in `on`, such as \"id = group_id and kind = 'title'\"",
                    part.name(),
                    join.name,
                    join.table
                );
                found.push(Contradiction::new("join-doubles", words));
            }
        }
    }
    Ok(found)
}

/// A column that the database itself says holds the ids of another table is no column of users or messages.
async fn others(source: &mut Source, mapping: &Mapping) -> Result<Vec<Contradiction>> {
    let references = source.references().await?;
    let mut found = Vec::new();
    let wanted = PEOPLE.map(|field| (field, Part::Users)).into_iter();
    for ((part, field, _), of) in wanted.chain(MESSAGES.map(|field| (field, Part::Messages))) {
        let Some((table, column)) = place(mapping, part, field) else {
            continue;
        };
        let right = mapping.part(of).map_or("", |mapped| mapped.table.as_str());
        let reference = references
            .iter()
            .find(|one| one.table == table && one.column == column.column);
        if let Some(other) = reference.filter(|one| !one.to.eq_ignore_ascii_case(right)) {
            let words = format!(
                "[{}] {field}: {table}.{} holds ids of {}, not of {right}; read {field} through a join to {}",
                part.name(),
                column.column,
                other.to,
                other.to
            );
            found.push(Contradiction::new("ids-of-others", words));
        }
    }
    Ok(found)
}

/// A column of classes beside an id that is not looked at: the same number is another thing in another class.
fn classes(source: &Source, mapping: &Mapping) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for (part, field, kind) in PEOPLE.into_iter().chain(MESSAGES) {
        let Some((table, column)) = place(mapping, part, field) else {
            continue;
        };
        let Some(stem) = column.column.strip_suffix("_id") else {
            continue;
        };
        let beside = Table::named(source.tables(), table)
            .and_then(|table| table.find(&format!("{stem}_type")));
        let Some(beside) = beside else { continue };
        let is_looked_at = mapping
            .part(part)
            .is_some_and(|mapped| mapped.has(kind) || is_filtered(mapped, &beside.name));
        if !is_looked_at {
            let words = format!(
                "[{}] {field}: {table} has {} beside {}, which says whose id it is; map it as {kind}, or say which rows count \
                 with `where`",
                part.name(),
                beside.name,
                column.column
            );
            found.push(Contradiction::new("class-ignored", words));
        }
    }
    found
}

/// Whether a condition on the rows, or on those joined to them, looks at a column.
fn is_filtered(mapped: &PartMapping, column: &str) -> bool {
    let conditions = mapped
        .filter
        .iter()
        .chain(mapped.joins.iter().map(|join| &join.on));
    conditions
        .flat_map(|condition| condition.terms())
        .any(|term| term.column.column == column)
}

/// The table and the column that a field is read from, in the part's own table or in a joined one.
fn place<'a>(mapping: &'a Mapping, part: Part, field: &str) -> Option<(&'a str, &'a ColumnRef)> {
    let mapped = mapping.part(part)?;
    let [column] = mapped.value(field)?.columns() else {
        return None;
    };
    let table = match &column.join {
        None => &mapped.table,
        Some(name) => &mapped.joins.iter().find(|join| join.name == *name)?.table,
    };
    Some((table, column))
}

/// Columns that MySQL shows in the zone of the server, read in another zone.
fn timestamps(source: &Source, mapping: &Mapping) -> Option<Contradiction> {
    let (zone, is_utc) = source.zone_of_timestamps()?;
    if mapping.timestamps.is_some() {
        return None;
    }
    // A server and a mapping of UTC mean the same, whichever way the column was used.
    let matters = |part: Part, mapped: &PartMapping| {
        TIMES.iter().any(|field| {
            let mut columns = mapped
                .value(field)
                .into_iter()
                .flat_map(|value| value.columns());
            columns.any(|column| column.kind == "timestamp")
                && !(is_utc && *mapping.zone_of(part, field) == TimeZone::UTC)
        })
    };
    let mut parts = mapping.parts();
    parts.any(|(part, mapped)| matters(part, mapped)).then(|| {
        let words = format!(
            "the server shows columns of the type timestamp in its own zone ({zone}). Say how the old application used them: \
             `timestamps = \"written\"` when its pages show what the table shows, in the mapping's zone (Laravel, most PHP), \
             or `timestamps = \"instants\"` when they are moments whatever a zone is"
        );
        Contradiction::new("timestamps", words)
    })
}

fn read_state(mapping: &Mapping) -> Option<Contradiction> {
    let says = |part: Part, fields: &[&str]| {
        let mapped = mapping.part(part);
        mapped.is_some_and(|mapped| fields.iter().any(|field| mapped.has(field)))
    };
    let is_known = mapping.part(Part::Reads).is_some()
        || says(Part::Messages, &["read", "read_at"])
        || says(
            Part::Participants,
            &["last_read_at", "last_read_message", "unread_from"],
        );
    (!is_known).then(|| {
        let words = "nothing says who has read what, so that every message would be unread to everybody; name the column in \
             [participants], [messages] or [reads]";
        Contradiction::new("no-read-state", words)
    })
}
