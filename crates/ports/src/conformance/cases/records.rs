use domain::{MessageId, MessageText, RoomId, RoomKind};

use super::super::{
    RecordsFixture,
    scene::{Scene, call_for_help, content, ids, words},
};
use crate::ErrorKind;

pub async fn a_room_is_recorded_as_a_whole(fixture: RecordsFixture) {
    let (scene, records) = (Scene::of(fixture.store), fixture.records);
    let [one, other, ..] = scene.doctors();
    let patient = scene.patients[0].clone();
    let rooms = &scene.backend.rooms;
    let room = rooms.open_patient(&one, &patient).await.unwrap().room.id;
    rooms.open_patient(&other, &patient).await.unwrap();
    let before = records.room(&room).await.unwrap();
    let first = scene.say(&one, &room, "first").await;
    let urgent = scene.post(&one, &room, &call_for_help("come")).await;
    scene.read(&other, &first).await;
    let receipts = &scene.backend.receipts;
    receipts
        .acknowledge(&other, &room, &urgent.id)
        .await
        .unwrap();
    let last = scene.send_file(&other, &room, "ecg.png").await;

    let record = records.room(&room).await.unwrap();
    assert_eq!(
        (&record.id, &record.kind),
        (&room, &RoomKind::Patient(patient))
    );
    assert!(record.version > before.version);
    assert!(record.has(one.id()) && record.has(other.id()));
    let through = record
        .participants
        .iter()
        .find(|(one, _)| one.doctor.id == *other.id());
    assert_eq!(
        through.unwrap().1.as_ref(),
        Some(&urgent.id),
        "acknowledging is reading"
    );
    assert_eq!(record.changes.len(), 2, "two came");

    let all = records.messages(&room, None).await.unwrap();
    let messages: Vec<_> = all.iter().map(|record| record.message.clone()).collect();
    assert_eq!(
        ids(&messages),
        [first.id.clone(), urgent.id.clone(), last.id.clone()]
    );
    assert_eq!(messages[0].author.id, *one.id());
    assert_eq!(messages[0].receipts.read[0].doctor, *other.id());
    assert_eq!(messages[1].receipts.acknowledged[0].doctor, *other.id());
    let file = &messages[2].attachments()[0];
    assert_eq!(records.file(&file.id).await.unwrap(), "ecg.png");
    let rest = records.messages(&room, Some(&first.id)).await.unwrap();
    assert_eq!(rest.len(), 2);
    assert!(
        records
            .messages(&room, Some(&last.id))
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn what_was_changed_is_recorded_as_it_is(fixture: RecordsFixture) {
    let (scene, records) = (Scene::of(fixture.store), fixture.records);
    let [one, other, ..] = scene.doctors();
    let keeps_versions = scene.backend.capabilities.edit_history;
    let room = scene.group(&[&one, &other]).await;
    let edited = scene.say(&one, &room, "a first wording").await;
    let new = content("a second wording");
    scene
        .backend
        .messages
        .edit(&one, &room, &edited.id, &new)
        .await
        .unwrap();
    let recalled = scene.say(&one, &room, "taken back").await;
    scene.recall(&one, &recalled).await;
    let all = records.messages(&room, None).await.unwrap();
    assert_eq!(words(&all[0].message), Some("a second wording"));
    assert!(all[1].message.is_recalled() && words(&all[1].message).is_none());
    let versions: Vec<_> = all[0]
        .versions
        .iter()
        .map(|version| version.text.clone())
        .collect();
    let original = all[1].original.as_ref().map(MessageText::as_str);
    if keeps_versions {
        assert_eq!(versions, [Some(MessageText::stored("a first wording"))]);
        assert_eq!(original, Some("taken back"));
    } else {
        assert_eq!((versions, original), (vec![], None));
    }
}

pub async fn every_room_is_found_once(fixture: RecordsFixture) {
    let (scene, records) = (Scene::of(fixture.store), fixture.records);
    let [one, other, third, _] = scene.doctors();
    let mut rooms = Vec::new();
    for _ in 0..3 {
        rooms.push(scene.group(&[&one, &other]).await);
    }
    rooms.push(scene.group(&[&third]).await);
    let mut found = records.rooms(None).await.unwrap();
    let after = records.rooms(Some(&found[1])).await.unwrap();
    assert_eq!(after, found[2..]);
    found.sort_unstable();
    rooms.sort_unstable();
    assert_eq!(found, rooms);
}

pub async fn rooms_of_a_patient_are_found_and_no_others(fixture: RecordsFixture) {
    let (scene, records) = (Scene::of(fixture.store), fixture.records);
    let [one, other, ..] = scene.doctors();
    let [patient, another] = [&scene.patients[0], &scene.patients[1]];
    let none = records.rooms_of_patient(patient, None).await.unwrap();
    assert!(none.is_empty(), "nobody opened it");
    let rooms = &scene.backend.rooms;
    let room = rooms.open_patient(&one, patient).await.unwrap().room.id;
    rooms.open_patient(&one, another).await.unwrap();
    scene.group(&[&one, &other]).await;
    let found = records.rooms_of_patient(patient, None).await.unwrap();
    assert_eq!(found, std::slice::from_ref(&room));
    let rest = records.rooms_of_patient(patient, Some(&room)).await;
    assert!(rest.unwrap().is_empty());
}

pub async fn what_is_not_there_is_not_found(fixture: RecordsFixture) {
    let (scene, records) = (Scene::of(fixture.store), fixture.records);
    let [one, other, ..] = scene.doctors();
    let room = scene.group(&[&one, &other]).await;
    let nowhere = RoomId::from(999_999);
    assert_eq!(
        records.room(&nowhere).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let messages = records.messages(&nowhere, None).await;
    assert_eq!(messages.unwrap_err().kind(), ErrorKind::NotFound);
    let nothing = MessageId::from(999_999);
    let after = records.messages(&room, Some(&nothing)).await;
    assert!(matches!(
        after.unwrap_err().kind(),
        ErrorKind::Invalid { field: "after" }
    ));
    let file = records.file(&domain::AttachmentId::from(999_999)).await;
    assert_eq!(file.unwrap_err().kind(), ErrorKind::NotFound);
}
