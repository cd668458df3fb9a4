//! The Stream mount of the real program, over the sandbox that it starts by itself.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, STREAM, send, text},
    hospital::{DIRECT_MODE, Hospital, STREAM_OUTAGE},
    server::Server,
};

/// The doctor's room about patient 1: id and JSON, and whether it is new.
async fn open_patient(device: &Device) -> (String, u16) {
    let path = format!("{}/api/rooms", device.mount());
    let answer = device.post(&path, &json!({"patient_id": "1"})).await;
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
    (text(&answer.json()["id"]), answer.status)
}

/// The claims of a token, whoever signed it.
fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("three parts");
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).expect("base64");
    serde_json::from_slice(&claims).expect("JSON")
}

#[tokio::test]
async fn a_patient_has_one_channel() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let first = hospital.device("d01").await.on(STREAM);
    let second = hospital.device("d02").await.on(STREAM);
    let (room, status) = open_patient(&first).await;
    assert_eq!(status, 201);
    assert_eq!(open_patient(&first).await, (room.clone(), 200));
    assert_eq!(open_patient(&second).await, (room.clone(), 200));
    let page = first.form(&format!("{STREAM}/patients/1"), &[]).await;
    assert_eq!(page.status, 303);
    assert_eq!(page.header("location"), format!("{STREAM}/rooms/{room}"));
    let page = first.page(&format!("{STREAM}/rooms/{room}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("data-testid=\"sandbox\""));
}

#[tokio::test]
async fn a_message_is_heard_at_once_and_taken_once() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let first = hospital.device("d01").await.on(STREAM);
    let second = hospital.device("d02").await.on(STREAM);
    let (room, _) = open_patient(&first).await;
    open_patient(&second).await;
    let mut live = second.listen().await;
    let path = format!("{STREAM}/api/rooms/{room}/messages");
    let body = json!({"client_id": "c-1", "text": "Potassium is 6.9."});
    let posted = first.post(&path, &body).await;
    assert_eq!(posted.status, 201, "{}", posted.text());
    assert_eq!(live.next_named("message.posted").await, posted.json());
    let repeated = first.post(&path, &body).await;
    assert_eq!(repeated.status, 200, "{}", repeated.text());
    let kept = second.messages(&room).await;
    assert_eq!(kept.len(), 1);
    // The receipts have grown meanwhile: it was delivered.
    for same in [&repeated.json(), &kept[0]] {
        for field in ["id", "client_id", "text", "sent_at"] {
            assert_eq!(same[field], posted.json()[field], "{field}");
        }
    }
}

#[tokio::test]
async fn only_the_doctors_of_a_room_see_it() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await.on(STREAM);
    let room = doctor.new_room(&["2"]).await;
    doctor.says(&room, "For us.").await;
    let of_the_room = ["", "/messages"].map(|rest| format!("{STREAM}/api/rooms/{room}{rest}"));
    let outsider = hospital.device("d05").await;
    let nurse = hospital.device("n01").await;
    let nobody = Device::new(&hospital.server);
    for path in &of_the_room {
        outsider.get(path).await.is_problem(404, "not-found");
        nurse.get(path).await.is_problem(403, "not-a-doctor");
        nobody.get(path).await.is_problem(401, "not-signed-in");
    }
    let body = json!({"client_id": "c-1", "text": "Me too."});
    let posted = outsider.post(&of_the_room[1], &body).await;
    posted.is_problem(404, "not-found");
    let body = json!({"patient_id": "1"});
    let opened = nurse.post(&format!("{STREAM}/api/rooms"), &body).await;
    opened.is_problem(403, "not-a-doctor");
    assert_eq!(nobody.page(STREAM).await.status, 303);
    assert_eq!(doctor.messages(&room).await.len(), 1);
}

#[tokio::test]
async fn without_direct_mode_there_is_no_token() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await;
    for mount in [STREAM, CHAT] {
        let answer = send(doctor.request(Method::POST, &format!("{mount}/api/token"))).await;
        answer.is_problem(404, "not-found");
        let can = doctor.get(&format!("{mount}/api/capabilities")).await;
        assert_eq!(can.json()["client_tokens"], json!(false), "{mount}");
    }
    let minted = "SELECT count(*) FROM hims_audit WHERE action = 'mint-client-token'";
    assert_eq!(hospital.database.number(minted).await, 0);
}

#[tokio::test]
async fn a_doctor_gets_a_token_for_an_hour_at_most() {
    let hospital = Hospital::open_with(Engine::Sqlite, &[DIRECT_MODE]).await;
    let doctor = hospital.device("d01").await;
    let ask = async |device: &Device, mount: &str| {
        send(device.request(Method::POST, &format!("{mount}/api/token"))).await
    };
    let answer = ask(&doctor, STREAM).await;
    let now = jiff::Timestamp::now().as_second();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    let claims = claims(answer["token"].as_str().expect("a token"));
    assert_eq!(
        (&claims["user_id"], &answer["user_id"]),
        (&json!("1"), &json!("1"))
    );
    let expires = claims["exp"].as_i64().expect("it ends");
    assert!(expires > now && expires <= now + 3600, "{claims} at {now}");
    let said: jiff::Timestamp = text(&answer["expires_at"]).parse().expect("a time");
    assert_eq!(said.as_second(), expires);
    let left = answer["expires_in_seconds"].as_i64().expect("a number");
    assert!(
        (expires - now - 60..=expires - now).contains(&left),
        "{left}"
    );

    let allows = "SELECT subject FROM hims_audit WHERE action = 'mint-client-token'";
    let allows = hospital.database.text(allows).await;
    let until = allows.strip_prefix("every room of this doctor, until ");
    let until: jiff::Timestamp = until.expect(&allows).parse().expect("a time");
    assert!(until.as_second() >= expires, "{allows}");
    let can = doctor.get(&format!("{STREAM}/api/capabilities")).await;
    assert_eq!(can.json()["client_tokens"], json!(true));

    let nurse = hospital.device("n01").await;
    ask(&nurse, STREAM).await.is_problem(403, "not-a-doctor");
    ask(&doctor, CHAT).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn an_unsigned_webhook_is_refused() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let nobody = Device::new(&hospital.server);
    let event = json!({"type": "message.new"});
    assert_eq!(nobody.post("/webhooks/stream", &event).await.status, 401);
    let forged = nobody
        .request(Method::POST, "/webhooks/stream")
        .header("x-signature", "0".repeat(64))
        .json(&event);
    assert_eq!(send(forged).await.status, 401);
}

#[tokio::test]
async fn it_says_what_it_can() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    let able = device.get(&format!("{STREAM}/api/capabilities")).await;
    let able = able.json();
    assert_eq!(able["backend"], "stream");
    // A token is there in direct mode only.
    assert_eq!(able["client_tokens"], false);
    let patients = device.page("/doctor/patients").await.text();
    assert!(patients.contains("Messages (Legacy)") && patients.contains("Stream Chat"));
}

#[tokio::test]
async fn backends_change_places_by_setting_only() {
    let mounts = "/ward/talk=legacy,/doctor/chat=stream,/on-call=stream";
    let hospital = Hospital::open_with(Engine::Sqlite, &[("HIMS_MOUNTS", mounts)]).await;
    let device = hospital.device("d01").await;
    for (mount, backend) in [
        ("/ward/talk", "legacy"),
        ("/doctor/chat", "stream"),
        ("/on-call", "stream"),
    ] {
        assert_eq!(device.page(mount).await.status, 200, "{mount}");
        let able = device.get(&format!("{mount}/api/capabilities")).await;
        assert_eq!(able.json()["backend"], backend, "{mount}");
    }
    let ready = device.get("/health/ready").await.json();
    let mounted: Vec<_> = ready["backends"].as_array().unwrap().iter().collect();
    assert_eq!(mounted.len(), 3);
    assert_eq!(mounted[0]["mount"], "/ward/talk");
    assert!(mounted.iter().all(|mount| mount["state"] == "up"));
    // Two prefixes of one backend show one room.
    let room = device.on("/doctor/chat").new_room(&["2"]).await;
    device.on("/on-call").says(&room, "Heard in both.").await;
    assert_eq!(device.on("/doctor/chat").messages(&room).await.len(), 1);
}

#[tokio::test]
async fn a_stream_that_is_out_of_reach_leaves_the_legacy_chat_alone() {
    let hospital = Hospital::open_with(Engine::Sqlite, &STREAM_OUTAGE).await;
    let device = hospital.device("d01").await;
    let rooms = device.get(&format!("{STREAM}/api/rooms")).await;
    rooms.is_problem(503, "unavailable");
    assert!(rooms.header("retry-after").parse::<u64>().is_ok());
    let ready = device.get("/health/ready").await;
    assert_eq!(ready.status, 200, "the legacy chat serves");
    let ready = ready.json();
    assert_eq!(ready["status"], "degraded");
    assert_eq!(
        ready["mounts"][1],
        json!({"prefix": STREAM, "backend": "stream", "state": "degraded"})
    );
    let states = ready["backends"].as_array().unwrap().iter();
    let states: Vec<_> = states
        .map(|mount| (&mount["backend"], &mount["state"]))
        .collect();
    let expected = [
        (&json!("legacy"), &json!("up")),
        (&json!("stream"), &json!("down")),
    ];
    assert_eq!(states, expected);
    let room = device.new_room(&["2"]).await;
    device.says(&room, "Still here.").await;
    assert!(!hospital.server.printed().contains("hunter2"));
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start_and_is_named() {
    let key = ("STREAM_API_KEY", "0f1e2d3c");
    let id = ("STREAM_APP_ID", "1234");
    let secret = ("STREAM_API_SECRET", "hunter2");
    let quoted = ("STREAM_API_SECRET", "\"hunter2\"");
    let cases: [(&str, &[(&str, &str)]); 9] = [
        ("STREAM_API_SECRET", &[id, key, quoted]),
        ("STREAM_API_SECRET", &[id, key]),
        ("STREAM_API_KEY", &[id, secret]),
        ("STREAM_APP_ID", &[key, secret]),
        (
            "STREAM_APP_ID",
            &[("STREAM_APP_ID", "hunter2"), key, secret],
        ),
        (
            "STREAM_BASE_URL",
            &[id, key, secret, ("STREAM_BASE_URL", "hunter2")],
        ),
        ("STREAM_DEBUG", &[("STREAM_DEBUG", "hunter2")]),
        ("STREAM_MAU_LIMIT", &[("STREAM_MAU_LIMIT", "hunter2")]),
        ("STREAM_TOKEN_SECONDS", &[("STREAM_TOKEN_SECONDS", "7200")]),
    ];
    for (name, environment) in cases {
        let output = Server::output(&Database::sqlite(), &["serve"], environment).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{name}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(
            said.starts_with("hims-chat: ") && said.contains(name),
            "{name}: {said}"
        );
        for value in ["hunter2", key.1] {
            assert!(!said.contains(value), "{name}: {said}");
        }
    }
}

#[tokio::test]
async fn the_check_without_settings_names_what_is_missing() {
    let database = Database::sqlite();
    let table = Server::output(&database, &["check"], &[]).await;
    assert_eq!(table.status.code(), Some(1));
    let table = String::from_utf8_lossy(&table.stdout);
    let output = Server::output(&database, &["check", "--json"], &[]).await;
    assert_eq!(output.status.code(), Some(1));
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list");
    for name in ["STREAM_APP_ID", "STREAM_API_KEY", "STREAM_API_SECRET"] {
        let missing = format!("{name} is missing");
        assert!(table.contains(&missing), "{table}");
        let found = findings.iter().find(|finding| finding["found"] == missing);
        let found = found.unwrap_or_else(|| panic!("{missing}: {findings:?}"));
        assert_eq!(found["verdict"], "bad");
        assert!(found["remedy"].is_string());
    }
}
