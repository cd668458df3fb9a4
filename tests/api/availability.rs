//! Availability that a doctor states: set, seen by colleagues, and gone again.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device, STREAM, send, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    what_a_doctor_says_is_seen_by_colleagues,
    what_is_wrong_is_named_and_nothing_set,
    the_form_leads_back_to_its_page,
    the_demonstration_has_three_who_are_away,
    every_doctor_hears_of_it_on_every_mount,
);

const PATH: &str = "/doctor/api/availability";

async fn put(device: &Device, body: &Value) -> Answer {
    send(device.request(reqwest::Method::PUT, PATH).json(body)).await
}

/// The statement of doctor `id`, as `device` finds it in the room and among the doctors of its mount.
async fn seen(device: &Device, room: &str, id: &str) -> Value {
    let mount = device.mount();
    let of = |people: &Value| {
        let person = people
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["id"] == id);
        person.unwrap().get("availability").cloned()
    };
    let room = device
        .get(&format!("{mount}/api/rooms/{room}"))
        .await
        .json();
    let doctors = device.get(&format!("{mount}/api/doctors")).await.json();
    let seen = of(&room["participants"]);
    assert_eq!(seen, of(&doctors["doctors"]), "the same everywhere");
    seen.unwrap_or(Value::Null)
}

async fn what_a_doctor_says_is_seen_by_colleagues(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let colleague = hospital.device("d02").await;
    let elsewhere = hospital.device("d02").await.on(STREAM);
    let room = colleague.new_room(&["1"]).await;
    let other_room = elsewhere.new_room(&["1"]).await;
    assert_eq!(seen(&colleague, &room, "1").await, Value::Null);

    let until = Timestamp::now() + SignedDuration::from_mins(90);
    let until = until.round(jiff::Unit::Second).unwrap().to_string();
    let said = json!({"text": "Off <until> Monday, אשאל", "until": until});
    let answer = put(&doctor, &said).await;
    assert_eq!((answer.status, answer.json()), (200, said.clone()));
    assert_eq!(seen(&colleague, &room, "1").await, said);
    assert_eq!(seen(&elsewhere, &other_room, "1").await, said);
    assert_eq!(seen(&doctor, &room, "1").await, said);
    assert_eq!(seen(&colleague, &room, "2").await, Value::Null);

    // Pages say it too, escaped.
    let shown = "Off &#60;until&#62; Monday, אשאל";
    for page in [format!("{CHAT}/rooms/{room}"), "/doctor/people".into()] {
        let page = colleague.page(&page).await.text();
        assert!(page.contains(shown), "{page}");
        assert!(!page.contains("<until>"));
    }

    let again = json!({"text": "In clinic", "until": until});
    assert_eq!(put(&doctor, &again).await.status, 200);
    assert_eq!(seen(&colleague, &room, "1").await, again);

    assert_eq!(doctor.delete(PATH).await.status, 204);
    assert_eq!(doctor.delete(PATH).await.status, 204);
    assert_eq!(seen(&colleague, &room, "1").await, Value::Null);

    let audited = |decision: &str| {
        format!(
            "SELECT count(*) FROM hims_audit WHERE action = 'set-availability' AND actor_id = '1' \
             AND decision = '{decision}' AND subject IS NULL"
        )
    };
    assert_eq!(hospital.database.number(&audited("allowed")).await, 4);
    let printed = hospital.server.printed();
    assert!(!printed.contains("Monday") && !printed.contains("In clinic"));
}

async fn what_is_wrong_is_named_and_nothing_set(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let at = |minutes: i64| (Timestamp::now() + SignedDuration::from_mins(minutes)).to_string();
    let fine = at(60);
    let wrong = [
        (json!({"until": fine}), "text"),
        (json!({"text": " ", "until": fine}), "text"),
        (json!({"text": "\u{200b}", "until": fine}), "text"),
        (json!({"text": "é".repeat(81), "until": fine}), "text"),
        (json!({"text": 7, "until": fine}), "text"),
        (json!({"text": "In theatre"}), "until"),
        (json!({"text": "In theatre", "until": "15:30"}), "until"),
        (json!({"text": "In theatre", "until": at(-1)}), "until"),
        (
            json!({"text": "In theatre", "until": at(31 * 24 * 60 + 5)}),
            "until",
        ),
    ];
    for (body, field) in wrong {
        let answer = put(&doctor, &body).await;
        answer.is_problem(422, "invalid");
        assert_eq!(answer.json()["errors"][0]["field"], field, "{body}");
    }
    for (text, minutes) in [
        ("", "60"),
        ("In theatre", "61"),
        ("In theatre", "-30"),
        ("In theatre", ""),
    ] {
        let fields = [("text", text), ("minutes", minutes)];
        let answer = doctor.form("/doctor/availability", &fields).await;
        assert_eq!(answer.status, 422, "{text} {minutes}");
    }
    assert_eq!(seen(&doctor, &room, "1").await, Value::Null);

    // Who is no doctor says nothing; that they tried is on record.
    let nurse = hospital.device("n01").await;
    let body = json!({"text": "In theatre", "until": fine});
    put(&nurse, &body).await.is_problem(403, "not-a-doctor");
    nurse.delete(PATH).await.is_problem(403, "not-a-doctor");
    let left = "SELECT count(*) FROM hims_availability WHERE text = 'In theatre'";
    assert_eq!(hospital.database.number(left).await, 0);
}

async fn the_form_leads_back_to_its_page(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let submit = async |fields: &str, referer: &str| {
        let request = doctor.request(reqwest::Method::POST, "/doctor/availability");
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("referer", referer)
            .body(fields.to_owned());
        let answer = send(request).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.header("location").to_owned()
    };
    let path = format!("{CHAT}/rooms/{room}");
    let page = hospital.server.url(&path);
    assert_eq!(submit("text=At+lunch&minutes=30", &page).await, path);
    let said = seen(&doctor, &room, "1").await;
    assert_eq!(said["text"], "At lunch");
    let until: Timestamp = text(&said["until"]).parse().unwrap();
    let left = until.duration_since(Timestamp::now()).as_mins();
    assert!((28..=30).contains(&left), "{left} minutes");
    let own = doctor.page("/doctor/patients").await.text();
    assert!(own.contains("At lunch") && own.contains("data-testid=\"availability-clear\""));

    assert_eq!(
        submit("clear=1&text=", "https://evil.example//x/").await,
        "/"
    );
    assert_eq!(seen(&doctor, &room, "1").await, Value::Null);
}

async fn the_demonstration_has_three_who_are_away(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let doctors = device.get(&format!("{CHAT}/api/doctors")).await.json();
    let mut away: Vec<_> = doctors["doctors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|doctor| {
            Some((
                text(&doctor["id"]),
                text(&doctor.get("availability")?["text"]),
            ))
        })
        .collect();
    away.sort();
    let expected = [
        ("3", "In clinic, cover Dr Lisle"),
        ("6", "In theatre, urgent only"),
        ("8", "Off duty by day, on nights"),
    ];
    assert_eq!(
        away,
        expected.map(|(id, text)| (id.to_owned(), text.to_owned()))
    );
    let over = hospital.database.words(
        "UPDATE hims_availability SET until = until - 86400000000 WHERE user_id = 6",
        "UPDATE hims_availability SET until = until - interval '1 day' WHERE user_id = 6",
    );
    hospital.database.execute(over).await;
    let doctors = device
        .get(&format!("{CHAT}/api/doctors?q=Quillfeather"))
        .await
        .json();
    assert_eq!(
        doctors["doctors"][0].get("availability"),
        None,
        "over by itself"
    );
}

async fn every_doctor_hears_of_it_on_every_mount(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let colleague = hospital.device("d02").await;
    let mut streams = [
        colleague.listen().await,
        colleague.on(STREAM).listen().await,
        doctor.listen().await,
    ];
    let until = Timestamp::now() + SignedDuration::from_mins(90);
    let until = until.round(jiff::Unit::Second).unwrap().to_string();
    let said = json!({"text": "In theatre", "until": until});
    assert_eq!(put(&doctor, &said).await.status, 200);
    for stream in &mut streams {
        let heard = stream.next_named("availability").await;
        assert_eq!(heard, json!({"doctor_id": "1", "availability": said}));
    }
    // The form says it too, and what is taken back is heard as well.
    let fields = [("text", "At lunch"), ("minutes", "30")];
    let answer = doctor.form("/doctor/availability", &fields).await;
    assert_eq!(answer.status, 303);
    for stream in &mut streams {
        let heard = stream.next_named("availability").await;
        assert_eq!(heard["availability"]["text"], "At lunch");
    }
    assert_eq!(doctor.delete(PATH).await.status, 204);
    for stream in &mut streams {
        let heard = stream.next_named("availability").await;
        assert_eq!(heard, json!({"doctor_id": "1", "availability": null}));
    }
    // Whatever follows of the chat itself is told as before, and resumes as before.
    let room = doctor.new_room(&["2"]).await;
    doctor.says(&room, "Back.").await;
    streams[0].next_named("message.posted").await;
}
