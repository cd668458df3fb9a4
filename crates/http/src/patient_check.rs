//! The word of a request for the wrong-patient check, and the refusal that the check becomes.

use domain::{Doctor, Message, MessageId, MessageText, NewMessage, RoomId, StaffId};
use ports::{
    Posted,
    usecase::{Checked, PatientCheck},
};

use crate::{app::MountContext, extract::FormBody, failure::Failure, measurements};

/// Reads the word of a form, which asks by itself; the button that confirms adds its own.
pub(crate) fn of_form(form: &FormBody) -> Result<PatientCheck, Failure> {
    let confirmed = form.all("patient_check").find(|word| *word == "confirmed");
    parse(confirmed.or_else(|| form.get("patient_check")))
}

/// Reads the word of a request; without one the check asks.
pub(crate) fn parse(word: Option<&str>) -> Result<PatientCheck, Failure> {
    match word {
        None | Some("ask") => Ok(PatientCheck::Ask),
        Some("confirmed") => Ok(PatientCheck::Confirmed),
        Some(_) => Err(Failure::invalid_field(
            "patient_check",
            "must be ask or confirmed",
        )),
    }
}

/// Posts a message, unless it may mean another patient.
pub(crate) async fn post(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    message: &NewMessage,
    check: PatientCheck,
) -> Result<Posted, Failure> {
    let messages = &at.shell.messages;
    let posted = messages
        .post(&at.chat, doctor, room, message, check)
        .await?;
    let posted = done(posted)?;
    measurements::posted(at, &posted);
    Ok(posted)
}

/// Changes the words of a message, unless they may mean another patient.
pub(crate) async fn edit(
    at: &MountContext,
    doctor: &Doctor,
    of: (&RoomId, &MessageId),
    said: (MessageText, Option<Vec<StaffId>>),
    check: PatientCheck,
) -> Result<Message, Failure> {
    let messages = &at.shell.messages;
    done(messages.edit(&at.chat, doctor, of, said, check).await?)
}

fn done<T>(checked: Checked<T>) -> Result<T, Failure> {
    match checked {
        Checked::Done(done) => Ok(done),
        Checked::Stopped(found) => Err(Failure::wrong_patient(found)),
    }
}
