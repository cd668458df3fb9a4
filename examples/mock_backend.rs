//! A small service that uses the chat, tested without any backend: the ports are mocked.
//!
//! ```sh
//! cargo run --example mock_backend --features mocks
//! ```

#![expect(clippy::print_stdout, reason = "an example says what it showed")]

use std::sync::Arc;

use hims_chat::{
    domain::{
        Body, ClientId, Doctor, Message, MessageId, MessageText, NewMessage, Receipts, Role,
        RoomId, StaffId, StaffMember, Standing, Urgency,
    },
    ports::{
        self, Backend, Capabilities, Chat, MockAttachments, MockAudit, MockHealth, MockLive,
        MockMessages, MockReceipts, MockRooms, Posted, SystemClock,
    },
};
use jiff::Timestamp;

/// The service under test: tells a room that a laboratory result is in, once per result.
async fn announce(
    chat: &Chat,
    doctor: &Doctor,
    room: &RoomId,
    result: &str,
) -> ports::Result<MessageId> {
    let client_id = ClientId::parse(format!("lab-{result}"))
        .map_err(|error| ports::Error::invalid("result", error.to_string()))?;
    let text = MessageText::parse("A laboratory result is in.")
        .map_err(|error| ports::Error::invalid("text", error.to_string()))?;
    let message = NewMessage {
        client_id,
        content: text.into(),
        reply_to: None,
        urgency: Urgency::Routine,
        urgent_reason: None,
    };
    Ok(chat
        .messages()
        .post(doctor, room, &message)
        .await?
        .message
        .id)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let doctor = Doctor::admit(StaffMember {
        id: StaffId::parse("d01")?,
        name: "Dr Ada Winter".into(),
        role: Role::Doctor,
        specialty: None,
        grade: None,
        ward: None,
        active: true,
    })?;
    let room = RoomId::parse("ward-7")?;

    let posted = announce(&chat(Standing::Participant, 1), &doctor, &room, "4711").await?;
    assert_eq!(posted, MessageId::from(1));

    // The guard refuses before the backend is asked: the mock would panic if it were.
    let refused = announce(&chat(Standing::Outsider, 0), &doctor, &room, "4711").await;
    assert_eq!(
        refused.map_err(|error| error.kind()),
        Err(ports::ErrorKind::NotFound)
    );
    println!("announced in the doctor's own room, refused in another's");
    Ok(())
}

/// A chat in which the doctor has this standing and so many messages are posted.
fn chat(standing: Standing, posts: usize) -> Chat {
    let mut rooms = MockRooms::new();
    rooms.expect_standing().returning(move |_, _| Ok(standing));
    let mut messages = MockMessages::new();
    messages
        .expect_post()
        .times(posts)
        .returning(|doctor, room, new| {
            assert_eq!(
                new.client_id.as_str(),
                "lab-4711",
                "a repeated result is one message"
            );
            Ok(Posted {
                message: stored(doctor, room, new),
                repeated: false,
            })
        });
    let mut audit = MockAudit::new();
    audit.expect_record().times(1).returning(|_| Ok(()));

    let backend = Backend {
        rooms: Arc::new(rooms),
        messages: Arc::new(messages),
        receipts: Arc::new(MockReceipts::new()),
        live: Arc::new(MockLive::new()),
        attachments: Arc::new(MockAttachments::new()),
        health: Arc::new(MockHealth::new()),
        tokens: None,
        capabilities: Capabilities {
            backend: "mock",
            search: false,
            attachments: false,
            max_attachment_bytes: 0,
            delivered_receipts: false,
            acknowledgement: false,
            edit_history: false,
            client_tokens: false,
        },
    };
    Chat::new(backend, Arc::new(audit), Arc::new(SystemClock))
}

fn stored(doctor: &Doctor, room: &RoomId, new: &NewMessage) -> Message {
    Message {
        id: MessageId::from(1),
        room: room.clone(),
        client_id: Some(new.client_id.clone()),
        author: doctor.profile(),
        body: Body::Written {
            text: new.content.text().cloned(),
            attachments: Vec::new(),
        },
        sent_at: Timestamp::now(),
        sent_at_estimated: false,
        edited_at: None,
        reply_to: None,
        urgency: new.urgency,
        urgent_reason: new.reason().cloned(),
        mentions: new.content.mentions().to_vec(),
        receipts: Receipts::default(),
    }
}
