//! Stops a message once that may mean another patient than the one of its room.

mod memory;

use domain::{
    Content, Doctor, Message, MessageId, MessageText, NewMessage, Patient, RoomId, RoomKind,
    StaffId, UrgentReason,
};
use ports::{
    PatientWarning, Posted,
    usecase::{Suspicion, Why, suspicious_patients},
};

pub(crate) use memory::Memory;

use crate::{app::At, extract::FormBody, failure::Failure};

/// What the sender wants of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PatientCheck {
    /// Stop where another patient may be meant.
    Ask,
    /// Both patients were shown and the message is right.
    Confirmed,
}

impl PatientCheck {
    /// Reads the word of a form, which asks by itself; the button that confirms adds its own.
    pub(crate) fn of_form(form: &FormBody) -> Result<Option<Self>, Failure> {
        let confirmed = form.all("patient_check").find(|word| *word == "confirmed");
        Self::parse(confirmed.or_else(|| form.get("patient_check")))
    }

    /// Reads the word of a request; without one nothing is checked.
    pub(crate) fn parse(word: Option<&str>) -> Result<Option<Self>, Failure> {
        match word {
            None => Ok(None),
            Some("ask") => Ok(Some(Self::Ask)),
            Some("confirmed") => Ok(Some(Self::Confirmed)),
            Some(_) => Err(Failure::invalid_field(
                "patient_check",
                "must be ask or confirmed",
            )),
        }
    }
}

/// The patient of the room, and whom else the message may mean.
#[derive(Clone, Debug)]
pub(crate) struct WrongPatient {
    pub(crate) patient: Patient,
    pub(crate) others: Vec<Suspicion>,
}

/// Posts a message, unless it may mean another patient and the sender asked for the check.
pub(crate) async fn post(
    at: &At,
    doctor: &Doctor,
    room: &RoomId,
    message: &NewMessage,
    check: Option<PatientCheck>,
) -> Result<Posted, Failure> {
    if let Some(wanted) = check {
        // The reason of an urgent message stands above everything, more than its text does.
        let text = message.content.text().map_or("", MessageText::as_str);
        let reason = message
            .urgent_reason
            .as_ref()
            .map_or("", UrgentReason::as_str);
        let words = format!("{text}\n{reason}");
        let said = (words.as_str(), message.client_id.as_str());
        self::check(at, doctor, room, said, wanted).await?;
    }
    Ok(at.chat.messages().post(doctor, room, message).await?)
}

/// Changes the words of a message, unless they are new and may mean another patient and the author
/// asked for the check. Its files stay what they are; without `mentions` so does whom it mentions.
pub(crate) async fn edit(
    at: &At,
    doctor: &Doctor,
    (room, message): (&RoomId, &MessageId),
    (text, mentions): (MessageText, Option<Vec<StaffId>>),
    check: Option<PatientCheck>,
) -> Result<Message, Failure> {
    let messages = at.chat.messages();
    let current = messages.get(doctor, room, message).await?;
    if let Some(wanted) = check.filter(|_| current.text() != Some(&text)) {
        let said = (text.as_str(), message.as_str());
        self::check(at, doctor, room, said, wanted).await?;
    }
    let files = current.attachments().iter().map(|file| file.id.clone());
    let content = Content::new(Some(text), files.collect()).map_err(|_| Failure::internal())?;
    let content = content.mentioning(mentions.unwrap_or(current.mentions));
    Ok(messages.edit(doctor, room, message, &content).await?)
}

/// Stops words that may mean another patient, where the author asked for that; `subject` is the
/// message in the audit.
async fn check(
    at: &At,
    doctor: &Doctor,
    room: &RoomId,
    (words, subject): (&str, &str),
    wanted: PatientCheck,
) -> Result<(), Failure> {
    let Some(patient) = patient(at, doctor, room).await? else {
        return Ok(());
    };
    let others = suspicious_patients(&at.shell.patients, doctor, &patient, words).await?;
    match wanted {
        PatientCheck::Ask => ask(at, doctor, room, patient, others).await,
        PatientCheck::Confirmed => {
            at.chat
                .record_warning(doctor, room, PatientWarning::Confirmed, subject)
                .await?;
            at.shell.asked.keep(at, doctor, room, &others);
            Ok(())
        }
    }
}

async fn ask(
    at: &At,
    doctor: &Doctor,
    room: &RoomId,
    patient: Patient,
    mut others: Vec<Suspicion>,
) -> Result<(), Failure> {
    others.retain(|other| {
        other.why != Why::Namesake || !at.shell.asked.knows(at, doctor, room, &other.patient)
    });
    if others.is_empty() {
        return Ok(());
    }
    // Whose record was shown is written down, as with any look at a patient.
    for other in &others {
        let subject = other.patient.id.as_str();
        at.chat
            .record_warning(doctor, room, PatientWarning::Seen, subject)
            .await?;
    }
    Err(Failure::wrong_patient(WrongPatient { patient, others }))
}

/// The patient of the room; none in a room without one, and none for who is not in it: posting is
/// what tells them so.
async fn patient(at: &At, doctor: &Doctor, room: &RoomId) -> Result<Option<Patient>, Failure> {
    let rooms = at.chat.rooms();
    if !rooms.standing(doctor, room).await?.takes_part() {
        return Ok(None);
    }
    let reference = match at.shell.asked.patient_of(at, room) {
        Some(known) => known,
        None => {
            let found = match rooms.get(doctor, room).await?.kind {
                RoomKind::Patient(reference) => Some(reference),
                RoomKind::Direct | RoomKind::Group => None,
            };
            at.shell.asked.keep_patient(at, room, found.clone());
            found
        }
    };
    let Some(reference) = reference else {
        return Ok(None);
    };
    let found = at.shell.patients.of_rooms(doctor, &[reference]).await?;
    Ok(found.into_iter().next())
}
