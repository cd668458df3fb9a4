//! Nothing of a patient but the reference reaches Stream: every port is driven for patients whose
//! every fact is unlike anything else, and every byte that was sent is looked through.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;
#[path = "support/talk.rs"]
mod talk;

use std::sync::Arc;

use app::App;
use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    AttachmentId, Content, Doctor, FileName, MessageCursor, NewMessage, NewRoom, PageSize, Patient,
    PatientId, PatientRef, PatientWords, RoomTitle, Sex, Urgency,
};
use futures_util::StreamExt;
use ports::{
    Audit, AuditEntry, Chat, NewAttachment, PatientDirectory, Patients, Result, SystemClock,
    usecase,
};
use serde_json::Value;
use stream_sandbox::RecordedRequest;
use talk::note;

/// Names and words that must not be found.
const CANARIES: &[&str] = &[
    "Zephyrine",
    "Quillfeather",
    "MRN-77310042",
    "77310042",
    "1931-07-09",
    "Bed-Z9-44",
    "Ward-Qx",
    "xylocarbamol",
    "patient-id-900144",
];

fn patient(app: &App) -> Patient {
    Patient {
        id: PatientId::parse("patient-id-900144").unwrap(),
        reference: app.patients[0].clone(),
        name: "Zephyrine Quillfeather".to_owned(),
        mrn: "MRN-77310042".to_owned(),
        born: Some("1931-07-09".parse().unwrap()),
        sex: Some(Sex::Female),
        bed: Some("Bed-Z9-44".to_owned()),
        ward: Some("Ward-Qx".to_owned()),
        allergies: Some("xylocarbamol".to_owned()),
        former: Vec::new(),
    }
}

struct OnePatient(Patient);

#[async_trait]
impl PatientDirectory for OnePatient {
    async fn search(&self, _: &Doctor, _: &str, _: PageSize) -> Result<Vec<Patient>> {
        Ok(vec![self.0.clone()])
    }

    async fn find(&self, _: &Doctor, _: &PatientId) -> Result<Patient> {
        Ok(self.0.clone())
    }

    async fn find_by_reference(&self, _: &Doctor, _: &[PatientRef]) -> Result<Vec<Patient>> {
        Ok(vec![self.0.clone()])
    }

    async fn named(&self, _: &Doctor, _: &PatientWords) -> Result<Vec<Patient>> {
        Ok(vec![self.0.clone()])
    }

    async fn on_ward(&self, _: &Doctor, _: &str) -> Result<Vec<Patient>> {
        Ok(vec![self.0.clone()])
    }
}

struct NoAudit;

#[async_trait]
impl Audit for NoAudit {
    async fn record(&self, _: AuditEntry) -> Result<()> {
        Ok(())
    }
}

/// Every port function, for the patient, with the patient's facts in the text and in the file.
async fn a_whole_day(app: &App) {
    let [ana, ben, cleo] = [0, 1, 2].map(|number| app.doctors[number].clone());
    let audit = Arc::new(NoAudit);
    let chat = Chat::new(app.stream.backend(), audit.clone(), Arc::new(SystemClock));
    let patient = patient(app);
    let directory = Arc::new(OnePatient(patient.clone()));
    let patients = Patients::new(directory, audit, Arc::new(SystemClock));
    let opened = usecase::open_patient_room(&chat, &patients, &ana, &patient.id)
        .await
        .unwrap();
    let room = opened.room.id;
    let mut live = chat.live().events(&ana, None).await.unwrap();
    chat.rooms()
        .add_participant(&ana, &room, &ben)
        .await
        .unwrap();
    let words = CANARIES.join(" and ");
    let first = chat
        .messages()
        .post(&ana, &room, &note("one", &words))
        .await
        .unwrap()
        .message;
    let file = NewAttachment {
        name: FileName::parse("Zephyrine Quillfeather MRN-77310042.png").unwrap(),
        media_type: "image/png".to_owned(),
        bytes: Bytes::from(words.clone()),
        picture: None,
    };
    let file = chat.attachments().upload(&ana, &room, &file).await.unwrap();
    let help = carrying(&file.id);
    let help = chat
        .messages()
        .post(&ana, &room, &help)
        .await
        .unwrap()
        .message;
    chat.attachments().describe(&ben, &file.id).await.unwrap();
    chat.attachments().fetch(&ben, &file.id).await.unwrap();
    chat.live().typing(&ben, &room, true).await.unwrap();
    chat.live()
        .presence(&ben, &[ana.id().clone()])
        .await
        .unwrap();
    chat.receipts()
        .mark_delivered(&ben, &room, &first.id)
        .await
        .unwrap();
    chat.receipts()
        .mark_read(&ben, &room, &first.id)
        .await
        .unwrap();
    chat.receipts()
        .acknowledge(&ben, &room, &help.id)
        .await
        .unwrap();
    let edited = note("x", "Zephyrine Quillfeather is better").content;
    chat.messages()
        .edit(&ana, &room, &first.id, &edited)
        .await
        .unwrap();
    chat.messages()
        .recall(&ana, &room, &first.id)
        .await
        .unwrap();
    let latest = MessageCursor::Latest;
    chat.messages()
        .page(&ben, &room, &latest, PageSize::DEFAULT)
        .await
        .unwrap();
    chat.messages().get(&ben, &room, &help.id).await.unwrap();
    chat.rooms()
        .list(&ben, None, PageSize::DEFAULT)
        .await
        .unwrap();
    chat.rooms().get(&ben, &room).await.unwrap();
    chat.rooms()
        .remove_participant(&ana, &room, ben.id())
        .await
        .unwrap();
    let title = RoomTitle::parse("night team").ok();
    let night = NewRoom::Group {
        others: vec![cleo.clone()],
        title,
    };
    chat.rooms().open(&ana, &night).await.unwrap();
    chat.rooms()
        .open(&ana, &NewRoom::Direct(cleo))
        .await
        .unwrap();
    app.stream.client_tokens().revoke(&ben).await.unwrap();
    chat.check().await.unwrap();
    assert!(live.next().await.is_some());
}

fn carrying(file: &AttachmentId) -> NewMessage {
    NewMessage {
        content: Content::new(None, vec![file.clone()]).unwrap(),
        urgency: Urgency::Urgent,
        ..note("two", "x")
    }
}

/// Everything of a request but the text of messages and the attachments.
fn outside_of_texts(request: &RecordedRequest) -> String {
    let mut body = request.json();
    for place in ["/message/text", "/message/attachments", "/set/text"] {
        if let Some(found) = body.pointer_mut(place) {
            *found = Value::Null;
        }
    }
    let body = match (request.endpoint, body) {
        // The bytes of the file are the attachment; what stands around them is not.
        ("UploadFile", _) => {
            let form = String::from_utf8_lossy(&request.body);
            form.replace(&CANARIES.join(" and "), "")
        }
        (_, Value::Null) => String::from_utf8_lossy(&request.body).into_owned(),
        (_, body) => body.to_string(),
    };
    format!(
        "{} {} {:?} {body}",
        request.path,
        decoded(&request.query),
        request.headers
    )
}

fn decoded(query: &str) -> String {
    let url = reqwest::Url::parse(&format!("http://localhost/?{query}")).unwrap();
    url.query_pairs()
        .map(|(name, value)| format!("{name}={value} "))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_patient_but_the_reference_reaches_stream() {
    let app = App::sandboxed(3).await;
    a_whole_day(&app).await;
    let recorded = app.sandbox().recorded();
    let everything: String = recorded
        .iter()
        .map(|r| String::from_utf8_lossy(&r.body))
        .collect();
    assert!(everything.contains("Zephyrine"), "the texts were recorded");
    let reference = app.patients[0].as_str();
    let mut seen = Vec::new();
    for request in &recorded {
        let outside = outside_of_texts(request);
        for canary in CANARIES {
            let found = outside.to_lowercase().contains(&canary.to_lowercase());
            assert!(
                !found,
                "{canary} in {} {}",
                request.method, request.endpoint
            );
        }
        if outside.contains(reference) {
            seen.push(request.endpoint);
        }
    }
    assert!(
        seen.contains(&"GetOrCreateChannel"),
        "the reference names the room"
    );
    for endpoint in [
        "Connect",
        "UploadFile",
        "SendMessage",
        "SendReaction",
        "UpdateMemberPartial",
    ] {
        let asked = recorded.iter().any(|request| request.endpoint == endpoint);
        assert!(asked, "{endpoint} was part of the day");
    }
}
