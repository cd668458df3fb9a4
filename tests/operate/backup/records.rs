//! Records beside the database: heads of the audit, rules of retention, lists of what went.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Place, is_private, path, said};
use crate::support::{
    database::{Database, Engine},
    hospital::Hospital,
    server::Server,
    wait::until,
};

const RULES: &str = "[messages]\nall = \"8 years\"\n";

/// The places of the records by default, and of the rules as the tests set them.
const HEADS: &str = "data/audit-heads.txt";
const LISTS: &str = "data/retention";
const RULES_FILE: &str = "rules/retention.toml";

async fn run(database: &Database, arguments: &[&str]) -> std::process::Output {
    let settings = [("PATH", &*path()), ("HIMS_RETENTION", RULES_FILE)];
    Server::output(database, arguments, &settings).await
}

/// A backup of a hospital with a head of today and the list of one run.
async fn backed_up(engine: Engine, place: &Place) -> (Hospital, PathBuf, String) {
    let mut hospital = Hospital::open(engine).await;
    hospital.device("d01").await;
    let heads = hospital.database.folder().join(HEADS);
    until("a head", async || {
        fs::read_to_string(&heads)
            .ok()
            .filter(|text| text.ends_with('\n'))
    })
    .await;
    hospital.server.stop().await;
    let rules = hospital.database.folder().join(RULES_FILE);
    fs::create_dir_all(rules.parent().unwrap()).unwrap();
    fs::write(rules, RULES).unwrap();
    said(&run(&hospital.database, &["retention", "run"]).await, 0);
    let lists = fs::read_dir(hospital.database.folder().join(LISTS)).unwrap();
    let lists: Vec<_> = lists.map(|list| list.unwrap().file_name()).collect();
    let [list] = &lists[..] else {
        panic!("{lists:?}")
    };
    let list = list.to_str().unwrap().to_owned();
    let to = place.join("backup");
    let told = run(&hospital.database, &["backup", to.to_str().unwrap()]).await;
    let told = said(&told, 0);
    assert!(told.contains("records 3"), "{told}");
    (hospital, to, list)
}

async fn they_are_where_they_were(engine: Engine) {
    let place = Place::new();
    let (hospital, backup, list) = backed_up(engine, &place).await;
    is_private(&backup);
    let from = backup.to_str().unwrap();
    let elsewhere = Database::fresh(engine).await;
    let told = said(&run(&elsewhere, &["restore", from]).await, 0);
    assert!(told.contains("records 3"), "{told}");
    let list = format!("{LISTS}/{list}");
    for record in [HEADS, RULES_FILE, &list] {
        let [here, there] =
            [hospital.database.folder(), elsewhere.folder()].map(|folder| folder.join(record));
        assert_eq!(
            fs::read(here).unwrap(),
            fs::read(&there).unwrap(),
            "{record}"
        );
    }
    for folder in [LISTS, "rules"] {
        is_private(&elsewhere.folder().join(folder));
    }
    // They belong to what is in the database.
    let told = said(&run(&elsewhere, &["audit", "verify"]).await, 0);
    assert!(told.contains("1 heads were found again"), "{told}");
    said(&run(&elsewhere, &["retention", "verify", &list]).await, 0);
}

#[tokio::test]
async fn they_are_where_they_were_with_sqlite() {
    they_are_where_they_were(Engine::Sqlite).await;
}

#[tokio::test]
async fn they_are_where_they_were_with_postgres() {
    they_are_where_they_were(Engine::Postgres).await;
}

#[tokio::test]
async fn newer_heads_are_neither_written_over_nor_merged() {
    let place = Place::new();
    let (hospital, backup, _) = backed_up(Engine::Sqlite, &place).await;
    let from = backup.to_str().unwrap();
    let elsewhere = Database::fresh(Engine::Sqlite).await;
    let heads = elsewhere.folder().join(HEADS);
    let kept = fs::read_to_string(hospital.database.folder().join(HEADS)).unwrap();
    let newer = format!("{kept}{kept}");
    fs::create_dir_all(heads.parent().unwrap()).unwrap();
    fs::write(&heads, &newer).unwrap();
    let told = said(&run(&elsewhere, &["restore", from]).await, 2);
    assert!(
        told.contains("HIMS_AUDIT_HEADS: data/audit-heads.txt is there and is another"),
        "{told}"
    );
    assert_eq!(fs::read_to_string(&heads).unwrap(), newer);
    for untouched in ["chat.db", RULES_FILE, LISTS] {
        assert!(
            !elsewhere.folder().join(untouched).exists(),
            "{untouched} was made"
        );
    }
    // The very same are no obstacle.
    fs::write(&heads, &kept).unwrap();
    said(&run(&elsewhere, &["restore", from]).await, 0);
    assert_eq!(fs::read_to_string(&heads).unwrap(), kept);
}

#[tokio::test]
async fn a_record_without_a_place_stays_and_a_changed_one_is_refused() {
    let place = Place::new();
    let (_hospital, backup, _) = backed_up(Engine::Sqlite, &place).await;
    let from = backup.to_str().unwrap();
    let elsewhere = Database::fresh(Engine::Sqlite).await;
    let none = [("HIMS_AUDIT_HEADS", "")];
    let output = Server::output(&elsewhere, &["restore", from], &none).await;
    let told = said(&output, 0);
    let words = "they stay in the backup: records/audit-heads.txt, records/retention.toml.";
    assert!(told.contains(words), "{told}");
    assert!(!Path::new(&elsewhere.folder().join(HEADS)).exists());

    fs::write(backup.join("records/audit-heads.txt"), "").unwrap();
    let output = run(&elsewhere, &["restore", from, "--check"]).await;
    let told = said(&output, 1);
    assert!(told.contains("records/audit-heads.txt was cut"), "{told}");
}
