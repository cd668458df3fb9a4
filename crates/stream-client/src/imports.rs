use std::{path::Path, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::fs::File;

use super::{Call, Client, Error, Kind, Operation, Result};

const UPLOAD: Operation = Operation::new("PUT", "import file");

/// A connection that carries less than this many bytes a second is as good as broken.
const SLOWEST: u64 = 100_000;

/// What an import does with what is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportMode {
    /// Replaces it.
    Upsert,
    /// Leaves it.
    Insert,
}

/// An import as far as it has come.
#[derive(Clone, Debug, Deserialize)]
pub struct ImportTask {
    /// Which.
    pub id: String,
    /// Stream's word for how far; see [`ImportTask::is_over`].
    pub state: String,
    /// What came of it, errors by line among it.
    #[serde(default, deserialize_with = "super::null::as_default")]
    pub result: Value,
}

impl ImportTask {
    /// Whether it is done: `Some(true)` well, `Some(false)` failed. A word we do not know is one of
    /// the many that mean "not yet".
    pub fn is_over(&self) -> Option<bool> {
        match self.state.as_str() {
            "completed" => Some(true),
            state if state.contains("failed") => Some(false),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
struct Place {
    path: String,
    upload_url: String,
}

#[derive(Deserialize)]
struct Holder {
    import_task: ImportTask,
}

impl Client {
    /// Hands in a file of JSON lines, at most 300 MB, and starts its import. Importing the same
    /// file again changes nothing more. The file is read as it goes, not held.
    ///
    /// # Errors
    /// As any call; `Unreachable` when the file cannot be handed in.
    pub async fn start_import(&self, file: &Path, mode: ImportMode) -> Result<ImportTask> {
        let name = json!({ "filename": "import.jsonl" });
        let place: Place = self
            .send(Call::post("/import_urls").json(&name).repeatable())
            .await?;
        self.hand_in(&place.upload_url, file).await?;
        let body = json!({ "path": place.path, "mode": mode });
        let started: Holder = self.send(Call::post("/imports").json(&body)).await?;
        Ok(started.import_task)
    }

    async fn hand_in(&self, url: &str, file: &Path) -> Result<()> {
        let failed = |_| Error::unanswered(UPLOAD, Kind::Unreachable, true);
        let opened = async {
            let file = File::open(file).await?;
            let size = file.metadata().await?.len();
            std::io::Result::Ok((file, size))
        };
        let (file, size) = opened.await.map_err(failed)?;
        let put = self
            .shared
            .http
            .put(url)
            .timeout(self.shared.patience.file + Duration::from_secs(size / SLOWEST))
            .header("content-type", "application/json")
            // Such places want to know beforehand how much comes.
            .header("content-length", size)
            .body(file)
            .send()
            .await
            .map_err(|_| Error::unanswered(UPLOAD, Kind::Unreachable, true))?;
        if put.status().is_success() {
            Ok(())
        } else {
            Err(Error::answered(UPLOAD, put.status().as_u16(), b"", false))
        }
    }

    /// How far an import has come.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn import(&self, id: &str) -> Result<ImportTask> {
        let found: Holder = self.send(Call::get("/imports/{import}").id(id)).await?;
        Ok(found.import_task)
    }
}
