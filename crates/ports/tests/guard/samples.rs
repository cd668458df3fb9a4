//! One of everything.

use bytes::Bytes;
use domain::*;
use hims_chat_ports::{ClientToken, Fetched, NewAttachment, Opened};
use jiff::Timestamp;

pub(crate) fn room() -> RoomId {
    RoomId::from(7)
}

pub(crate) fn message_id() -> MessageId {
    MessageId::from(70)
}

pub(crate) fn file_id() -> AttachmentId {
    AttachmentId::from(700)
}

pub(crate) fn words() -> Content {
    MessageText::parse("words").unwrap().into()
}

pub(crate) fn patient_ref() -> PatientRef {
    PatientRef::parse("0".repeat(40)).unwrap()
}

pub(crate) fn colleague() -> Doctor {
    Doctor::admit(StaffMember {
        id: StaffId::from(2),
        name: "Dr Ben Osei".into(),
        role: Role::Doctor,
        specialty: None,
        grade: None,
        ward: None,
        active: true,
    })
    .unwrap()
}

pub(crate) fn search(room: Option<RoomId>) -> Search {
    let filter = Filter {
        room,
        ..Filter::default()
    };
    Search::new(Query::parse("words").ok(), filter).unwrap()
}

pub(crate) fn new_file() -> NewAttachment {
    NewAttachment {
        name: FileName::parse("ecg.png").unwrap(),
        media_type: "image/png".into(),
        bytes: Bytes::from_static(b"ecg"),
        picture: None,
    }
}

pub(crate) fn opened() -> Opened {
    let room = Room {
        id: room(),
        kind: RoomKind::Group,
        title: None,
        participants: vec![],
        last_message: None,
        active_at: Timestamp::UNIX_EPOCH,
        unread: 0,
        urgent: false,
        mentioned: false,
    };
    Opened {
        room,
        created: true,
    }
}

pub(crate) fn message(author: StaffId) -> Message {
    Message {
        id: message_id(),
        room: room(),
        client_id: None,
        author: Profile {
            id: author,
            name: "somebody".into(),
            specialty: None,
            grade: None,
        },
        body: Body::Written {
            text: words().text().cloned(),
            attachments: vec![],
        },
        sent_at: Timestamp::UNIX_EPOCH,
        sent_at_estimated: false,
        edited_at: None,
        reply_to: None,
        urgency: Urgency::Urgent,
        urgent_reason: None,
        mentions: vec![],
        receipts: Receipts::default(),
    }
}

pub(crate) fn file() -> Attachment {
    Attachment {
        id: file_id(),
        room: room(),
        name: FileName::parse("ecg.png").unwrap(),
        media_type: "image/png".into(),
        size: 3,
        picture: None,
    }
}

pub(crate) fn fetched() -> Fetched {
    Fetched {
        attachment: file(),
        content: Bytes::from_static(b"ecg").into(),
    }
}

pub(crate) fn patient() -> Patient {
    Patient {
        id: PatientId::from(9),
        reference: patient_ref(),
        name: "Odalys Fernwick".into(),
        mrn: "LMH-900101".into(),
        born: None,
        sex: None,
        bed: None,
        ward: None,
        allergies: None,
        former: Vec::new(),
    }
}

pub(crate) fn token() -> ClientToken {
    ClientToken {
        app_id: "app".into(),
        api_key: "key".into(),
        user_id: "1".into(),
        token: "token".into(),
        expires_at: Timestamp::UNIX_EPOCH,
        base_url: "http://127.0.0.1".into(),
    }
}
