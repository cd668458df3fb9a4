//! Reads, and the files of a table of their own.

use jiff::Timestamp;
use ports::adoption::Read;

use super::{
    Classifier, Judged,
    attached::{last_segment, plain},
    stamp::Seen,
    unread,
};
use crate::{
    Part, PartMapping, Reason, Row,
    mapping::PathIs,
    record::{Content, File, Record, Verdict},
};

impl Classifier {
    pub(super) fn read(&mut self, row: &Row) -> Verdict {
        let (message, user) = (row.word("message"), row.word("user"));
        let key = format!(
            "{}/{}",
            message.as_deref().unwrap_or("?"),
            user.as_deref().unwrap_or("?")
        );
        let mut judged = Judged::new(Some(key), row);
        if !self.is_of_message(row) {
            judged.found(Reason::NotOfMessage, row.raw());
            return judged.done();
        }
        match Seen::of_read(self.mapping.part(Part::Reads), row, self.now) {
            Seen::Read => {}
            Seen::Unsure(stamp) => {
                judged.found(Reason::ReadSometime, stamp);
                return judged.done();
            }
            // A row for a message that is still to be read says nothing.
            Seen::Unread | Seen::Unsaid => return judged.done(),
        }
        let message = message.filter(|_| row.names_a_message());
        let user = user
            .filter(|_| self.is_staff(row, "user_type"))
            .and_then(|user| self.facts.user(&user));
        match (message, user) {
            (None, _) => judged.found(Reason::MessageMissing, row.raw()),
            (Some(message), _) if self.aside.contains(&message) => {
                judged.found(Reason::MessageAside, row.raw());
            }
            (_, None) => judged.found(Reason::UserMissing, row.raw()),
            (Some(message), Some(user)) => {
                if self.is_again(&message, &user) {
                    judged.found(Reason::ReadTwice, "");
                }
                let (room, sent) = unread::place(&self.mapping, row, self.now);
                let latest = sent.unwrap_or(Timestamp::MAX);
                if self.facts.unread.is_before(&room, &user, latest) {
                    judged.found(Reason::ReadAfterUnread, "");
                    return judged.done();
                }
                let mut at = self.time(row, "read_at");
                if at.zip(sent).is_some_and(|(at, sent)| at < sent) {
                    judged.found(
                        Reason::ReadBeforeSent,
                        row.word("read_at").unwrap_or_default(),
                    );
                    at = sent;
                }
                judged
                    .0
                    .records
                    .push(Record::Read(Read { message, user, at }));
            }
        }
        judged.done()
    }

    pub(super) fn attachment(&mut self, row: &Row) -> Verdict {
        let key = row.word("id");
        let mut judged = Judged::new(key.clone(), row);
        if !self.is_of_message(row) {
            judged.found(Reason::NotOfMessage, row.raw());
            return judged.done();
        }
        let Some(message) = row.word("message").filter(|_| row.names_a_message()) else {
            judged.found(Reason::MessageMissing, row.raw());
            return judged.done();
        };
        if self.aside.contains(&message) {
            judged.found(Reason::MessageAside, row.raw());
            return judged.done();
        }
        let path = row.word("path").unwrap_or_default();
        let name = row.word("name").unwrap_or_else(|| path.clone());
        let key = format!("attachment:{}", key.unwrap_or_default());
        self.attach(
            Part::Attachments,
            &mut judged,
            key,
            &message,
            (Some(&path), &name),
        );
        judged.done()
    }

    pub(super) fn attach(
        &self,
        part: Part,
        judged: &mut Judged,
        key: String,
        message: &str,
        (path, name): (Option<&str>, &str),
    ) {
        let content = path.map_or(Content::Placeholder(Reason::FileUnnamed), |path| {
            self.look(part, path)
        });
        // That it is not named was noted with all that is said about it.
        if let (Content::Placeholder(reason), Some(path)) = (&content, path) {
            judged.found(*reason, path);
        }
        judged.0.records.push(Record::File(File {
            key,
            message: message.to_owned(),
            name: last_segment(&self.decoded(name)),
            content,
        }));
    }

    /// Looks for a file as it is named, and where there is none, as an address would name it.
    fn look(&self, part: Part, path: &str) -> Content {
        let look = |path: &str| match self.mapping.part(part) {
            Some(mapped) => self.files.look(&stored(path, mapped)),
            None => self.files.look(path),
        };
        let found = look(path);
        if !matches!(found, Content::Placeholder(Reason::FileMissing)) {
            return found;
        }
        plain(path).map_or(found, |path| look(&path))
    }

    /// Whether the id of a message is one of a message.
    fn is_of_message(&self, row: &Row) -> bool {
        row.word("message_type")
            .is_none_or(|class| self.mapping.is_of(Part::Messages, &class))
    }
}

/// A stored path as it is in the folder of the files: without the address that stands for it; under another
/// folder, where the paths leave that out; and Rails' Active Storage keeps `abcdef…` as `ab/cd/abcdef…`.
fn stored(path: &str, mapped: &PartMapping) -> String {
    let mut addresses = mapped.files_at.iter();
    let path = addresses
        .find_map(|address| path.strip_prefix(address))
        .unwrap_or(path);
    let is_key = mapped.path_is == PathIs::ActiveStorageKey;
    let path = match (is_key, path.get(..2), path.get(2..4)) {
        (true, Some(one), Some(two)) => format!("{one}/{two}/{path}"),
        _ => path.to_owned(),
    };
    let is_address = path.contains(':');
    match &mapped.files_under {
        Some(under) if !is_address => {
            format!(
                "{}/{}",
                under.trim_end_matches('/'),
                path.trim_start_matches('/')
            )
        }
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;

    fn table() -> Table {
        Table {
            name: "any".to_owned(),
            columns: Vec::new(),
            has_places: true,
        }
    }

    #[test]
    fn where_a_stored_path_lies() {
        let mut mapped = PartMapping::new(&table());
        assert_eq!(stored("chat/a.png", &mapped), "chat/a.png");
        mapped.files_at = vec!["https://old.example/storage/".into(), "/storage/".into()];
        for path in [
            "https://old.example/storage/chat/a.png",
            "/storage/chat/a.png",
        ] {
            assert_eq!(stored(path, &mapped), "chat/a.png");
        }
        mapped.files_under = Some("public/".into());
        assert_eq!(stored("/storage/chat/a.png", &mapped), "public/chat/a.png");
        assert_eq!(
            stored("https://elsewhere.example/a.png", &mapped),
            "https://elsewhere.example/a.png"
        );
        mapped.path_is = PathIs::ActiveStorageKey;
        assert_eq!(stored("abcdef", &mapped), "public/ab/cd/abcdef");
        assert_eq!(stored("é", &mapped), "public/é");
    }
}
