use std::io;

use legacy::{Bucket, Files};

use super::CliError;

/// Opens the store of files: a folder, which may be relative to the working directory and is made when it
/// is not there, or a bucket.
pub(super) async fn files(address: &str) -> Result<Files, CliError> {
    match address.strip_prefix("s3://") {
        Some(address) => bucket(address).await,
        None => folder(address, |folder| Files::folder(folder)),
    }
}

/// The store of files; none for a folder that is not there.
pub(super) async fn files_that_are_there(address: &str) -> Result<Option<Files>, CliError> {
    match address.strip_prefix("s3://") {
        Some(address) => bucket(address).await.map(Some),
        None => folder(address, |folder| match Files::existing_folder(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            found => found.map(Some),
        }),
    }
}

async fn bucket(address: &str) -> Result<Files, CliError> {
    let bucket = Bucket::named(address).map_err(|problem| wrong(problem.0))?;
    bucket.check().await.map_err(|problem| wrong(problem.0))?;
    Ok(bucket.files())
}

fn folder<T>(address: &str, open: impl Fn(&str) -> io::Result<T>) -> Result<T, CliError> {
    let folder = address
        .strip_prefix("file://")
        .filter(|folder| !folder.is_empty());
    let folder = folder.ok_or_else(|| {
        wrong("must be like file://data/attachments or s3://bucket/prefix".to_owned())
    })?;
    open(folder).map_err(|error| wrong(format!("{folder} cannot be used as a folder: {error}")))
}

fn wrong(problem: String) -> CliError {
    CliError::setting("ATTACHMENTS_URL", problem)
}
