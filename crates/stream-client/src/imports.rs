use std::{path::Path, time::Duration};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::fs::File;

use super::{Call, Client, Error, Kind, Operation, Result};

const UPLOAD: Operation = Operation::new("PUT", "import file");

/// A connection that carries less than this many bytes a second is as good as broken.
const SLOWEST: u64 = 100_000;

words! {
    /// The fate of things that are there already when others are imported.
    ImportMode {
        /// They are replaced.
        Upsert = "upsert",
        /// They stay.
        Insert = "insert",
    }
}

answer! {
    /// An import as far as it has come.
    ImportTask {
        has {
            /// The id to ask by.
            id: String,
            /// Stream's word for how far; see [`ImportTask::is_over`].
            state: String,
        }
        may {
            /// The path of its file.
            path: String,
            /// The fate of things that are there already.
            mode: ImportMode,
            /// The outcome, with errors by line.
            result: Value,
            /// The size of the file in bytes.
            size: Option<u64>,
            /// The states that it has been in.
            history: Vec<Value>,
        }
        at {
            /// When it was begun.
            created_at,
            /// When it last moved.
            updated_at,
        }
    }
}

answer! {
    /// A place for a file of an import.
    ImportPlace {
        has {
            /// The path to begin the import with.
            path: String,
            /// The link to put the file to; whoever has it can do so.
            upload_url: String,
        }
    }
}

request! {
    /// An import to begin.
    NewImport {
        needs {
            path: String,
            mode: ImportMode,
        }
        may {
            /// Whether fields of one's own are merged with those that are there.
            merge_custom: bool,
        }
    }
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
struct Holder {
    import_task: ImportTask,
}

#[derive(Deserialize)]
struct Many {
    #[serde(default, deserialize_with = "super::null::as_default")]
    import_tasks: Vec<ImportTask>,
}

impl Client {
    /// Hands in a file of JSON lines, at most 300 MB, and starts its import. Importing the same
    /// file again changes nothing more. The file is read as it goes, not held.
    ///
    /// # Errors
    /// As any call; `Unreachable` when the file cannot be handed in.
    pub async fn start_import(&self, file: &Path, mode: ImportMode) -> Result<ImportTask> {
        let place = self.create_import_url("import.jsonl").await?;
        self.hand_in(&place.upload_url, file).await?;
        self.create_import(&NewImport::new(place.path, mode)).await
    }

    /// A place for a file of an import.
    ///
    /// # Errors
    /// `NotAllowed` where Stream has not opened imports for the app.
    pub async fn create_import_url(&self, file_name: &str) -> Result<ImportPlace> {
        let body = json!({ "filename": file_name });
        let call = Call::post("/import_urls").json(&body).repeatable();
        self.send(call).await
    }

    /// Begins the import of a file that is in its place.
    ///
    /// # Errors
    /// `Invalid` where there is no such file.
    pub async fn create_import(&self, import: &NewImport) -> Result<ImportTask> {
        let call = Call::post("/imports").json(import);
        Ok(self.send::<Holder>(call).await?.import_task)
    }

    /// Imports, newest first.
    ///
    /// # Errors
    /// As any call.
    pub async fn imports(&self, limit: u32, offset: u32) -> Result<Vec<ImportTask>> {
        let call = Call::get("/imports").query("limit", limit);
        let call = call.query("offset", offset);
        Ok(self.send::<Many>(call).await?.import_tasks)
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
