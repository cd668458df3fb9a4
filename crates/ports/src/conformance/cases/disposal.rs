use std::slice::from_ref;

use domain::{Attachment, Message, MessageId, RoomId, RoomKind};
use jiff::{SignedDuration, Timestamp};

use super::{
    super::{
        DisposalFixture,
        scene::{Scene, call_for_help, content, ids, note, words},
    },
    search::found,
};
use crate::{Disposal, DueMessage, ErrorKind, Records, Removal, Result};

/// Later than everything that a case says.
fn later() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(1)
}

async fn due(disposal: &dyn Disposal, room: &RoomId) -> Vec<DueMessage> {
    disposal.due(room, later(), None).await.unwrap()
}

/// The messages and files that went, of a removal that came to its end.
fn went(removal: Result<Removal>) -> (usize, usize) {
    let removal = removal.unwrap();
    assert!(removal.broken_off.is_none(), "{removal:?}");
    (removal.messages, removal.files)
}

fn ids_of(due: &[DueMessage]) -> Vec<MessageId> {
    due.iter().map(|message| message.id.clone()).collect()
}

async fn kept(records: &dyn Records, room: &RoomId) -> Vec<Message> {
    let records = records.messages(room, None).await.unwrap();
    records.into_iter().map(|record| record.message).collect()
}

pub async fn every_room_is_there_with_its_people(fixture: DisposalFixture) {
    let (scene, disposal) = (Scene::of(fixture.store), fixture.disposal);
    let [one, other, third, _] = scene.doctors();
    let patient = scene.patients[0].clone();
    let rooms = &scene.backend.rooms;
    let of_patient = rooms.open_patient(&one, &patient).await.unwrap().room.id;
    let group = scene.group(&[&one, &other, &third]).await;
    scene.remove(&one, &group, &third).await;
    let mut found = disposal.rooms(None).await.unwrap();
    let rest = disposal.rooms(Some(&found[0].id)).await.unwrap();
    assert_eq!(rest, found[1..]);
    found.sort_by_key(|room| room.id != of_patient);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].kind, RoomKind::Patient(patient));
    assert_eq!(found[0].people, [one.id().clone()]);
    assert_eq!((&found[1].id, &found[1].kind), (&group, &RoomKind::Group));
    for doctor in [&one, &other, &third] {
        assert!(
            found[1].people.contains(doctor.id()),
            "also who was taken out"
        );
    }
}

pub async fn what_is_old_enough_is_due(fixture: DisposalFixture) {
    let (scene, disposal) = (Scene::of(fixture.store), fixture.disposal);
    let [one, other, ..] = scene.doctors();
    let room = scene.group(&[&one, &other]).await;
    let first = scene.say(&one, &room, "first").await;
    let recalled = scene.say(&other, &room, "taken back").await;
    scene.recall(&other, &recalled).await;
    let file = scene.send_file(&one, &room, "ecg.png").await;
    let found = due(&*disposal, &room).await;
    assert_eq!(
        ids_of(&found),
        [first.id.clone(), recalled.id.clone(), file.id.clone()]
    );
    let authors: Vec<_> = found.iter().map(|due| due.author.clone()).collect();
    let expected = [&one, &other, &one].map(|doctor| Some(doctor.id().clone()));
    assert_eq!(authors, expected);
    assert_eq!(found[2].files, [file.attachments()[0].id.clone()]);
    assert_eq!(found[0].sent_at, first.sent_at);
    let rest = disposal.due(&room, later(), Some(&found[0])).await.unwrap();
    assert_eq!(rest, found[1..]);
    let none = disposal.due(&room, first.sent_at, None).await.unwrap();
    assert_eq!(none, [], "sent at the moment itself is not before it");
}

pub async fn a_removed_message_is_nowhere(fixture: DisposalFixture) {
    let (scene, disposal, records) = (Scene::of(fixture.store), fixture.disposal, fixture.records);
    let [one, other, ..] = scene.doctors();
    let room = scene.group(&[&one, &other]).await;
    let old = scene.say(&one, &room, "warfarin 3 mg").await;
    let new = content("warfarin 5 mg");
    let messages = &scene.backend.messages;
    messages.edit(&one, &room, &old.id, &new).await.unwrap();
    let urgent = scene.post(&one, &room, &call_for_help("come")).await;
    let receipts = &scene.backend.receipts;
    receipts
        .acknowledge(&other, &room, &urgent.id)
        .await
        .unwrap();
    let recalled = scene.say(&one, &room, "taken back").await;
    scene.recall(&one, &recalled).await;
    let answer = domain::NewMessage {
        reply_to: Some(old.id.clone()),
        ..note("an answer that stays")
    };
    let answer = scene.post(&other, &room, &answer).await;

    let gone = [old.id.clone(), urgent.id.clone(), recalled.id.clone()];
    assert_eq!(went(disposal.remove_messages(&room, &gone).await), (3, 0));
    assert_eq!(
        went(disposal.remove_messages(&room, &gone).await),
        (0, 0),
        "what is gone is not there"
    );
    let only = from_ref(&answer.id);
    assert_eq!(ids_of(&due(&*disposal, &room).await), only);
    assert_eq!(ids(&kept(&*records, &room).await), only);
    let shown = scene.history(&other, &room).await;
    assert_eq!(ids(&shown), only);
    assert_eq!(words(&shown[0]), Some("an answer that stays"));
    assert_eq!(found(&scene, &other, "warfarin").await, []);
    let hits = found(&scene, &other, "that stays").await;
    assert_eq!(hits, from_ref(&answer.id));
    let versions = messages.versions(&one, &room, &old.id).await;
    let kind = versions.unwrap_err().kind();
    assert!(
        matches!(kind, ErrorKind::NotFound | ErrorKind::Unsupported),
        "{kind:?}"
    );
    // The room goes on.
    let next = scene.say(&one, &room, "and on it goes").await;
    assert_eq!(ids(&scene.history(&one, &room).await), [answer.id, next.id]);
}

pub async fn removing_leaves_other_rooms_alone(fixture: DisposalFixture) {
    let (scene, disposal) = (Scene::of(fixture.store), fixture.disposal);
    let [one, other, ..] = scene.doctors();
    let [room, elsewhere] = [
        scene.group(&[&one, &other]).await,
        scene.group(&[&one, &other]).await,
    ];
    let there = scene.say(&one, &elsewhere, "said elsewhere").await;
    let named = from_ref(&there.id);
    assert_eq!(went(disposal.remove_messages(&room, named).await), (0, 0));
    assert_eq!(
        words(&scene.history(&one, &elsewhere).await[0]),
        Some("said elsewhere")
    );
    assert_eq!(scene.unread(&other, &elsewhere).await, 1);
    assert_eq!(
        went(disposal.remove_messages(&elsewhere, named).await),
        (1, 0)
    );
    assert_eq!(scene.unread(&other, &elsewhere).await, 0);
}

pub async fn files_go_with_their_messages(fixture: DisposalFixture) {
    let (scene, disposal, records) = (Scene::of(fixture.store), fixture.disposal, fixture.records);
    let [one, other, ..] = scene.doctors();
    let room = scene.group(&[&one, &other]).await;
    let with_file = scene.send_file(&one, &room, "ecg.png").await;
    let recalled = scene.send_file(&one, &room, "wrong.png").await;
    let stays = scene.send_file(&one, &room, "stays.png").await;
    let file = |message: &Message| message.attachments()[0].id.clone();
    let files = [file(&with_file), file(&recalled), file(&stays)];
    scene.recall(&one, &recalled).await;
    let gone = [with_file.id, recalled.id];
    assert_eq!(went(disposal.remove_messages(&room, &gone).await), (2, 2));
    for file in &files[..2] {
        let kind = records.file(file).await.unwrap_err().kind();
        assert_eq!(kind, ErrorKind::NotFound);
    }
    assert_eq!(records.file(&files[2]).await.unwrap(), "stays.png");
    assert_eq!(found(&scene, &one, "ecg").await, []);
}

pub async fn a_message_stays_without_its_files(fixture: DisposalFixture) {
    let (scene, disposal, records) = (Scene::of(fixture.store), fixture.disposal, fixture.records);
    let [one, other, ..] = scene.doctors();
    let room = scene.group(&[&one, &other]).await;
    let sent = scene.send_file(&one, &room, "Harrowgate.png").await;
    let file = sent.attachments()[0].id.clone();
    let old = due(&*disposal, &room).await;
    assert_eq!(went(disposal.remove_files(&room, &old).await), (0, 1));
    assert_eq!(went(disposal.remove_files(&room, &old).await), (0, 0));

    let shown = scene.history(&other, &room).await;
    assert_eq!(ids(&shown), from_ref(&sent.id));
    let removed = Attachment::removed(file.clone(), room.clone());
    assert_eq!(shown[0].attachments(), from_ref(&removed));
    assert!(removed.is_removed());
    assert_eq!(kept(&*records, &room).await[0].attachments(), [removed]);
    let kind = records.file(&file).await.unwrap_err().kind();
    assert_eq!(kind, ErrorKind::NotFound);
    let fetched = scene.backend.attachments.fetch(&other, &file).await;
    let kind = fetched.err().map(|error| error.kind());
    assert_eq!(kind, Some(ErrorKind::NotFound));
    assert_eq!(
        found(&scene, &one, "harrowgate").await,
        [],
        "its name went, too"
    );
    let again = due(&*disposal, &room).await;
    assert_eq!(
        (again[0].id.clone(), again[0].files.len()),
        (sent.id.clone(), 0)
    );
    // In the end the message goes as any other does.
    let gone = [sent.id];
    assert_eq!(went(disposal.remove_messages(&room, &gone).await), (1, 0));
    disposal.clear_traces().await.unwrap();
    assert_eq!(kept(&*records, &room).await, []);
}
