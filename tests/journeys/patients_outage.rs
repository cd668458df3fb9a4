//! Patients are shown while the chat of the first mount is down, and one line says what is missing.

use super::{screens::looks_right, visit::sign_in};
use crate::support::{
    browser::{Browser, Size},
    stream::StreamServer,
};

const MISSING: &str = "[data-testid=patients-missing]";
const WORDS: &str = "Stream Chat does not answer: its rooms and unread marks are missing here.";

async fn patients_stay(size: Size, picture: &str) {
    let stream = StreamServer::start();
    let mounts = "/doctor/stream-chat=stream,/doctor/chat=legacy";
    let hospital = stream.hospital(&[("HIMS_MOUNTS", mounts)]).await;
    let doctor = Browser::open(size).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d06").await;
    doctor.goto(&hospital.server.url("/doctor/patients")).await;
    doctor.wait_for(".js [data-testid=patients]").await;
    doctor.wait_until_gone(MISSING).await;
    drop(stream);
    doctor.reload().await;
    doctor.wait_for_text(MISSING, WORDS).await;
    doctor
        .wait_for("[data-testid=patient-row][data-patient-id=\"12\"]")
        .await;
    // That is said apart: it is above every page.
    let urgent = "Stream Chat does not answer: urgent messages there are not shown.";
    doctor
        .wait_for_text("[data-testid=urgent-missing]", urgent)
        .await;
    looks_right(&doctor, &format!("patients-missing-{picture}")).await;
    doctor
        .goto(&hospital.server.url("/doctor/patients/12"))
        .await;
    doctor.wait_for_text(MISSING, WORDS).await;
    doctor.wait_for("[data-testid=patient-mrn]").await;
    looks_right(&doctor, &format!("patient-missing-{picture}")).await;
}

#[tokio::test]
async fn at_a_desk() {
    patients_stay(Size::DESKTOP, "desk").await;
}

#[tokio::test]
async fn on_a_phone() {
    patients_stay(Size::PHONE, "phone").await;
}
