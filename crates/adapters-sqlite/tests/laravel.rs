//! Another application owns the tables, and goes on writing into them.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/hospital.rs"]
mod hospital;
#[path = "support/laravel.rs"]
mod laravel;

use domain::{
    Doctor, Event, Filter, Message, MessageCursor, MessageText, NewMessage, NewRoom, PageSize,
    Query, RoomId, RoomKind, Search, StaffId,
};
use futures_util::StreamExt as _;
use hims_chat_sqlite::Sqlite;
use hospital::{connect, file_in};
use laravel::Laravel;
use ports::{EventStream, Signal};
use tempfile::TempDir;

/// A HIMS with years of chat, and us beside it.
struct Beside {
    folder: TempDir,
    laravel: Laravel,
    sqlite: Sqlite,
}

impl Beside {
    async fn a_hims() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = file_in(folder.path());
        let laravel = Laravel::founded_at(&file);
        let sqlite = connect(&file).await.unwrap();
        Self {
            folder,
            laravel,
            sqlite,
        }
    }

    async fn doctor(&self, id: i64) -> Doctor {
        let member = self.sqlite.staff().find(&StaffId::from(id)).await.unwrap();
        Doctor::admit(member.unwrap()).unwrap()
    }

    async fn history(&self, doctor: &Doctor, room: i64) -> Vec<Message> {
        let messages = self.sqlite.backend().messages;
        let (room, size) = (RoomId::from(room), PageSize::DEFAULT);
        let page = messages
            .page(doctor, &room, &MessageCursor::Latest, size)
            .await;
        page.unwrap().messages
    }

    async fn say(&self, doctor: &Doctor, room: i64, client_id: &str, text: &str) -> Message {
        let new = NewMessage {
            client_id: domain::ClientId::parse(client_id).unwrap(),
            content: MessageText::parse(text).unwrap().into(),
            reply_to: None,
            urgency: domain::Urgency::Routine,
            urgent_reason: None,
        };
        let messages = self.sqlite.backend().messages;
        let posted = messages.post(doctor, &RoomId::from(room), &new).await;
        posted.unwrap().message
    }
}

/// The texts of the next so many messages that the stream tells.
async fn told(stream: &mut EventStream, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.len() < count {
        let delivery = stream.next().await.unwrap();
        if let Signal::Event(event) = delivery.signal
            && let Event::MessagePosted(message) = event.event()
        {
            texts.push(message.text().unwrap().as_str().to_owned());
        }
    }
    texts
}

fn texts(messages: &[Message]) -> Vec<Option<&str>> {
    messages
        .iter()
        .map(|message| message.text().map(MessageText::as_str))
        .collect()
}

#[tokio::test]
async fn years_of_chat_are_there_in_the_order_they_were_written() {
    let beside = Beside::a_hims().await;
    let ana = beside.doctor(1).await;
    let history = beside.history(&ana, 1).await;
    assert_eq!(
        texts(&history),
        [
            Some("first"),
            Some("second"),
            Some("third"),
            None,
            Some("from nobody")
        ]
    );
    assert_eq!(history[0].sent_at.to_string(), "2023-05-01T08:10:00Z");
    assert_eq!(&*history[0].author.name, "Dr Ben Cole");
    assert_eq!(history[4].author.id, StaffId::from(0), "nobody's message");
    assert!(
        history[3].is_recalled(),
        "a soft-deleted one is a tombstone"
    );
}

#[tokio::test]
async fn what_was_read_in_the_other_application_is_read_here() {
    let beside = Beside::a_hims().await;
    let room = RoomId::from(1);
    let rooms = beside.sqlite.backend().rooms;
    let unread = async |id| {
        let doctor = beside.doctor(id).await;
        rooms.get(&doctor, &room).await.unwrap().unread
    };
    assert_eq!(unread(1).await, 2, "the third, and nobody's");
    assert_eq!(unread(2).await, 1, "nobody's; the others are their own");
}

#[tokio::test]
async fn only_the_doctors_of_an_old_room_take_part() {
    let beside = Beside::a_hims().await;
    let ana = beside.doctor(1).await;
    let room = beside.sqlite.backend().rooms;
    let room = room.get(&ana, &RoomId::from(1)).await.unwrap();
    let names: Vec<&str> = room
        .participants
        .iter()
        .map(|participant| &*participant.doctor.name)
        .collect();
    assert_eq!(names, ["Dr Ana Bru", "Dr Ben Cole"], "and not the nurse");
}

#[tokio::test]
async fn who_stands_in_a_room_twice_is_in_it_once() {
    let beside = Beside::a_hims().await;
    let (ana, ben) = (beside.doctor(1).await, beside.doctor(2).await);
    let backend = beside.sqlite.backend();
    let rooms = backend.rooms.list(&ben, None, PageSize::DEFAULT).await;
    let mut ids: Vec<_> = rooms
        .unwrap()
        .rooms
        .into_iter()
        .map(|room| room.id)
        .collect();
    ids.sort();
    assert_eq!(ids, [RoomId::from(1), RoomId::from(2)]);
    let mut stream = backend.live.events(&ben, None).await.unwrap();
    for (client_id, text) in [("c1", "one"), ("c2", "two")] {
        beside.say(&ana, 1, client_id, text).await;
    }
    assert_eq!(told(&mut stream, 2).await, ["one", "two"]);
    let room = RoomId::from(1);
    backend
        .rooms
        .remove_participant(&ana, &room, ben.id())
        .await
        .unwrap();
    let standing = backend.rooms.standing(&ben, &room).await.unwrap();
    assert_eq!(standing, domain::Standing::Former);
}

#[tokio::test]
async fn old_rooms_of_a_patient_and_of_a_pair_are_taken_over() {
    let beside = Beside::a_hims().await;
    let (ben, cy) = (beside.doctor(2).await, beside.doctor(3).await);
    let patients = beside.sqlite.patients();
    let patients = patients
        .search(&cy, "M-1", PageSize::DEFAULT)
        .await
        .unwrap();
    let rooms = beside.sqlite.backend().rooms;
    let opened = rooms.open_patient(&cy, &patients[0].reference).await;
    let opened = opened.unwrap();
    assert_eq!((opened.room.id, opened.created), (RoomId::from(1), false));
    assert_eq!(opened.room.unread, 0, "a newcomer has nothing unread");
    let pair = rooms
        .open(&ben, &NewRoom::Direct(cy.clone()))
        .await
        .unwrap();
    assert_eq!((pair.room.id, pair.created), (RoomId::from(2), false));
    assert_eq!(pair.room.kind, RoomKind::Direct);
}

#[tokio::test]
async fn what_the_other_application_writes_comes_live_and_in_order() {
    let mut beside = Beside::a_hims().await;
    let (ana, ben) = (beside.doctor(1).await, beside.doctor(2).await);
    let live = beside.sqlite.backend().live;
    let mut stream = live.events(&ana, None).await.unwrap();
    beside.laravel.run(
        "INSERT INTO chat_messages (room_id, user_id, message, created_at, updated_at) VALUES
            (1, 2, 'from there, later', '2030-01-01 10:00:02', '2030-01-01 10:00:02'),
            (1, 2, 'from there', '2030-01-01 10:00:01', '2030-01-01 10:00:01')",
    );
    assert_eq!(
        told(&mut stream, 2).await,
        ["from there", "from there, later"]
    );
    beside.say(&ben, 1, "c1", "from here").await;
    assert_eq!(told(&mut stream, 1).await, ["from here"]);
    let history = beside.history(&ana, 1).await;
    assert_eq!(
        texts(&history)[5..],
        [
            Some("from there"),
            Some("from there, later"),
            Some("from here")
        ]
    );
    let listed = beside.sqlite.backend().rooms;
    let listed = listed.list(&ana, None, PageSize::DEFAULT).await.unwrap();
    let last = listed.rooms[0].last_message.as_ref().unwrap();
    assert_eq!(last.text().unwrap().as_str(), "from here");
}

#[tokio::test]
async fn the_other_application_sees_what_is_said_here() {
    let mut beside = Beside::a_hims().await;
    let ana = beside.doctor(1).await;
    let said = beside.say(&ana, 1, "c1", "from here").await;
    let row = |column: &str| format!("SELECT {column} FROM chat_messages WHERE id = {}", said.id);
    let laravel = &mut beside.laravel;
    let expected = |text: &str| Some(text.to_owned());
    assert_eq!(laravel.ask(&row("message")), expected("from here"));
    assert_eq!(laravel.ask(&row("type")), expected("text"));
    assert_eq!(laravel.ask(&row("user_id")), expected("1"));
    let created = laravel.ask(&row("created_at")).unwrap();
    assert_eq!(
        created,
        said.sent_at.strftime("%Y-%m-%d %H:%M:%S").to_string()
    );
    let messages = beside.sqlite.backend().messages;
    messages.recall(&ana, &said.room, &said.id).await.unwrap();
    let laravel = &mut beside.laravel;
    assert!(laravel.ask(&row("deleted_at")).is_some());
    assert_eq!(
        laravel.ask(&row("message")),
        expected("from here"),
        "kept for audit"
    );
}

#[tokio::test]
async fn its_passwords_are_read_and_never_touched() {
    let mut beside = Beside::a_hims().await;
    let credentials = beside.sqlite.credentials();
    let login = credentials
        .find("ANA@Hospital.example")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(login.password.expose(), "$2y$10$ana");
    assert_eq!(login.member.id, StaffId::from(1));
    assert!(
        credentials
            .find("nobody@hospital.example")
            .await
            .unwrap()
            .is_none()
    );
    let stored = beside
        .laravel
        .ask("SELECT password FROM users WHERE id = 1");
    assert_eq!(stored.as_deref(), Some("$2y$10$ana"));
}

#[tokio::test]
async fn a_patient_it_adds_later_has_a_room_and_can_be_looked_up() {
    let mut beside = Beside::a_hims().await;
    let ana = beside.doctor(1).await;
    beside
        .laravel
        .run("INSERT INTO patients (name, mrn) VALUES ('Patient Three', 'M-3')");
    let directory = beside.sqlite.patients();
    let found = directory
        .find(&ana, &domain::PatientId::from(3))
        .await
        .unwrap();
    let references = [found.reference.clone()];
    let looked_up = directory
        .find_by_reference(&ana, &references)
        .await
        .unwrap();
    assert_eq!(looked_up, std::slice::from_ref(&found));
    let rooms = beside.sqlite.backend().rooms;
    let opened = rooms.open_patient(&ana, &found.reference).await.unwrap();
    assert!(opened.created);
    assert_eq!(opened.room.kind, RoomKind::Patient(found.reference));
}

#[tokio::test]
async fn a_leaver_is_out_whoever_wrote_it_down() {
    let mut beside = Beside::a_hims().await;
    let (ana, ben) = (beside.doctor(1).await, beside.doctor(2).await);
    beside
        .laravel
        .run("UPDATE users SET is_active = 0 WHERE id = 2");
    let rooms = beside.sqlite.backend().rooms;
    let answer = rooms.get(&ben, &RoomId::from(1)).await.unwrap_err();
    assert_eq!(answer.kind(), ports::ErrorKind::NotFound);
    let room = rooms.get(&ana, &RoomId::from(1)).await.unwrap();
    assert_eq!(room.participants.len(), 1);
    let standing = rooms.standing(&ben, &RoomId::from(1)).await.unwrap();
    assert!(!standing.takes_part());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_waits_for_the_other_application_and_is_kept() {
    let beside = Beside::a_hims().await;
    let ana = beside.doctor(1).await;
    let mut other = Laravel::at(&file_in(beside.folder.path()));
    other.run("BEGIN IMMEDIATE; UPDATE users SET ward = 'B3'");
    let mut post = std::pin::pin!(beside.say(&ana, 1, "c1", "patience"));
    assert!(futures_util::poll!(post.as_mut()).is_pending());
    let stored = "SELECT count(*) FROM chat_messages WHERE client_id = 'c1'";
    assert_eq!(other.ask(stored).as_deref(), Some("0"));
    other.run("COMMIT");
    post.await;
    assert_eq!(other.ask(stored).as_deref(), Some("1"));
}

#[tokio::test]
async fn what_the_other_application_writes_is_found_at_once() {
    let mut beside = Beside::a_hims().await;
    let ana = beside.doctor(1).await;
    let found = async |sqlite: &Sqlite, query: &str| {
        let search = Search::new(Query::parse(query).ok(), Filter::default()).unwrap();
        let page = sqlite.backend().messages.search(&ana, &search).await;
        page.unwrap().messages.len()
    };
    beside.say(&ana, 1, "c1", "Ménière of ours").await;
    assert_eq!(found(&beside.sqlite, "meniere").await, 1, "not indexed yet");
    let mut stream = beside
        .sqlite
        .backend()
        .live
        .events(&ana, None)
        .await
        .unwrap();
    beside.laravel.run(
        "INSERT INTO chat_messages (room_id, user_id, message, created_at)
            VALUES (1, 2, 'Ménière of theirs', '2030-01-01 10:00:00')",
    );
    told(&mut stream, 1).await;
    assert_eq!(found(&beside.sqlite, "meniere").await, 2);
    let waiting = "SELECT count(*) FROM hims_search_queue";
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while beside.laravel.ask(waiting).as_deref() != Some("0") {
        assert!(std::time::Instant::now() < deadline, "nothing is indexed");
        tokio::task::yield_now().await;
    }
    assert_eq!(found(&beside.sqlite, "meniere").await, 2, "from the index");
    beside
        .laravel
        .run("UPDATE OR ABORT chat_messages SET message = 'Sjögren' WHERE message LIKE '%theirs'");
    assert_eq!(found(&beside.sqlite, "meniere").await, 1);
    assert_eq!(found(&beside.sqlite, "sjogren").await, 1);
    beside
        .laravel
        .run("DELETE FROM chat_messages WHERE message = 'Sjögren'");
    assert_eq!(found(&beside.sqlite, "sjogren").await, 0);
}
