//! Some rooms as they will look, from the mapping; nothing is written.

mod page;

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fmt,
};

use jiff::{Timestamp, tz::TimeZone};
use ports::{
    Result,
    adoption::{Message, RoomKind},
};

use crate::{
    AppKeys, Files, Mapping, Part, Reason, Source,
    classify::{Classifier, Facts},
    counted,
    mask::mask,
    record::{Content, Record, Verdict},
};

/// So many rooms, and of each the last messages.
const ROOMS: usize = 10;
const MESSAGES: usize = 8;
/// Of one kind at most, where there are several.
const OF_A_KIND: usize = 4;

/// Rooms as they will look.
#[derive(Clone, Debug)]
pub struct Preview {
    rooms: Vec<Seen>,
    zone: TimeZone,
    is_masked: bool,
}

#[derive(Clone, Default)]
struct Seen {
    key: String,
    kind: &'static str,
    title: Option<String>,
    people: Vec<String>,
    count: u64,
    said: VecDeque<PreviewedMessage>,
}

/// Without a word of it.
impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seen({}, {})", self.key, self.kind)
    }
}

#[derive(Clone)]
struct PreviewedMessage {
    key: String,
    author: Option<String>,
    at: Timestamp,
    text: Option<String>,
    is_deleted: bool,
    files: Vec<String>,
    found: Vec<Reason>,
}

/// A preview that is being put together.
#[derive(Default)]
struct Looking {
    names: HashMap<String, String>,
    rooms: HashMap<String, (&'static str, Option<String>)>,
    chosen: BTreeMap<String, Seen>,
    /// In the order in which they were come to.
    order: Vec<String>,
}

/// Puts the first rooms of each kind together, in which anything was said.
///
/// # Errors
/// `Invalid` for a mapping that does not fit; `Unavailable`.
pub async fn preview(
    source: &mut Source,
    mapping: &Mapping,
    files: Files,
    keys: AppKeys,
    now: Timestamp,
    is_masked: bool,
) -> Result<Preview> {
    source.prepare(mapping).await?;
    let facts = Facts::gather(source, mapping, now).await?;
    let mut classifier = Classifier::new(mapping.clone(), files, keys, facts, now);
    let mut looking = Looking::default();
    for part in [
        Part::Users,
        Part::Rooms,
        Part::Messages,
        Part::Participants,
        Part::Attachments,
    ] {
        if mapping.part(part).is_none() {
            continue;
        }
        classifier.begin();
        let mut rows = source.read(mapping, part).await?;
        loop {
            let batch = rows.next().await?;
            if batch.is_empty() {
                break;
            }
            for verdict in classifier.judge(part, &batch) {
                looking.see(verdict);
            }
        }
    }
    Ok(Preview {
        rooms: looking.done(),
        zone: mapping.zone.clone(),
        is_masked,
    })
}

impl Looking {
    fn see(&mut self, verdict: Verdict) {
        let found: Vec<Reason> = verdict.found.iter().map(|(reason, _)| *reason).collect();
        // A message that makes its room names who is in it before it comes itself.
        let (people, others): (Vec<Record>, Vec<Record>) = verdict
            .records
            .into_iter()
            .partition(|record| matches!(record, Record::Participant(_)));
        for record in others.into_iter().chain(people) {
            match record {
                Record::User(user) => {
                    self.names.insert(user.key, user.name);
                }
                Record::Room(room) if room.deleted_at.is_none() => {
                    let kind = match room.kind {
                        RoomKind::Direct(..) => "direct",
                        RoomKind::Group => "group",
                        RoomKind::Patient(_) => "patient",
                    };
                    self.rooms.insert(room.key, (kind, room.title));
                }
                Record::Message(message) => self.said(message, found.clone()),
                Record::Participant(participant) if participant.left_at.is_none() => {
                    let name = self.names.get(&participant.user).cloned();
                    if let (Some(room), Some(name)) = (self.chosen.get_mut(&participant.room), name)
                        && !room.people.contains(&name)
                    {
                        room.people.push(name);
                    }
                }
                Record::File(file) => self.file(&file.message, file.name, &file.content),
                _ => {}
            }
        }
    }

    fn said(&mut self, message: Message, found: Vec<Reason>) {
        let Some((kind, title)) = self.rooms.get(&message.room) else {
            return;
        };
        if !self.chosen.contains_key(&message.room) {
            let alike = self.chosen.values().filter(|room| room.kind == *kind);
            if self.chosen.len() >= ROOMS || alike.count() >= OF_A_KIND {
                return;
            }
            let seen = Seen {
                key: message.room.clone(),
                kind,
                title: title.clone(),
                ..Seen::default()
            };
            self.order.push(message.room.clone());
            self.chosen.insert(message.room.clone(), seen);
        }
        let Some(room) = self.chosen.get_mut(&message.room) else {
            return;
        };
        room.count += 1;
        let author = message
            .author
            .map(|author| self.names.get(&author).cloned().unwrap_or(author));
        room.said.push_back(PreviewedMessage {
            key: message.key,
            author,
            at: message.sent_at,
            text: message.text,
            is_deleted: message.deleted_at.is_some(),
            files: Vec::new(),
            found,
        });
        if room.said.len() > MESSAGES {
            room.said.pop_front();
        }
    }

    fn file(&mut self, message: &str, name: String, content: &Content) {
        let name = match content {
            Content::At(_) => name,
            Content::Placeholder(_) => format!("{name} (not available)"),
        };
        let mut said = self.chosen.values_mut().flat_map(|room| &mut room.said);
        if let Some(said) = said.find(|said| said.key == message) {
            said.files.push(name);
        }
    }

    fn done(mut self) -> Vec<Seen> {
        let mut rooms: Vec<Seen> = self
            .order
            .iter()
            .filter_map(|key| self.chosen.remove(key))
            .collect();
        for room in &mut rooms {
            room.said.make_contiguous().sort_by_key(|said| said.at);
        }
        rooms
    }
}

impl Preview {
    fn shown(&self, text: &str) -> String {
        if self.is_masked {
            mask(text)
        } else {
            text.to_owned()
        }
    }

    fn title(&self, room: &Seen) -> String {
        match &room.title {
            Some(title) => self.shown(title),
            None => self.people(room),
        }
    }

    fn people(&self, room: &Seen) -> String {
        let people: Vec<String> = room.people.iter().map(|name| self.shown(name)).collect();
        if people.is_empty() {
            "nobody".to_owned()
        } else {
            people.join(", ")
        }
    }

    fn author(&self, said: &PreviewedMessage) -> String {
        said.author
            .as_deref()
            .map_or_else(|| "System".to_owned(), |author| self.shown(author))
    }

    fn words(&self, said: &PreviewedMessage) -> String {
        match &said.text {
            _ if said.is_deleted => "(recalled)".to_owned(),
            Some(text) => self.shown(text),
            None => String::new(),
        }
    }

    fn time(&self, said: &PreviewedMessage) -> String {
        said.at
            .to_zoned(self.zone.clone())
            .strftime("%Y-%m-%d %H:%M:%S %Z")
            .to_string()
    }
}

/// For the terminal.
impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for room in &self.rooms {
            writeln!(
                f,
                "{} ({}, {}; in it: {})",
                self.title(room),
                room.kind,
                counted(room.count, "message"),
                self.people(room)
            )?;
            for said in &room.said {
                let words = self.words(said).replace('\n', "\n      ");
                writeln!(f, "  {}  {}: {words}", self.time(said), self.author(said))?;
                for file in &said.files {
                    writeln!(f, "      file: {}", self.shown(file))?;
                }
                for reason in &said.found {
                    writeln!(f, "      {}: {}", reason.code(), reason.words())?;
                }
            }
            writeln!(f)?;
        }
        if self.rooms.is_empty() {
            writeln!(f, "There is no room in which anything was said.")?;
        }
        Ok(())
    }
}
