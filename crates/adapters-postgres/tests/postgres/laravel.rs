//! Another application works on the same tables.

use domain::{Event, MessageCursor, NewRoom, RoomId, RoomKind, Standing};

use crate::support::{Database, doctors, next, note, size};

/// A hospital as a Laravel application left it, before any table of ours: a private room of two
/// doctors, one of whom the table holds twice, and two of one patient, with a nurse in the first.
async fn old_hospital() -> Database {
    let database = Database::fresh().await;
    hims_chat_postgres::migrations::up(&database.url)
        .await
        .unwrap();
    hims_chat_postgres::migrations::down(&database.url)
        .await
        .unwrap();
    database.add_doctors(3).await;
    database.add_patients().await;
    let old = "
        UPDATE users SET role = 'Doctor', password = '$2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234';
        INSERT INTO users (name, email, password, role) VALUES ('Nurse', 'n@example.org', 'x', 'nurse');
        INSERT INTO chat_rooms (id, name, type, patient_id, created_by, created_at) VALUES
            (10, NULL, 'private', NULL, 1, '2023-01-01 08:00:00'),
            (11, 'Bed 4', 'group', 1, 1, '2023-01-02 08:00:00'),
            (12, 'Bed 4 again', 'group', 1, 1, '2023-01-03 08:00:00');
        ALTER TABLE chat_participants DROP CONSTRAINT chat_participants_room_id_user_id_unique;
        INSERT INTO chat_participants (room_id, user_id, joined_at, last_read_at) VALUES
            (10, 1, '2023-01-01 08:00:00', NULL), (10, 2, '2023-01-01 08:00:00', '2023-01-01 09:30:00'),
            (10, 2, '2023-01-01 08:00:00', NULL), (11, 1, NULL, NULL), (11, 4, NULL, NULL);
        INSERT INTO chat_messages (id, room_id, user_id, message, created_at) VALUES
            (5, 10, 1, 'second', '2023-01-01 09:00:00'), (6, 10, 2, 'first', '2023-01-01 08:30:00'),
            (7, 10, NULL, 'third', '2023-01-01 09:00:00'), (8, 10, 2, 'gone', '2023-01-01 10:00:00');
        UPDATE chat_messages SET deleted_at = '2023-01-01 10:05:00' WHERE id = 8;
        SELECT setval('chat_messages_id_seq', 8), setval('chat_rooms_id_seq', 12)";
    database.client().await.batch_execute(old).await.unwrap();
    database
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_is_adopted_in_order() {
    let database = old_hospital().await;
    let instance = database.instance().await;
    let (chat, doctors) = (instance.backend(), doctors(&instance, 3).await);
    let room = RoomId::from(10);
    let page = chat
        .messages
        .page(&doctors[0], &room, &MessageCursor::Latest, size(10))
        .await
        .unwrap();
    let said: Vec<_> = page
        .messages
        .iter()
        .map(|m| m.text().map(|text| text.as_str()))
        .collect();
    assert_eq!(said, [Some("first"), Some("second"), Some("third"), None]);
    assert_eq!(page.messages[0].sent_at.to_string(), "2023-01-01T08:30:00Z");
    assert_eq!(&*page.messages[2].author.name, "System");
    assert!(page.messages[3].is_recalled());
    let seen = chat.rooms.get(&doctors[0], &room).await.unwrap();
    assert_eq!((seen.kind, seen.unread), (RoomKind::Direct, 2));
    let read = chat.rooms.get(&doctors[1], &room).await.unwrap();
    assert_eq!(read.unread, 0, "what was read there is read here");

    let login = instance
        .credentials()
        .find("D1@example.org")
        .await
        .unwrap()
        .unwrap();
    assert!(
        login.password.expose().starts_with("$2y$10$"),
        "its passwords are left alone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn old_rooms_become_the_direct_room_and_the_patients_room() {
    let database = old_hospital().await;
    let instance = database.instance().await;
    let (chat, doctors) = (instance.backend(), doctors(&instance, 3).await);
    let direct = NewRoom::Direct(doctors[1].clone());
    let opened = chat.rooms.open(&doctors[0], &direct).await.unwrap();
    assert_eq!((opened.room.id, opened.created), (RoomId::from(10), false));
    let other = NewRoom::Direct(doctors[2].clone());
    assert!(chat.rooms.open(&doctors[0], &other).await.unwrap().created);

    let patient = instance.patient_ref_key().reference(&1.into());
    let opened = chat
        .rooms
        .open_patient(&doctors[1], &patient)
        .await
        .unwrap();
    assert_eq!(
        (opened.room.id.clone(), opened.created),
        (RoomId::from(11), false),
        "the oldest"
    );
    let names: Vec<_> = opened
        .room
        .participants
        .iter()
        .map(|p| &*p.doctor.name)
        .collect();
    assert_eq!(
        names,
        ["Doctor 1", "Doctor 2"],
        "the nurse is in the table, not in the room"
    );
    let nurse = chat
        .rooms
        .standing(&doctors[2], &opened.room.id)
        .await
        .unwrap();
    assert_eq!(nurse, Standing::Outsider);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_new_rows_are_told_live_in_order_beside_ours() {
    let database = old_hospital().await;
    let instance = database.instance().await;
    let (chat, doctors) = (instance.backend(), doctors(&instance, 3).await);
    let room = RoomId::from(10);
    let mut stream = chat.live.events(&doctors[1], None).await.unwrap();
    let client = database.client().await;
    let say = "INSERT INTO chat_messages (room_id, user_id, message, created_at)
        VALUES (10, 1, $1, now() AT TIME ZONE 'UTC')";
    let mut told = Vec::new();
    for round in 0..3 {
        let (theirs, ours) = (format!("theirs {round}"), format!("ours {round}"));
        client.execute(say, &[&theirs]).await.unwrap();
        let post = note(&format!("c{round}"), &ours);
        chat.messages.post(&doctors[0], &room, &post).await.unwrap();
        while told.len() < 2 * (round + 1) {
            if let Event::MessagePosted(message) = next(&mut stream).await {
                told.push(message);
            }
        }
    }
    let after = MessageCursor::After(8.into());
    let page = chat
        .messages
        .page(&doctors[1], &room, &after, size(10))
        .await
        .unwrap();
    assert_eq!(page.messages, told, "told once each, in the room's order");
    assert_eq!(told.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_the_table_twice_is_in_the_room_once() {
    let database = old_hospital().await;
    let instance = database.instance().await;
    let (chat, doctors) = (instance.backend(), doctors(&instance, 3).await);
    let (ana, ben) = (&doctors[0], &doctors[1]);
    let list = chat.rooms.list(ben, None, size(10)).await.unwrap();
    assert_eq!(list.rooms.len(), 1);
    let room = &list.rooms[0];
    assert_eq!(
        (room.participants.len(), room.unread),
        (2, 0),
        "read in the other application"
    );
    let mut stream = chat.live.events(ben, None).await.unwrap();
    let first = chat
        .messages
        .post(ana, &room.id, &note("c1", "one"))
        .await
        .unwrap()
        .message;
    let second = chat
        .messages
        .post(ana, &room.id, &note("c2", "two"))
        .await
        .unwrap()
        .message;
    assert_eq!(next(&mut stream).await, Event::MessagePosted(first.clone()));
    assert_eq!(
        next(&mut stream).await,
        Event::MessagePosted(second.clone())
    );
    chat.receipts
        .mark_read(ben, &room.id, &first.id)
        .await
        .unwrap();
    assert_eq!(chat.rooms.get(ben, &room.id).await.unwrap().unread, 1);
    let read = chat
        .messages
        .get(ana, &room.id, &first.id)
        .await
        .unwrap()
        .receipts
        .read;
    assert_eq!(read.len(), 1);

    let group = RoomId::from(11);
    chat.rooms.add_participant(ana, &group, ben).await.unwrap();
    let twice = "INSERT INTO chat_participants (room_id, user_id) VALUES (11, 2)";
    database.client().await.batch_execute(twice).await.unwrap();
    chat.rooms
        .remove_participant(ana, &group, ben.id())
        .await
        .unwrap();
    assert!(chat.rooms.get(ben, &group).await.is_err());
    chat.rooms.add_participant(ana, &group, ben).await.unwrap();
    assert_eq!(
        chat.rooms
            .get(ben, &group)
            .await
            .unwrap()
            .participants
            .len(),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_that_it_adds_later_can_be_opened() {
    let database = old_hospital().await;
    let instance = database.instance().await;
    let doctor = &doctors(&instance, 1).await[0];
    let add = "INSERT INTO patients (id, name, mrn) VALUES (99, 'C', 'M99')";
    database.client().await.batch_execute(add).await.unwrap();
    let reference = instance.patient_ref_key().reference(&99.into());
    let rooms = instance.backend().rooms;
    assert!(
        rooms
            .open_patient(doctor, &reference)
            .await
            .unwrap()
            .created
    );
    let found = instance
        .patients()
        .find_by_reference(doctor, &[reference])
        .await
        .unwrap();
    assert_eq!(found[0].mrn, "M99");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_it_deactivates_is_out_at_once() {
    let database = old_hospital().await;
    let instance = database.instance().await;
    let (chat, doctors) = (instance.backend(), doctors(&instance, 3).await);
    let key = ports::SessionKey::of_secret(b"secret");
    let began_at = "2026-01-01T00:00:00Z".parse().unwrap();
    let ends_at = "2999-01-01T00:00:00Z".parse().unwrap();
    let session = ports::Session::begin(key, doctors[0].id().clone(), began_at, ends_at, ends_at);
    let sessions = instance.sessions();
    sessions.begin(&session).await.unwrap();
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(
        sessions.find(&session.key, now).await.unwrap(),
        Some(session.clone())
    );
    let leave = "UPDATE users SET is_active = false WHERE id = 1";
    database.client().await.batch_execute(leave).await.unwrap();
    assert_eq!(sessions.find(&session.key, now).await.unwrap(), None);
    let room = RoomId::from(10);
    assert!(chat.rooms.get(&doctors[0], &room).await.is_err());
    assert!(
        chat.messages
            .post(&doctors[0], &room, &note("late", "late"))
            .await
            .is_err()
    );
}
