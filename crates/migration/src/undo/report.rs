use std::fmt;

use serde_json::{Value, json};

use super::Undone;
use crate::counted;

impl Undone {
    /// For programs.
    pub fn to_json(&self) -> Value {
        let staying = self.staying.iter().map(|room| {
            let why: Vec<&str> = room.stays.iter().map(|why| why.code()).collect();
            json!({ "room": room.room.as_str(), "source": room.source, "why": why })
        });
        json!({
            "dry_run": self.is_rehearsal,
            "rooms": self.rooms,
            "messages": self.messages,
            "participants": self.participants,
            "files": self.files,
            "users": self.users,
            "notes": self.notes,
            "staying": staying.collect::<Vec<_>>(),
        })
    }
}

/// For people. Rooms go by their numbers, as titles may name patients.
impl fmt::Display for Undone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for room in &self.staying {
            let why: Vec<String> = room.stays.iter().map(ToString::to_string).collect();
            writeln!(f, "Room {} stays: {}.", room.room, why.join("; "))?;
        }
        let went = format!(
            "{} with {}, {} and {}",
            counted(self.rooms, "room"),
            counted(self.messages, "message"),
            counted(self.participants, "participant"),
            counted(self.files, "file")
        );
        if !self.is_rehearsal {
            return writeln!(
                f,
                "Taken back: {went}; beside them {} who were made, {}.",
                counted(self.users, "user"),
                counted(self.notes, "note")
            );
        }
        if self.staying.is_empty() {
            writeln!(f, "{went} would be taken back.")?;
        } else {
            writeln!(f, "{went} could be taken back without those, by --room.")?;
        }
        writeln!(f, "Nothing was written.")
    }
}
