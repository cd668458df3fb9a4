//! A page of another origin changes nothing here, whatever cookie the browser sends along.

use reqwest::Method;

use crate::support::{
    database::Engine,
    device::{CHAT, Device, send},
    hospital::Hospital,
};

#[tokio::test]
async fn changes_asked_for_elsewhere_are_refused() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let form = (
        "application/x-www-form-urlencoded",
        "client_id=c&text=Forged",
    );
    let json = ("application/json", r#"{"client_id":"c","text":"Forged"}"#);
    let api = format!("{CHAT}/api/rooms/{room}/messages");
    let page = format!("{CHAT}/rooms/{room}/messages");
    let session = format!("/sessions/{}/end", "0".repeat(32));
    let paths = ["/logout", "/sessions/end-others", &session].map(str::to_owned);
    let forms = paths.iter().map(|path| (path, form));
    for (path, (kind, body)) in [(&api, json), (&page, form)].into_iter().chain(forms) {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let request = device.request(Method::POST, path).header(name, value);
            let answer = send(request.header("content-type", kind).body(body)).await;
            answer.is_problem(403, "other-origin");
        }
    }
    for path in [
        format!("{api}/1"),
        format!("/doctor/api/sessions/{}", "0".repeat(32)),
    ] {
        let delete = device
            .request(Method::DELETE, &path)
            .header("origin", "https://evil.example");
        send(delete).await.is_problem(403, "other-origin");
    }
    assert!(device.messages(&room).await.is_empty());
}

#[tokio::test]
async fn our_own_pages_and_no_browsers_go_through() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let own = format!("http://{}", hospital.server.address());
    let path = format!("{CHAT}/rooms/{room}/messages");
    for (number, (name, value)) in [
        ("origin", &*own),
        ("sec-fetch-site", "same-origin"),
        ("x-none", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let request = device
            .request(Method::POST, &path)
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("client_id=c{number}&text=Here"));
        assert_eq!(send(request).await.status, 303, "{name}");
    }
    assert_eq!(device.messages(&room).await.len(), 3);
}

#[tokio::test]
async fn nobody_reads_from_another_origin() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device: Device = hospital.device("d01").await;
    let request = device
        .request(Method::GET, &format!("{CHAT}/api/rooms"))
        .header("origin", "https://evil.example");
    let answer = send(request).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    let asked = send(
        device
            .request(Method::OPTIONS, &format!("{CHAT}/api/rooms"))
            .header("origin", "https://evil.example"),
    )
    .await;
    assert_eq!(asked.header("access-control-allow-origin"), "");
}
