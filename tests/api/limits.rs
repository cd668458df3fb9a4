//! Bad input: a clear answer that names each field, never a fault of ours.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device, STREAM, send, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    every_wrong_field_of_a_message_is_named,
    limits_hold_to_the_character,
    refusals_say_how_much_is_too_long,
    every_wrong_field_elsewhere_is_named,
    what_cannot_be_read_is_said,
    no_value_comes_back,
    forms_keep_what_was_written,
);

#[track_caller]
fn names(answer: &Answer, fields: &[&str]) {
    answer.is_problem(422, "invalid");
    let errors = answer.json()["errors"].clone();
    let errors = errors.as_array().unwrap();
    let named: Vec<_> = errors.iter().map(|error| text(&error["field"])).collect();
    assert_eq!(named, fields);
    assert!(
        errors
            .iter()
            .all(|error| !text(&error["message"]).is_empty())
    );
}

async fn every_wrong_field_of_a_message_is_named(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let right = json!({"client_id": "c", "text": "x"});
    let cases: &[(Value, &[&str])] = &[
        (json!({}), &["client_id", "text"]),
        (json!({"client_id": "", "text": ""}), &["client_id", "text"]),
        (
            json!({"client_id": "a b", "text": "   "}),
            &["client_id", "text"],
        ),
        (json!({"client_id": "x".repeat(65)}), &["client_id", "text"]),
        (
            json!({"text": "\u{200b}\u{2800}\u{3164}\u{fe0f}"}),
            &["text"],
        ),
        (json!({"urgency": "now"}), &["urgency"]),
        (json!({"urgent_reason": "K 6.9"}), &["urgent_reason"]),
        (
            json!({"urgency": "urgent", "urgent_reason": "\u{200b}\u{115f}"}),
            &["urgent_reason"],
        ),
        (
            json!({"urgency": "urgent", "urgent_reason": "x".repeat(121)}),
            &["urgent_reason"],
        ),
        (json!({"mention_ids": ["3"]}), &["mention_ids"]),
        (json!({"mention_ids": ["a b"]}), &["mention_ids"]),
        (json!({"mention_ids": vec!["1"; 26]}), &["mention_ids"]),
        (json!({"reply_to": ""}), &["reply_to"]),
        (json!({"reply_to": "987654"}), &["reply_to"]),
        (json!({"attachment_ids": ["a b"]}), &["attachment_ids"]),
        (json!({"attachment_ids": ["987654"]}), &["attachment_ids"]),
        (
            json!({"attachment_ids": vec!["1"; 11]}),
            &["attachment_ids"],
        ),
        (json!({"text": 7}), &["text"]),
        (json!({"attachment_ids": [7]}), &["attachment_ids[0]"]),
    ];
    for (wrong, fields) in cases {
        let mut body = if fields.len() == 1 {
            right.clone()
        } else {
            json!({})
        };
        body.as_object_mut()
            .unwrap()
            .extend(wrong.as_object().unwrap().clone());
        let answer = device.post(&path, &body).await;
        assert_eq!(answer.status, 422, "{wrong}: {}", answer.text());
        names(&answer, fields);
    }
    assert!(
        device.messages(&room).await.is_empty(),
        "nothing was stored"
    );
}

async fn refusals_say_how_much_is_too_long(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    for mount in [CHAT, STREAM] {
        let device = hospital.device("d01").await.on(mount);
        let room = device.new_room(&["2"]).await;
        let id = text(&device.says(&room, "Amlodipine 5 mg").await["id"]);
        let most = "\u{1f9e0}".repeat(5_000);
        let long = "\u{1f9e0}".repeat(5_542);
        let reason = "é".repeat(121);
        let surplus = "The text is 542 characters too long: at most 5,000 are possible.";
        let one = "The reason is 1 character too long: at most 120 are possible.";

        let messages = format!("{mount}/api/rooms/{room}/messages");
        let body = json!({"client_id": "a", "text": long});
        assert_eq!(
            device.post(&messages, &body).await.json()["detail"],
            surplus
        );
        let edit = format!("{messages}/{id}");
        let answer = device.patch(&edit, &json!({"text": long})).await;
        assert_eq!(answer.json()["detail"], surplus);
        let body =
            json!({"client_id": "b", "text": "x", "urgency": "urgent", "urgent_reason": reason});
        assert_eq!(device.post(&messages, &body).await.json()["detail"], one);

        // Forms say the same, and what was written is whole below.
        let form = format!("{mount}/rooms/{room}/messages");
        for path in [form.clone(), format!("{form}/{id}/edit")] {
            let fields = [
                ("client_id", "c"),
                ("text", long.as_str()),
                ("patient_check", "ask"),
            ];
            let answer = device.form(&path, &fields).await;
            assert_eq!(answer.status, 422, "{path}");
            assert!(answer.text().contains(surplus), "{path}");
            assert!(
                answer.text().contains(&format!("{long}</textarea>")),
                "{path}"
            );
            assert!(!answer.text().contains("maxlength=\"5000\""), "{path}");
        }
        // White space around a text is not counted: scripts do not send it.
        let padded = format!("\r\n{most}\r\n ");
        let fields = [
            ("client_id", "d"),
            ("text", padded.as_str()),
            ("patient_check", "ask"),
        ];
        assert_eq!(device.form(&form, &fields).await.status, 303);
        let sent = device.messages(&room).await;
        assert_eq!(sent.last().unwrap()["text"], most);
        assert_eq!(sent[0]["text"], "Amlodipine 5 mg");
    }
}

async fn limits_hold_to_the_character(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    // Characters, not bytes: the longest text in four-byte characters still goes through.
    let longest = "\u{1f9e0}".repeat(5_000);
    assert_eq!(text(&device.says(&room, &longest).await["text"]), longest);
    let longer = json!({"client_id": "c", "text": format!("{longest}x")});
    names(&device.post(&path, &longer).await, &["text"]);
    let body = json!({"client_id": "c", "text": "x".repeat(200_000)});
    device.post(&path, &body).await.is_problem(413, "too-large");

    let rooms = format!("{CHAT}/api/rooms");
    let title = |length| json!({"participant_ids": ["2"], "title": "t".repeat(length)});
    assert_eq!(device.post(&rooms, &title(120)).await.status, 201);
    names(&device.post(&rooms, &title(121)).await, &["title"]);
    for limit in ["1", "100"] {
        assert_eq!(
            device.get(&format!("{rooms}?limit={limit}")).await.status,
            200
        );
    }
    for limit in ["0", "101", "-1", "many", ""] {
        names(
            &device.get(&format!("{rooms}?limit={limit}")).await,
            &["limit"],
        );
    }
}

async fn every_wrong_field_elsewhere_is_named(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let message = text(&device.says(&room, "Here.").await["id"]);
    let api = |rest: &str| format!("{CHAT}/api/{rest}");
    let here = |rest: &str| format!("{CHAT}/api/rooms/{room}/{rest}");
    let post = async |path: String, body: Value| device.post(&path, &body).await;

    names(&post(api("rooms"), json!({})).await, &["patient_id"]);
    let both = json!({"patient_id": "1", "participant_ids": ["2"]});
    names(&post(api("rooms"), both).await, &["patient_id"]);
    names(
        &post(
            api("rooms"),
            json!({"participant_ids": ["a b"], "title": ""}),
        )
        .await,
        &["participant_ids", "title"],
    );
    names(&post(here("participants"), json!({})).await, &["doctor_id"]);
    names(&post(here("read"), json!({})).await, &["message_id"]);
    names(&post(here("typing"), json!({})).await, &["typing"]);
    names(
        &post(here("typing"), json!({"typing": "yes"})).await,
        &["typing"],
    );
    let edit = device
        .patch(&here(&format!("messages/{message}")), &json!({"text": ""}))
        .await;
    names(&edit, &["text"]);
    names(
        &device.get(&here("messages?before=1&around=1")).await,
        &["before"],
    );
    names(
        &device.get(&here("messages?before=a%20b&limit=0")).await,
        &["before", "limit"],
    );
    names(
        &device.get(&api("rooms?cursor=nonsense")).await,
        &["cursor"],
    );
    names(&device.get(&api("search")).await, &["q"]);
    names(&device.get(&api("search?q=x")).await, &["q"]);
    let backwards = api("search?q=xx&from=2026-11-22&to=2026-11-20");
    names(&device.get(&backwards).await, &["to"]);
    let search = api(&format!(
        "search?q={}&from=yesterday&to=then&author=a%20b&patient=a%20b&has_file=yes&urgent=1&limit=0",
        "x".repeat(101)
    ));
    names(
        &device.get(&search).await,
        &[
            "q", "patient", "author", "from", "to", "has_file", "urgent", "limit",
        ],
    );
    names(
        &device
            .get(&api(&format!("doctors?q={}", "x".repeat(101))))
            .await,
        &["q"],
    );
    names(&device.upload(&room, "empty.txt", b"").await, &["file"]);
    // A name is shortened; nobody has to rename a file to send it.
    let long = device.upload(&room, &"n".repeat(201), b"x").await;
    assert_eq!(long.status, 201, "{}", long.text());
}

async fn what_cannot_be_read_is_said(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let raw = async |kind: &'static str, body: &'static str| {
        let request = device
            .request(Method::POST, &path)
            .header("content-type", kind);
        send(request.body(body)).await
    };
    raw("application/json", "{")
        .await
        .is_problem(400, "bad-request");
    raw("application/json", "[1]")
        .await
        .is_problem(400, "bad-request");
    raw("application/json", "")
        .await
        .is_problem(400, "bad-request");
    raw("application/json", "\"text\"")
        .await
        .is_problem(400, "bad-request");
    raw("text/plain", "hello")
        .await
        .is_problem(415, "wrong-media-type");
    for type_like in [
        "application/jsonx",
        "application/json-patch+json",
        "text/json",
    ] {
        let refused = raw(type_like, "{}").await;
        refused.is_problem(415, "wrong-media-type");
    }
    let with_parameter = raw("Application/JSON ; charset=utf-8", "{}").await;
    with_parameter.is_problem(422, "invalid");
    let bare = send(device.request(Method::POST, &path)).await;
    bare.is_problem(415, "wrong-media-type");
    let twice = device.get(&format!("{path}?limit=1&limit=2")).await;
    twice.is_problem(400, "bad-request");
    device
        .patch(&path, &json!({}))
        .await
        .is_problem(405, "wrong-method");
    device
        .get("/doctor/none")
        .await
        .is_problem(404, "not-found");
    let upload = device.request(
        Method::POST,
        &format!("{CHAT}/api/rooms/{room}/attachments"),
    );
    let cut = upload
        .header("content-type", "multipart/form-data; boundary=limit")
        .body(
            "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\ncut",
        );
    send(cut).await.is_problem(400, "bad-request");
    for id in [
        "%00",
        "%ff",
        "..",
        "%2e%2e%2f",
        "1%20OR%201=1",
        "'",
        "9223372036854775808",
    ] {
        let answer = device.get(&format!("{CHAT}/api/rooms/{id}/messages")).await;
        assert_eq!(answer.status, 404, "{id}: {}", answer.text());
    }
}

async fn no_value_comes_back(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let secret = "Potassium 6.9 in bed four";
    for body in [
        json!({"client_id": secret, "text": "x"}),
        json!({"client_id": "c", "text": [secret]}),
        json!({"client_id": "c", "text": "x", "urgency": secret}),
        json!({"client_id": "c", "text": "x", "reply_to": secret}),
    ] {
        let answer = device.post(&path, &body).await;
        assert_eq!(answer.status, 422);
        assert!(!answer.text().contains(secret), "{}", answer.text());
    }
}

async fn form(device: &Device, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = serde_urlencoded::to_string(fields).unwrap();
    let request = device
        .request(Method::POST, path)
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded");
    send(request.body(body)).await
}

async fn forms_keep_what_was_written(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let path = format!("{CHAT}/rooms/{room}/messages");
    let fields = [
        ("client_id", "c"),
        ("text", "Bell \u{7} kept & shown"),
        ("urgency", "now"),
    ];
    let refused = form(&device, &path, &fields).await;
    assert_eq!(refused.status, 422);
    let page = refused.text();
    assert!(
        page.contains("Not sent.") && page.contains("kept &#38; shown")
            || page.contains("kept &amp; shown"),
        "{page}"
    );
    let right = [("client_id", "c"), ("text", "Kept")];
    let sent = form(&device, &path, &right).await;
    assert_eq!(sent.status, 303);
    assert_eq!(
        sent.header("location"),
        format!("{CHAT}/rooms/{room}#latest")
    );
    form(&device, &path, &right).await;
    assert_eq!(
        device.messages(&room).await.len(),
        1,
        "a nervous finger sends once"
    );
    let search = device
        .page(&format!("/doctor/patients?q={}", "x".repeat(101)))
        .await;
    assert_eq!(search.status, 422);
    assert!(search.text().contains("data-testid=\"patients-error\""));
}
