//! For whoever runs the service.

use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, Device},
    hospital::Hospital,
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
