use std::sync::Arc;

use domain::{
    Content, Doctor, Message, MessageId, MessageText, NewMessage, RoomId, RoomKind, StaffId,
    UrgentReason,
};

use super::{RoomPatient, Suspicion, Why, answered::Answered, suspicious_patients};
use crate::{Chat, Error, PatientWarning, Patients, Posted, Result, StaffDirectory};

/// The word that a caller gives the wrong-patient check with a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PatientCheck {
    /// Stop where another patient may be meant.
    #[default]
    Ask,
    /// Its author was shown the patients, and the message is right.
    Confirmed,
    /// Nobody is there to be asked. `by` names what writes and knows the patient for sure, such as
    /// `laboratory`; it is written down with every message.
    NotAsked {
        /// The name of the host that writes, such as `laboratory`.
        by: &'static str,
    },
}

/// The outcome of a checked write.
#[derive(Clone, Debug)]
#[must_use = "a message that was stopped is not stored"]
pub enum Checked<T> {
    /// It is stored.
    Done(T),
    /// It is not: its author has to say who is meant.
    Stopped(WrongPatient),
}

/// The patient of a room, and the others whom a message of it may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongPatient {
    /// The patient of the room.
    pub room: RoomPatient,
    /// The patients whom the message may mean instead.
    pub others: Vec<Suspicion>,
}

/// Writing in rooms behind the wrong-patient check: the way for everything that doctors write.
/// [`Messages`](crate::Messages) of a [`Chat`] know no patients and check nothing.
pub struct CheckedMessages {
    patients: Patients,
    staff: Arc<dyn StaffDirectory>,
    answered: Answered,
}

impl CheckedMessages {
    /// The check, asking these directories.
    pub fn new(patients: Patients, staff: Arc<dyn StaffDirectory>) -> Self {
        let answered = Answered::default();
        Self {
            patients,
            staff,
            answered,
        }
    }

    /// Posts a message, unless it may mean another patient.
    ///
    /// # Errors
    /// Those of [`Messages::post`](crate::Messages::post).
    pub async fn post(
        &self,
        chat: &Chat,
        doctor: &Doctor,
        room: &RoomId,
        message: &NewMessage,
        check: PatientCheck,
    ) -> Result<Checked<Posted>> {
        let text = message.content.text().map_or("", MessageText::as_str);
        // The reason of an urgent message stands above everything, more than its text does.
        let reason = message
            .urgent_reason
            .as_ref()
            .map_or("", UrgentReason::as_str);
        let words = format!("{text}\n{reason}");
        let subject = message.client_id.as_str();
        if let Some(found) = self
            .check(chat, doctor, room, (&words, subject), check)
            .await?
        {
            return Ok(Checked::Stopped(found));
        }
        chat.messages()
            .post(doctor, room, message)
            .await
            .map(Checked::Done)
    }

    /// Changes the words of a message, unless they are new and may mean another patient. Its files
    /// stay what they are; without `mentions` so does whom it mentions.
    ///
    /// # Errors
    /// Those of [`Messages::edit`](crate::Messages::edit).
    pub async fn edit(
        &self,
        chat: &Chat,
        doctor: &Doctor,
        (room, message): (&RoomId, &MessageId),
        (text, mentions): (MessageText, Option<Vec<StaffId>>),
        check: PatientCheck,
    ) -> Result<Checked<Message>> {
        let current = chat.messages().get(doctor, room, message).await?;
        if current.text() != Some(&text) {
            let said = (text.as_str(), message.as_str());
            if let Some(found) = self.check(chat, doctor, room, said, check).await? {
                return Ok(Checked::Stopped(found));
            }
        }
        let files = current.attachments().iter().map(|file| file.id.clone());
        let content = Content::new(Some(text), files.collect());
        let content = content.map_err(|_| Error::internal("a text is no content"))?;
        let content = content.mentioning(mentions.unwrap_or(current.mentions));
        chat.messages()
            .edit(doctor, room, message, &content)
            .await
            .map(Checked::Done)
    }

    /// The patients whom words may mean, where that has to be asked; `subject` is the message in the audit.
    async fn check(
        &self,
        chat: &Chat,
        doctor: &Doctor,
        room: &RoomId,
        (words, subject): (&str, &str),
        check: PatientCheck,
    ) -> Result<Option<WrongPatient>> {
        if let PatientCheck::NotAsked { by } = check {
            chat.record_warning(doctor, room, PatientWarning::NotAsked, by)
                .await?;
            return Ok(None);
        }
        // Who is not in the room is told so by posting.
        let Some(about) = self.about(chat, doctor, room).await? else {
            return Ok(None);
        };
        let others =
            suspicious_patients(&self.patients, &*self.staff, doctor, &about, words).await?;
        if check == PatientCheck::Confirmed {
            if about != RoomPatient::Nobody || !others.is_empty() {
                chat.record_warning(doctor, room, PatientWarning::Confirmed, subject)
                    .await?;
            }
            self.answered.keep(chat, doctor, room, &others);
            return Ok(None);
        }
        self.ask(
            chat,
            doctor,
            room,
            WrongPatient {
                room: about,
                others,
            },
        )
        .await
    }

    async fn ask(
        &self,
        chat: &Chat,
        doctor: &Doctor,
        room: &RoomId,
        mut found: WrongPatient,
    ) -> Result<Option<WrongPatient>> {
        found.others.retain(|other| {
            other.why != Why::Namesake || !self.answered.knows(chat, doctor, room, &other.patient)
        });
        // Whose record was shown is written down, as with any look at a patient.
        for other in &found.others {
            let subject = other.patient.id.as_str();
            chat.record_warning(doctor, room, PatientWarning::Seen, subject)
                .await?;
        }
        Ok(Some(found).filter(|found| !found.others.is_empty()))
    }

    /// The patient of the room; none for a doctor who is not in it.
    async fn about(
        &self,
        chat: &Chat,
        doctor: &Doctor,
        room: &RoomId,
    ) -> Result<Option<RoomPatient>> {
        let rooms = chat.rooms();
        if !rooms.standing(doctor, room).await?.takes_part() {
            return Ok(None);
        }
        let reference = match self.answered.patient_of(chat, room) {
            Some(known) => known,
            None => {
                let reference = match rooms.get(doctor, room).await?.kind {
                    RoomKind::Patient(reference) => Some(reference),
                    RoomKind::Direct | RoomKind::Group => None,
                };
                self.answered.keep_patient(chat, room, reference.clone());
                reference
            }
        };
        let Some(reference) = reference else {
            return Ok(Some(RoomPatient::Nobody));
        };
        let mut found = self.patients.of_rooms(doctor, &[reference]).await?;
        Ok(Some(found.pop().map_or(RoomPatient::Left, |patient| {
            RoomPatient::Known(Box::new(patient))
        })))
    }
}
