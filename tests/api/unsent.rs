//! A form that is sent after its session is over comes back after the login.

use crate::support::{
    database::Engine,
    device::{CHAT, Device, PASSWORD, STREAM},
    hospital::Hospital,
};

const WORDS: &str = "K 6.9 & rising <now>";

/// The value of the hidden field that carries the message.
fn sealed(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"unsent\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// A doctor whose session ended while a message was written in the room, and the page that the form got.
async fn too_late(hospital: &Hospital, mount: &'static str) -> (Device, String, String) {
    let doctor = hospital.device("d01").await.on(mount);
    let room = doctor.new_room(&["2"]).await;
    doctor.form("/lock", &[]).await;
    let place = format!("{mount}/rooms/{room}");
    let fields = [
        ("client_id", "3f6d2a52-7a5c-4d0e-9d3c-0d5f6c1b2a11"),
        ("text", WORDS),
        ("urgency", "urgent"),
        ("urgent_reason", "Critical result"),
        ("patient_check", "ask"),
    ];
    let answer = doctor.form(&format!("{place}/messages"), &fields).await;
    assert_eq!(answer.status, 401);
    let page = answer.text();
    assert!(page.contains("It comes back when you sign in."));
    assert!(page.contains(&format!("action=\"/login?next={place}\"")));
    assert!(!page.contains("6.9"), "sealed until the login: {page}");
    (doctor, place, sealed(&page))
}

async fn sign_in(device: &Device, place: &str, who: &str, password: &str, sealed: &str) -> String {
    let email = format!("{who}@larkmere.example");
    let fields = [
        ("email", &*email),
        ("password", password),
        ("unsent", sealed),
    ];
    device
        .form(&format!("/login?next={place}"), &fields)
        .await
        .text()
}

#[tokio::test]
async fn it_goes_back_into_the_composer_of_its_room() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    for mount in [CHAT, STREAM] {
        let (doctor, place, kept) = too_late(&hospital, mount).await;
        let wrong = sign_in(&doctor, &place, "d01", "guess", &kept).await;
        assert_eq!(sealed(&wrong), kept, "a slip of the password loses nothing");
        let page = sign_in(&doctor, &place, "d01", PASSWORD, &kept).await;
        assert!(page.contains("Your message was not sent"), "{page}");
        assert!(page.contains("K 6.9 &#38; rising &#60;now&#62;"), "{page}");
        let back = format!("{place}/unsent");
        assert!(page.contains(&format!("action=\"{back}\"")));
        let fields = [
            ("client_id", "3f6d2a52-7a5c-4d0e-9d3c-0d5f6c1b2a11"),
            ("text", WORDS),
            ("urgency", "urgent"),
            ("urgent_reason", "Critical result"),
        ];
        for (name, _) in fields {
            assert!(
                page.contains(&format!("type=\"hidden\" name=\"{name}\"")),
                "{name}"
            );
        }
        let room = doctor.form(&back, &fields).await;
        assert_eq!(room.status, 200);
        let room = room.text();
        assert!(
            room.contains("\nK 6.9 &#38; rising &#60;now&#62;</textarea>"),
            "{room}"
        );
        assert!(room.contains("value=\"Critical result\""));
        assert!(room.contains("value=\"urgent\" checked"));
        let (_, id) = place.rsplit_once('/').unwrap();
        assert!(
            doctor.messages(id).await.is_empty(),
            "nothing is sent unasked"
        );
    }
}

#[tokio::test]
async fn nobody_else_reads_it() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let (doctor, place, kept) = too_late(&hospital, CHAT).await;
    let other = Device::new(&hospital.server);
    let page = sign_in(&other, &place, "d02", PASSWORD, &kept).await;
    assert!(!page.contains("6.9"));
    let changed = format!("{}0", &kept[..kept.len() - 1]);
    for spoilt in [
        "",
        "zz",
        "0a",
        &kept[..40],
        &format!("{kept}00"),
        &changed,
        "é",
    ] {
        if spoilt == kept {
            continue;
        }
        let page = sign_in(&other, &place, "d01", PASSWORD, spoilt).await;
        assert!(!page.contains("6.9"), "{spoilt}");
    }
    // Where nobody has signed in before, there is nobody to keep it for.
    let stranger = Device::new(&hospital.server);
    let answer = stranger
        .form(&format!("{place}/messages"), &[("text", WORDS)])
        .await;
    assert!(!answer.text().contains("6.9"));
    drop(doctor);
}

#[tokio::test]
async fn a_change_goes_back_to_the_message_it_changes() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let said = doctor.says(&room, "5 mg").await;
    let id = said["id"].as_str().unwrap();
    doctor.form("/lock", &[]).await;
    let place = format!("{CHAT}/rooms/{room}");
    let edit = format!("{place}/messages/{id}/edit");
    let page = doctor.form(&edit, &[("text", "50 mg")]).await.text();
    let page = sign_in(&doctor, &place, "d01", PASSWORD, &sealed(&page)).await;
    assert!(
        page.contains(&format!("name=\"editing\" value=\"{id}\"")),
        "{page}"
    );
    let fields = [("text", "50 mg"), ("editing", id)];
    let room = doctor
        .form(&format!("{place}/unsent"), &fields)
        .await
        .text();
    assert!(room.contains(&format!("data-editing=\"{id}\"")));
    assert!(room.contains("\n50 mg</textarea>"), "{room}");
}

type Fields<'a> = &'a [(&'a str, &'a str)];

/// Every other form of the pages: sent after the login with one more click.
#[tokio::test]
async fn other_forms_are_sent_after_the_login() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let place = format!("{CHAT}/rooms/{room}");
    let colleague = hospital.device("d02").await;
    let urgent = serde_json::json!({"client_id": "u-1", "text": "Come", "urgency": "urgent"});
    let urgent = colleague
        .post(&format!("{CHAT}/api/rooms/{room}/messages"), &urgent)
        .await;
    let urgent = urgent.json()["id"].as_str().unwrap().to_owned();
    let acknowledgement = format!("{place}/messages/{urgent}/acknowledgement");
    let new_room = format!("{CHAT}/rooms");
    let search = format!("{CHAT}/search");
    let until = [("text", "In theatre <3>"), ("minutes", "30")];
    let forms: [(&str, Fields<'_>, &str); 5] = [
        ("/doctor/availability", &until, "/"),
        (
            &new_room,
            &[
                ("title", "Sepsis group"),
                ("participant_ids", "2"),
                ("participant_ids", "3"),
            ],
            "/",
        ),
        (&search, &[("q", "Gloves & mask")], "/"),
        ("/doctor/patients", &[("q", "Vint")], "/"),
        (&acknowledgement, &[], &place),
    ];
    for (action, fields, page) in forms {
        doctor.sign_in("d01@larkmere.example", PASSWORD).await;
        doctor.form("/lock", &[]).await;
        let login = doctor.form(action, fields).await;
        assert_eq!(login.status, 401, "{action}");
        let login = login.text();
        for (_, value) in fields.iter().filter(|(_, value)| value.len() > 3) {
            assert!(!login.contains(value), "{action}: sealed until the login");
        }
        let back = sign_in(&doctor, page, "d01", PASSWORD, &sealed(&login)).await;
        assert!(back.contains("Your form was not sent"), "{action}: {back}");
        assert!(back.contains(&format!("action=\"{action}\"")), "{back}");
        assert!(back.contains(&format!("href=\"{page}\"")), "{back}");
        let hidden = back.matches("type=\"hidden\"").count();
        assert_eq!(hidden, fields.len(), "{back}");
        let sent = doctor.form(action, fields).await;
        assert!(sent.status < 400, "{action}: {}", sent.text());
    }
    // What is too large to wait in a page is not kept, and does no harm.
    doctor.form("/lock", &[]).await;
    let large = doctor.form(&search, &[("q", &*"y".repeat(100_000))]).await;
    assert!(!large.text().contains("name=\"unsent\""));
    let huge = doctor.form(&search, &[("q", &*"y".repeat(200_000))]).await;
    assert!(huge.status < 500, "{}", huge.status);
}
