//! A hospital connects its directory: people sign in with the name and password they have there.

use serde_json::json;

use crate::support::{
    database::{Database, Engine},
    device::{self, Answer, CHAT, Device},
    hospital::Hospital,
    on_both_databases,
    server::Server,
    slapd::{BIND, PASSWORD, ROLE_MAP, Slapd, tls_folder},
};

on_both_databases!(
    a_name_and_password_of_the_directory_sign_in,
    who_may_not_come_in_is_told_why,
);

/// The chat of a hospital whose staff register knows `lisle` and `o,neill` as its first two doctors.
async fn hospital(engine: Engine, url: &str, more: &[(&str, &str)]) -> Hospital {
    let authority = format!("{}/ca.pem", tls_folder());
    let mut environment = vec![
        ("HIMS_SIGN_IN", "password,ldap"),
        ("HIMS_LDAP_URL", url),
        ("HIMS_LDAP_BIND", BIND),
        ("HIMS_LDAP_ROLE_MAP", ROLE_MAP),
        ("SSL_CERT_FILE", &authority),
    ];
    environment.extend(more);
    let hospital = Hospital::open_with(engine, &environment).await;
    for (user, identifier) in [(1, "E-1001"), (2, "E-1002"), (3, "E-1003")] {
        let known =
            format!("INSERT INTO hims_staff (user_id, identifier) VALUES ({user}, '{identifier}')");
        hospital.database.execute(&known).await;
    }
    hospital
}

async fn sign_in(hospital: &Hospital, name: &str, password: &str) -> (Device, Answer) {
    let device = Device::new(&hospital.server);
    let answer = device.sign_in(name, password).await;
    (device, answer)
}

/// Somebody who signs in with a password of the database.
async fn the_database_lets_in(hospital: &Hospital) {
    let (_, answer) = sign_in(hospital, "d04@larkmere.example", device::PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

/// The id of the doctor who is signed in: they alone may say so of themselves.
async fn is_doctor(device: &Device, id: &str) -> bool {
    let request = device
        .request(reqwest::Method::GET, &format!("{CHAT}/api/rooms"))
        .header("x-hims-doctor", id);
    device::send(request).await.status == 200
}

async fn a_name_and_password_of_the_directory_sign_in(engine: Engine) {
    let slapd = Slapd::start().await;
    let hospital = hospital(engine, &slapd.tls_url(), &[]).await;
    let page = Device::new(&hospital.server).page("/login").await.text();
    assert!(page.contains("User name or e-mail"), "{page}");
    for (name, id) in [("lisle", "1"), (" LISLE ", "1"), ("o,neill", "2")] {
        let (device, answer) = sign_in(&hospital, name, PASSWORD).await;
        assert_eq!(answer.status, 303, "{name}: {}", answer.text());
        assert!(is_doctor(&device, id).await, "{name} is doctor {id}");
    }
    let linked = "SELECT count(*) FROM hims_sign_on WHERE issuer = 'ldap'";
    assert_eq!(hospital.database.number(linked).await, 2);
    for password in ["directory (1)", "Directory (1)*", "*", " "] {
        let (_, answer) = sign_in(&hospital, "lisle", password).await;
        assert_eq!(answer.status, 401, "{password}");
        assert!(answer.text().contains("The name or the password is wrong."));
    }
    the_database_lets_in(&hospital).await;
    // A page that was locked is unlocked with the same password.
    let (device, _) = sign_in(&hospital, "o,neill", PASSWORD).await;
    assert_eq!(device.form("/lock", &[]).await.status, 204);
    let wrong = device.form("/unlock", &[("password", "x")]).await;
    wrong.is_problem(401, "wrong-password");
    let unlocked = device.form("/unlock", &[("password", PASSWORD)]).await;
    assert_eq!(unlocked.json(), json!({"doctor_id": "2"}));
}

async fn who_may_not_come_in_is_told_why(engine: Engine) {
    let slapd = Slapd::start().await;
    let hospital = hospital(engine, &slapd.tls_url(), &[]).await;
    for (name, words) in [
        ("stranger", "your identifier there is E-4711"),
        ("porter", "in none of the groups"),
        ("nurse", "say that you are nurse"),
    ] {
        let (device, answer) = sign_in(&hospital, name, PASSWORD).await;
        assert_eq!(answer.status, 403, "{name}: {}", answer.text());
        assert!(answer.text().contains(words), "{name}: {}", answer.text());
        assert!(!device.cookies().contains("hims_chat="), "{name}");
        // Whoever does not know the password is told nothing.
        let (_, guessed) = sign_in(&hospital, name, "guessed").await;
        assert_eq!(guessed.status, 401, "{name}");
    }
    // Who has left the chat's register is told what a stranger is told.
    let leave = "UPDATE users SET is_active = false WHERE id = 1";
    hospital.database.execute(leave).await;
    let (_, left) = sign_in(&hospital, "lisle", PASSWORD).await;
    assert_eq!(left.status, 403);
    assert!(
        left.text().contains("not known to the chat"),
        "{}",
        left.text()
    );
}

/// An empty password would be no sign-in at all, which a directory answers with a yes (RFC 4513, 5.1.2).
#[tokio::test]
async fn a_name_is_a_name_and_a_password_is_there() {
    let slapd = Slapd::start().await;
    let hospital = hospital(Engine::Sqlite, &slapd.tls_url(), &[]).await;
    let (_, empty) = sign_in(&hospital, "lisle", "").await;
    assert_eq!(empty.status, 422, "{}", empty.text());
    for name in [
        "*",
        "lis*",
        "lisle,ou=elsewhere",
        "lisle,ou=elsewhere,ou=people,dc=hospital,dc=example",
        "lisle+cn=Somebody",
        ")(uid=*",
        "lisle)(|(uid=*",
        "lisle\\",
        "\\6cisle",
        "#6c69736c65",
        "\"lisle\"",
        "uid=lisle,ou=people,dc=hospital,dc=example",
        "lisle\u{ad}",
        "ｌｉｓｌｅ",
        "li\0sle",
    ] {
        let (device, answer) = sign_in(&hospital, name, PASSWORD).await;
        assert_eq!(answer.status, 401, "{name:?}: {}", answer.text());
        assert!(!device.cookies().contains("hims_chat="), "{name:?}");
    }
    let (_, right) = sign_in(&hospital, "lisle", PASSWORD).await;
    assert_eq!(right.status, 303, "the same password with the right name");
}

#[tokio::test]
async fn guesses_are_counted_as_those_of_the_database_are() {
    let slapd = Slapd::start().await;
    let hospital = hospital(Engine::Sqlite, &slapd.tls_url(), &[]).await;
    for _ in 0..5 {
        let (_, guessed) = sign_in(&hospital, "lisle", "guessed").await;
        assert_eq!(guessed.status, 401);
    }
    let (_, refused) = sign_in(&hospital, "lisle", PASSWORD).await;
    assert_eq!(refused.status, 429, "{}", refused.text());
    let (_, other) = sign_in(&hospital, "o,neill", PASSWORD).await;
    assert_eq!(other.status, 303);
}

/// The server takes no password without TLS, so that a sign-in proves that there was some.
#[tokio::test]
async fn the_way_to_it_is_protected_or_not_gone() {
    let slapd = Slapd::start().await;
    for url in [slapd.tls_url(), slapd.url()] {
        let trusted = hospital(Engine::Sqlite, &url, &[]).await;
        let (_, answer) = sign_in(&trusted, "lisle", PASSWORD).await;
        assert_eq!(answer.status, 303, "{url}: {}", answer.text());

        let other = format!("{}/other-ca.pem", tls_folder());
        let suspicious = hospital(Engine::Sqlite, &url, &[("SSL_CERT_FILE", &other)]).await;
        is_away(&suspicious).await;
        the_database_lets_in(&suspicious).await;
    }
    // To this machine itself it may go without, where that is asked for.
    let open = Slapd::start_open().await;
    let plain = [("HIMS_LDAP_STARTTLS", "false")];
    let within = hospital(Engine::Sqlite, &open.url(), &plain).await;
    let (_, answer) = sign_in(&within, "lisle", PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

/// The form says that the directory is away, and nobody is signed in.
async fn is_away(hospital: &Hospital) {
    let (device, answer) = sign_in(hospital, "lisle", PASSWORD).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    let page = answer.text();
    assert!(
        page.contains("The hospital’s directory does not answer"),
        "{page}"
    );
    assert!(page.contains("data-testid=\"login-form\""), "{page}");
    assert!(!device.cookies().contains("hims_chat="));
}

/// A hospital that has all its staff in the directory takes the passwords of the table no more.
#[tokio::test]
async fn it_may_be_the_only_way() {
    let slapd = Slapd::start().await;
    let only = [("HIMS_SIGN_IN", "ldap")];
    let hospital = hospital(Engine::Sqlite, &slapd.tls_url(), &only).await;
    let (_, stored) = sign_in(&hospital, "d04@larkmere.example", device::PASSWORD).await;
    assert_eq!(stored.status, 401, "{}", stored.text());
    let (device, answer) = sign_in(&hospital, "lisle", PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(device.form("/lock", &[]).await.status, 204);
    let unlocked = device.form("/unlock", &[("password", PASSWORD)]).await;
    assert_eq!(unlocked.status, 200, "{}", unlocked.text());
}

#[tokio::test]
async fn while_it_is_down_passwords_of_the_database_go_on() {
    let mut slapd = Slapd::start().await;
    let hospital = hospital(Engine::Sqlite, &slapd.tls_url(), &[]).await;
    slapd.stop();
    is_away(&hospital).await;
    the_database_lets_in(&hospital).await;
    // A wrong one is told what everybody is told, so that nobody learns whose it is.
    let (_, wrong) = sign_in(&hospital, "d05@larkmere.example", "wrong").await;
    assert_eq!(wrong.status, 503);
    slapd.resume().await;
    let (_, answer) = sign_in(&hospital, "lisle", PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[tokio::test]
async fn one_that_never_answers_keeps_nobody_waiting() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    for scheme in ["ldap", "ldaps"] {
        let url = format!("{scheme}://{}", silent.local_addr().unwrap());
        let hospital = hospital(Engine::Sqlite, &url, &[]).await;
        is_away(&hospital).await;
        the_database_lets_in(&hospital).await;
    }
}

#[tokio::test]
async fn half_a_directory_stops_the_start_with_one_line() {
    let database = Database::demonstration(Engine::Sqlite).await;
    for (environment, words) in [
        (vec![], "HIMS_LDAP_URL: is needed"),
        (
            vec![("HIMS_SIGN_IN", "password"), ("HIMS_LDAP_BIND", BIND)],
            "HIMS_LDAP_BIND: is set, but HIMS_SIGN_IN does not name ldap",
        ),
        (
            vec![("HIMS_LDAP_URL", "ldaps://dc1.hospital.example")],
            "HIMS_LDAP_BIND: is needed",
        ),
        (
            vec![
                ("HIMS_LDAP_URL", "ldap://dc1.hospital.example"),
                ("HIMS_LDAP_STARTTLS", "false"),
                ("HIMS_LDAP_BIND", BIND),
            ],
            "HIMS_LDAP_URL: leads to another machine without TLS",
        ),
        (
            vec![
                ("HIMS_LDAP_URL", "ldaps://dc1.hospital.example"),
                ("HIMS_LDAP_BIND", "{login}@hospital.example"),
            ],
            "HIMS_LDAP_BASE: must say where",
        ),
    ] {
        let environment = [vec![("HIMS_SIGN_IN", "ldap")], environment].concat();
        let output = Server::output(&database, &["serve"], &environment).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("hims-chat: {words}")), "{said}");
    }
}
