use std::fmt;

use serde_json::{Value, json};

use super::Adopted;
use crate::{Part, counted};

impl Adopted {
    /// Whether not one message of the source is here, from this time or from before.
    pub fn brings_nothing(&self) -> bool {
        let parts = self.survey.parts.iter();
        let mut messages = parts.filter(|(part, _)| *part == Part::Messages);
        messages.all(|(_, tally)| tally.adopted + tally.flagged == 0)
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let mut json = self.survey.to_json();
        json["dry_run"] = self.is_rehearsal.into();
        json["seconds"] = self.took.as_secs_f64().into();
        json["made"] = json!({
            "users": self.kept.users,
            "rooms": self.kept.rooms,
            "messages": self.kept.messages,
            "messages_unlocked": self.kept.unlocked,
            "messages_deleted": self.kept.deleted,
            "messages_edited": self.kept.edited,
            "rooms_renamed": self.kept.renamed,
            "participants": self.kept.participants,
            "participants_left": self.kept.left,
            "marks_read_on": self.kept.read_on,
            "files": self.files,
            "files_found": self.files_found,
            "files_refused": self.refused,
        });
        json
    }
}

/// For people: every row as in a survey, then what was made.
impl fmt::Display for Adopted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.survey.rows_and_reasons(f)?;
        if self.is_rehearsal {
            return writeln!(
                f,
                "\nNothing was written: this is what adopting would come to."
            );
        }
        let kept = &self.kept;
        writeln!(
            f,
            "\nMade this time, in {:.1} s: {}, {}, {}, {}, {}.",
            self.took.as_secs_f64(),
            counted(kept.users, "user"),
            counted(kept.rooms, "room"),
            counted(kept.messages, "message"),
            counted(kept.participants, "participant"),
            counted(self.files, "file")
        )?;
        for (count, what) in self.since() {
            if count > 0 {
                writeln!(f, "{what}: {count}.")?;
            }
        }
        if self.refused > 0 {
            writeln!(
                f,
                "Too large or of a kind that is not taken, so that a placeholder says so: {}.",
                counted(self.refused, "file")
            )?;
        }
        writeln!(f, "What else was there before was left as it is.")
    }
}

impl Adopted {
    /// How many of what was brought before changed this time.
    fn since(&self) -> [(u64, &'static str); 7] {
        let kept = &self.kept;
        [
            (
                kept.unlocked as u64,
                "Messages brought before without the key of their text, which have their words now",
            ),
            (
                kept.edited as u64,
                "Messages brought before that were edited in the old application since; what they said is kept",
            ),
            (
                kept.deleted as u64,
                "Messages brought before that were deleted in the old application since, and show as recalled now",
            ),
            (
                kept.renamed as u64,
                "Rooms brought before that have another name in the old application since, and here now",
            ),
            (
                kept.left as u64,
                "Participants brought before who left in the old application since, and are no longer in the room",
            ),
            (
                kept.read_on as u64,
                "Marks of participants brought before who read on in the old application since",
            ),
            (
                self.files_found,
                "Files that were missing before and are in the place of their placeholders now",
            ),
        ]
    }
}
