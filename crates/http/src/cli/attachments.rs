use std::{path::Path, sync::Arc};

use object_store::{ObjectStore, local::LocalFileSystem};

use super::Stop;

/// Where files are kept: a folder, which may be relative to where the program is started and is
/// made when it is not there.
pub(super) fn store(address: &str) -> Result<Arc<dyn ObjectStore>, Stop> {
    match address.strip_prefix("file://") {
        Some(folder) if !folder.is_empty() => self::folder(Path::new(folder)),
        _ => Err(Stop::setting(
            "ATTACHMENTS_URL",
            "must be like file://data/attachments",
        )),
    }
}

fn folder(path: &Path) -> Result<Arc<dyn ObjectStore>, Stop> {
    let problem = |error: String| {
        Stop::setting(
            "ATTACHMENTS_URL",
            format!("{} cannot be used as a folder: {error}", path.display()),
        )
    };
    std::fs::create_dir_all(path).map_err(|error| problem(error.to_string()))?;
    // Files are synced before an upload is answered: what is acknowledged is not lost.
    let store =
        LocalFileSystem::new_with_prefix(path).map_err(|error| problem(error.to_string()))?;
    Ok(Arc::new(store.with_fsync(true)))
}
