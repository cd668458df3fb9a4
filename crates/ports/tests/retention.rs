//! Removing, keeping, and their order, over any number of chats.

#![allow(
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "retention/broken_off.rs"]
mod broken_off;
#[path = "retention/hospital.rs"]
mod hospital;

use domain::{
    Action, Decision, HeldMatter, KeptOfAudit, KeptOfRooms, PatientId, Period, RetentionRules,
    Role, StaffId,
};
use hims_chat_ports::*;

use self::hospital::{Hospital, member, now, patient, room, years_ago};

/// Messages for ever, files too, and the audit too.
fn for_ever() -> RetentionRules {
    let mut rules = RetentionRules::default();
    rules.audit = KeptOfAudit::all(None);
    rules
}

fn messages_for(years: u16) -> RetentionRules {
    let mut rules = for_ever();
    rules.messages = KeptOfRooms::all(Some(Period::years(years)));
    rules
}

#[tokio::test]
async fn each_kind_of_room_has_its_own_rule() {
    let mut hospital = Hospital::new();
    hospital.nothing_moves();
    let mut rules = for_ever();
    rules.messages.direct = Some(Period::years(2));
    rules.messages.group = Some(Period::years(8));
    let hospital = hospital.open();
    let found = hospital.rehearse_and_run(&rules).await;
    assert_eq!(
        hospital.legacy.left(),
        ["10-1", "10-5", "10-9", "20-1", "30-1", "30-5"],
        "a patient's room is kept for ever"
    );
    assert_eq!((found.legacy_messages, found.files), (3, 1));
}

#[tokio::test]
async fn a_message_is_listed_and_kept_before_it_goes() {
    let mut hospital = Hospital::new();
    hospital.nothing_moves();
    let mut rules = messages_for(8);
    rules.files = KeptOfRooms::all(Some(Period::years(3)));
    let hospital = hospital.open();
    let found = hospital.rehearse_and_run(&rules).await;
    let expected = [
        "listed 10-9",
        "kept",
        "removed 10-9",
        "listed files of 10-5",
        "kept",
        "emptied 10-5",
    ];
    assert_eq!(hospital.log.lock().unwrap()[..6], expected);
    assert_eq!((found.legacy_messages, found.files), (3, 3));
    assert!(hospital.log.lock().unwrap().contains(&"cleared".to_owned()));
}

#[tokio::test]
async fn rules_that_keep_everything_touch_nothing() {
    let hospital = Hospital::new();
    let hospital = hospital.open();
    let found = hospital.rehearse_and_run(&for_ever()).await;
    assert_eq!((hospital.legacy.left().len(), found.rooms), (9, 0));
    assert_eq!(*hospital.log.lock().unwrap(), ["kept"]);
}

#[tokio::test]
async fn a_hold_keeps_its_matter_and_no_other() {
    let id = PatientId::from(7);
    let reference = patient();
    let cases = [
        (
            HeldMatter::Everything,
            vec!["10-5", "10-9", "20-5", "20-9", "30-5", "30-9"],
        ),
        (HeldMatter::Room(room("20")), vec!["20-5", "20-9"]),
        (HeldMatter::Patient { id, reference }, vec!["10-5", "10-9"]),
        (HeldMatter::Staff(StaffId::from(3)), vec!["30-5", "30-9"]),
        // Also where a room does not know its author any more.
        (
            HeldMatter::Staff(StaffId::from(1)),
            vec!["10-5", "10-9", "20-5", "20-9", "30-5", "30-9"],
        ),
        (HeldMatter::Staff(StaffId::from(4)), vec![]),
    ];
    for (matter, expected) in cases {
        let mut hospital = Hospital::new().held(matter.clone());
        hospital.nothing_moves();
        let hospital = hospital.open();
        let found = hospital.rehearse_and_run(&messages_for(2)).await;
        let left = hospital.legacy.left();
        let old: Vec<&String> = left.iter().filter(|id| !id.ends_with("-1")).collect();
        assert_eq!(old, expected, "{matter:?}");
        assert_eq!(found.held_messages, expected.len() as u64, "{matter:?}");
    }
}

#[tokio::test]
async fn a_hold_that_is_placed_meanwhile_holds() {
    let mut hospital = Hospital::new();
    hospital.nothing_moves();
    // The beginning of the run knows of none.
    hospital
        .holds
        .expect_list()
        .times(1)
        .returning(|_| Ok(Vec::new()));
    let hospital = hospital.held(HeldMatter::Room(room("30"))).open();
    let found = hospital.run(&messages_for(2)).await;
    assert_eq!(
        hospital.legacy.left(),
        ["10-1", "20-1", "30-1", "30-5", "30-9"]
    );
    assert_eq!(found.held_messages, 2);
}

#[tokio::test]
async fn a_room_on_its_way_is_for_the_next_run_and_named() {
    let mut hospital = Hospital::new();
    hospital.moves.expect_by_legacy().returning(|legacy| {
        let moving = Move {
            legacy: legacy.clone(),
            stream: room("group-a"),
            state: MoveState::Copying,
            carried: 0,
            is_shut: false,
        };
        Ok((legacy.as_str() == "20").then_some(moving))
    });
    let hospital = hospital.open();
    let found = hospital.rehearse_and_run(&messages_for(2)).await;
    assert_eq!(
        hospital.legacy.left(),
        ["10-1", "20-1", "20-5", "20-9", "30-1"]
    );
    assert_eq!(found.left.len(), 1);
    assert_eq!(found.left[0].room, Some(room("20")));
}

#[tokio::test]
async fn what_cannot_be_dealt_with_keeps_nothing_else() {
    for (error, expected) in [
        (Error::conflict("in the way"), vec!["20-5", "20-9"]),
        // A chat that is away is left for the next run, and the other is not.
        (
            Error::unavailable("away"),
            vec!["20-5", "20-9", "30-5", "30-9"],
        ),
    ] {
        let mut hospital = Hospital::new();
        hospital.nothing_moves();
        hospital.stream = Some(Hospital::new().legacy);
        hospital.legacy.stuck = Some((room("20"), error));
        let hospital = hospital.open();
        let found = hospital.run(&messages_for(2)).await;
        let left = hospital.legacy.left();
        let old: Vec<&String> = left.iter().filter(|id| !id.ends_with("-1")).collect();
        assert_eq!(old, expected);
        assert_eq!((found.left.len(), found.stream_messages), (1, 6));
        let stream = hospital.stream.unwrap();
        assert_eq!(stream.left(), ["10-1", "20-1", "30-1"]);
    }
}

fn entry(id: i64, years: u16, action: Action, of_room: Option<&str>) -> StoredEntry {
    let mut entry =
        AuditEntry::new(years_ago(years), action, Decision::Allowed).by(&StaffId::from(1));
    entry.room = of_room.map(room);
    let words = WrittenEntry::from(&entry);
    let signature = AuditKey::new([7; 32]).sign(&words);
    StoredEntry::new(id, words, Some(signature))
}

/// Entries of three classes and two rooms, as they were written.
fn entries() -> Vec<StoredEntry> {
    vec![
        entry(1, 9, Action::PostMessage, Some("10")),
        entry(2, 9, Action::PostMessage, Some("20")),
        entry(3, 5, Action::PostMessage, Some("10")),
        entry(4, 5, Action::ReadRoom, Some("10")),
        entry(5, 1, Action::ReadRoom, Some("10")),
    ]
}

impl Hospital {
    /// Has an audit in which these entries are found and those of [`entries`] are sealed.
    fn with_audit(mut self, found: Vec<StoredEntry>) -> Self {
        let key = AuditKey::new([7; 32]);
        let first = Seal::first(&key, now(), 0);
        let links = entries().into_iter().map(|entry| Link {
            entry: entry.id,
            signature: entry.signature.unwrap(),
        });
        let second = Seal::after(&key, (0, &first.hash), now(), links.collect());
        let seals = [first, second];
        self.trail.expect_seals().returning(move |after, _| {
            let later = seals.iter().filter(|seal| seal.number > after);
            Ok(later.cloned().collect())
        });
        self.trail.expect_entries().returning(move |after, _| {
            let later = found.iter().filter(|entry| entry.id > after);
            Ok(later.cloned().collect())
        });
        self
    }

    /// Of which these go.
    fn of_which_go(mut self, expected: &'static [i64]) -> Self {
        self.trail
            .expect_remove()
            .withf(move |entries, at| entries == expected && *at == now())
            .times(usize::from(!expected.is_empty()))
            .returning(|entries, _| Ok(entries.len()));
        self
    }
}

fn audit_rules() -> RetentionRules {
    let mut rules = for_ever();
    rules.audit = KeptOfAudit::all(Some(Period::years(6)));
    rules.audit.reading = Some(Period::years(2));
    rules
}

#[tokio::test]
async fn entries_go_by_their_class_and_holds() {
    let mut hospital = Hospital::new().held(HeldMatter::Room(room("20")));
    hospital.nothing_moves();
    let hospital = hospital.with_audit(entries()).of_which_go(&[1, 4]).open();
    let found = hospital.rehearse_and_run(&audit_rules()).await;
    assert_eq!((found.entries, found.held_entries), (2, 1));
}

#[tokio::test]
async fn an_entry_that_is_not_as_it_was_written_stays() {
    type Change = fn(&mut Vec<StoredEntry>);
    let changes: [(Change, &'static [i64]); 4] = [
        // Made to look old.
        (
            |all| all[4].entry.at = years_ago(9).as_microsecond(),
            &[1, 2, 4],
        ),
        // Written over with an old one, words and signature.
        (
            |all| {
                let old = all[0].clone();
                (all[4].entry, all[4].signature) = (old.entry, old.signature);
            },
            &[1, 2, 4],
        ),
        // Said to be of a room that nobody holds.
        (|all| all[0].entry.room = Some("30".to_owned()), &[2, 4]),
        // Added, unsigned.
        (
            |all| {
                let mut added = entry(6, 9, Action::PostMessage, None);
                added.signature = None;
                all.push(added);
            },
            &[1, 2, 4],
        ),
    ];
    for (change, expected) in changes {
        let mut all = entries();
        change(&mut all);
        let mut hospital = Hospital::new();
        hospital.nothing_moves();
        let hospital = hospital.with_audit(all).of_which_go(expected).open();
        let found = hospital.run(&audit_rules()).await;
        assert_eq!(found.entries, expected.len() as u64);
        assert_eq!(found.left.len(), 1, "and it is said");
        assert_eq!(found.left[0].place, "audit");
    }
}

#[tokio::test]
async fn an_entry_that_waits_for_a_seal_waits() {
    let mut all = entries();
    all.push(entry(6, 9, Action::PostMessage, None));
    let mut hospital = Hospital::new();
    hospital.nothing_moves();
    let hospital = hospital.with_audit(all).of_which_go(&[1, 2, 4]).open();
    let found = hospital.run(&audit_rules()).await;
    assert_eq!((found.entries, found.left.len()), (3, 0));
}

#[tokio::test]
async fn entries_of_rooms_that_nobody_knows_are_held_with_somebody() {
    let mut hospital = Hospital::new().held(HeldMatter::Staff(StaffId::from(8)));
    hospital.nothing_moves();
    hospital.legacy.rooms.retain(|known| known.id != room("20"));
    let hospital = hospital.with_audit(entries()).of_which_go(&[1, 4]).open();
    let found = hospital.run(&audit_rules()).await;
    assert_eq!((found.entries, found.held_entries), (2, 1), "of room 20");
}

#[tokio::test]
async fn a_room_that_moved_is_held_on_both_sides() {
    let mut hospital = Hospital::new().held(HeldMatter::Staff(StaffId::from(5)));
    let mut stream = Hospital::new().legacy;
    // Only at Stream did they come into the room.
    stream.rooms = vec![DisposalRoom::new(
        room("group-a"),
        domain::RoomKind::Group,
        vec![StaffId::from(5)],
    )];
    hospital.stream = Some(stream);
    let moved = |legacy: &str| Move {
        legacy: room(legacy),
        stream: room("group-a"),
        state: MoveState::Moved,
        carried: 0,
        is_shut: false,
    };
    hospital
        .moves
        .expect_by_legacy()
        .returning(move |legacy| Ok((legacy.as_str() == "30").then(|| moved("30"))));
    hospital
        .moves
        .expect_by_stream()
        .returning(move |stream| Ok((stream.as_str() == "group-a").then(|| moved("30"))));
    let hospital = hospital.open();
    let found = hospital.run(&messages_for(2)).await;
    assert_eq!(
        hospital.legacy.left(),
        ["10-1", "20-1", "30-1", "30-5", "30-9"]
    );
    assert_eq!(found.held_messages, 2);
}

#[tokio::test]
async fn a_message_in_the_way_keeps_no_other_of_its_room() {
    let mut hospital = Hospital::new();
    hospital.nothing_moves();
    hospital.legacy.in_the_way = Some(domain::MessageId::parse("20-5").unwrap());
    let hospital = hospital.open();
    let found = hospital.run(&messages_for(2)).await;
    assert_eq!(hospital.legacy.left(), ["10-1", "20-1", "20-5", "30-1"]);
    assert_eq!((found.legacy_messages, found.left.len()), (5, 1));
    let log = hospital.log.lock().unwrap();
    assert!(
        log.contains(&"listed something".to_owned()),
        "the list says so"
    );
}

#[tokio::test]
async fn nobody_but_an_administrator_removes() {
    for role in [Role::Doctor, Role::Nurse, Role::Receptionist] {
        let hospital = Hospital::new().open();
        let member = member(role);
        let by = OrderedBy::Member(&member);
        let (retention, rules) = (&hospital.retention, messages_for(2));
        let refused = [
            retention.plan(by, &rules, &mut hospital.list()).await.err(),
            retention.run(by, &rules, &mut hospital.list()).await.err(),
            retention.lift(by, 1).await.err(),
            retention.holds(by, false).await.err(),
            retention.receipts(by, 1).await.err(),
        ];
        for error in refused {
            assert_eq!(error.unwrap().kind(), ErrorKind::Forbidden);
        }
        assert_eq!(hospital.legacy.left().len(), 9);
        assert_eq!(
            *hospital.audited.lock().unwrap(),
            ["manage-retention false"; 5]
        );
    }
}
