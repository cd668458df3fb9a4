//! A backup that was cut or changed, and places that are not empty: refused before anything is touched.

use std::{fs, os::unix::fs::symlink, path::Path};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Place, backup, below, check, restore, room_with_files, said};
use crate::support::{
    database::{Database, Engine},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    what_was_cut_or_changed_is_refused,
    nothing_is_written_over,
    a_store_that_is_elsewhere_is_not_taken_for_one_that_lost_everything,
);

/// Copies a folder, as a person does who looks after backups.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for path in below(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        if path.is_file() {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Changes the manifest as somebody does who knows how backups are made.
fn rewrite(backup: &Path, change: impl Fn(&mut Value)) {
    let path = backup.join("manifest.json");
    let mut manifest = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    let text = serde_json::to_string_pretty(&manifest).unwrap();
    let sum = Sha256::digest(&text)
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    fs::write(&path, text).unwrap();
    fs::write(
        backup.join("manifest.json.sha256"),
        format!("{sum}  manifest.json\n"),
    )
    .unwrap();
}

fn unlist(manifest: &mut Value, name: &str) {
    let files = manifest["files"].as_array_mut().unwrap();
    files.retain(|entry| entry["path"] != name);
}

async fn what_was_cut_or_changed_is_refused(engine: Engine) {
    let (place, hospital) = (Place::new(), Hospital::open(engine).await);
    let first = hospital.device("d01").await;
    let (_, [file, picture]) = room_with_files(&first).await;
    let good = place.join("good");
    said(&backup(&hospital.database, &good).await, 0);
    let database = match engine {
        Engine::Sqlite => "database.sqlite",
        Engine::Postgres => "database.pgdump",
    };
    let (file, picture) = (
        format!("files/attachments/{file}"),
        format!("files/thumbnails/{picture}"),
    );
    let changed = |backup: &Path, name: &str| {
        let mut bytes = fs::read(backup.join(name)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(backup.join(name), bytes).unwrap();
    };
    let newer = match engine {
        Engine::Sqlite => "9001",
        Engine::Postgres => "20251101009001",
    };
    type Damage<'a> = Box<dyn Fn(&Path) + 'a>;
    let damages: Vec<(Damage<'_>, String)> = vec![
        (
            Box::new(|it| changed(it, database)),
            format!("{database} was changed"),
        ),
        (
            Box::new(|it| changed(it, "settings.env")),
            "settings.env was changed".to_owned(),
        ),
        (
            Box::new(|it| fs::write(it.join(&file), "pH").unwrap()),
            format!("{file} was cut: it has 2 bytes and had 7"),
        ),
        (
            Box::new(|it| fs::remove_file(it.join(&picture)).unwrap()),
            format!("{picture} is missing"),
        ),
        (
            Box::new(|it| fs::write(it.join("files/attachments/999"), "more").unwrap()),
            "files/attachments/999 was added".to_owned(),
        ),
        (
            Box::new(|it| {
                fs::remove_file(it.join(&file)).unwrap();
                symlink(good.join(&file), it.join(&file)).unwrap();
            }),
            format!("{file} (no plain file) was added"),
        ),
        (
            Box::new(|it| changed(it, "manifest.json")),
            "manifest.json was changed".to_owned(),
        ),
        (
            Box::new(|it| fs::remove_file(it.join("manifest.json")).unwrap()),
            "manifest.json is missing: this is no backup, or one that was not finished".to_owned(),
        ),
        (
            Box::new(|it| fs::remove_file(it.join("manifest.json.sha256")).unwrap()),
            "manifest.json.sha256 is missing".to_owned(),
        ),
        (
            Box::new(|it| rewrite(it, |manifest| manifest["format"] = json!(2))),
            "its format is 2, and this version reads 1".to_owned(),
        ),
        (
            Box::new(|it| rewrite(it, |manifest| manifest["schema"] = json!(newer))),
            format!("that of a newer hims-chat ({newer}; this one knows"),
        ),
        (
            Box::new(|it| {
                fs::remove_file(it.join(database)).unwrap();
                rewrite(it, |manifest| unlist(manifest, database));
            }),
            format!("{database} is not in the manifest"),
        ),
        (
            Box::new(|it| {
                fs::rename(it.join(&file), it.join("files/attachments/x")).unwrap();
                let text = fs::read_to_string(it.join("manifest.json")).unwrap();
                let text = text.replace(&file, "files/attachments/x");
                fs::write(it.join("manifest.json"), text).unwrap();
                rewrite(it, |_| ());
            }),
            "files/attachments/x is no file of this chat".to_owned(),
        ),
    ];
    let elsewhere = Database::fresh(engine).await;
    for (number, (damage, words)) in damages.iter().enumerate() {
        let bad = place.join(&number.to_string());
        copy(&good, &bad);
        damage(&bad);
        for output in [
            check(&elsewhere, &bad).await,
            restore(&elsewhere, &bad).await,
        ] {
            let told = said(&output, 1);
            assert!(
                told.contains(words) && told.lines().count() == 1,
                "{words}: {told}"
            );
        }
        assert!(below(elsewhere.folder()).is_empty(), "{words}");
    }
    // As nothing was touched, the good one goes in.
    said(&check(&elsewhere, &good).await, 0);
    assert!(below(elsewhere.folder()).is_empty());
    said(&restore(&elsewhere, &good).await, 0);
}

async fn nothing_is_written_over(engine: Engine) {
    let (place, hospital) = (Place::new(), Hospital::open(engine).await);
    let first = hospital.device("d01").await;
    room_with_files(&first).await;
    let good = place.join("good");
    said(&backup(&hospital.database, &good).await, 0);

    let before = below(&good);
    let told = said(&backup(&hospital.database, &good).await, 2);
    assert!(
        told.contains("is not empty; name a folder that is new or empty"),
        "{told}"
    );
    assert_eq!(below(&good), before);
    said(&check(&hospital.database, &good).await, 0);

    // A database with one table, whoever made it.
    let filled = Database::fresh(engine).await;
    filled
        .execute("CREATE TABLE wards (id integer PRIMARY KEY)")
        .await;
    let told = said(&restore(&filled, &good).await, 1);
    let is_told = filled.words("chat.db is there already", "it has public.wards");
    assert!(
        told.contains(is_told) && told.contains("nothing is written over"),
        "{told}"
    );
    assert!(!filled.folder().join("attachments").exists());
    assert_eq!(filled.number("SELECT count(*) FROM wards").await, 0);

    // Files without a database.
    let filled = Database::fresh(engine).await;
    let kept = filled.folder().join("attachments/attachments");
    fs::create_dir_all(&kept).unwrap();
    fs::write(kept.join("1"), "kept").unwrap();
    let told = said(&restore(&filled, &good).await, 2);
    assert!(
        told.contains("ATTACHMENTS_URL") && told.contains("holds files already"),
        "{told}"
    );
    assert_eq!(fs::read(kept.join("1")).unwrap(), b"kept");
    fs::remove_file(kept.join("1")).unwrap();
    said(&restore(&filled, &good).await, 0);

    // The backup of one engine is none of the other.
    let other = match engine {
        Engine::Sqlite => Database::postgres().await,
        Engine::Postgres => Database::sqlite(),
    };
    let told = said(&restore(&other, &good).await, 2);
    assert!(
        told.contains("DATABASE_URL") && told.contains("and the backup is of"),
        "{told}"
    );
    assert!(below(other.folder()).is_empty());
}

async fn a_store_that_is_elsewhere_is_not_taken_for_one_that_lost_everything(engine: Engine) {
    let (place, hospital) = (Place::new(), Hospital::open(engine).await);
    let first = hospital.device("d01").await;
    let to = place.join("backup");
    let store = hospital.database.folder().join("attachments");
    let (mounted, away) = (store.clone(), place.join("away"));
    room_with_files(&first).await;
    fs::rename(&mounted, &away).unwrap();

    let told = said(&backup(&hospital.database, &to).await, 2);
    assert!(
        told.contains("ATTACHMENTS_URL")
            && told.contains("is not there, and the database names files in it"),
        "{told}"
    );
    assert!(!mounted.exists() && !to.exists(), "{told}");

    // A place for a share, where none is mounted.
    fs::create_dir(&mounted).unwrap();
    let told = said(&backup(&hospital.database, &to).await, 2);
    assert!(
        told.contains("holds none of the files that the database names"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(below(&mounted).is_empty() && !to.exists(), "{told}");

    fs::remove_dir(&mounted).unwrap();
    fs::rename(&away, &mounted).unwrap();
    said(&backup(&hospital.database, &to).await, 0);
}

#[tokio::test]
async fn what_is_no_chat_is_not_backed_up() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let place = Place::new();
        let database = Database::fresh(engine).await;
        database
            .execute("CREATE TABLE wards (id integer PRIMARY KEY)")
            .await;
        let told = said(&backup(&database, &place.join("backup")).await, 1);
        assert!(told.contains("this database holds no chat"), "{told}");
        assert!(!place.join("backup").exists());
    }
    let place = Place::new();
    let told = said(&backup(&Database::sqlite(), &place.join("backup")).await, 1);
    assert!(told.contains("there is no database at"), "{told}");
}
