//! Webhooks at the real program, signed as Stream signs them, and what its log says of a whole day.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{
    device::{Answer, Device, STREAM, send, text},
    hospital::{DIRECT_MODE, Hospital},
    live::Listener,
    stream::{KEY, SECRET, StreamServer},
};

fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key");
    mac.update(body);
    let digest = mac.finalize().into_bytes();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(body).expect("memory");
    packer.finish().expect("memory")
}

/// The event that Stream sends of a message that was posted.
fn event(message: &Value) -> Vec<u8> {
    let cid = format!("doctor-chat:{}", text(&message["room_id"]));
    let author = json!({"id": message["author"]["id"], "name": message["author"]["name"]});
    let event = json!({
        "type": "message.new",
        "cid": cid,
        "created_at": message["sent_at"],
        "user": author,
        "message": {
            "id": message["id"],
            "cid": cid,
            "type": "regular",
            "text": message["text"],
            "user": author,
            "created_at": message["sent_at"],
        },
    });
    event.to_string().into_bytes()
}

async fn deliver(hospital: &Hospital, id: &str, signature: &str, body: Vec<u8>) -> Answer {
    let nobody = Device::new(&hospital.server);
    let request = nobody
        .request(Method::POST, "/webhooks/stream")
        .header("content-type", "application/json")
        .header("x-webhook-id", id)
        .header("x-signature", signature)
        .body(body);
    send(request).await
}

async fn next_id(live: &mut Listener) -> String {
    text(&live.next_named("message.posted").await["id"])
}

#[tokio::test]
async fn a_signed_webhook_is_taken_and_what_the_socket_told_is_not_told_again() {
    let stream = StreamServer::start();
    let hospital = stream.hospital(&[]).await;
    let colleague = hospital.device("d02").await.on(STREAM);
    let doctor = hospital.device("d01").await.on(STREAM);
    let room = colleague.new_room(&["1"]).await;
    let mut live = doctor.listen().await;
    let first = colleague.says(&room, "over the socket").await;
    assert_eq!(next_id(&mut live).await, text(&first["id"]));

    let body = event(&first);
    let right = sign(SECRET, &body);
    for (id, body) in [
        ("d-1", body.clone()),
        ("d-1", body.clone()),
        ("d-2", packed(&body)),
    ] {
        assert_eq!(deliver(&hospital, id, &right, body).await.status, 200);
    }
    for wrong in [sign("another", &body), String::new(), "0".repeat(64)] {
        assert_eq!(
            deliver(&hospital, "d-3", &wrong, body.clone()).await.status,
            401
        );
    }
    let second = colleague.says(&room, "the next").await;
    assert_eq!(
        next_id(&mut live).await,
        text(&second["id"]),
        "nothing twice"
    );

    // The socket breaks and cannot be opened: the webhook tells, once, and the socket not again.
    let broken = json!({"endpoint": "Connect", "misbehaviour": {"kind": "reset_before"}});
    stream.tell("faults", &broken).await;
    stream
        .tell("orders", &json!({"do": "drop_sockets", "user": "1"}))
        .await;
    let third = colleague.says(&room, "while it is broken").await;
    let body = event(&third);
    let signature = sign(SECRET, &body);
    let told = async {
        // Until the loss is noticed the socket is believed in, and webhooks are not told.
        for round in 0.. {
            let id = format!("round-{round}");
            assert_eq!(
                deliver(&hospital, &id, &signature, body.clone())
                    .await
                    .status,
                200
            );
            let next = tokio::time::timeout(std::time::Duration::from_millis(300), live.next());
            if let Ok(Some(heard)) = next.await
                && heard.name == "message.posted"
            {
                return text(&heard.data["id"]);
            }
        }
        String::new()
    };
    assert_eq!(told.await, text(&third["id"]));
    stream.heal().await;
    let fourth = colleague.says(&room, "and healed").await;
    assert_eq!(next_id(&mut live).await, text(&fourth["id"]));
}

#[tokio::test]
async fn the_log_of_a_whole_day_shows_every_call_and_no_secret_or_word() {
    let stream = StreamServer::start();
    let hospital = stream
        .hospital(&[("STREAM_DEBUG", "true"), ("HIMS_LOG", "trace"), DIRECT_MODE])
        .await;
    let colleague = hospital.device("d02").await.on(STREAM);
    let doctor = hospital.device("d01").await.on(STREAM);
    let mut live = doctor.listen().await;
    let opened = colleague
        .post(&format!("{STREAM}/api/rooms"), &json!({"patient_id": "1"}))
        .await;
    let room = text(&opened.json()["id"]);
    doctor
        .post(&format!("{STREAM}/api/rooms"), &json!({"patient_id": "1"}))
        .await;
    let file = colleague
        .upload(&room, "canaryfile.txt", b"canarybytes")
        .await
        .json();
    let messages = format!("{STREAM}/api/rooms/{room}/messages");
    let body = json!({"client_id": "c-1", "text": "canaryword", "urgency": "urgent", "attachment_ids": [file["id"]]});
    let posted = colleague.post(&messages, &body).await.json();
    assert_eq!(next_id(&mut live).await, text(&posted["id"]));
    let message = format!("{messages}/{}", text(&posted["id"]));
    doctor
        .post(&format!("{message}/acknowledgement"), &json!({}))
        .await;
    colleague
        .patch(&message, &json!({"text": "canaryedit"}))
        .await;
    doctor.page(&format!("{STREAM}/rooms/{room}")).await;
    let token = send(doctor.request(Method::POST, &format!("{STREAM}/api/token"))).await;
    let token = text(&token.json()["token"]);
    colleague.delete(&message).await;
    doctor.form("/logout", &[]).await;

    for told in [
        "/channels/{type}/{id}/message",
        "/users",
        "attempt=1",
        "status=200",
        "left=",
    ] {
        hospital.server.prints(told).await;
    }
    let log = hospital.server.printed();
    let (_, signature) = token.rsplit_once('.').expect("three parts");
    for secret in [
        SECRET,
        signature,
        "canary",
        "Fernwick",
        "LMH-900101",
        "payload=",
    ] {
        assert!(!log.contains(secret), "{secret}");
    }
    let calls = log
        .lines()
        .filter(|line| line.contains("Stream was called"));
    for line in calls {
        assert!(!line.contains(KEY) && !line.contains(&room), "{line}");
    }
}
