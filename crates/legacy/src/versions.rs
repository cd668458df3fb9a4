use domain::{Message, MessageText, Version};
use ports::Result;

use crate::time;

/// The earlier versions of a message: `rows` are the texts and when each was replaced, oldest first. The
/// first was written when the message was sent, each other when it replaced the one before.
///
/// # Errors
/// `Internal` when a row holds what our SQL never answers.
pub fn versions(message: &Message, rows: Vec<(Option<String>, i64)>) -> Result<Vec<Version>> {
    let mut written_at = message.sent_at;
    let version = |(text, replaced_at): (Option<String>, i64)| {
        let replaced_at = time(replaced_at)?;
        Ok(Version {
            text: text
                .map(MessageText::stored)
                .filter(|text| !text.as_str().is_empty()),
            written_at: std::mem::replace(&mut written_at, replaced_at),
            replaced_at,
        })
    };
    rows.into_iter().map(version).collect()
}
