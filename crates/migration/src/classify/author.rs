//! The author of a message, found from its row.

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

/// The author of a message.
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

/// Somebody of whom only the id is left.
fn former(id: &str) -> Author {
    Author::Nobody {
        name: format!("Former staff #{id}").chars().take(120).collect(),
        key: format!("former:{id}"),
    }
}

impl Classifier {
    pub(super) fn author(&self, row: &Row, judged: &mut Judged) -> Author {
        let kind = row.word("type").unwrap_or_default().to_lowercase();
        if kind.starts_with("system_") {
            return Author::System;
        }
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
        if let Some(user) = self.facts.user(&sender) {
            return Author::User(user);
        }
        judged.found(Reason::SenderUnknown, sender.clone());
        former(&sender)
    }

    /// The receiver of a message without a room; none when it does not say.
    pub(super) fn receiver(&self, row: &Row, judged: &mut Judged) -> Option<Author> {
        let receiver = row.word("receiver").filter(|receiver| receiver != "0")?;
        if !self.is_staff(row, "receiver_type") {
            let class = row.word("receiver_type").unwrap_or_default();
            let class = attached::last_segment(&class.replace('.', "/"));
            judged.found(Reason::ReceiverUnknown, format!("{class} {receiver}"));
            return Some(Author::Nobody {
                key: format!("{class}:{receiver}"),
                name: format!("{class} {receiver} (old application)"),
            });
        }
        if let Some(user) = self.facts.user(&receiver) {
            return Some(Author::User(user));
        }
        judged.found(Reason::ReceiverUnknown, receiver.clone());
        Some(former(&receiver))
    }
}
