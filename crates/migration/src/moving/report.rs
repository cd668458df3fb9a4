use std::fmt;

use serde_json::{Value, json};

use super::{Moved, Returned, Until};

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
                "{} rooms with {} messages and {} files would move.",
                self.rooms, self.messages, self.files
            )?;
        } else {
            writeln!(
                f,
                "{} rooms, of which {} had moved before; {} messages and {} files copied in {seconds:.1} s, {:.1} MB.",
                self.rooms,
                self.before,
                self.messages,
                self.files,
                f64::from(u32::try_from(self.bytes / 1024).unwrap_or(u32::MAX)) / 1024.0
            )?;
        }
        if self.too_long > 0 {
            let count = self.too_long;
            writeln!(
                f,
                "{count} messages are too long for Stream and come as files."
            )?;
        }
        match self.until {
            Some(Until::Counted) => writeln!(f, "Nothing was written."),
            Some(Until::Copied) => {
                writeln!(
                    f,
                    "All of them stay in use in the legacy chat until they are moved."
                )
            }
            _ => writeln!(f, "{} rooms live in Stream Chat since now.", self.switched),
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
            "{} rooms live in the legacy chat again, {} did before; {} changes of messages and {} files brought back in {:.1} s.",
            self.rooms,
            self.before,
            self.messages,
            self.files,
            self.took.as_secs_f64()
        )
    }
}
