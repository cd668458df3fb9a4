//! A fresh, empty database for one test.

mod postgres;

use std::path::Path;

use tempfile::TempDir;

/// A database of its own and a folder for the attachments that go with it; both are gone on drop.
///
/// Servers started one after the other, or side by side, on one `Database` share all of it, as the
/// instances of one hospital do. Declare it before them: what is declared first is dropped last.
pub struct Database {
    url: String,
    postgres: Option<postgres::Fresh>,
    folder: TempDir,
}

impl Database {
    /// A file that does not exist yet.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("chat.db").display());
        Self {
            url,
            postgres: None,
            folder,
        }
    }

    /// A database with a random name on the server of `TEST_DATABASE_URL`.
    ///
    /// # Panics
    /// When that variable is not set: a suite without PostgreSQL fails, it never skips.
    pub async fn postgres() -> Self {
        let postgres = postgres::Fresh::create().await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self {
            url: postgres.url(),
            postgres: Some(postgres),
            folder,
        }
    }

    /// What goes into `DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What goes into `ATTACHMENTS_URL`.
    pub fn attachments_url(&self) -> String {
        format!(
            "file://{}",
            self.folder.path().join("attachments").display()
        )
    }

    /// The working folder of the programs that use this database.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Cuts every connection to this PostgreSQL database and refuses new ones, as an outage does.
    pub async fn go_away(&self) {
        self.fresh().go_away().await;
    }

    /// Ends what [`Self::go_away`] began.
    pub async fn come_back(&self) {
        self.fresh().come_back().await;
    }

    fn fresh(&self) -> &postgres::Fresh {
        self.postgres
            .as_ref()
            .expect("only a PostgreSQL database can go away")
    }
}
