//! Chats that many have: packages and applications whose tables are known, each a mapping.

use crate::{Mapping, Table};

/// A mapping for one package, and how its tables are told from others.
struct Profile {
    text: &'static str,
    /// Beginnings of the names of its tables, in one version or another; `{prefix}` in the text.
    prefixes: &'static [&'static str],
    /// Columns that only it has, `table.column`.
    marks: &'static [&'static str],
}

/// The more particular first: the tables of two may be alike but for a column.
const PROFILES: &[Profile] = &[
    Profile {
        text: include_str!("../profiles/wirechat.toml"),
        prefixes: &["wire_", "wirechat_"],
        marks: &[
            "{prefix}messages.participant_id",
            "{prefix}participants.participantable_type",
        ],
    },
    Profile {
        text: include_str!("../profiles/wirechat-sendable.toml"),
        prefixes: &["wire_", "wirechat_"],
        marks: &[
            "{prefix}messages.sendable_type",
            "{prefix}participants.participantable_type",
        ],
    },
    Profile {
        text: include_str!("../profiles/musonza-chat.toml"),
        prefixes: &[""],
        marks: &[
            "chat_participation.messageable_type",
            "chat_messages.participation_id",
        ],
    },
    Profile {
        text: include_str!("../profiles/musonza-chat-3.toml"),
        prefixes: &[""],
        marks: &[
            "mc_conversation_user.conversation_id",
            "mc_messages.conversation_id",
        ],
    },
    Profile {
        text: include_str!("../profiles/mattermost.toml"),
        prefixes: &[""],
        marks: &[
            "posts.originalid",
            "channelmembers.lastviewedat",
            "channels.displayname",
        ],
    },
    Profile {
        text: include_str!("../profiles/campfire.toml"),
        prefixes: &[""],
        marks: &[
            "memberships.involvement",
            "action_text_rich_texts.record_type",
            "messages.client_message_id",
        ],
    },
    Profile {
        text: include_str!("../profiles/chatify.toml"),
        prefixes: &["ch_", ""],
        marks: &[
            "{prefix}messages.from_id",
            "{prefix}messages.seen",
            "{prefix}favorites.favorite_id",
        ],
    },
    Profile {
        text: include_str!("../profiles/multicaret-inbox.toml"),
        prefixes: &["", "inbox_"],
        marks: &[
            "{prefix}participants.seen_at",
            "{prefix}participants.thread_id",
            "{prefix}threads.subject",
        ],
    },
    Profile {
        text: include_str!("../profiles/cmgmyr-messenger.toml"),
        prefixes: &["", "messenger_"],
        marks: &[
            "{prefix}participants.last_read",
            "{prefix}participants.thread_id",
            "{prefix}threads.subject",
        ],
    },
    Profile {
        text: include_str!("../profiles/openemr.toml"),
        prefixes: &[""],
        marks: &[
            "pnotes.assigned_to",
            "pnotes.portal_relation",
            "patient_data.pubpid",
        ],
    },
];

/// A package that was recognised.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recognised {
    /// Its name.
    pub name: String,
    /// The mapping file to review.
    pub text: String,
    /// Lines of the mapping for what it usually has and is not here.
    pub differs: Vec<String>,
    /// The mapping.
    pub mapping: Mapping,
}

/// The package whose tables these are, where one is known.
pub fn recognise(tables: &[Table]) -> Option<Recognised> {
    PROFILES.iter().find_map(|profile| {
        let mut prefixes = profile.prefixes.iter();
        prefixes.find_map(|prefix| profile.fit(prefix, tables))
    })
}

impl Profile {
    fn fit(&self, prefix: &str, tables: &[Table]) -> Option<Recognised> {
        let is_there = |mark: &&str| {
            let mark = mark.replace("{prefix}", prefix);
            let (table, column) = mark.split_once('.').unwrap_or((&mark, ""));
            let found = Table::named(tables, table);
            found.is_some_and(|table| table.find(column).is_some())
        };
        if !self.marks.iter().all(is_there) {
            return None;
        }
        let mut text = with_settings(&self.text.replace("{prefix}", prefix));
        let mut differs = Vec::new();
        // Every round leaves out a line, until what is left fits or there is nothing to leave out.
        loop {
            match Mapping::read(&text, tables) {
                Ok(mapping) => {
                    let mut lines = text.lines();
                    let name =
                        lines.find_map(|line| line.strip_prefix("profile = \"")?.strip_suffix('"'));
                    return Some(Recognised {
                        name: name.unwrap_or("a known package").to_owned(),
                        differs,
                        mapping,
                        text,
                    });
                }
                Err(error) => text = without(&text, error.line()?, &mut differs)?,
            }
        }
    }
}

const HEAD: &str = "\
# Where the chat of the old application is. Written by `hims-chat migrate survey`, which knows the tables; review every
# line. Every field is explained in the documentation of the mapping. Nothing here is secret.

# What this source is called in the tables of the chat. Another database, and another chat in the same one, gets another name.
source = \"legacy\"

# Rooms whose participants nobody knows: \"review\" lets nobody in and notes who wrote there, \"add\" lets
# them in.
likely_members = \"review\"

";

const ZONE: &str = "\
# The zone of times that have none, such as \"Europe/London\". Laravel writes UTC unless its settings say otherwise.
zone = \"UTC\"

";

fn with_settings(text: &str) -> String {
    let has_zone = text.lines().any(|line| line.starts_with("zone = "));
    let zone = if has_zone { "" } else { ZONE };
    format!("{HEAD}{zone}{text}")
}

/// The end of a line for a column that only some have.
const MAY_LACK: &str = "# if there";

/// The text without a line that names what is not there; without its section, where the line is what the section
/// cannot do without: which rows count, whose id it is, or which of them say that something was read. Nothing where a
/// field is read from several columns, as one of them may be there.
fn without(text: &str, line: usize, differs: &mut Vec<String>) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let wrong = lines.get(line.checked_sub(1)?)?;
    if wrong.contains("{ first = ") || wrong.contains("{ words = ") {
        return None;
    }
    let section = lines[..line].iter().rfind(|line| line.starts_with('['));
    let of_reads = section.is_some_and(|section| *section == "[reads]");
    let is_section = [
        "[",
        "table = ",
        "where = ",
        "user_type = ",
        "message_type = ",
    ]
    .iter()
    .any(|beginning| wrong.starts_with(beginning))
        || (of_reads && wrong.starts_with("read = "));
    let (from, to) = if is_section {
        let from = lines[..line]
            .iter()
            .rposition(|line| line.starts_with('['))?;
        let to = lines[line..].iter().position(|line| line.starts_with('['));
        (from, to.map_or(lines.len(), |to| line + to))
    } else {
        (line - 1, line)
    };
    let needed = ["[users]", "[messages]"];
    if wrong.starts_with('#') || (is_section && needed.contains(&lines[from])) {
        return None;
    }
    if !wrong.ends_with(MAY_LACK) {
        differs.push(lines[from].to_owned());
    }
    let off = |(index, line): (usize, &&str)| {
        let is_off = (from..to).contains(&index) && !line.is_empty() && !line.starts_with('#');
        if is_off {
            format!("# not here: {line}\n")
        } else {
            format!("{line}\n")
        }
    };
    Some(lines.iter().enumerate().map(off).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    fn table(name: &str, columns: &str) -> Table {
        Table {
            name: name.into(),
            columns: columns
                .split(' ')
                .map(|name| Column::new(name, "text"))
                .collect(),
            has_places: true,
        }
    }

    /// A version without rooms, reads and files.
    fn musonza() -> [Table; 3] {
        [
            table("users", "id name email"),
            table(
                "chat_participation",
                "id conversation_id messageable_id messageable_type created_at",
            ),
            table(
                "chat_messages",
                "id conversation_id participation_id body type created_at",
            ),
        ]
    }

    #[test]
    fn what_is_not_there_is_left_out_and_said() {
        let tables = musonza();
        let found = recognise(&tables).unwrap();
        assert_eq!(found.name, "musonza/chat");
        let differs = found.differs.join("; ");
        assert!(!differs.contains("deleted_at"), "{differs}");
        for part in ["[rooms]", "[reads]", "file_path", "updated_at"] {
            assert!(differs.contains(part), "{part}: {differs}");
        }
        assert!(
            found
                .text
                .contains("# not here: updated_at = \"updated_at\"\n"),
            "{}",
            found.text
        );
        assert!(found.mapping.part(crate::Part::Rooms).is_none());
    }

    #[test]
    fn a_column_that_only_some_have_is_used_and_not_missed() {
        let is_mapped = |tables: &[Table]| {
            let found = recognise(tables).unwrap();
            let users = found.mapping.part(crate::Part::Users).unwrap();
            let is_told = found.differs.join("; ").contains("deleted_at");
            (users.has("deleted_at"), is_told)
        };
        let mut tables = musonza();
        assert_eq!(is_mapped(&tables), (false, false));
        tables[0] = table("users", "id name email deleted_at");
        assert_eq!(is_mapped(&tables), (true, false));
    }

    #[test]
    fn what_decides_who_is_in_and_what_was_read_is_not_left_out() {
        let with = |notifications: &str| {
            let mut tables = musonza().to_vec();
            tables.push(table("chat_message_notifications", notifications));
            let found = recognise(&tables).unwrap();
            (
                found.mapping.part(crate::Part::Reads).is_some(),
                found.differs.join("; "),
            )
        };
        let all = "id message_id messageable_id messageable_type conversation_id participation_id is_seen is_sender updated_at";
        assert!(with(all).0, "{}", with(all).1);
        // Without the column that says which were read, all of them would be.
        for gone in [" is_seen", " is_sender"] {
            let (has_reads, differs) = with(&all.replace(gone, ""));
            assert!(!has_reads && differs.contains("[reads]"), "{differs}");
        }

        let wirechat = |participants: &str| {
            let tables = [
                table("users", "id name email"),
                table("wire_conversations", "id type created_at deleted_at"),
                table("wire_participants", participants),
                table(
                    "wire_messages",
                    "id conversation_id participant_id body type created_at deleted_at",
                ),
            ];
            recognise(&tables)
        };
        let all = "id conversation_id participantable_id participantable_type created_at exited_at deleted_at conversation_read_at";
        assert!(wirechat(all).is_some());
        assert!(wirechat(&all.replace(" exited_at", "")).is_none());
    }

    #[test]
    fn other_tables_are_nobodys() {
        let tables = [
            table("users", "id name email"),
            table("chat_messages", "id room_id user_id body created_at"),
        ];
        assert!(recognise(&tables).is_none());
    }
}
