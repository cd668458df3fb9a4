//! A large room that is caught up with goes on from where it was refused.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;

use std::sync::{Arc, Mutex};

use app::App;
use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    AttachmentId, Body, Doctor, Message, MessageId, MessageText, Participant, PatientRef, Receipts,
    RoomId, RoomKind, Urgency,
};
use jiff::{SignedDuration, Timestamp};
use ports::{Error, Looked, MessageRecord, RECORDS_AT_ONCE, Records, Result, RoomRecord};
use stream_sandbox::{Faults, Misbehaviour};

const MESSAGES: usize = 620;

/// A room of the legacy chat. When its second page is asked for, what is done then happens.
struct Old {
    room: RoomRecord,
    messages: Mutex<Vec<MessageRecord>>,
    second_page: Mutex<Option<Faults>>,
}

#[async_trait]
impl Records for Old {
    async fn rooms<'a>(&self, _: Option<&'a RoomId>) -> Result<Vec<RoomId>> {
        Ok(vec![self.room.id.clone()])
    }

    async fn rooms_on_ward(&self, _: &str) -> Result<Vec<RoomId>> {
        Err(Error::unsupported("tell wards apart"))
    }

    async fn rooms_of_patient<'a>(
        &self,
        _: &PatientRef,
        _: Option<&'a RoomId>,
    ) -> Result<Vec<RoomId>> {
        Ok(Vec::new())
    }

    async fn room(&self, _: &RoomId) -> Result<RoomRecord> {
        Ok(self.room.clone())
    }

    async fn size(&self, _: &RoomId) -> Result<Option<u64>> {
        Ok(Some(MESSAGES as u64))
    }

    async fn messages<'a>(
        &self,
        _: &RoomId,
        after: Option<&'a MessageId>,
    ) -> Result<Vec<MessageRecord>> {
        let messages = self.messages.lock().unwrap();
        let Some(after) = after else {
            return Ok(messages[..RECORDS_AT_ONCE].to_vec());
        };
        if let Some(faults) = &*self.second_page.lock().unwrap() {
            let refused = Misbehaviour::Refuse {
                code: 4,
                status: 400,
            };
            faults.next("GetManyMessages", 1, refused);
        }
        let place = messages.iter().position(|one| one.message.id == *after);
        Ok(messages[place.unwrap() + 1..].to_vec())
    }

    async fn file(&self, _: &AttachmentId) -> Result<Bytes> {
        Err(Error::not_found("file"))
    }

    async fn thumbnail(&self, _: &AttachmentId) -> Result<Bytes> {
        Err(Error::not_found("file"))
    }
}

fn old(doctors: &[Doctor]) -> Old {
    let room = RoomId::parse("7").unwrap();
    let began = Timestamp::now() - SignedDuration::from_hours(24);
    let message = |number: usize| Message {
        id: MessageId::parse(format!("{number}")).unwrap(),
        room: room.clone(),
        client_id: None,
        author: doctors[0].profile(),
        body: Body::Written {
            text: Some(MessageText::parse(&format!("said {number}")).unwrap()),
            attachments: Vec::new(),
        },
        sent_at: began + SignedDuration::from_secs(i64::try_from(number).unwrap()),
        sent_at_estimated: false,
        edited_at: None,
        reply_to: None,
        urgency: Urgency::Routine,
        urgent_reason: None,
        mentions: Vec::new(),
        receipts: Receipts::default(),
    };
    let record = |number| MessageRecord {
        message: message(number),
        original: None,
        withdrawn: Vec::new(),
        versions: Vec::new(),
        written_as: None,
        answers_as: None,
    };
    let participants = doctors.iter().map(|doctor| {
        let participant = Participant {
            doctor: doctor.profile(),
            joined_at: Some(began),
        };
        (participant, None)
    });
    Old {
        messages: Mutex::new((1..=MESSAGES).map(record).collect()),
        second_page: Mutex::default(),
        room: RoomRecord {
            id: room.clone(),
            kind: RoomKind::Group,
            is_first: true,
            title: None,
            opened_at: began,
            participants: participants.collect(),
            changes: Vec::new(),
            version: MESSAGES as u64,
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_compared_is_not_asked_for_again() {
    let app = App::sandboxed(2).await;
    let old = Arc::new(old(&app.doctors));
    let importer = app.stream.importer(old.clone());
    let messages = old.messages.lock().unwrap().clone();
    let mut batch = importer.batch().await.unwrap();
    batch.begin(&old.room).await.unwrap();
    batch.messages(&messages).await.unwrap();
    batch.end().await.unwrap();
    batch.send().await.unwrap();

    *old.second_page.lock().unwrap() = Some(app.faults().clone());
    let looked = Looked::default();
    let refused = importer.catch_up(&old.room, &looked).await;
    refused.unwrap_err();
    assert_eq!(looked.count(), 500, "up to the refusal");
    *old.second_page.lock().unwrap() = None;
    importer.catch_up(&old.room, &looked).await.unwrap();
    assert_eq!(looked.count(), 620, "the rest alone");

    // Messages that were changed since are asked for, and nothing else.
    let edited = {
        let mut messages = old.messages.lock().unwrap();
        let record = &mut messages[10];
        record.message.edited_at = Some(Timestamp::now());
        record.message.body = Body::Written {
            text: Some(MessageText::parse("said otherwise").unwrap()),
            attachments: Vec::new(),
        };
        record.name_there().unwrap()
    };
    importer.catch_up(&old.room, &looked).await.unwrap();
    assert_eq!(looked.count(), 621);
    let there = importer.room_for(&old.room).unwrap();
    let records = app.stream.records();
    let page = records.messages(&there, None).await.unwrap();
    let found = page.iter().find(|one| one.message.id == edited).unwrap();
    assert_eq!(found.message.text().unwrap().as_str(), "said otherwise");
}
