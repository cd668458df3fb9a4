use domain::{Doctor, Event, Presence, StaffId};

use crate::conformance::{Fixture, listener::Listener, scene::Scene};

async fn presence(s: &Scene, asker: &Doctor, of: &Doctor) -> Presence {
    let found = s.backend.live.presence(asker, &[of.id().clone()]).await;
    let mut found = found.unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

async fn until_online(listener: &mut Listener, doctor: &Doctor, online: bool) {
    let is_told = |event: &Event| matches!(event, Event::Presence(told) if told.doctor == *doctor.id() && told.online == online);
    listener.until(is_told).await;
}

pub async fn a_doctor_is_online_from_the_first_stream_to_the_last(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, ..] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut listener = s.listen(&ana).await;
    assert!(!presence(&s, &ana, &ben).await.online);
    let tab = s.listen(&ben).await;
    until_online(&mut listener, &ben, true).await;
    assert!(presence(&s, &ana, &ben).await.online);
    let phone = s.listen(&ben).await;
    drop(tab);
    assert!(
        presence(&s, &ana, &ben).await.online,
        "the phone is still there"
    );
    let marker = s.say(&ben, &room, "on the phone").await;
    let told = listener.until_posted(&marker).await;
    let is_of_ben =
        |event: &Event| matches!(event, Event::Presence(told) if told.doctor == *ben.id());
    assert!(!told.iter().any(is_of_ben), "one doctor, not two tabs");
    drop(phone);
    until_online(&mut listener, &ben, false).await;
    let gone = presence(&s, &ana, &ben).await;
    assert!(!gone.online && gone.last_seen.is_some());
}

pub async fn presence_is_told_of_known_doctors_only(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let _stream = s.listen(&ben).await;
    let nobody = StaffId::parse("9223372036854775807").unwrap();
    let asked = [nobody, cleo.id().clone(), ben.id().clone()];
    let mut found = s.backend.live.presence(&ana, &asked).await.unwrap();
    found.sort_by_key(|presence| !presence.online);
    let found: Vec<_> = found
        .iter()
        .map(|presence| (&presence.doctor, presence.online))
        .collect();
    assert_eq!(found, [(ben.id(), true), (cleo.id(), false)]);
    assert!(s.backend.live.presence(&ana, &[]).await.unwrap().is_empty());
}

pub async fn a_newcomer_is_seen_coming_and_going(fixture: Fixture) {
    let s = Scene::of(fixture);
    let [ana, ben, cleo, _] = s.doctors();
    let room = s.group(&[&ana, &ben]).await;
    let mut listener = s.listen(&ana).await;
    s.add(&ana, &room, &cleo).await;
    let came = |event: &Event| matches!(event, Event::ParticipantAdded { doctor, .. } if doctor.id == *cleo.id());
    listener.until(came).await;
    let tab = s.listen(&cleo).await;
    until_online(&mut listener, &cleo, true).await;
    drop(tab);
    until_online(&mut listener, &cleo, false).await;
}
