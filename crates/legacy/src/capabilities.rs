use ports::Capabilities;

use crate::Files;

/// The features of the legacy chat, on either engine.
pub fn capabilities(files: &Files) -> Capabilities {
    Capabilities {
        backend: "legacy",
        search: true,
        attachments: true,
        max_attachment_bytes: files.largest(),
        delivered_receipts: true,
        acknowledgement: true,
        edit_history: true,
        client_tokens: false,
    }
}
