use std::time::Duration;

use domain::{Doctor, MessageCursor, NewRoom, RoomId, Standing};
use futures_util::future::join_all;

use super::super::{
    MovesFixture,
    scene::{Scene, call_for_help, content, note, page_size},
};
use crate::{ErrorKind, MoveState, Moves, Records};

/// A legacy backend and what is known of its moves.
struct Moving {
    scene: Scene,
    moves: std::sync::Arc<dyn Moves>,
    records: std::sync::Arc<dyn Records>,
}

impl Moving {
    fn of(fixture: MovesFixture) -> Self {
        Self {
            scene: Scene::of(fixture.store),
            moves: fixture.moves,
            records: fixture.records,
        }
    }

    async fn version(&self, room: &RoomId) -> u64 {
        self.records.room(room).await.unwrap().version
    }

    async fn moved(&self, room: &RoomId) {
        self.moves.begin(room, &there(room)).await.unwrap();
        let version = self.version(room).await;
        assert!(self.moves.switch(room, version).await.unwrap());
    }

    async fn refused(&self, doctor: &Doctor, room: &RoomId) -> ErrorKind {
        let (messages, new) = (&self.scene.backend.messages, note("late"));
        messages.post(doctor, room, &new).await.unwrap_err().kind()
    }
}

fn there(room: &RoomId) -> RoomId {
    RoomId::parse(format!("there-{room}")).unwrap()
}

pub async fn two_rooms_are_tied_once(fixture: MovesFixture) {
    let moving = Moving::of(fixture);
    let [one, other, ..] = moving.scene.doctors();
    let (first, second) = (
        moving.scene.group(&[&one, &other]).await,
        moving.scene.group(&[&one, &other]).await,
    );
    let begun = moving.moves.begin(&first, &there(&first)).await.unwrap();
    assert_eq!((begun.state, begun.carried), (MoveState::Copying, 0));
    moving.moves.begin(&first, &there(&first)).await.unwrap();
    for (legacy, stream) in [(&first, there(&second)), (&second, there(&first))] {
        let error = moving.moves.begin(legacy, &stream).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
    }
    let unknown = RoomId::from(999_999);
    let error = moving
        .moves
        .begin(&unknown, &there(&unknown))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        moving.moves.by_legacy(&first).await.unwrap(),
        Some(begun.clone())
    );
    assert_eq!(
        moving.moves.by_stream(&there(&first)).await.unwrap(),
        Some(begun.clone())
    );
    assert_eq!(moving.moves.by_legacy(&second).await.unwrap(), None);
    assert_eq!(moving.moves.list(None).await.unwrap(), [begun]);
    assert_eq!(moving.moves.list(Some(&first)).await.unwrap(), []);
}

pub async fn what_was_carried_only_grows(fixture: MovesFixture) {
    let moving = Moving::of(fixture);
    let [one, other, ..] = moving.scene.doctors();
    let room = moving.scene.group(&[&one, &other]).await;
    moving.moves.begin(&room, &there(&room)).await.unwrap();
    for (version, carried) in [(5, 5), (3, 5), (8, 8)] {
        moving.moves.carried(&room, version).await.unwrap();
        let known = moving.moves.by_legacy(&room).await.unwrap().unwrap();
        assert_eq!(known.carried, carried);
    }
}

pub async fn a_room_is_switched_only_as_it_was_carried(fixture: MovesFixture) {
    let moving = Moving::of(fixture);
    let [one, other, ..] = moving.scene.doctors();
    let room = moving.scene.group(&[&one, &other]).await;
    moving.moves.begin(&room, &there(&room)).await.unwrap();
    let before = moving.version(&room).await;
    moving.scene.say(&one, &room, "meanwhile").await;
    assert!(!moving.moves.switch(&room, before).await.unwrap());
    moving.scene.say(&one, &room, "still here").await;
    let now = moving.version(&room).await;
    assert!(now > before);
    assert!(moving.moves.switch(&room, now).await.unwrap());
    assert!(moving.moves.switch(&room, now).await.unwrap(), "again");
    let known = moving.moves.by_legacy(&room).await.unwrap().unwrap();
    assert_eq!(known.state, MoveState::Moved);
}

pub async fn a_moved_room_is_none_for_doctors(fixture: MovesFixture) {
    let moving = Moving::of(fixture);
    let scene = &moving.scene;
    let [one, other, ..] = scene.doctors();
    let patient = scene.patients[0].clone();
    let rooms = &scene.backend.rooms;
    let room = rooms.open_patient(&one, &patient).await.unwrap().room.id;
    rooms.open_patient(&other, &patient).await.unwrap();
    let urgent = scene.post(&one, &room, &call_for_help("come")).await;
    moving.moved(&room).await;

    assert_eq!(
        rooms.list(&other, None, page_size(10)).await.unwrap().rooms,
        []
    );
    assert_eq!(
        rooms
            .unread_of_patients(&other, std::slice::from_ref(&patient))
            .await
            .unwrap(),
        []
    );
    assert_eq!(scene.backend.messages.waiting(&other).await.unwrap(), []);
    let gone = rooms.get(&other, &room).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
    let (messages, receipts) = (&scene.backend.messages, &scene.backend.receipts);
    let page = messages.page(&other, &room, &MessageCursor::Latest, page_size(10));
    assert_eq!(page.await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(moving.refused(&one, &room).await, ErrorKind::NotFound);
    let changed = content("changed");
    let edit = messages.edit(&one, &room, &urgent.id, &changed);
    assert_eq!(edit.await.unwrap_err().kind(), ErrorKind::NotFound);
    let read = receipts.mark_read(&other, &room, &urgent.id);
    assert_eq!(read.await.unwrap_err().kind(), ErrorKind::NotFound);
    let acknowledge = receipts.acknowledge(&other, &room, &urgent.id);
    assert_eq!(acknowledge.await.unwrap_err().kind(), ErrorKind::NotFound);
    let left = rooms.remove_participant(&other, &room, other.id());
    assert_eq!(left.await.unwrap_err().kind(), ErrorKind::NotFound);

    assert_eq!(rooms.unread_rooms(&other).await.unwrap(), 0);
    let is_known = rooms.has_patient_room(&other, &patient).await;
    assert!(is_known.unwrap(), "it is no new one");

    // It is not made a second time, and whoever may know of it still may.
    let opened = rooms.open_patient(&one, &patient).await.unwrap_err();
    assert_eq!(opened.kind(), ErrorKind::Moved);
    assert_eq!(
        rooms.standing(&other, &room).await.unwrap(),
        Standing::Participant
    );
    let record = moving.records.messages(&room, None).await.unwrap();
    assert_eq!(record.len(), 1);
    assert_eq!(record[0].message.text(), urgent.text());
}

pub async fn a_send_from_before_the_move_is_answered_again(fixture: MovesFixture) {
    let moving = Moving::of(fixture);
    let [one, other, third, _] = moving.scene.doctors();
    let room = moving.scene.group(&[&one, &other]).await;
    let new = note("was it stored?");
    let stored = moving.scene.post(&one, &room, &new).await;
    moving.moved(&room).await;
    let messages = &moving.scene.backend.messages;
    let again = messages.post(&one, &room, &new).await.unwrap();
    assert!(again.repeated);
    assert_eq!(again.message.id, stored.id);
    // Only to who said it.
    for doctor in [&other, &third] {
        let refused = messages.post(doctor, &room, &new).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound);
    }
    assert_eq!(moving.refused(&one, &room).await, ErrorKind::NotFound);
}

pub async fn a_moved_direct_room_is_not_made_again(fixture: MovesFixture) {
    let moving = Moving::of(fixture);
    let [one, other, ..] = moving.scene.doctors();
    let direct = NewRoom::Direct(other.clone());
    let room = moving.scene.open(&one, &direct).await.room.id;
    moving.moved(&room).await;
    let rooms = &moving.scene.backend.rooms;
    assert!(rooms.has_direct_room(&other, &one).await.unwrap());
    let again = rooms.open(&one, &direct).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Moved);
}

pub async fn a_returned_room_is_as_it_was(fixture: MovesFixture) {
    let moving = Moving::of(fixture);
    let [one, other, ..] = moving.scene.doctors();
    let room = moving.scene.group(&[&one, &other]).await;
    let error = moving.moves.give_back(&room).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    moving.moves.begin(&room, &there(&room)).await.unwrap();
    let error = moving.moves.give_back(&room).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let first = moving.scene.say(&one, &room, "before").await;
    let (moves, minute) = (&moving.moves, Duration::from_secs(60));
    let error = moves.shut(&room, minute).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    moving.moved(&room).await;
    assert!(moves.by_legacy(&room).await.unwrap().unwrap().is_shut);
    moves.opened(&room).await.unwrap();
    assert!(!moves.by_legacy(&room).await.unwrap().unwrap().is_shut);
    // While it is open, more may be said.
    let error = moves.give_back(&room).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    moves.shut(&room, Duration::ZERO).await.unwrap();
    let error = moves.give_back(&room).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let left: Vec<_> = moves.left_shut().await.unwrap();
    assert_eq!(
        left.iter().map(|one| &one.legacy).collect::<Vec<_>>(),
        [&room]
    );
    moves.shut(&room, minute).await.unwrap();
    assert_eq!(moves.left_shut().await.unwrap(), []);
    moves.give_back(&room).await.unwrap();
    moves.give_back(&room).await.unwrap();
    let second = moving.scene.say(&one, &room, "after").await;
    let said = moving.scene.history(&other, &room).await;
    assert_eq!(super::super::scene::ids(&said), [first.id, second.id]);
    let known = moving.moves.by_legacy(&room).await.unwrap().unwrap();
    assert_eq!(known.state, MoveState::Returned);
    let again = moving.moves.begin(&room, &there(&room)).await.unwrap();
    assert_eq!((again.state, again.carried), (MoveState::Copying, 0));
}

pub async fn a_held_room_takes_nothing_until_it_is_let_go(fixture: MovesFixture) {
    let moving = Moving::of(fixture);
    let [one, other, third, _] = moving.scene.doctors();
    let room = moving.scene.group(&[&one, &other]).await;
    let said = moving.scene.say(&one, &room, "before").await;
    moving.moves.begin(&room, &there(&room)).await.unwrap();
    let version = moving.version(&room).await;
    moving
        .moves
        .hold(&room, Duration::from_secs(60))
        .await
        .unwrap();
    assert_eq!(moving.refused(&one, &room).await, ErrorKind::Unavailable);
    let backend = &moving.scene.backend;
    let recall = backend.messages.recall(&one, &room, &said.id).await;
    assert_eq!(recall.unwrap_err().kind(), ErrorKind::Unavailable);
    let added = backend.rooms.add_participant(&one, &room, &third).await;
    assert_eq!(added.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(moving.version(&room).await, version);
    // It is read on as ever.
    moving.scene.read(&other, &said).await;
    moving.moves.hold(&room, Duration::ZERO).await.unwrap();
    moving.scene.say(&one, &room, "after").await;
}

pub async fn no_post_falls_between_the_chats(fixture: MovesFixture) {
    const POSTS: usize = 30;
    let moving = Moving::of(fixture);
    let [one, other, ..] = moving.scene.doctors();
    let room = moving.scene.group(&[&one, &other]).await;
    moving.moves.begin(&room, &there(&room)).await.unwrap();
    let posts = (0..POSTS).map(|number| {
        let moving = &moving;
        let (author, room) = (if number % 2 == 0 { &one } else { &other }, &room);
        async move {
            let new = note(&format!("number {number}"));
            moving.scene.backend.messages.post(author, room, &new).await
        }
    });
    let switching = async {
        loop {
            let version = moving.version(&room).await;
            let carried = moving.records.messages(&room, None).await.unwrap();
            if moving.moves.switch(&room, version).await.unwrap() {
                return carried;
            }
        }
    };
    let (posted, carried) = tokio::join!(join_all(posts), switching);
    let mut stored: Vec<_> = posted
        .into_iter()
        .filter_map(|posted| match posted {
            Ok(posted) => Some(posted.message.id),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NotFound);
                None
            }
        })
        .collect();
    let mut seen: Vec<_> = carried
        .into_iter()
        .map(|record| record.message.id)
        .collect();
    stored.sort_unstable();
    seen.sort_unstable();
    assert_eq!(
        stored, seen,
        "what was acknowledged is what was there at the switch"
    );
}
