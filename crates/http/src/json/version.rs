use domain::{MessageText, Version};
use serde::Serialize;
use utoipa::ToSchema;

/// A text that a message had before an edit.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionJson<'a> {
    text: &'a str,
    /// Since when it read so: RFC 3339, UTC.
    written_at: String,
    /// Until when: RFC 3339, UTC.
    replaced_at: String,
}

/// Earlier texts of a message, oldest first; the current one is not among them.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionsJson<'a> {
    versions: Vec<VersionJson<'a>>,
}

impl<'a> From<&'a [Version]> for VersionsJson<'a> {
    fn from(versions: &'a [Version]) -> Self {
        let version = |version: &'a Version| VersionJson {
            text: version.text.as_ref().map_or("", MessageText::as_str),
            written_at: version.written_at.to_string(),
            replaced_at: version.replaced_at.to_string(),
        };
        Self {
            versions: versions.iter().map(version).collect(),
        }
    }
}
