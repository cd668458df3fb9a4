//! For whoever runs the service.

use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, Device},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(health, metrics_count_routes_and_name_nobody);

async fn health(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let nobody = Device::new(&hospital.server);
    let live = nobody.get("/health/live").await;
    assert_eq!((live.status, &*live.text()), (200, "alive\n"));
    let ready = nobody.get("/health/ready").await;
    assert_eq!(ready.status, 200);
    let expected = json!({"status": "ready", "backends": [
        {"mount": "/doctor/chat", "backend": "legacy", "state": "up"},
        {"mount": "/doctor/stream-chat", "backend": "stream", "state": "up"},
    ]});
    assert_eq!(ready.json(), expected);
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
