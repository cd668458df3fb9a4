//! One request is one entry, and nothing is answered before it is stored.

#![allow(
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

use std::sync::{Arc, Mutex};

use domain::{Action, Decision, Denied, Reason, RoomId, StaffId};
use hims_chat_ports::*;
use jiff::Timestamp;

/// Keeps entries; fails while it is down.
#[derive(Clone, Default)]
struct Record(Arc<Mutex<(bool, Vec<AuditEntry>)>>);

impl Record {
    fn is_down(&self, is_down: bool) {
        self.0.lock().unwrap().0 = is_down;
    }

    fn actions(&self) -> Vec<&'static str> {
        let record = self.0.lock().unwrap();
        record.1.iter().map(|entry| entry.action.as_str()).collect()
    }

    fn entries(&self) -> Vec<AuditEntry> {
        self.0.lock().unwrap().1.clone()
    }

    fn signed(&self) -> SignedAudit {
        let mut audit = MockAudit::new();
        let record = self.clone();
        audit.expect_record().returning(move |entry| {
            let mut record = record.0.lock().unwrap();
            if record.0 {
                return Err(Error::unavailable("the audit does not answer"));
            }
            record.1.push(entry);
            Ok(())
        });
        SignedAudit::new(Arc::new(audit), AuditKey::new([7; 32]))
    }
}

fn entry(action: Action) -> AuditEntry {
    let at = Timestamp::from_second(1_750_000_000).unwrap();
    let entry = AuditEntry::new(at, action, Decision::Allowed).by(&StaffId::from(1));
    match action {
        Action::ReadRoom | Action::PostMessage => entry.in_room(&RoomId::from(5)),
        _ => entry,
    }
}

async fn asks(audit: &SignedAudit, actions: &[Action]) {
    for action in actions {
        audit.record(entry(*action)).await.unwrap();
    }
}

/// The entries of a page that asks for all this.
async fn page(actions: &[Action]) -> Vec<&'static str> {
    let record = Record::default();
    let audit = record.signed();
    let visit = Visit::new(Origin::default());
    visit.run(asks(&audit, actions)).await.unwrap();
    record.actions()
}

#[tokio::test]
async fn a_page_is_one_entry() {
    use Action::{ListRooms, ListUrgent, PostMessage, ReadRoom, SearchPatients, ViewPatient};
    let room = [
        ListRooms, ReadRoom, ReadRoom, ListUrgent, ListRooms, ReadRoom,
    ];
    assert_eq!(page(&room).await, ["read-room"]);
    assert_eq!(
        page(&[ViewPatient, ListRooms, ListUrgent]).await,
        ["view-patient"]
    );
    assert_eq!(
        page(&[ListUrgent, SearchPatients, ListRooms]).await,
        ["search-patients"]
    );
    // Where the rooms are the matter themselves, one of them stands for all.
    assert_eq!(
        page(&[ListRooms, ListUrgent, ListRooms]).await,
        ["list-rooms"]
    );
    // Different matters are different entries, and everything that is done is one of its own.
    let two = [ReadRoom, ViewPatient, ReadRoom, ListRooms];
    assert_eq!(page(&two).await, ["read-room", "view-patient"]);
    let posts = [PostMessage, PostMessage, ListRooms];
    assert_eq!(page(&posts).await, ["post-message", "post-message"]);
}

#[tokio::test]
async fn of_what_is_done_in_a_room_the_deed_is_the_entry() {
    use Action::{ListRooms, PostMessage, ReadRoom, ViewPatient};
    let record = Record::default();
    let audit = record.signed();
    let send = asks(&audit, &[ReadRoom, PostMessage, ReadRoom, ListRooms]);
    Visit::to_act(Origin::default()).run(send).await.unwrap();
    assert_eq!(record.actions(), ["post-message"]);

    // What was not done, and other matters, leave the look.
    let denied = Decision::Denied(Denied::because(Reason::TooFast));
    let refused = async {
        asks(&audit, &[ReadRoom, ViewPatient]).await;
        let mut post = entry(PostMessage);
        post.decision = denied;
        audit.record(post).await.unwrap();
        let elsewhere = entry(PostMessage).in_room(&RoomId::from(6));
        audit.record(elsewhere).await.unwrap();
    };
    Visit::to_act(Origin::default()).run(refused).await.unwrap();
    let all = ["post-message", "post-message", "read-room", "view-patient"];
    assert_eq!(record.actions()[1..], all);
}

#[tokio::test]
async fn other_rooms_patients_and_people_are_other_matters() {
    let record = Record::default();
    let audit = record.signed();
    let looks = async {
        for room in [5, 6, 5] {
            let look = entry(Action::ReadRoom).in_room(&RoomId::from(room));
            audit.record(look).await.unwrap();
        }
        for patient in ["1", "2", "1"] {
            let look = entry(Action::ViewPatient).on(patient);
            audit.record(look).await.unwrap();
        }
        let other = entry(Action::ReadRoom).by(&StaffId::from(2));
        audit.record(other).await.unwrap();
    };
    Visit::new(Origin::default()).run(looks).await.unwrap();
    assert_eq!(record.entries().len(), 5);
}

#[tokio::test]
async fn a_denied_look_is_always_an_entry() {
    let record = Record::default();
    let audit = record.signed();
    let denied = Decision::Denied(Denied::because(Reason::NotAParticipant));
    let looks = async {
        for _ in 0..2 {
            let mut look = entry(Action::ReadRoom);
            look.decision = denied;
            audit.record(look).await.unwrap();
        }
        audit.record(entry(Action::ListRooms)).await.unwrap();
    };
    Visit::new(Origin::default()).run(looks).await.unwrap();
    // The rooms were shown all the same.
    assert_eq!(record.actions(), ["read-room", "read-room", "list-rooms"]);
}

#[tokio::test]
async fn entries_say_where_they_were_asked_and_are_signed() {
    let record = Record::default();
    let audit = record.signed();
    let address = "203.0.113.7".parse().ok();
    let origin = Origin::default().at(address).of_request(Some("r-1"));
    let visit = Visit::new(origin);
    let work = async {
        audit.record(entry(Action::SearchMessages)).await.unwrap();
        Visit::current().unwrap().in_session("s-1");
        audit.record(entry(Action::ListRooms)).await.unwrap();
        audit.record(entry(Action::PostMessage)).await.unwrap();
    };
    visit.run(work).await.unwrap();
    let entries = record.entries();
    let sessions: Vec<_> = entries
        .iter()
        .map(|entry| entry.origin.session.as_deref())
        .collect();
    assert_eq!(sessions, [None, Some("s-1")]);
    for entry in &entries {
        assert_eq!(entry.origin.address, address);
        assert_eq!(entry.origin.request.as_deref(), Some("r-1"));
        let signature = AuditKey::new([7; 32]).sign(&WrittenEntry::from(entry));
        assert_eq!(entry.signature, Some(signature));
    }
    // Without a visit an entry is stored as it comes.
    asks(&audit, &[Action::ListRooms, Action::ListRooms]).await;
    let entries = record.entries();
    assert_eq!(entries.len(), 4);
    assert_eq!(entries[3].origin, Origin::default());
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_answered() {
    for action in [Action::ReadRoom, Action::ListRooms] {
        let record = Record::default();
        let audit = record.signed();
        record.is_down(true);
        // The part of the page is answered; the page is not.
        let answer = Visit::new(Origin::default())
            .run(asks(&audit, &[action, action]))
            .await;
        assert!(answer.unwrap_err().is_temporary(), "{action}");
        assert_eq!(record.entries(), []);

        // It is written at the end where it could not be before.
        let late = async {
            record.is_down(true);
            audit.record(entry(action)).await.unwrap();
            record.is_down(false);
            "page"
        };
        let answer = Visit::new(Origin::default()).run(late).await;
        assert_eq!(answer.unwrap(), "page");
        assert_eq!(record.actions(), [action.as_str()]);
    }
    // Nothing is done that is not written down.
    let record = Record::default();
    let audit = record.signed();
    record.is_down(true);
    let post = async { audit.record(entry(Action::PostMessage)).await };
    let posted = Visit::new(Origin::default()).run(post).await.unwrap();
    assert!(posted.unwrap_err().is_temporary());
}

/// Never comes to the end of its first entry.
struct Stuck(Mutex<bool>, Record);

#[async_trait::async_trait]
impl Audit for Stuck {
    async fn record(&self, entry: AuditEntry) -> Result<()> {
        if std::mem::take(&mut *self.0.lock().unwrap()) {
            std::future::pending::<()>().await;
        }
        self.1.0.lock().unwrap().1.push(entry);
        Ok(())
    }
}

#[tokio::test]
async fn a_look_that_nobody_waited_for_is_written_all_the_same() {
    let record = Record::default();
    let stuck = Stuck(Mutex::new(true), record.clone());
    let audit = SignedAudit::new(Arc::new(stuck), AuditKey::new([7; 32]));
    let work = async {
        tokio::select! {
            biased;
            _ = audit.record(entry(Action::ReadRoom)) => unreachable!("it is stuck"),
            () = std::future::ready(()) => {}
        }
        // The same again shows the room, as it counts as one look.
        audit.record(entry(Action::ReadRoom)).await.unwrap();
    };
    Visit::new(Origin::default()).run(work).await.unwrap();
    assert_eq!(record.actions(), ["read-room"]);
}
