use std::fmt;

use serde_json::{Value, json};

use super::{Moved, Returned, Until};
use crate::counted;

impl Moved {
    /// For programs.
    pub fn to_json(&self) -> Value {
        json!({
            "dry_run": self.until == Some(Until::Counted),
            "rooms": self.rooms,
            "messages": self.messages,
            "files": self.files,
            "too_long": self.too_long,
            "bytes": self.bytes,
            "moved_before": self.before,
            "moved": self.switched,
            "too_busy": self.busy,
            "seconds": self.took.as_secs_f64(),
        })
    }
}

/// For people.
impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64();
        if self.until == Some(Until::Counted) {
            writeln!(
                f,
                "{} with {} and {} would move.",
                counted(self.rooms, "room"),
                counted(self.messages, "message"),
                counted(self.files, "file")
            )?;
        } else {
            writeln!(
                f,
                "{}, of which {} had moved before; {} and {} copied in {seconds:.1} s, {:.1} MB.",
                counted(self.rooms, "room"),
                self.before,
                counted(self.messages, "message"),
                counted(self.files, "file"),
                f64::from(u32::try_from(self.bytes / 1024).unwrap_or(u32::MAX)) / 1024.0
            )?;
        }
        if self.too_long > 0 {
            let count = counted(self.too_long, "message");
            writeln!(f, "Too long for Stream, and a file there: {count}.")?;
        }
        match self.until {
            Some(Until::Counted) => writeln!(f, "Nothing was written."),
            Some(Until::Copied) => {
                writeln!(
                    f,
                    "All of them stay in use in the legacy chat until they are moved."
                )
            }
            _ => {
                let count = counted(self.switched, "room");
                writeln!(f, "In Stream Chat since now: {count}.")
            }
        }?;
        if !self.busy.is_empty() {
            let rooms: Vec<_> = self.busy.iter().map(domain::RoomId::as_str).collect();
            let rooms = rooms.join(", ");
            writeln!(
                f,
                "Too much was said in these to switch them; run it again: {rooms}"
            )?;
        }
        Ok(())
    }
}

impl Returned {
    /// For programs.
    pub fn to_json(&self) -> Value {
        json!({
            "rooms": self.rooms,
            "returned_before": self.before,
            "messages": self.messages,
            "files": self.files,
            "seconds": self.took.as_secs_f64(),
        })
    }
}

/// For people.
impl fmt::Display for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "In the legacy chat again: {}, and {} before; {} of messages and {} brought back in {:.1} s.",
            counted(self.rooms, "room"),
            self.before,
            counted(self.messages, "change"),
            counted(self.files, "file"),
            self.took.as_secs_f64()
        )
    }
}
