use ports::Capabilities;

/// What the legacy chat can do, on either engine.
pub const CAPABILITIES: Capabilities = Capabilities {
    backend: "legacy",
    search: true,
    attachments: true,
    max_attachment_bytes: 25 * 1024 * 1024,
    delivered_receipts: true,
    acknowledgement: true,
    edit_history: true,
    client_tokens: false,
};
