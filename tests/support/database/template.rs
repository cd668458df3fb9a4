//! The demonstration hospital, filled once and copied for each test that starts from it.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Weak};

use tokio::sync::Mutex;

use super::super::server::Server;
use super::{Database, Engine};

/// The filled databases that tests are copying from. Each lives as long as a test holds it, so that
/// nothing is left on the server when the tests have ended.
static FILLED: [Mutex<Weak<Database>>; 2] =
    [Mutex::const_new(Weak::new()), Mutex::const_new(Weak::new())];

/// The database to copy from, filled at the first call.
pub(super) async fn filled(engine: Engine) -> Arc<Database> {
    let mut filled = FILLED[engine as usize].lock().await;
    if let Some(template) = filled.upgrade() {
        return template;
    }
    let template = Arc::new(Database::fresh(engine).await);
    Server::run(&template, &["demo"]).await;
    if let Some(postgres) = &template.postgres {
        // A database that anybody is connected to cannot be copied.
        postgres.go_away().await;
    }
    *filled = Arc::downgrade(&template);
    template
}

/// Copies everything in a folder into another one that exists.
pub(super) fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the folder is read") {
        let entry = entry.expect("the folder is read");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            fs::create_dir_all(&target).expect("a folder is made");
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a file is copied");
        }
    }
}
