use serde::Serialize;

/// The features of a backend. Pages and tests ask this, never the backend's name; a missing feature is
/// answered with `Unsupported`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// The word for where a room lives: `legacy` or `stream`.
    pub backend: &'static str,
    /// Messages can be searched.
    pub search: bool,
    /// Files can be sent.
    pub attachments: bool,
    /// Largest file, in bytes.
    pub max_attachment_bytes: u64,
    /// It is known whether a message has arrived.
    pub delivered_receipts: bool,
    /// Urgent messages can be acknowledged.
    pub acknowledgement: bool,
    /// Earlier versions of edited messages and the originals of recalled ones are kept. Pages promise it
    /// only then.
    pub edit_history: bool,
    /// Client libraries can get a token.
    pub client_tokens: bool,
}
