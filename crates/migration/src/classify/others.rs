//! Reads, and the files of a table of their own.

use ports::adoption::Read;

use super::{Classifier, Judged, attached::last_segment};
use crate::{
    Reason, Row,
    record::{Content, File, Record, Verdict},
    when::When,
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
        let message = message.filter(|_| row.names_a_message());
        let user = user.filter(|user| self.facts.users.contains(user));
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
                let sent = When::read(row.sent().as_deref(), &self.mapping.zone, self.now).at();
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
        self.attach(&mut judged, key, &message, &path, &name);
        judged.done()
    }

    pub(super) fn attach(
        &self,
        judged: &mut Judged,
        key: String,
        message: &str,
        path: &str,
        name: &str,
    ) {
        let content = self.files.look(path);
        if let Content::Placeholder(reason) = content {
            judged.found(reason, path);
        }
        judged.0.records.push(Record::File(File {
            key,
            message: message.to_owned(),
            name: last_segment(name),
            content,
        }));
    }
}
