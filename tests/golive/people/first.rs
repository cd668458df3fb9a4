//! The first administrator, and the last.

use super::{PASSWORD, administrator, hims, hims_reading, listed, put, rows};
use crate::support::{
    binary::hims_chat,
    database::{Database, Engine},
    device::Device,
    on_both_databases,
    server::Server,
    wait::{until, within},
};

on_both_databases!(
    a_first_start_prints_the_command_that_makes_an_administrator,
    the_only_administrator_stays,
);

async fn a_first_start_prints_the_command_that_makes_an_administrator(engine: Engine) {
    let database = Database::fresh(engine).await;
    let mut server = Server::start(&database).await;
    let command = until("the command", async || {
        let printed = server.printed();
        let line = printed
            .lines()
            .map(str::trim)
            .find(|line| line.starts_with("hims-chat staff add"))?;
        Some(line.to_owned())
    })
    .await;
    if engine == Engine::Sqlite {
        server.prints("stop this service first").await;
        server.stop().await;
    }

    // As it stands there, in a shell where the program is on the path.
    let folder = hims_chat().parent().expect("a folder").display();
    let typed = format!("PATH={folder}:$PATH; echo '{PASSWORD}' | {command}");
    let mut shell = tokio::process::Command::new("/bin/sh");
    shell
        .args(["-c", &typed])
        .current_dir(database.folder())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("DATABASE_URL", database.url())
        .kill_on_drop(true);
    let ended = within("the command", shell.output())
        .await
        .expect("a shell");
    let said = super::Said::from(ended).with(0);
    let id = said.out.trim();

    if engine == Engine::Sqlite {
        server = Server::start(&database).await;
    }
    let device = Device::new(&server);
    let answer = device.sign_in("you@your-hospital", PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    server.stop().await;
    let server = Server::start(&database).await;
    assert!(!server.printed().contains("staff add"), "there is one now");
    drop(server);
    let all = listed(&database).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["id"], id);
    assert_eq!(all[0]["role"], "administrator");
    assert_eq!(all[0]["has_password"], true);
}

async fn the_only_administrator_stays(engine: Engine) {
    let database = Database::fresh(engine).await;
    let first = administrator(&database).await;
    for who in [first.as_str(), "ADMIN@larkmere.example"] {
        let said = hims(&database, &format!("staff deactivate {who}"))
            .await
            .with(1);
        assert!(
            said.error().contains("the only active administrator"),
            "{}",
            said.err
        );
    }
    // Nor by a list that calls her a nurse, or says that she left.
    let header = "identifier,email,name,role,active";
    for row in [
        "1,admin@larkmere.example,Admin,nurse,",
        "1,admin@larkmere.example,Admin,administrator,no",
    ] {
        put(&database, "staff.csv", format!("{header}\n{row}\n"));
        let said = hims(&database, "staff import staff.csv").await.with(1);
        assert!(
            said.out.contains("the only active administrator"),
            "{}",
            said.out
        );
    }
    let all = listed(&database).await;
    assert!(
        all[0]["active"] == true && all[0]["role"] == "administrator",
        "{all:?}"
    );

    // With a second one she may go, and the second stays.
    let second =
        "staff add --role administrator --email second@larkmere.example --name Second --json";
    let second = hims(&database, second).await.with(0).json();
    let second = second["id"].as_str().expect("an id").to_owned();
    hims(&database, &format!("staff deactivate {first}"))
        .await
        .with(0);
    hims(&database, &format!("staff deactivate {second}"))
        .await
        .with(1);
    // An identifier of hers puts her on lists: one without her may not take the last one either.
    put(
        &database,
        "staff.csv",
        format!("{header}\n2,second@larkmere.example,Second,administrator,\n"),
    );
    hims(&database, "staff import staff.csv").await.with(0);
    put(
        &database,
        "staff.csv",
        format!("{header}\n3,d@larkmere.example,Doctor,doctor,\n"),
    );
    let said = hims(&database, "staff import staff.csv").await.with(1);
    assert!(
        said.error()
            .contains("no active administrator would be left"),
        "{}",
        said.err
    );
    assert_eq!(listed(&database).await.len(), 2, "nothing was done");
}

#[tokio::test]
async fn a_new_password_is_long_enough_and_reaches_no_output() {
    let database = Database::sqlite();
    administrator(&database).await;
    let words = "staff set-password admin@larkmere.example --password-stdin";
    for (typed, part) in [
        ("short\n", "at least 8"),
        ("", "at least 8"),
        (&*"x".repeat(2_000), "at most 1024"),
    ] {
        let said = hims_reading(&database, words, typed).await.with(2);
        assert!(said.error().contains(part), "{}", said.err);
    }
    let said = hims_reading(&database, words, "a secret of hers\r\nnot this")
        .await
        .with(0);
    assert!(!format!("{}{}", said.out, said.err).contains("secret"));
    let without = "staff set-password admin@larkmere.example";
    hims(&database, without).await.with(2);
    let server = Server::start(&database).await;
    let device = Device::new(&server);
    let old = device.sign_in("admin@larkmere.example", PASSWORD).await;
    let new = device
        .sign_in("admin@larkmere.example", "a secret of hers")
        .await;
    assert_eq!((old.status, new.status), (401, 303));
    drop(server);
    assert_eq!(rows(&database, "hims_sessions").await, 1);
    hims_reading(&database, words, PASSWORD).await.with(0);
    assert_eq!(rows(&database, "hims_sessions").await, 0);
}
