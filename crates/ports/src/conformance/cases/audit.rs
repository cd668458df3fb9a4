use domain::{Action, Decision, Denied, Reason, RoomId, StaffId};
use jiff::Timestamp;

use crate::{AuditEntry, conformance::AuditFixture};

fn entry(subject: Option<&str>) -> AuditEntry {
    let at = Timestamp::from_second(1_750_000_000).unwrap();
    let mut entry = AuditEntry::new(at, Action::ReadRoom, Decision::Allowed)
        .by(&StaffId::from(7))
        .in_room(&RoomId::parse("42").unwrap());
    entry.subject = subject.map(str::to_owned);
    entry
}

impl AuditFixture {
    async fn record(&self, entry: AuditEntry) {
        self.audit.record(entry).await.unwrap();
    }

    async fn count(&self, of: &str) -> i64 {
        (self.count)(format!("SELECT count(*) FROM hims_audit WHERE {of}")).await
    }
}

pub async fn an_entry_is_stored_with_all_that_it_says(f: AuditFixture) {
    f.record(entry(Some("m-1"))).await;
    let whole = "actor_id = '7' AND action = 'read-room' AND room_id = '42' AND subject = 'm-1'
        AND decision = 'allowed' AND reason IS NULL";
    assert_eq!(f.count(whole).await, 1, "when it is answered");
    f.record(AuditEntry {
        room: None,
        subject: None,
        action: Action::Enter,
        decision: Decision::Denied(Denied::because(Reason::NotADoctor)),
        ..entry(None)
    })
    .await;
    let denied = format!(
        "actor_id = '7' AND action = 'enter' AND room_id IS NULL AND subject IS NULL
            AND decision = 'denied' AND reason = '{}'",
        Reason::NotADoctor.as_str()
    );
    assert_eq!(f.count(&denied).await, 1);
    // To the letter.
    f.record(entry(Some("it's \"Zoë\" % _ \\ \u{1f98a}"))).await;
    let quoted = "subject = 'it''s \"Zoë\" % _ \\ \u{1f98a}'";
    assert_eq!(f.count(quoted).await, 1);
    assert_eq!(f.count("true").await, 3);
}

pub async fn entries_are_added_and_replace_none(f: AuditFixture) {
    for _ in 0..2 {
        f.record(entry(Some("same"))).await;
    }
    assert_eq!(f.count("subject = 'same'").await, 2);
    let many = (0..300).map(|number| f.record(entry(Some(&format!("n{number}")))));
    futures_util::future::join_all(many).await;
    assert_eq!(f.count("subject LIKE 'n%'").await, 300);
}

pub async fn an_entry_may_speak_of_what_is_not_there(f: AuditFixture) {
    f.record(AuditEntry {
        actor: Some(StaffId::parse("who-was-never-here").unwrap()),
        room: Some(RoomId::parse("no-number").unwrap()),
        ..entry(Some("9223372036854775807"))
    })
    .await;
    let there = "actor_id = 'who-was-never-here' AND room_id = 'no-number'";
    assert_eq!(f.count(there).await, 1);
}
