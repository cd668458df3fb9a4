use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::side::MessageDigest;

/// SHA-256 over the messages of a room in their order. Each part is written with its length before
/// it, so that no two rooms are written alike.
#[derive(Default)]
pub(super) struct Digest(Sha256);

impl Digest {
    pub(super) fn add(&mut self, said: &MessageDigest) {
        self.head(said);
        self.part(if said.is_recalled { "recalled" } else { "said" });
        self.part(&said.text);
    }

    /// Of a message that was changed on the other side since, only that it is there counts.
    pub(super) fn add_changed(&mut self, said: &MessageDigest) {
        self.head(said);
        self.part("changed");
    }

    fn head(&mut self, said: &MessageDigest) {
        self.part(said.id.as_str());
        self.part(said.author.as_str());
        self.part(&said.sent_at.as_microsecond().to_string());
    }

    fn part(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }

    pub(super) fn end(self) -> String {
        HEXLOWER.encode(&self.0.finalize())
    }
}
