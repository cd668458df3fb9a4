//! Chats that many have, in the shape of their own tables and with what goes wrong in them: everything that comes
//! over is compared to what was said.

/// A test of each database.
macro_rules! on_each {
    ($test:ident: $($name:ident $on:ident),+) => {
        $(#[tokio::test]
        async fn $name() {
            $test(super::On::$on).await;
        })+
    };
}

mod campfire;
mod chatify;
mod hospital;
mod inbox;
mod mattermost;
mod musonza;
mod openemr;
mod read_back;
mod wirechat;

use super::{
    new::New,
    old::{Old, found},
};
use crate::support::{database::Engine, mariadb::Mariadb};
use hospital::Expected;

/// The database that a package keeps its tables in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    Sqlite,
    Postgres,
    Mariadb,
}

impl On {
    async fn old(self, sql: &str) -> Old {
        match self {
            Self::Sqlite => Old::with(Engine::Sqlite, sql).await,
            Self::Postgres => Old::with(Engine::Postgres, sql).await,
            Self::Mariadb => Old::on_mariadb(Mariadb::start().await, sql).await,
        }
    }
}

/// Surveys, which must recognise the package; adopts without a word changed but those in `answers`; and compares
/// everything. Then once more, which must change nothing.
async fn comes_over(on: On, name: &str, sql: &str, answers: &[(&str, &str)], expected: &Expected) {
    let old = on.old(sql).await;
    for (path, content) in &expected.files_to_write {
        let path = old.files().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let survey = old.survey(&[]).await;
    assert_eq!(survey["profile"], name, "{survey:#}");
    assert_eq!(survey["differs"], serde_json::json!([]), "{survey:#}");
    assert_eq!(
        survey["contradictions"],
        serde_json::json!({}),
        "{survey:#}"
    );
    let mut mapping = std::fs::read_to_string(old.mapping()).unwrap();
    for (from, to) in answers {
        assert!(mapping.contains(from), "{from} in {mapping}");
        mapping = mapping.replace(from, to);
    }
    std::fs::write(old.mapping(), mapping).unwrap();
    let new = New::fresh(Engine::Sqlite).await;
    let adopted = new.adopt(&old, &[]).await;
    for (part, reason, count) in &expected.reasons {
        assert_eq!(
            found(&adopted, part, reason),
            *count,
            "{part} {reason}: {adopted:#}"
        );
    }
    read_back::compare(&new, expected).await;
    let state = new.state().await;
    new.adopt(&old, &[]).await;
    assert_eq!(new.state().await, state, "a second run changes nothing");
}
