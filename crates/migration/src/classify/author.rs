//! Who wrote a message.

use ports::adoption::User;

use super::{Classifier, Judged, attached};
use crate::{Reason, Row};

const TYPES: &[&str] = &[
    "text",
    "message",
    "msg",
    "chat",
    "image",
    "photo",
    "picture",
    "file",
    "document",
    "pdf",
    "audio",
    "voice",
    "video",
    "location",
    "link",
    "media",
    "attachment",
    "private",
    "group",
    "0",
    "1",
];
const NOTICES: &[&str] = &[
    "system",
    "notice",
    "notification",
    "info",
    "event",
    "activity",
];

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// The old application itself.
    System,
    /// A user of the source.
    User(String),
    /// Somebody who is no user there, or no more.
    Nobody {
        /// A key that no user has.
        key: String,
        /// How they are shown.
        name: String,
    },
}

/// Somebody who is no user, as one who cannot sign in.
pub(super) fn nobody(key: String, name: String) -> User {
    User {
        key,
        name,
        email: None,
        role: None,
        specialty: None,
        grade: None,
        ward: None,
    }
}

impl Classifier {
    pub(super) fn author(&self, row: &Row, judged: &mut Judged) -> Author {
        let kind = row.word("type").unwrap_or_default().to_lowercase();
        let is_notice = NOTICES.contains(&kind.as_str());
        if !is_notice && !kind.is_empty() && !TYPES.contains(&kind.as_str()) {
            judged.found(Reason::UnknownType, kind);
        }
        let sender = row.word("sender").filter(|sender| sender != "0");
        if !self.is_staff(row, "sender_type") {
            let class = row.word("sender_type").unwrap_or_default();
            let class = attached::last_segment(&class.replace('.', "/"));
            let id = sender.unwrap_or_else(|| "?".to_owned());
            judged.found(Reason::SenderNotStaff, format!("{class} {id}"));
            return Author::Nobody {
                key: format!("{class}:{id}"),
                name: format!("{class} {id} (old application)"),
            };
        }
        match sender {
            None if is_notice => Author::System,
            None => {
                judged.found(
                    Reason::SenderUnknown,
                    row.word("sender").unwrap_or_default(),
                );
                Author::Nobody {
                    key: "former:unknown".to_owned(),
                    name: "Former staff".to_owned(),
                }
            }
            Some(sender) => self.sender(sender, judged),
        }
    }

    /// The user that a sender is: by id, by e-mail, or by a name that only one user has.
    fn sender(&self, sender: String, judged: &mut Judged) -> Author {
        if self.facts.users.contains(&sender) {
            return Author::User(sender);
        }
        let word = sender.to_lowercase();
        let by_word = self
            .facts
            .by_email
            .get(&word)
            .or_else(|| self.facts.by_name.get(&word)?.as_ref());
        if let Some(user) = by_word {
            return Author::User(user.clone());
        }
        judged.found(Reason::SenderUnknown, sender.clone());
        Author::Nobody {
            name: format!("Former staff #{sender}")
                .chars()
                .take(120)
                .collect(),
            key: format!("former:{sender}"),
        }
    }
}
