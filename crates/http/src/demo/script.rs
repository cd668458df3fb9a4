//! How the conversations are written down: who said what, how many minutes ago.

use domain::{Urgency, UrgentReason};
use jiff::{SignedDuration, Timestamp};
use ports::{SeedMessage, SeedRoom, SeedRoomKind};

/// Minutes in an hour and a day, for times such as `2 * DAY + 30`.
pub(super) const HOUR: i64 = 60;
pub(super) const DAY: i64 = 24 * HOUR;

/// A room being written. Lines go in oldest first; `ago` is always minutes before `now`.
///
/// Whoever writes has read what came before, so only readers who do not answer need
/// [`Script::read`].
pub(super) struct Script {
    now: Timestamp,
    room: SeedRoom,
}

impl Script {
    pub(super) fn patient(
        now: Timestamp,
        ago: i64,
        mrn: &'static str,
        doctors: &[&'static str],
    ) -> Self {
        Self::new(now, ago, SeedRoomKind::Patient(mrn), doctors)
    }

    pub(super) fn direct(now: Timestamp, ago: i64, pair: [&'static str; 2]) -> Self {
        Self::new(now, ago, SeedRoomKind::Direct, &pair)
    }

    pub(super) fn group(now: Timestamp, ago: i64, title: &str, doctors: &[&'static str]) -> Self {
        Self::new(now, ago, SeedRoomKind::Group(title.to_owned()), doctors)
    }

    fn new(now: Timestamp, ago: i64, kind: SeedRoomKind, doctors: &[&'static str]) -> Self {
        let room = SeedRoom {
            kind,
            participants: doctors.to_vec(),
            opened_at: before(now, ago),
            messages: Vec::new(),
        };
        Self { now, room }
    }

    /// A routine message.
    pub(super) fn says(self, ago: i64, author: &'static str, text: &str) -> Self {
        let line = self.line(ago, author, text);
        self.with(line)
    }

    /// An urgent message, and who acknowledged it when.
    pub(super) fn urgent(
        self,
        ago: i64,
        author: &'static str,
        text: &str,
        acknowledged: &[(&'static str, i64)],
    ) -> Self {
        let marks = self.marks(acknowledged);
        let line = SeedMessage {
            urgency: Urgency::Urgent,
            read: marks.clone(),
            acknowledged: marks,
            ..self.line(ago, author, text)
        };
        self.with(line)
    }

    /// Why the urgent message before is urgent.
    pub(super) fn because(mut self, reason: &str) -> Self {
        if let Some(last) = self.room.messages.last_mut() {
            last.urgent_reason = UrgentReason::parse(reason).ok();
        }
        self
    }

    /// Sets the doctors whom the message before mentions.
    pub(super) fn calling(mut self, doctors: &[&'static str]) -> Self {
        if let Some(last) = self.room.messages.last_mut() {
            last.mentions = doctors.to_vec();
        }
        self
    }

    /// A message whose author later changed it to `edited.0`, `edited.1` minutes ago.
    pub(super) fn says_and_edits(
        self,
        ago: i64,
        author: &'static str,
        text: &str,
        edited: (&str, i64),
    ) -> Self {
        let line = SeedMessage {
            edited: Some((edited.0.to_owned(), before(self.now, edited.1))),
            ..self.line(ago, author, text)
        };
        self.with(line)
    }

    /// A message that its author took back.
    pub(super) fn says_and_recalls(
        self,
        ago: i64,
        author: &'static str,
        text: &str,
        recalled: i64,
    ) -> Self {
        let line = SeedMessage {
            recalled_at: Some(before(self.now, recalled)),
            ..self.line(ago, author, text)
        };
        self.with(line)
    }

    /// Doctors who have read everything so far without answering, and when.
    pub(super) fn read(mut self, readers: &[(&'static str, i64)]) -> Self {
        let marks = self.marks(readers);
        if let Some(last) = self.room.messages.last_mut() {
            last.read.extend(marks);
        }
        self
    }

    pub(super) fn room(self) -> SeedRoom {
        self.room
    }

    fn line(&self, ago: i64, author: &'static str, text: &str) -> SeedMessage {
        SeedMessage {
            author,
            at: before(self.now, ago),
            text: text.to_owned(),
            edited: None,
            recalled_at: None,
            urgency: Urgency::Routine,
            urgent_reason: None,
            mentions: Vec::new(),
            acknowledged: Vec::new(),
            read: Vec::new(),
        }
    }

    fn with(mut self, line: SeedMessage) -> Self {
        if let Some(last) = self.room.messages.last_mut() {
            let knows =
                last.author == line.author || last.read.iter().any(|(who, _)| *who == line.author);
            if !knows {
                last.read.push((line.author, line.at));
            }
        }
        self.room.messages.push(line);
        self
    }

    fn marks(&self, marks: &[(&'static str, i64)]) -> Vec<(&'static str, Timestamp)> {
        marks
            .iter()
            .map(|(who, ago)| (*who, before(self.now, *ago)))
            .collect()
    }
}

fn before(now: Timestamp, minutes: i64) -> Timestamp {
    now - SignedDuration::from_mins(minutes)
}
