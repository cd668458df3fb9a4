use legacy::{Bucket, Files};

use super::Stop;

/// Where files are kept: a folder, which may be relative to where the program is started and is
/// made when it is not there, or a bucket.
pub(super) async fn files(address: &str) -> Result<Files, Stop> {
    let wrong = |problem: String| Stop::setting("ATTACHMENTS_URL", problem);
    if let Some(address) = address.strip_prefix("s3://") {
        let bucket = Bucket::named(address).map_err(|problem| wrong(problem.0))?;
        bucket.check().await.map_err(|problem| wrong(problem.0))?;
        return Ok(bucket.files());
    }
    let folder = address
        .strip_prefix("file://")
        .filter(|folder| !folder.is_empty());
    let folder = folder.ok_or_else(|| {
        wrong("must be like file://data/attachments or s3://bucket/prefix".to_owned())
    })?;
    Files::folder(folder)
        .map_err(|error| wrong(format!("{folder} cannot be used as a folder: {error}")))
}
