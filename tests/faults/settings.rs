//! A wrong setting stops the start with one line that says which, and what would be right.

use std::fs;
use std::process::Output;

use crate::support::{database::Database, device::Device, server::Server};

/// The one line a program that could not start printed, and nothing else.
#[track_caller]
pub(super) fn one_line(output: &Output) -> String {
    let (printed, said) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(!output.status.success(), "{printed}{said}");
    assert!(output.status.code().is_some(), "it ends by itself");
    assert_eq!(printed, "");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("hims-chat: "), "{said}");
    said.into_owned()
}

#[tokio::test]
async fn every_wrong_setting_is_named() {
    let database = Database::sqlite();
    let server = Server::start(&database).await;
    let taken = server.address();
    let cases = [
        ("HIMS_LISTEN", "here", "127.0.0.1:8080"),
        ("HIMS_LISTEN", "127.0.0.1:99999", "127.0.0.1:8080"),
        ("HIMS_LISTEN", taken, "free port"),
        ("HIMS_ADMIN_LISTEN", "here", "127.0.0.1:9090"),
        ("HIMS_ADMIN_LISTEN", taken, "free port"),
        (
            "DATABASE_URL",
            "mysql://hims:hunter2@localhost/hims",
            "sqlite://",
        ),
        ("DATABASE_URL", "sqlite://", "sqlite://path"),
        ("HIMS_SCHEMA", "drop", "migrate or check"),
        ("HIMS_MOUNTS", "/doctor/chat=fax", "legacy and stream"),
        ("HIMS_MOUNTS", "/doctor/chat", "/doctor/chat=legacy"),
        ("HIMS_MOUNTS", "/login=legacy", "/doctor/chat"),
        ("HIMS_MOUNTS", "/a=legacy,/a=stream", "overlap"),
        (
            "HIMS_NEW_ROOMS",
            "/doctor/chat",
            "/doctor/chat=/doctor/stream-chat",
        ),
        (
            "HIMS_NEW_ROOMS",
            "/doctor/chat=/ward",
            "/doctor/stream-chat",
        ),
        (
            "HIMS_NEW_ROOMS",
            "/doctor/chat=/doctor/chat",
            "the other one",
        ),
        ("ATTACHMENTS_URL", "carrier-pigeon://loft", "file://"),
        ("ATTACHMENTS_URL", "s3://", "s3://bucket/prefix"),
        ("HIMS_MAX_FILE_MB", "0", "1 to 100"),
        ("HIMS_MAX_FILE_MB", "plenty", "1 to 100"),
        (
            "HIMS_CLAMD",
            "http://127.0.0.1:3310",
            "tcp://127.0.0.1:3310",
        ),
        ("HIMS_CLAMD", "unix://clamd.ctl", "unix:///run"),
        ("HIMS_ALLOW_PROGRAMS", "some", "true or false"),
        ("HIMS_PATIENT_REF_KEY", "0f0fhunter2", "64"),
        ("HIMS_TIME_ZONE", "Mars/Base", "Europe/London"),
        ("HIMS_LEGACY_TIME_ZONE", "Karachi", "Asia/Karachi"),
        ("HIMS_IDLE_MINUTES", "0", "1 to 1440"),
        ("HIMS_IDLE_MINUTES", "soon", "1 to 1440"),
        ("HIMS_SESSION_HOURS", "0", "1 to 168"),
        ("HIMS_MAX_CONNECTIONS", "many", "8 to 60000"),
        ("HIMS_REQUEST_SECONDS", "0", "1 to 600"),
        ("HIMS_RATE_LIMITS", "urgent=many", "urgent=30/10"),
        ("HIMS_RATE_LIMITS", "faxes=1/1", "uploads"),
        ("HIMS_TRUSTED_PROXIES", "ward-proxy", "127.0.0.1"),
        (
            "HIMS_TRUSTED_PROXIES",
            "127.0.0.1,10.0.0.0/33",
            "\"10.0.0.0/33\"",
        ),
        ("HIMS_TRUSTED_PROXIES", "0.0.0.0/0", "10.20.0.0/16"),
        ("HIMS_LOG", "verbose=much=louder", "info"),
        ("HIMS_LOG_FORMAT", "xml", "text or json"),
        ("HIMS_ACCESS_LOG", "yes", "true or false"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "http://"),
    ];
    for (name, value, right) in cases {
        let other = Database::sqlite();
        let line = one_line(&Server::output(&other, &["serve"], &[(name, value)]).await);
        assert!(line.contains(name), "{name}={value}: {line}");
        assert!(
            line.contains(right),
            "{name}={value} says what would be right: {line}"
        );
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[tokio::test]
async fn a_second_program_on_one_sqlite_file_is_refused() {
    let database = Database::sqlite();
    let server = Server::start(&database).await;
    let line = one_line(&Server::output(&database, &["serve"], &[]).await);
    assert!(line.contains("another"), "{line}");
    assert_eq!(Device::new(&server).get("/health/ready").await.status, 200);
}

#[tokio::test]
async fn a_schema_that_is_behind_is_only_checked_when_asked_to() {
    for database in [Database::sqlite(), Database::postgres().await] {
        let check = [("HIMS_SCHEMA", "check")];
        let line = one_line(&Server::output(&database, &["serve"], &check).await);
        assert!(line.contains("schema"), "{line}");
        Server::start(&database).await.stop().await;
        let server = Server::start_with(&database, &check).await;
        assert_eq!(Device::new(&server).get("/health/ready").await.status, 200);
    }
}

#[tokio::test]
async fn the_environment_goes_before_the_file_and_flags_before_both() {
    let database = Database::sqlite();
    let file = database.folder().join(".env");
    fs::write(&file, "HIMS_HOSPITAL='Of the file'\n").unwrap();
    let named = async |environment: &[(&str, &str)]| {
        let mut server = Server::start_with(&database, environment).await;
        let page = Device::new(&server).page("/login").await.text();
        server.stop().await;
        page
    };
    assert!(named(&[]).await.contains("Of the file"));
    assert!(
        named(&[("HIMS_HOSPITAL", "Of the environment")])
            .await
            .contains("Of the environment")
    );
    let flag = ["serve", "--idle-minutes", "0"];
    let line = one_line(&Server::output(&database, &flag, &[("HIMS_IDLE_MINUTES", "5")]).await);
    assert!(line.contains("HIMS_IDLE_MINUTES"), "{line}");

    fs::write(&file, "DATABASE_URL='unfinished hunter2\n").unwrap();
    let line = one_line(&Server::output(&database, &["serve"], &[]).await);
    assert!(line.contains(".env") && !line.contains("hunter2"), "{line}");
}
