//! A mount whose backend has no settings says what to configure, and nothing else suffers.

use reqwest::Method;

use crate::support::{
    database::Engine,
    device::{Device, send},
    hospital::Hospital,
};

const STREAM: &str = "/doctor/stream-chat";

#[tokio::test]
async fn it_says_what_to_configure() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    let page = device.page(STREAM).await;
    assert_eq!(page.status, 503);
    assert!(page.header("retry-after").parse::<u64>().is_ok());
    for setting in ["STREAM_APP_ID", "STREAM_API_KEY", "STREAM_API_SECRET"] {
        assert!(page.text().contains(setting), "{setting}");
    }
    let json = device.get(&format!("{STREAM}/api/rooms")).await;
    json.is_problem(503, "not-configured");
    let opened = device.form(&format!("{STREAM}/patients/1"), &[]).await;
    assert_eq!(opened.status, 503);
    let patients = device.page("/doctor/patients").await.text();
    assert!(patients.contains("Messages (Legacy)") && patients.contains("Stream Chat"));
    assert!(!device.get("/openapi.json").await.text().contains(STREAM));
}

#[tokio::test]
async fn only_doctors_are_told() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let nobody = Device::new(&hospital.server);
    assert_eq!(nobody.page(STREAM).await.status, 303);
    nobody
        .get(&format!("{STREAM}/api/rooms"))
        .await
        .is_problem(401, "not-signed-in");
    let nurse = hospital.device("n01").await;
    let post = send(nurse.request(Method::POST, &format!("{STREAM}/api/rooms"))).await;
    post.is_problem(403, "not-a-doctor");
}

#[tokio::test]
async fn backends_change_places_by_setting_only() {
    let mounts = "/ward/talk=legacy,/doctor/chat=stream";
    let hospital = Hospital::open_with(Engine::Sqlite, &[("HIMS_MOUNTS", mounts)]).await;
    let device = hospital.device("d01").await;
    assert_eq!(device.page("/ward/talk").await.status, 200);
    assert_eq!(device.get("/ward/talk/api/rooms").await.status, 200);
    assert_eq!(device.page("/doctor/chat").await.status, 503);
    let ready = device.get("/health/ready").await.json();
    assert_eq!(ready["backends"][0]["mount"], "/ward/talk");
}
