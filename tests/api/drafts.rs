//! A draft follows the account of its doctor, and is nobody else's.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device, STREAM},
    hospital::Hospital,
};

fn path(mount: &str, room: &str) -> String {
    format!("{mount}/api/rooms/{room}/draft")
}

fn hex(words: &str) -> String {
    words.bytes().map(|byte| format!("{byte:02x}")).collect()
}

async fn begin(doctor: &Device, path: &str, draft: &Value) -> Answer {
    doctor.put(path, draft).await
}

async fn draft(doctor: &Device, path: &str) -> Value {
    let answer = doctor.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["draft"].clone()
}

async fn follows_its_doctor(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    for mount in [CHAT, STREAM] {
        let doctor = hospital.device("d01").await.on(mount);
        let colleague = hospital.device("d02").await.on(mount);
        let room = doctor.new_room(&["2"]).await;
        let said = colleague.says(&room, "Is the MRI booked?").await;
        let at = path(mount, &room);
        assert_eq!(draft(&doctor, &at).await, Value::Null);

        let written = json!({
            "text": "  K 6.9 <&> 🩺\nand rising\n",
            "urgency": "urgent",
            "urgent_reason": "Critical result",
            "reply_to": said["id"],
        });
        assert_eq!(begin(&doctor, &at, &written).await.status, 200);
        assert_eq!(draft(&colleague, &at).await, Value::Null, "nobody else's");
        let kept = "SELECT count(*) FROM hims_drafts";
        assert_eq!(hospital.database.number(kept).await, 1);
        let sealed = hospital
            .database
            .words("hex(sealed)", "encode(sealed, 'hex')");
        let sealed = format!("SELECT lower({sealed}) FROM hims_drafts");
        let sealed = hospital.database.text(&sealed).await;
        assert!(!sealed.contains(&hex("and rising")), "{sealed}");

        // Another device, without scripts: the room and the list of rooms.
        let phone = hospital.device("d01").await.on(mount);
        assert_eq!(draft(&phone, &at).await, written);
        let page = phone.get(&format!("{mount}/rooms/{room}")).await.text();
        assert!(
            page.contains("\n  K 6.9 &#60;&#38;&#62; 🩺\nand rising\n</textarea>"),
            "{page}"
        );
        assert!(page.contains("value=\"Critical result\""));
        assert!(page.contains("value=\"urgent\" checked"));
        assert!(page.contains("data-draft=\"shown\""));
        let (_, answering) = page.split_once("id=\"answering-text\"").unwrap();
        assert!(answering[..200].contains("Is the MRI booked?"));
        let marked = |page: &str| {
            let row = format!("data-room-id=\"{room}\"");
            let (before, _) = page.split_once(&row).unwrap();
            let (_, item) = before.rsplit_once("<li ").unwrap();
            item.contains("has-draft")
        };
        for list in [mount, "/doctor/inbox"] {
            assert!(marked(&phone.get(list).await.text()), "{list}");
            assert!(!marked(&colleague.get(list).await.text()), "{list}");
        }

        // Sent by a form it is a draft no more; written empty it is none.
        let fields = [("client_id", "c-1"), ("text", "K 6.9")];
        phone
            .form(&format!("{mount}/rooms/{room}/messages"), &fields)
            .await;
        assert_eq!(draft(&doctor, &at).await, Value::Null);
        begin(&doctor, &at, &json!({"text": "x"})).await;
        begin(&doctor, &at, &json!({"text": "", "urgent_reason": "Why"})).await;
        assert_eq!(draft(&doctor, &at).await, Value::Null);
        begin(&doctor, &at, &json!({"text": "x"})).await;
        assert_eq!(doctor.delete(&at).await.status, 204);
        assert_eq!(draft(&doctor, &at).await, Value::Null);
        assert!(!marked(&phone.get(mount).await.text()));
    }
}

#[tokio::test]
async fn it_follows_its_doctor_on_sqlite() {
    follows_its_doctor(Engine::Sqlite).await;
}

#[tokio::test]
async fn it_follows_its_doctor_on_postgres() {
    follows_its_doctor(Engine::Postgres).await;
}

#[tokio::test]
async fn a_wrong_one_is_refused_and_the_one_before_stays() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let at = path(CHAT, &room);
    begin(&doctor, &at, &json!({"text": "As it was"})).await;
    for (field, wrong) in [
        ("text", json!({"text": "x".repeat(20_001)})),
        (
            "urgent_reason",
            json!({"text": "x", "urgent_reason": "y".repeat(1_001)}),
        ),
        ("urgency", json!({"text": "x", "urgency": "loud"})),
        ("reply_to", json!({"text": "x", "reply_to": "../7"})),
        ("replaces", json!({"text": "x", "replaces": "yesterday"})),
    ] {
        let answer = begin(&doctor, &at, &wrong).await;
        assert_eq!(answer.status, 422, "{field}");
        assert_eq!(answer.json()["errors"][0]["field"], field);
        assert_eq!(draft(&doctor, &at).await["text"], "As it was");
    }
    // A room of two others cannot be told from none.
    let others = hospital.device("d03").await.new_room(&["2", "4"]).await;
    for room in [&*others, "987654", "..%2F7"] {
        let answer = begin(&doctor, &path(CHAT, room), &json!({"text": "x"})).await;
        assert_eq!(answer.status, 404, "{room}");
        assert_eq!(doctor.get(&path(CHAT, room)).await.status, 404, "{room}");
    }
    // Answering a message that is not there is no reason to lose the words.
    begin(&doctor, &at, &json!({"text": "Yes", "reply_to": "424242"})).await;
    let page = doctor.get(&format!("{CHAT}/rooms/{room}")).await.text();
    assert!(page.contains("\nYes</textarea>"), "{page}");
}

#[tokio::test]
async fn nobody_overwrites_what_another_page_has_written() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let at = path(CHAT, &room);
    let put = async |text: &str, replaces: &Value| {
        let draft = json!({"text": text, "replaces": replaces});
        begin(&doctor, &at, &draft).await
    };
    let first = put("Ward", &json!("")).await.json()["saved_at"].clone();
    assert_eq!(doctor.get(&at).await.json()["saved_at"], first);
    assert_eq!(put("Phone", &json!("")).await.status, 409);
    let second = put("Ward 2", &first).await.json()["saved_at"].clone();
    for text in ["Phone", ""] {
        assert_eq!(put(text, &first).await.status, 409, "{text}");
    }
    // The same words again, after an answer that was lost.
    assert_eq!(put("Ward 2", &first).await.json()["saved_at"], second);
    assert_eq!(draft(&doctor, &at).await["text"], "Ward 2");
    assert_eq!(put("", &second).await.json()["saved_at"], Value::Null);
    assert_eq!(draft(&doctor, &at).await, Value::Null);
}

/// A draft that is too old, or was sealed with another key, is in nobody's way.
#[tokio::test]
async fn what_cannot_be_read_any_more_is_replaced() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let hospital = Hospital::open(engine).await;
        let doctor = hospital.device("d01").await;
        let room = doctor.new_room(&["2"]).await;
        let at = path(CHAT, &room);
        let database = &hospital.database;
        let old = database.words("saved_at = 1", "saved_at = '2001-01-01'");
        let other = database.words("sealed = x'00'", "sealed = '\\x00'");
        for spoilt in [old, other] {
            for text in ["After it", ""] {
                begin(&doctor, &at, &json!({"text": "Before it"})).await;
                let spoil = format!("UPDATE hims_drafts SET {spoilt}");
                database.execute(&spoil).await;
                assert_eq!(draft(&doctor, &at).await, Value::Null, "{spoilt}");
                let after = json!({"text": text, "replaces": ""});
                let answer = begin(&doctor, &at, &after).await;
                assert_eq!(answer.status, 200, "{spoilt}: {}", answer.text());
                assert_eq!(
                    draft(&doctor, &at).await["text"]
                        .as_str()
                        .unwrap_or_default(),
                    text
                );
            }
        }
    }
}

#[tokio::test]
async fn a_form_that_was_refused_shows_its_own_words() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let at = path(CHAT, &room);
    begin(&doctor, &at, &json!({"text": "From another device"})).await;
    let long = "y".repeat(5_001);
    let fields = [("client_id", "c-1"), ("text", &*long)];
    let refused = doctor
        .form(&format!("{CHAT}/rooms/{room}/messages"), &fields)
        .await;
    assert_eq!(refused.status, 422);
    let page = refused.text();
    assert!(page.contains(&format!("\n{long}</textarea>")));
    assert!(page.contains("data-draft=\"\""), "not what was kept");
    assert_eq!(draft(&doctor, &at).await["text"], "From another device");
}
