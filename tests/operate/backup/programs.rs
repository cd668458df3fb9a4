//! PostgreSQL's own programs: how they are called, and what is said where they are not there.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::{Place, backup, below, check, path, restore, room_with_files, said};
use crate::support::{
    database::{Database, Engine},
    device::Device,
    hospital::Hospital,
    server::Server,
    wait::until,
};

/// A program of this name that runs a shell script in its place.
fn stand_in(folder: &Path, name: &str, script: &str) {
    fs::create_dir_all(folder).unwrap();
    let file = folder.join(name);
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

fn real(name: &str) -> PathBuf {
    let path = path();
    let found = path.split(':').map(|folder| Path::new(folder).join(name));
    found.into_iter().find(|file| file.exists()).unwrap()
}

async fn output(
    database: &Database,
    command: &str,
    folder: &Path,
    path: &str,
) -> std::process::Output {
    let arguments = [command, folder.to_str().unwrap()];
    Server::output(database, &arguments, &[("PATH", path)]).await
}

#[tokio::test]
async fn a_password_is_in_no_list_of_processes() {
    let (place, database) = (
        Place::new(),
        Database::demonstration(Engine::Postgres).await,
    );
    let bin = place.join("bin");
    for name in ["pg_dump", "pg_restore"] {
        let (noted, real) = (place.join(&format!("{name}.arguments")), real(name));
        let script = format!(
            "echo \"$@\" >> {}\nexec {} \"$@\"",
            noted.display(),
            real.display()
        );
        stand_in(&bin, name, &script);
    }
    let path = format!("{}:{}", bin.display(), path());
    let to = place.join("backup");
    said(&output(&database, "backup", &to, &path).await, 0);
    let elsewhere = Database::postgres().await;
    said(&output(&elsewhere, "restore", &to, &path).await, 0);
    for (name, words) in [
        ("pg_dump", "--format=custom"),
        ("pg_restore", "--single-transaction"),
    ] {
        let noted = fs::read_to_string(place.join(&format!("{name}.arguments"))).unwrap();
        let password = database.url().split([':', '@']).nth(2).unwrap();
        assert!(noted.contains(words), "{noted}");
        assert!(
            !noted.contains(password) && !noted.contains("postgres://"),
            "{noted}"
        );
    }
}

#[tokio::test]
async fn without_them_it_says_what_to_install() {
    let (place, database) = (
        Place::new(),
        Database::demonstration(Engine::Postgres).await,
    );
    let (nothing, to) = (place.join("nothing"), place.join("backup"));
    fs::create_dir(&nothing).unwrap();
    let nothing = nothing.to_str().unwrap();
    let told = said(&output(&database, "backup", &to, nothing).await, 1);
    assert!(
        told.contains("pg_dump, which copies a PostgreSQL database, is not there"),
        "{told}"
    );
    assert!(told.contains("apt-get install postgresql-client"), "{told}");
    assert!(!to.exists(), "{told}");

    let old = place.join("old");
    stand_in(&old, "pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.24'");
    let told = said(
        &output(&database, "backup", &to, old.to_str().unwrap()).await,
        1,
    );
    assert!(
        told.contains("pg_dump is of version 9 and cannot read a server of version"),
        "{told}"
    );
    assert!(!to.exists(), "{told}");

    said(&backup(&database, &to).await, 0);
    let elsewhere = Database::postgres().await;
    let told = said(&output(&elsewhere, "restore", &to, nothing).await, 1);
    assert!(
        told.contains("pg_restore, which puts a PostgreSQL database back, is not there"),
        "{told}"
    );
    assert!(below(elsewhere.folder()).is_empty());
    // What is checked needs nobody's program.
    let arguments = ["restore", to.to_str().unwrap(), "--check"];
    said(
        &Server::output(&elsewhere, &arguments, &[("PATH", nothing)]).await,
        0,
    );
}

#[tokio::test]
async fn one_that_is_too_new_is_refused_before_anything_is_touched() {
    let (place, hospital) = (Place::new(), Hospital::open(Engine::Postgres).await);
    room_with_files(&hospital.device("d01").await).await;
    let to = place.join("backup");
    said(&backup(&hospital.database, &to).await, 0);
    let elsewhere = Database::postgres().await;
    let version = "SELECT current_setting('server_version_num')::bigint / 10000";
    let version = elsewhere.number(version).await;
    let (bin, touched) = (place.join("bin"), place.join("touched"));
    let path = format!("{}:{}", bin.display(), path());
    let (real, touched_path) = (real("pg_restore"), touched.display());

    // From version 17 on servers know what it sends.
    if version < 17 {
        let script = format!(
            "case $1 in --version) echo 'pg_restore (PostgreSQL) 17.2'; exit;; esac\n\
             touch {touched_path}; exit 1"
        );
        stand_in(&bin, "pg_restore", &script);
        let told = said(&output(&elsewhere, "restore", &to, &path).await, 1);
        let words = format!("is of version 17 and cannot fill a server of version {version}");
        assert!(told.contains(&words), "{told}");
        let install = format!("apt-get install postgresql-client-{version}");
        assert!(told.contains(&install), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(!touched.exists() && below(elsewhere.folder()).is_empty());
    }

    // One that is too old for the copy says so when it lists it.
    let script = format!(
        "case $1 in\n--version) exec {} \"$@\";;\n\
         --list) echo 'pg_restore: error: unsupported version (1.99) in file header' >&2; exit 1;;\nesac\n\
         touch {touched_path}; exit 1",
        real.display()
    );
    stand_in(&bin, "pg_restore", &script);
    let told = said(&output(&elsewhere, "restore", &to, &path).await, 1);
    let words = "cannot be read: pg_restore: error: unsupported version (1.99) in file header";
    assert!(told.contains(words) && told.contains("install"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(!touched.exists() && below(elsewhere.folder()).is_empty());
    said(&restore(&elsewhere, &to).await, 0);
}

#[tokio::test]
async fn a_copy_that_cannot_come_back_here_says_so() {
    let (place, database) = (
        Place::new(),
        Database::demonstration(Engine::Postgres).await,
    );
    let version = "SELECT current_setting('server_version_num')::bigint / 10000";
    if database.number(version).await >= 17 {
        return;
    }
    let bin = place.join("bin");
    let script = format!(
        "case $1 in --version) echo 'pg_dump (PostgreSQL) 17.2'; exit;; esac\nexec {} \"$@\"",
        real("pg_dump").display()
    );
    stand_in(&bin, "pg_dump", &script);
    let path = format!("{}:{}", bin.display(), path());
    let told = said(
        &output(&database, "backup", &place.join("backup"), &path).await,
        0,
    );
    assert!(
        told.contains("goes only into a server of version 17 or later"),
        "{told}"
    );
}

#[tokio::test]
async fn what_it_cannot_put_back_leaves_nothing() {
    let (place, database) = (
        Place::new(),
        Database::demonstration(Engine::Postgres).await,
    );
    let server = Server::start(&database).await;
    let device = Device::signed_in(&server, "d01").await;
    room_with_files(&device).await;
    let to = place.join("backup");
    said(&backup(&database, &to).await, 0);
    let elsewhere = Database::postgres().await;
    let (nothing, function) = (
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
        "CREATE FUNCTION hims_micros(timestamp) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
    );
    // No table, so it looks empty; and in the way.
    elsewhere.execute(function).await;
    let told = said(&output(&elsewhere, "restore", &to, &path()).await, 1);
    assert!(
        told.contains("pg_restore: error:") && told.contains("already exists"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1, "{told}");
    assert_eq!(elsewhere.number(nothing).await, 0);
    let left = below(elsewhere.folder());
    assert!(left.iter().all(|path| path.is_dir()), "{left:?}");
    elsewhere
        .execute("DROP FUNCTION hims_micros(timestamp)")
        .await;
    said(&output(&elsewhere, "restore", &to, &path()).await, 0);
}

#[tokio::test]
async fn one_that_fails_after_the_database_is_in_place_leaves_the_files() {
    let (place, hospital) = (Place::new(), Hospital::open(Engine::Postgres).await);
    let (_, [file, _]) = room_with_files(&hospital.device("d01").await).await;
    let (to, bin) = (place.join("backup"), place.join("bin"));
    said(&backup(&hospital.database, &to).await, 0);
    // As where the connection ends with the commit.
    let script = format!(
        "{} \"$@\" || exit\ncase $1 in --version|--list) exit;; esac\n\
         echo 'pg_restore: error: the connection ended' >&2; exit 1",
        real("pg_restore").display()
    );
    stand_in(&bin, "pg_restore", &script);
    let path = format!("{}:{}", bin.display(), path());
    let elsewhere = Database::postgres().await;
    let told = said(&output(&elsewhere, "restore", &to, &path).await, 1);
    let words = "the connection ended; the database seems to be in place all the same, so the files were left";
    assert!(told.contains(words), "{told}");
    let stored = elsewhere.folder().join("attachments/attachments");
    assert_eq!(fs::read(stored.join(file)).unwrap(), b"pH 7.31");
    Server::start(&elsewhere).await;
}

#[tokio::test]
async fn what_changes_after_the_check_is_not_put_back() {
    let (place, hospital) = (Place::new(), Hospital::open(Engine::Postgres).await);
    let (_, [file, _]) = room_with_files(&hospital.device("d01").await).await;
    let (to, bin) = (place.join("backup"), place.join("bin"));
    said(&backup(&hospital.database, &to).await, 0);
    let file = format!("files/attachments/{file}");
    // The copy of the database is listed between the check and the files.
    let script = format!(
        "{} \"$@\" || exit\ncase $1 in --list) printf 'pH 7.99' > {};; esac",
        real("pg_restore").display(),
        to.join(&file).display()
    );
    stand_in(&bin, "pg_restore", &script);
    let path = format!("{}:{}", bin.display(), path());
    let elsewhere = Database::postgres().await;
    let told = said(&output(&elsewhere, "restore", &to, &path).await, 1);
    let words = format!("{file} was changed after it was checked");
    assert!(told.contains(&words), "{told}");
    let left = below(elsewhere.folder());
    assert!(left.iter().all(|path| path.is_dir()), "{left:?}");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(elsewhere.number(tables).await, 0);
}

#[tokio::test]
async fn one_that_is_stopped_leaves_nothing() {
    let (place, database) = (
        Place::new(),
        Database::demonstration(Engine::Postgres).await,
    );
    let (bin, begun) = (place.join("bin"), place.join("begun"));
    let script = format!(
        "case $1 in --version) echo 'pg_dump (PostgreSQL) 99.1'; exit;; esac\n\
         echo $$ > {0}.new; mv {0}.new {0}; exec sleep 25",
        begun.display()
    );
    stand_in(&bin, "pg_dump", &script);
    let to = place.join("backup");
    let path = format!("{}:{}", bin.display(), path());
    let arguments = ["backup", to.to_str().unwrap()];
    for signal in [Signal::TERM, Signal::HUP] {
        let mut child = Server::begin_with(&database, &arguments, &[("PATH", &path)]);
        let dump = until("pg_dump to begin", async || fs::read_to_string(&begun).ok()).await;
        let dump = Pid::from_raw(dump.trim().parse().unwrap()).unwrap();
        assert!(to.exists());
        kill_process(Pid::from_child(&child), signal).unwrap();
        let status = until("it to end", async || child.try_wait().unwrap()).await;
        assert_eq!(status.code(), Some(1), "{signal:?}");
        assert!(!to.exists());
        until("pg_dump to end", async || test_kill_process(dump).err()).await;
        fs::remove_file(&begun).unwrap();
    }

    // Killed it cannot tidy up; what it leaves is never taken for a backup.
    let mut child = Server::begin_with(&database, &arguments, &[("PATH", &path)]);
    let dump = until("pg_dump to begin", async || fs::read_to_string(&begun).ok()).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let dump = Pid::from_raw(dump.trim().parse().unwrap()).unwrap();
    kill_process(dump, Signal::KILL).unwrap();
    let told = said(&check(&database, &to).await, 1);
    assert!(told.contains("one that was not finished"), "{told}");
}

#[tokio::test]
async fn a_file_that_is_removed_meanwhile_is_named() {
    let (place, hospital) = (Place::new(), Hospital::open(Engine::Postgres).await);
    let device = hospital.device("d01").await;
    let (_, [removed, _]) = room_with_files(&device).await;
    let (bin, copied, go) = (place.join("bin"), place.join("copied"), place.join("go"));
    let script = format!(
        "{real} \"$@\" || exit\ncase $1 in --version) exit;; esac\ntouch {copied}\n\
         for turn in $(seq 600); do [ -e {go} ] && exit; sleep 0.05; done; exit 1",
        real = real("pg_dump").display(),
        copied = copied.display(),
        go = go.display()
    );
    stand_in(&bin, "pg_dump", &script);
    let (to, path) = (
        place.join("backup"),
        format!("{}:{}", bin.display(), path()),
    );
    let backing_up = output(&hospital.database, "backup", &to, &path);
    let removing = async {
        until("the copy to be made", async || fs::metadata(&copied).ok()).await;
        let remove = format!("DELETE FROM chat_attachments WHERE id = {removed}");
        hospital.database.execute(&remove).await;
        let stored = hospital.database.folder().join("attachments/attachments");
        fs::remove_file(stored.join(&removed)).unwrap();
        fs::write(&go, "").unwrap();
    };
    let (output, ()) = tokio::join!(backing_up, removing);
    let told = said(&output, 0);
    let words = format!("Removed while it was made, so not in it: attachments {removed}.");
    assert!(told.contains(&words), "{told}");
    let elsewhere = Database::postgres().await;
    said(&restore(&elsewhere, &to).await, 0);
}
