//! For whoever runs the service.

use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{
    database::Engine,
    device::{CHAT, Device},
    hospital::{Hospital, STREAM_OUTAGE},
    on_both_databases,
    wait::until,
};

on_both_databases!(
    health,
    a_store_that_takes_no_writes_is_not_ready,
    metrics_count_routes_and_name_nobody,
);

async fn health(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let nobody = Device::new(&hospital.server);
    let live = nobody.get("/health/live").await;
    assert_eq!((live.status, &*live.text()), (200, "alive\n"));
    let ready = nobody.get("/health/ready").await;
    assert_eq!(ready.status, 200);
    let expected = json!({"status": "ready", "mounts": [
        {"prefix": "/doctor/chat", "backend": "legacy", "state": "up"},
        {"prefix": "/doctor/stream-chat", "backend": "stream", "state": "up"},
    ], "backends": [
        {"mount": "/doctor/chat", "backend": "legacy", "state": "up"},
        {"mount": "/doctor/stream-chat", "backend": "stream", "state": "up"},
    ]});
    assert_eq!(ready.json(), expected);
}

/// Read-only, as a standby server is, or a disk that is full.
async fn a_store_that_takes_no_writes_is_not_ready(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let nobody = Device::new(&hospital.server);
    let database = &hospital.database;
    let refuse = database.words(
        "CREATE TRIGGER full_disk BEFORE UPDATE ON hims_settings BEGIN \
         SELECT RAISE(FAIL, 'database or disk is full'); END",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', \
         current_database()); END $$",
    );
    let ready = async |status| {
        until("readiness to change", async || {
            let ready = nobody.get("/health/ready").await;
            (ready.status == status).then(|| ready.json())
        })
        .await
    };
    ready(200).await;
    database.execute(refuse).await;
    let again = database.words(
        "SELECT 1",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    database.execute(again).await;
    let down = ready(503).await;
    assert_eq!(down["status"], "degraded");
    assert_eq!(
        down["mounts"][0],
        json!({"prefix": "/doctor/chat", "backend": "legacy", "state": "down"})
    );
    assert_eq!(down["mounts"][1]["state"], "up");
    let why = down["backends"][0]["detail"].as_str().unwrap();
    assert!(why.contains("takes no writes"), "{why}");
    hospital.server.prints(why).await;
    // Reading goes on, and so does the process.
    assert_eq!(nobody.get("/health/live").await.status, 200);
}

/// Connections are made, and nothing is ever said on them.
#[tokio::test]
async fn far_ends_that_say_nothing_are_named_and_the_chat_is_ready() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let (stream, clamd) = (format!("http://{address}"), format!("tcp://{address}"));
    let silent_ends = [
        ("STREAM_BASE_URL", stream.as_str()),
        ("HIMS_CLAMD", clamd.as_str()),
    ];
    let settings = [STREAM_OUTAGE.as_slice(), &silent_ends].concat();
    let hospital = Hospital::open_with(Engine::Sqlite, &settings).await;
    let nobody = Device::new(&hospital.server);
    let (ready, same) = tokio::join!(nobody.get("/health/ready"), nobody.get("/health/ready"));
    assert_eq!((ready.status, same.status), (200, 200));
    let ready = ready.json();
    assert_eq!(ready, same.json());
    assert_eq!(ready["status"], "degraded");
    assert_eq!(ready["backends"][0]["state"], "up");
    assert_eq!(ready["mounts"][1]["state"], "degraded");
    assert_eq!(
        ready["backends"][1]["detail"],
        "Stream does not answer in time"
    );
    let why = ready["scanner"]["detail"].as_str().unwrap();
    assert!(why.ends_with("does not answer in time"), "{why}");
    drop(silent);
}

#[tokio::test]
async fn a_store_that_says_nothing_is_not_ready() {
    let hospital = Hospital::open(Engine::Postgres).await;
    let silent = "CREATE FUNCTION be_silent() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$; \
         CREATE TRIGGER silent BEFORE INSERT ON hims_settings FOR EACH ROW EXECUTE FUNCTION be_silent()";
    hospital.database.execute(silent).await;
    let nobody = Device::new(&hospital.server);
    let down = until("the store to be named as silent", async || {
        let ready = nobody.get("/health/ready").await;
        (ready.status == 503).then(|| ready.json())
    })
    .await;
    assert_eq!(down["mounts"][0]["state"], "down");
    assert_eq!(
        down["backends"][0]["detail"],
        "the database does not answer in time"
    );
    assert_eq!(down["mounts"][1]["state"], "up");
}

async fn metrics_count_routes_and_name_nobody(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    device.says(&room, "Xylophone in bed four.").await;
    device.page("/doctor/patients?q=Quennell").await;
    device.page("/doctor/patients/11").await;
    device.get(&format!("{CHAT}/api/rooms/424242")).await;
    device.get("/no/such/xylophone").await;
    let metrics = device.get("/metrics").await;
    assert_eq!(metrics.status, 200);
    let metrics = metrics.text();
    let posted = metrics.lines().find(|line| {
        line.starts_with("http_requests_total")
            && line.contains("/rooms/{room}/messages")
            && line.contains("201")
    });
    assert!(
        posted.is_some_and(|line| line.ends_with(" 1")),
        "{posted:?} in {metrics}"
    );
    for secret in [
        "424242",
        "ylophone",
        "Quennell",
        "larkmere",
        "/patients/11",
        &format!("rooms/{room}"),
    ] {
        assert!(!metrics.contains(secret), "{secret}");
    }
}
