//! A fresh, empty database for one test.

mod postgres;
mod sqlite;
mod template;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

/// The PostgreSQL server of the tests, for what makes databases of its own there.
pub fn server_url() -> String {
    postgres::server().into()
}

/// The database engine that keeps the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database of its own and a folder for the attachments that go with it; both are gone on drop.
///
/// Servers started one after the other, or side by side, on one `Database` share all of it, as the
/// instances of one hospital do. Declare it before them: what is declared first is dropped last.
pub struct Database {
    url: String,
    postgres: Option<postgres::Fresh>,
    folder: TempDir,
    /// The database it was copied from, kept for the tests that come after.
    template: Option<Arc<Database>>,
}

impl Database {
    /// An empty database of this engine.
    pub async fn fresh(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::sqlite(),
            Engine::Postgres => Self::postgres().await,
        }
    }

    /// A database that holds the demonstration hospital, as `hims-chat demo` leaves it.
    pub async fn demonstration(engine: Engine) -> Self {
        let template = template::filled(engine).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        template::copy_folder(template.folder(), folder.path());
        let postgres = match &template.postgres {
            Some(filled) => Some(filled.copy().await),
            None => None,
        };
        let url = match &postgres {
            Some(postgres) => postgres.url(),
            None => sqlite_url(folder.path()),
        };
        Self {
            url,
            postgres,
            folder,
            template: Some(template),
        }
    }

    /// A file that does not exist yet.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = sqlite_url(folder.path());
        Self {
            url,
            postgres: None,
            folder,
            template: None,
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
            template: None,
        }
    }

    /// The value for `DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same for another role, with more parameters.
    pub fn url_of(&self, role: &str, parameters: &str) -> String {
        let (scheme, rest) = self.url.split_once("://").expect("an address");
        let (_, place) = rest.rsplit_once('@').expect("an address with a user");
        format!("{scheme}://{role}@{place}?{parameters}")
    }

    /// The value for `ATTACHMENTS_URL`.
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
        self.server().go_away().await;
    }

    /// Ends what [`Self::go_away`] began.
    pub async fn come_back(&self) {
        self.server().come_back().await;
    }

    /// Runs statements behind the program's back, as another application on the database does.
    pub async fn execute(&self, sql: &str) {
        match &self.postgres {
            Some(postgres) => postgres.execute(sql).await,
            None => sqlite::execute(&self.sqlite_file(), sql),
        }
    }

    /// The one number that a query gives.
    pub async fn number(&self, sql: &str) -> i64 {
        match &self.postgres {
            Some(postgres) => postgres.number(sql).await,
            None => sqlite::number(&self.sqlite_file(), sql),
        }
    }

    /// The one text that a query gives.
    pub async fn text(&self, sql: &str) -> String {
        match &self.postgres {
            Some(postgres) => postgres.text(sql).await,
            None => sqlite::text(&self.sqlite_file(), sql),
        }
    }

    /// The one of two wordings that this database understands.
    pub fn words<'a>(&self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        if self.postgres.is_some() {
            postgres
        } else {
            sqlite
        }
    }

    fn sqlite_file(&self) -> PathBuf {
        self.folder.path().join("chat.db")
    }

    fn server(&self) -> &postgres::Fresh {
        self.postgres
            .as_ref()
            .expect("only a PostgreSQL database can go away")
    }
}

fn sqlite_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("chat.db").display())
}
