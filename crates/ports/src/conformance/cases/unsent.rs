use domain::AttachmentId;
use jiff::{SignedDuration, Timestamp};

use super::attachments::{carrying, is_given, is_hidden, taking_files, upload};
use crate::conformance::{
    Fixture,
    refused::{invalid, not_found, odd_ids},
};

/// So many hours from now.
fn later(hours: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(hours)
}

pub async fn an_unsent_file_can_be_taken_back(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = upload(&s, &ana, &room, "wrong-patient.png").await;
    let other = upload(&s, &ana, &room, "ecg.png").await;
    let files = &s.backend.attachments;
    files.discard(&ana, &stored.id).await.unwrap();
    is_hidden(&s, &ana, &stored.id).await;
    not_found(files.discard(&ana, &stored.id).await);
    let messages = &s.backend.messages;
    let answer = messages.post(&ana, &room, &carrying(&[&stored])).await;
    invalid(answer, "attachment_ids");
    s.post(&ana, &room, &carrying(&[&other])).await;
    is_given(&s, &ben, &other).await;
}

pub async fn only_ones_own_unsent_file_can_be_taken_back(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = upload(&s, &ana, &room, "ecg.png").await;
    let files = &s.backend.attachments;
    for other in [&ben, &cleo] {
        not_found(files.discard(other, &stored.id).await);
    }
    is_given(&s, &ana, &stored).await;
    s.post(&ana, &room, &carrying(&[&stored])).await;
    for doctor in [&ana, &ben, &cleo] {
        not_found(files.discard(doctor, &stored.id).await);
    }
    is_given(&s, &ben, &stored).await;
    for id in odd_ids() {
        let unknown = AttachmentId::parse(id).unwrap();
        not_found(files.discard(&ana, &unknown).await);
    }
}

pub async fn what_nobody_sent_is_gone_after_a_day(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = upload(&s, &ana, &room, "forgotten.png").await;
    for hours in [0, 23] {
        (s.sweep_files)(later(hours)).await.unwrap();
        is_given(&s, &ana, &stored).await;
    }
    // Several instances do it at once.
    let sweeps = [26, 26, 26].map(|hours| (s.sweep_files)(later(hours)));
    for swept in futures_util::future::join_all(sweeps).await {
        swept.unwrap();
    }
    is_hidden(&s, &ana, &stored.id).await;
    let messages = &s.backend.messages;
    let answer = messages.post(&ana, &room, &carrying(&[&stored])).await;
    invalid(answer, "attachment_ids");
}

pub async fn what_was_sent_stays(fixture: Fixture) {
    let Some(s) = taking_files(fixture).await else {
        return;
    };
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let stored = upload(&s, &ana, &room, "ecg.png").await;
    s.post(&ana, &room, &carrying(&[&stored])).await;
    for _ in 0..2 {
        (s.sweep_files)(later(100 * 24)).await.unwrap();
        is_given(&s, &ben, &stored).await;
    }
}
