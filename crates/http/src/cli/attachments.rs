use legacy::Files;

use super::Stop;

/// Where files are kept: a folder, which may be relative to where the program is started and is
/// made when it is not there.
pub(super) fn files(address: &str) -> Result<Files, Stop> {
    let wrong = |problem: String| Stop::setting("ATTACHMENTS_URL", problem);
    let folder = address
        .strip_prefix("file://")
        .filter(|folder| !folder.is_empty());
    let folder = folder.ok_or_else(|| wrong("must be like file://data/attachments".to_owned()))?;
    Files::folder(folder)
        .map_err(|error| wrong(format!("{folder} cannot be used as a folder: {error}")))
}
