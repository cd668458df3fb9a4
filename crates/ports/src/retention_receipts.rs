use async_trait::async_trait;
use domain::StaffId;
use jiff::Timestamp;

use crate::{AuditKey, Result, Signature};

/// The signed outcome of one run of retention.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetentionReceipt {
    /// When the run began; no two begin at the same moment.
    pub begun_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The member of staff who ordered it; none at the server's own console.
    pub by: Option<StaffId>,
    /// Messages that went from the legacy chat.
    pub legacy_messages: u64,
    /// Messages that went from Stream.
    pub stream_messages: u64,
    /// Files that went, with messages or alone.
    pub files: u64,
    /// Entries that went from the audit.
    pub entries: u64,
    /// Messages, files and entries that are old enough and held.
    pub held: u64,
    /// Rooms that could not be dealt with, and one more where the run was broken off.
    pub left: u64,
    /// SHA-256 of the list of what went, as it was written into its file.
    pub list: [u8; 32],
    /// Of all that.
    pub signature: Signature,
}

impl RetentionReceipt {
    /// One of this run, which nothing went in yet.
    pub fn new(begun_at: Timestamp, by: Option<StaffId>) -> Self {
        let begun_at = to_the_microsecond(begun_at);
        Self {
            begun_at,
            ended_at: begun_at,
            by,
            legacy_messages: 0,
            stream_messages: 0,
            files: 0,
            entries: 0,
            held: 0,
            left: 0,
            list: [0; 32],
            signature: Signature::NONE,
        }
    }

    /// The same, signed.
    #[must_use]
    pub fn signed(mut self, key: &AuditKey) -> Self {
        self.ended_at = to_the_microsecond(self.ended_at);
        self.signature = self.sign(key);
        self
    }

    /// Whether this service made it as it is.
    pub fn is_genuine(&self, key: &AuditKey) -> bool {
        self.signature == self.sign(key)
    }

    fn sign(&self, key: &AuditKey) -> Signature {
        let times = [self.begun_at, self.ended_at].map(Timestamp::as_microsecond);
        let counts = [
            self.legacy_messages,
            self.stream_messages,
            self.files,
            self.entries,
            self.held,
            self.left,
        ];
        let mut bytes = Vec::new();
        bytes.extend(times.iter().flat_map(|time| time.to_be_bytes()));
        bytes.extend(counts.iter().flat_map(|count| count.to_be_bytes()));
        bytes.extend(self.list);
        bytes.extend(self.by.iter().flat_map(|by| by.as_str().bytes()));
        key.sign_statement("retention receipt", &bytes)
    }
}

/// The store keeps microseconds.
fn to_the_microsecond(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// The receipts of the runs of retention.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RetentionReceipts: Send + Sync {
    /// Keeps a receipt.
    ///
    /// # Errors
    /// `Conflict` when there is one of the same beginning; `Unavailable`.
    async fn add(&self, receipt: &RetentionReceipt) -> Result<()>;

    /// Receipts, the newest first, at most so many.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn newest(&self, most: u32) -> Result<Vec<RetentionReceipt>>;
}
