//! Staff, links, the record of decisions, and filling and emptying a store.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/hospital.rs"]
mod hospital;
#[path = "support/laravel.rs"]
mod laravel;

use std::sync::Arc;

use domain::{Doctor, NewRoom, PageSize, Role, StaffId, Urgency};
use hospital::{Hospital, connect, file_in};
use jiff::{Timestamp, ToSpan as _};
use laravel::Laravel;
use ports::{
    Chat, DoctorFilter, ErrorKind, NewAttachment, PasswordHash, Seed, SeedMessage, SeedRoom,
    SeedRoomKind, SeedStaff, SystemClock,
};

#[tokio::test]
async fn doctors_are_found_by_name_specialty_and_ward_in_every_script() {
    let hospital = Hospital::with_doctors(3).await;
    let mut laravel = Laravel::at(&hospital.file());
    laravel.run(
        "UPDATE users SET name = 'Dr Émile Ångström', specialty = 'КАРДИОЛОГИЯ' WHERE id = 2;
         UPDATE users SET role = 'nurse' WHERE id = 3",
    );
    let staff = hospital.sqlite.staff();
    let found = async |text: &str| {
        let filter = DoctorFilter::text(text);
        let page = staff.doctors(&filter, None, PageSize::DEFAULT).await;
        let found = page.unwrap().doctors;
        found
            .into_iter()
            .filter_map(|member| member.id.as_i64())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("").await, [2, 1], "by name, whatever the accents");
    assert_eq!(found("émile").await, [2]);
    assert_eq!(found("angstrom").await, [2]);
    assert_eq!(found("кардио").await, [2]);
    assert_eq!(found("b3").await, [2, 1]);
    assert_eq!(found("%").await, [] as [i64; 0]);
    let one = PageSize::new(1).unwrap();
    let all = DoctorFilter::default();
    let page = staff.doctors(&all, None, one).await.unwrap();
    assert_eq!(page.doctors.len(), 1);
}

#[tokio::test]
async fn leavers_are_known_and_not_active() {
    let hospital = Hospital::with_doctors(2).await;
    let mut laravel = Laravel::at(&hospital.file());
    laravel.run("UPDATE users SET deleted_at = '2030-01-01 00:00:00' WHERE id = 2");
    let staff = hospital.sqlite.staff();
    let leaver = staff.find(&StaffId::from(2)).await.unwrap().unwrap();
    assert!(!leaver.active);
    assert!(Doctor::admit(leaver).is_err());
    assert!(staff.find(&StaffId::from(9)).await.unwrap().is_none());
    let unknown = StaffId::parse("d01").unwrap();
    assert!(staff.find(&unknown).await.unwrap().is_none());
}

#[tokio::test]
async fn allowed_and_denied_are_on_record() {
    let hospital = Hospital::with_doctors(3).await;
    let doctors = hospital.doctors().await;
    let sqlite = &hospital.sqlite;
    let chat = Chat::new(sqlite.backend(), sqlite.audit(), Arc::new(SystemClock));
    let direct = NewRoom::Direct(doctors[1].clone());
    let room = chat.rooms().open(&doctors[0], &direct).await.unwrap().room;
    chat.rooms().get(&doctors[2], &room.id).await.unwrap_err();
    let record = Laravel::at(&hospital.file()).ask(
        "SELECT group_concat(actor_id || ' ' || action || ' ' || coalesce(room_id, '-') || ' ' \
             || decision || ' ' || coalesce(reason, '-'), '; ' ORDER BY id) FROM hims_audit",
    );
    assert_eq!(
        record.as_deref(),
        Some("1 open-room - allowed -; 3 read-room 1 denied not-a-participant")
    );
}

fn seed() -> Seed {
    let at = |minute: i64| "2030-01-01T08:00:00Z".parse::<Timestamp>().unwrap() + minute.minutes();
    let staff = |key: &'static str, role| SeedStaff {
        key,
        name: format!("Dr {key}"),
        email: format!("{key}@hospital.example"),
        password: PasswordHash::stored("$argon2id$".into()),
        role,
        specialty: None,
        grade: None,
        ward: None,
        availability: None,
    };
    let message = |author, minute, text: &str| SeedMessage {
        author,
        at: at(minute),
        text: text.into(),
        edited: None,
        recalled_at: None,
        urgency: Urgency::Routine,
        urgent_reason: None,
        mentions: vec![],
        acknowledged: Vec::new(),
        read: Vec::new(),
    };
    Seed {
        staff: vec![staff("ana", Role::Doctor), staff("ben", Role::Doctor)],
        patients: Vec::new(),
        rooms: vec![SeedRoom {
            kind: SeedRoomKind::Direct,
            participants: vec!["ana", "ben"],
            opened_at: at(0),
            messages: vec![
                SeedMessage {
                    edited: Some(("fast from 02:00".into(), at(3))),
                    ..message("ana", 1, "fast from midnight")
                },
                SeedMessage {
                    recalled_at: Some(at(5)),
                    ..message("ana", 2, "wrong patient")
                },
                SeedMessage {
                    urgency: Urgency::Urgent,
                    acknowledged: vec![("ben", at(7))],
                    read: vec![("ben", at(6))],
                    ..message("ana", 4, "K 6.9")
                },
                message("ben", 8, "on my way"),
            ],
        }],
    }
}

#[tokio::test]
async fn a_seeded_hospital_reads_like_a_lived_one() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = connect(&file_in(folder.path())).await.unwrap();
    assert!(!sqlite.seeding().is_seeded().await.unwrap());
    sqlite.seeding().fill(&seed()).await.unwrap();
    assert!(sqlite.seeding().is_seeded().await.unwrap());
    let again = sqlite.seeding().fill(&seed()).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Conflict);

    let ana = sqlite
        .staff()
        .find(&StaffId::from(1))
        .await
        .unwrap()
        .unwrap();
    let ben = sqlite
        .staff()
        .find(&StaffId::from(2))
        .await
        .unwrap()
        .unwrap();
    let (ana, ben) = (Doctor::admit(ana).unwrap(), Doctor::admit(ben).unwrap());
    let backend = sqlite.backend();
    let room = backend
        .rooms
        .open(&ana, &NewRoom::Direct(ben.clone()))
        .await;
    let opened = room.unwrap();
    assert!(!opened.created, "the pair has its room already");
    assert_eq!(opened.room.unread, 1);
    assert_eq!(
        backend
            .rooms
            .get(&ben, &opened.room.id)
            .await
            .unwrap()
            .unread,
        0
    );
    let page = backend
        .messages
        .page(
            &ana,
            &opened.room.id,
            &domain::MessageCursor::Latest,
            PageSize::DEFAULT,
        )
        .await
        .unwrap();
    let [edited, recalled, urgent, _] = page.messages.as_slice() else {
        panic!("four messages");
    };
    assert_eq!(edited.text().unwrap().as_str(), "fast from 02:00");
    assert!(edited.edited_at.is_some() && recalled.is_recalled());
    assert_eq!(urgent.receipts.acknowledged.len(), 1);
    assert_eq!(edited.receipts.read.len(), 1, "read up to a later one");
    let first_text = Laravel::at(&file_in(folder.path()))
        .ask("SELECT text FROM chat_message_versions WHERE version = 1");
    assert_eq!(first_text.as_deref(), Some("fast from midnight"));
}

#[tokio::test]
async fn a_seeded_hospital_goes_with_everything_said_in_it() {
    let hospital = Hospital::with_doctors(2).await;
    let doctors = hospital.doctors().await;
    let sqlite = &hospital.sqlite;
    let mut laravel = Laravel::at(&hospital.file());
    laravel.run(
        "INSERT INTO users (name, email, password, role) VALUES ('Dr Real', 'r@h', 'x', 'doctor')",
    );
    let backend = sqlite.backend();
    let direct = NewRoom::Direct(doctors[1].clone());
    let room = backend
        .rooms
        .open(&doctors[0], &direct)
        .await
        .unwrap()
        .room
        .id;
    let file = NewAttachment {
        name: domain::FileName::parse("ecg.png").unwrap(),
        media_type: "image/png".into(),
        bytes: b"ecg".as_slice().into(),
        picture: None,
    };
    let file = backend.attachments.upload(&doctors[0], &room, &file).await;
    let file = file.unwrap();

    sqlite.seeding().remove().await.unwrap();
    assert!(!sqlite.seeding().is_seeded().await.unwrap());
    assert!(
        backend
            .attachments
            .fetch(&doctors[0], &file.id)
            .await
            .is_err()
    );
    assert!(
        !backend
            .rooms
            .standing(&doctors[0], &room)
            .await
            .unwrap()
            .takes_part()
    );
    for table in [
        "patients",
        "chat_rooms",
        "chat_messages",
        "chat_participants",
        "chat_attachments",
    ] {
        let count = laravel.ask(&format!("SELECT count(*) FROM {table}"));
        assert_eq!(count.as_deref(), Some("0"), "{table}");
    }
    let left = laravel.ask("SELECT group_concat(name) FROM users");
    assert_eq!(
        left.as_deref(),
        Some("Dr Real"),
        "who was not of the seed stays"
    );
    sqlite.seeding().remove().await.unwrap();
    let left = laravel.ask("SELECT count(*) FROM users");
    assert_eq!(left.as_deref(), Some("1"));
}
