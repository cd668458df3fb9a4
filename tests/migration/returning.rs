//! Rooms that moved come back.

use serde_json::{Value, json};

use super::{
    moving::{lines, migrate, seen, set_up, verified},
    new::New,
};
use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device, STREAM, text},
    on_both_databases,
    server::Server,
    stream::StreamServer,
    wait::until,
};

on_both_databases!(
    a_room_comes_back_with_all_that_happened_there,
    a_room_goes_to_and_fro_and_nothing_comes_twice,
);

/// Three doctors' devices in one group, and a room of the patient.
struct Ward {
    new: New,
    stream: StreamServer,
    room: String,
}

impl Ward {
    async fn fresh(engine: Engine) -> Self {
        let new = New::fresh(engine).await;
        let stream = StreamServer::start();
        set_up(&new.database, &stream).await;
        let server = Server::start_with(&new.database, &stream.environment()).await;
        let room = Device::signed_in(&server, "d01")
            .await
            .new_room(&["2"])
            .await;
        Self { new, stream, room }
    }

    fn there(&self) -> String {
        format!("group-legacy-{}", self.room)
    }

    async fn serve(&self) -> (Server, Device, Device) {
        let server = Server::start_with(&self.new.database, &self.stream.environment()).await;
        let one = Device::signed_in(&server, "d01").await;
        let two = Device::signed_in(&server, "d02").await;
        (server, one, two)
    }

    async fn migrate(&self, arguments: &[&str]) -> String {
        let (done, said) = migrate(&self.new.database, &self.stream, arguments).await;
        assert!(done, "{said}");
        said
    }

    async fn give_back(&self) {
        self.migrate(&["rollback", "--settle", "0", "--room", &self.room])
            .await;
    }
}

/// Posts in a room of the device's mount, which must be taken: its id.
async fn post(device: &Device, room: &str, body: Value) -> String {
    let mut whole = json!({ "client_id": format!("{:032x}", rand::random::<u128>()) });
    for (name, value) in body.as_object().unwrap() {
        whole[name] = value.clone();
    }
    let path = format!("{}/api/rooms/{room}/messages", device.mount());
    let answer = device.post(&path, &whole).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    text(&answer.json()["id"])
}

fn taken(answer: &Answer) {
    assert!((200..300).contains(&answer.status), "{}", answer.text());
}

async fn texts(device: &Device, room: &str) -> Vec<String> {
    let said = device.all_messages(room).await;
    let texts = said.iter();
    texts
        .map(|message| message["text"].as_str().unwrap_or("-").to_owned())
        .collect()
}

/// Whether the doctor has a mark on every message of others.
fn is_delivered(rooms: &[Value], doctor: &str) -> bool {
    let messages = rooms
        .iter()
        .flat_map(|room| room["messages"].as_array().unwrap());
    messages
        .filter(|message| message["author"]["id"] != doctor)
        .all(|message| {
            let marks = message["receipts"]["delivered"].as_array().unwrap();
            marks.iter().any(|mark| mark["doctor_id"] == doctor)
        })
}

async fn a_room_comes_back_with_all_that_happened_there(engine: Engine) {
    let ward = Ward::fresh(engine).await;
    let room = ward.room.clone();
    let (first, second) = {
        let (_server, one, _) = ward.serve().await;
        let first = post(&one, &room, json!({ "text": "first" })).await;
        (
            first,
            post(&one, &room, json!({ "text": "to be recalled" })).await,
        )
    };
    ward.migrate(&["run", "--room", &room]).await;

    let there = ward.there();
    let (before, written, file) = {
        let (server, one, two) = ward.serve().await;
        let (one, two) = (one.on(STREAM), two.on(STREAM));
        let api = format!("{STREAM}/api/rooms/{there}");
        // Before what is urgent: the tables know of a joining to the second only.
        let third = json!({ "doctor_id": "3" });
        taken(&one.post(&format!("{api}/participants"), &third).await);
        let straight = format!(
            "INSERT INTO chat_messages (room_id, user_id, message, created_at, updated_at)
                VALUES ({room}, 2, 'straight', '2026-01-01 10:00:00', '2026-01-01 10:00:00')"
        );
        post(
            &two,
            &there,
            json!({ "text": "said there", "mention_ids": ["1"] }),
        )
        .await;
        ward.new.database.execute(&straight).await;
        until("it to be carried", async || {
            texts(&two, &there)
                .await
                .contains(&"straight".to_owned())
                .then_some(())
        })
        .await;
        let reply = json!({ "text": "an answer", "reply_to": format!("legacy-{first}") });
        let written = post(&two, &there, reply).await;
        let urgent = json!({ "text": "come", "urgency": "urgent", "urgent_reason": "sats 82" });
        let urgent = post(&two, &there, urgent).await;
        let path = format!("{api}/messages/{urgent}/acknowledgement");
        taken(&one.post(&path, &json!({})).await);
        let file = text(&two.upload(&there, "trace.txt", b"a trace").await.json()["id"]);
        post(&two, &there, json!({ "attachment_ids": [file] })).await;
        let edit = format!("{api}/messages/legacy-{first}");
        taken(
            &one.patch(&edit, &json!({ "text": "first, edited there" }))
                .await,
        );
        taken(&one.delete(&format!("{api}/messages/legacy-{second}")).await);
        post(&two, &there, json!({ "text": "the last, unread" })).await;
        let three = Device::signed_in(&server, "d03").await.on(STREAM);
        // Looking itself marks what was delivered, and the mark may come after the answer.
        let look = async || [seen(&one).await, seen(&two).await, seen(&three).await];
        until("everything to be marked as delivered", async || {
            let looks = look().await;
            let mut of_doctors = looks.iter().zip(["1", "2", "3"]);
            of_doctors
                .all(|(rooms, doctor)| is_delivered(rooms, doctor))
                .then_some(())
        })
        .await;
        let before = look().await;
        (before, written, file)
    };
    ward.give_back().await;
    verified(&ward.new.database, &ward.stream).await;

    let (server, one, two) = ward.serve().await;
    let three = Device::signed_in(&server, "d03").await;
    let stranger = Device::signed_in(&server, "d05").await;
    for (device, before) in [&one, &two, &three].into_iter().zip(&before) {
        let at_stream = device.get(&format!("{STREAM}/api/rooms")).await.json();
        assert_eq!(at_stream["rooms"], json!([]), "it came back");
        let of_room: Vec<Value> = seen(device)
            .await
            .into_iter()
            .filter(|room| before.iter().any(|one| one["messages"] == room["messages"]))
            .collect();
        assert_eq!(of_room.len(), 1, "{:#?}", lines(&seen(device).await));
        assert_eq!(lines(before), lines(&of_room));
    }

    let said = one.all_messages(&room).await;
    let by_text = |words: &str| {
        let found = said.iter().find(|message| message["text"] == words);
        text(&found.unwrap_or_else(|| panic!("no {words}"))["id"])
    };
    let answer = by_text("an answer");
    let here = said.iter().find(|message| text(&message["id"]) == answer);
    assert_eq!(here.unwrap()["reply_to"], first);
    let attached = said
        .iter()
        .find_map(|message| message["attachments"].get(0));
    let attached = text(&attached.unwrap()["id"]);
    for (old, now) in [
        (
            format!("{STREAM}/rooms/{there}"),
            format!("{CHAT}/rooms/{room}"),
        ),
        (
            format!("{STREAM}/rooms/{there}?message={written}"),
            format!("{CHAT}/rooms/{room}?message={answer}"),
        ),
        (
            format!("{STREAM}/rooms/{there}?message=legacy-{first}"),
            format!("{CHAT}/rooms/{room}?message={first}"),
        ),
        (
            format!("{STREAM}/api/attachments/{file}"),
            format!("{CHAT}/api/attachments/{attached}"),
        ),
    ] {
        let led = one.get(&old).await;
        assert_eq!((led.status, led.header("location")), (308, now.as_str()));
        assert_eq!(one.get(&now).await.status, 200, "{now}");
        assert_eq!(stranger.get(&old).await.status, 404, "{old}");
    }
    if engine == Engine::Postgres {
        // Being copied once more changes nothing for them.
        ward.migrate(&["run", "--copy-only", "--room", &room]).await;
        let led = one.get(&format!("{STREAM}/rooms/{there}")).await;
        assert_eq!(led.status, 308);
    }
    let late = json!({ "client_id": "too-late", "text": "Too late" });
    let refused = one
        .post(&format!("{STREAM}/api/rooms/{there}/messages"), &late)
        .await;
    refused.is_problem(409, "moved");
    assert_eq!(refused.json()["location"], format!("{CHAT}/rooms/{room}"));
    let bytes = two.get(&format!("{CHAT}/api/attachments/{attached}")).await;
    assert_eq!(bytes.text(), "a trace");
    two.says(&room, "on it goes").await;
}

async fn a_room_goes_to_and_fro_and_nothing_comes_twice(engine: Engine) {
    let ward = Ward::fresh(engine).await;
    let (room, there) = (ward.room.clone(), ward.there());
    let mut expected = Vec::new();
    let mut written = Vec::new();
    for turn in 0..3 {
        {
            let (_server, one, two) = ward.serve().await;
            for device in [&one, &two] {
                let words = format!("here {turn} {}", expected.len());
                post(device, &room, json!({ "text": words })).await;
                expected.push(words);
            }
            assert_eq!(texts(&one, &room).await, expected);
        }
        ward.migrate(&["run", "--room", &room]).await;
        ward.migrate(&["run", "--room", &room]).await;
        verified(&ward.new.database, &ward.stream).await;
        {
            let (_server, one, two) = ward.serve().await;
            let (one, two) = (one.on(STREAM), two.on(STREAM));
            assert_eq!(texts(&one, &there).await, expected, "turn {turn}");
            for device in [&two, &one] {
                let words = format!("there {turn} {}", expected.len());
                written.push((
                    words.clone(),
                    post(device, &there, json!({ "text": words })).await,
                ));
                expected.push(words);
            }
            // Of what came back and went again the old links lead to the one message there is.
            let said = one.all_messages(&there).await;
            for (words, id) in &written {
                let found = said.iter().find(|message| text(&message["id"]) == *id);
                assert_eq!(found.unwrap()["text"], *words);
            }
        }
        ward.give_back().await;
        ward.give_back().await;
        verified(&ward.new.database, &ward.stream).await;
    }
    let (_server, one, _) = ward.serve().await;
    assert_eq!(texts(&one, &room).await, expected);
}
