//! Headers that every answer has, whatever it is.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM, attempt, send},
    hospital::{Hospital, STREAM_OUTAGE},
    wait::within,
};

#[tokio::test]
async fn every_kind_of_answer_has_them() {
    let hospital = Hospital::open_with(Engine::Sqlite, &STREAM_OUTAGE).await;
    let device = hospital.device("d01").await;
    let nobody = Device::new(&hospital.server);
    let room = device.new_room(&["2"]).await;
    let answers = [
        ("page", 200, device.page("/doctor/patients").await),
        ("login", 200, nobody.page("/login").await),
        ("JSON", 200, device.get(&format!("{CHAT}/api/rooms")).await),
        (
            "no content",
            204,
            device
                .post(
                    &format!("{CHAT}/api/rooms/{room}/typing"),
                    &json!({"typing": true}),
                )
                .await,
        ),
        ("redirect", 303, nobody.page("/doctor/patients").await),
        ("401", 401, nobody.get(&format!("{CHAT}/api/rooms")).await),
        (
            "403",
            403,
            hospital.device("n01").await.page("/doctor/patients").await,
        ),
        ("404 page", 404, device.page("/doctor/nothing").await),
        ("404", 404, device.get("/doctor/nothing").await),
        (
            "405",
            405,
            send(device.request(Method::PUT, "/login")).await,
        ),
        (
            "413",
            413,
            device
                .post(
                    &format!("{CHAT}/api/rooms"),
                    &json!({"title": "x".repeat(200_000)}),
                )
                .await,
        ),
        (
            "422",
            422,
            device.post(&format!("{CHAT}/api/rooms"), &json!({})).await,
        ),
        ("503", 503, device.page(STREAM).await),
        ("health", 200, nobody.get("/health/live").await),
        ("metrics", 200, nobody.get("/metrics").await),
    ];
    for (name, status, answer) in answers {
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{name}: {part} in {policy}");
        }
        assert!(!policy.contains("unsafe"), "{name}: {policy}");
        assert_eq!(answer.header("cache-control"), "no-store", "{name}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{name}");
        assert_eq!(answer.header("server"), "", "{name}");
    }
}

#[tokio::test]
async fn pages_hold_no_script_or_style_of_their_own() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    for path in [
        "/login",
        "/doctor/patients",
        "/doctor/patients/1",
        CHAT,
        &format!("{CHAT}/rooms/{room}"),
        "/openapi",
    ] {
        let page = device.page(path).await.text();
        for (place, _) in page.match_indices("<script") {
            let tag = &page[place..place + page[place..].find('>').unwrap()];
            assert!(tag.contains("src=\"/assets/"), "{path}: {tag}");
        }
        assert!(
            !page.contains("<style") && !page.contains(" style=\"") && !page.contains(" onclick="),
            "{path}"
        );
    }
}

#[tokio::test]
async fn assets_are_kept_by_browsers_and_unknown_ones_are_not_found() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let nobody = Device::new(&hospital.server);
    let page = nobody.page("/login").await.text();
    let start = page.find("/assets/css/").expect("a stylesheet");
    let path = &page[start..start + page[start..].find('"').unwrap()];
    let asset = nobody.get(path).await;
    assert_eq!(asset.status, 200);
    assert_eq!(asset.header("content-type"), "text/css; charset=utf-8");
    assert!(asset.header("cache-control").contains("max-age"));
    assert!(
        asset
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
    for path in [
        "/assets/none.js",
        "/assets/../Cargo.toml",
        "/assets/%2e%2e/Cargo.toml",
    ] {
        assert_eq!(nobody.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_live_stream_is_neither_kept_nor_compressed() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    let request = device
        .request(Method::GET, &format!("{CHAT}/api/events"))
        .header("accept-encoding", "gzip");
    let stream = within("the stream", request.send()).await.unwrap();
    let header = |name: &str| {
        stream
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    };
    assert_eq!(header("content-encoding"), None);
    assert!(header("cache-control").is_some_and(|value| value.starts_with("no-")));
    assert!(header("content-security-policy").is_some());
    let page = device
        .request(Method::GET, "/doctor/patients")
        .header("accept-encoding", "gzip");
    let page = attempt(page).await.unwrap();
    assert_eq!(
        page.header("content-encoding"),
        "gzip",
        "pages are compressed"
    );
}
