use domain::{Action, Decision, Denied, Reason, RoomId, StaffId};
use futures_util::future::join_all;
use jiff::Timestamp;

use crate::{
    AuditEntry, AuditFilter, Head, StoredEntry,
    conformance::AuditFixture,
    usecase::{AuditCheck, Fault, check_audit},
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_750_000_000 + second).unwrap()
}

fn entry(number: i64) -> AuditEntry {
    AuditEntry::new(at(number), Action::ReadRoom, Decision::Allowed)
        .by(&StaffId::from(number % 3))
        .in_room(&RoomId::from(number % 5))
        .on(format!("n{number}"))
}

impl AuditFixture {
    async fn record_many(&self, numbers: std::ops::Range<i64>) {
        let records = numbers.map(|number| self.audit.record(entry(number)));
        for recorded in join_all(records).await {
            recorded.unwrap();
        }
    }

    async fn seal(&self) -> usize {
        self.trail.seal(at(9_999)).await.unwrap()
    }

    async fn check(&self, heads: &[Head]) -> AuditCheck {
        check_audit(&*self.trail, &self.key, heads).await.unwrap()
    }

    async fn listed(&self, filter: &AuditFilter) -> Vec<StoredEntry> {
        self.trail.list(filter, None, 100).await.unwrap()
    }

    async fn id_of(&self, subject: &str) -> i64 {
        let filter = AuditFilter {
            subject: Some(subject.to_owned()),
            ..AuditFilter::default()
        };
        self.listed(&filter).await[0].id
    }

    /// Five sealed entries `n0` to `n4`, in several seals.
    async fn with_five(self) -> Self {
        for numbers in [0..2, 2..3, 3..5] {
            self.record_many(numbers).await;
            self.seal().await;
        }
        assert_eq!(self.check(&[]).await.whole, 5);
        self
    }
}

pub async fn entries_are_found_by_every_condition(f: AuditFixture) {
    f.record_many(0..20).await;
    let denied = Decision::Denied(Denied::because(Reason::NotADoctor));
    let mut other = AuditEntry::new(at(50), Action::Enter, denied).by(&StaffId::from(77));
    other.origin.address = Some("2001:db8::7".parse().unwrap());
    other.origin.session = Some("session-1".to_owned());
    other.origin.request = Some("request-1".to_owned());
    f.audit.record(other).await.unwrap();

    type Set = fn(&mut AuditFilter);
    let conditions: [(Set, usize); 13] = [
        (|_| {}, 21),
        (|f| f.actor = Some(StaffId::from(1)), 7),
        (|f| f.room = Some("4".into()), 4),
        (
            |f| (f.room, f.actor) = (Some("4".into()), Some(StaffId::from(1))),
            2,
        ),
        (|f| f.action = Some("enter".into()), 1),
        (|f| f.subject = Some("n7".into()), 1),
        (|f| f.decision = Some("denied".into()), 1),
        (|f| f.address = Some("2001:db8::7".into()), 1),
        (|f| f.session = Some("session-1".into()), 1),
        (|f| f.request = Some("request-1".into()), 1),
        (|f| (f.from, f.until) = (Some(at(5)), Some(at(8))), 3),
        (|f| f.from = Some(at(19)), 2),
        (|f| f.room = Some("' OR true --".into()), 0),
    ];
    for (set, count) in conditions {
        let mut filter = AuditFilter::default();
        set(&mut filter);
        let found = f.listed(&filter).await;
        assert_eq!(found.len(), count, "{filter}");
        assert!(found.is_sorted_by(|a, b| a.id > b.id), "{filter}");
    }
    let newest = f
        .trail
        .list(&AuditFilter::default(), None, 2)
        .await
        .unwrap();
    let next = f
        .trail
        .list(&AuditFilter::default(), Some(newest[1].id), 2)
        .await
        .unwrap();
    assert_eq!((newest.len(), next.len()), (2, 2));
    assert!(next[0].id < newest[1].id);
    let oldest = f.trail.entries(0, 3).await.unwrap();
    let rest = f.trail.entries(oldest[2].id, 100).await.unwrap();
    assert_eq!((oldest.len(), rest.len()), (3, 18));
    assert!(oldest.iter().chain(&rest).is_sorted_by(|a, b| a.id < b.id));
}

pub async fn what_is_written_holds_while_it_is_written(f: AuditFixture) {
    f.record_many(0..700).await;
    assert_eq!(f.check(&[]).await.waiting, 700, "before the first seal");
    // Two that seal at once, as instances do, and somebody who writes meanwhile.
    let sealing = async || {
        let mut sealed = 0;
        for _ in 0..20 {
            sealed += f.seal().await;
        }
        sealed
    };
    let checking = async {
        for _ in 0..10 {
            assert_eq!(f.check(&[]).await.faults, []);
        }
    };
    let writing = f.record_many(700..1_500);
    let (one, two, (), ()) = futures_util::join!(sealing(), sealing(), writing, checking);
    let rest = f.seal().await;
    assert_eq!(one + two + rest, 1_500, "each is sealed once");
    let check = f.check(&[]).await;
    assert_eq!((check.whole, check.waiting, check.unsigned), (1_500, 0, 0));
    assert_eq!(check.faults, []);
    assert_eq!(f.seal().await, 0);
    f.record_many(1_500..1_501).await;
    let check = f.check(&[]).await;
    assert_eq!(
        (check.whole, check.waiting, check.fault_count),
        (1_500, 1, 0)
    );
}

pub async fn a_changed_entry_is_named(f: AuditFixture) {
    let f = f.with_five().await;
    let entry = f.id_of("n2").await;
    (f.execute)("UPDATE hims_audit SET actor_id = '99' WHERE subject = 'n2'").await;
    assert_eq!(f.check(&[]).await.faults, [Fault::Changed { entry }]);
    (f.execute)("UPDATE hims_audit SET signature = NULL WHERE subject = 'n2'").await;
    assert_eq!(f.check(&[]).await.faults, [Fault::Changed { entry }]);
    // Whoever changes two is told of the first.
    let first = f.id_of("n0").await;
    (f.execute)("UPDATE hims_audit SET decision = 'denied' WHERE subject = 'n0'").await;
    let check = f.check(&[]).await;
    assert_eq!(check.faults[0], Fault::Changed { entry: first });
    assert_eq!((check.fault_count, check.whole), (2, 3));
}

pub async fn an_entry_that_is_cut_is_named(f: AuditFixture) {
    let f = f.with_five().await;
    let (middle, last) = (f.id_of("n1").await, f.id_of("n4").await);
    let sealed = at(9_999);
    (f.execute)("DELETE FROM hims_audit WHERE subject = 'n4'").await;
    let end = Fault::Cut {
        entry: last,
        sealed,
    };
    let faults = f.check(&[]).await.faults;
    assert_eq!(faults, std::slice::from_ref(&end), "the newest");
    (f.execute)("DELETE FROM hims_audit WHERE subject = 'n1'").await;
    let faults = [
        Fault::Cut {
            entry: middle,
            sealed,
        },
        end,
    ];
    assert_eq!(f.check(&[]).await.faults, faults);
}

pub async fn an_entry_that_somebody_added_is_named(f: AuditFixture) {
    let f = f.with_five().await;
    (f.execute)(
        "INSERT INTO hims_audit (at, actor_id, action, room_id, subject, decision, signature)
            SELECT at, '99', action, room_id, 'added', decision, signature FROM hims_audit WHERE subject = 'n3'",
    )
    .await;
    let entry = f.id_of("added").await;
    assert_eq!(f.check(&[]).await.faults, [Fault::Added { entry }]);
    // Also where it was brought into a seal.
    (f.execute)("INSERT INTO hims_audit_unsealed (entry_id) SELECT id FROM hims_audit WHERE subject = 'added'").await;
    assert_eq!(f.check(&[]).await.faults, [Fault::Added { entry }]);
    f.seal().await;
    assert_eq!(f.check(&[]).await.faults, [Fault::Changed { entry }]);
}

pub async fn a_copy_of_a_whole_entry_is_named(f: AuditFixture) {
    let f = f.with_five().await;
    (f.execute)(
        "INSERT INTO hims_audit (at, actor_id, action, room_id, subject, decision, signature)
            SELECT at, actor_id, action, room_id, subject, decision, signature FROM hims_audit WHERE subject = 'n3'",
    )
    .await;
    let entry = f.id_of("n3").await;
    assert_eq!(f.check(&[]).await.faults, [Fault::Added { entry }]);
}

pub async fn entries_that_change_places_are_named(f: AuditFixture) {
    let f = f.with_five().await;
    let [one, two] = [f.id_of("n1").await, f.id_of("n2").await];
    for swap in [
        "UPDATE hims_audit SET id = -1 WHERE subject = 'n1'",
        "UPDATE hims_audit SET id = id - 1 WHERE subject = 'n2' AND id > 1",
        "UPDATE hims_audit SET id = (SELECT 1 + max(a.id) FROM hims_audit a WHERE a.subject = 'n2') WHERE subject = 'n1'",
    ] {
        (f.execute)(swap).await;
    }
    let faults = [
        Fault::Moved {
            entry: one.min(two),
        },
        Fault::Moved {
            entry: one.max(two),
        },
    ];
    assert_eq!(f.check(&[]).await.faults, faults);
}

pub async fn seals_that_are_changed_or_cut_are_named(f: AuditFixture) {
    let f = f.with_five().await;
    let newest = f.trail.newest_seal().await.unwrap().unwrap();
    let head = Head::of(&newest, at(10_000));
    let check = f.check(&[head]).await;
    assert_eq!((check.heads, check.fault_count, check.seals), (1, 0, 4));
    // The end of everything is cut, and begun again.
    (f.execute)("DELETE FROM hims_audit WHERE subject IN ('n3', 'n4')").await;
    (f.execute)("DELETE FROM hims_audit_seals WHERE number = 3").await;
    assert_eq!(
        f.check(&[]).await.fault_count,
        0,
        "nobody could tell without the head"
    );
    let (number, taken) = (3, at(10_000));
    assert_eq!(
        f.check(&[head]).await.faults,
        [Fault::Ends { number, taken }]
    );
    f.record_many(5..7).await;
    f.seal().await;
    assert_eq!(
        f.check(&[head]).await.faults,
        [Fault::Head { number, taken }]
    );
    // A seal in the middle.
    (f.execute)("DELETE FROM hims_audit_seals WHERE number = 2").await;
    let faults = f.check(&[]).await.faults;
    assert_eq!(faults.last(), Some(&Fault::Seal { number: 3 }));
    let entry = f.id_of("n2").await;
    assert_eq!(faults[0], Fault::Added { entry });
}

pub async fn entries_that_no_seal_takes_are_counted_and_named(f: AuditFixture) {
    let f = f.with_five().await;
    assert_eq!(f.trail.unsealed().await.unwrap(), 0);
    // Entries of commands wait for the next start of the service, however long that takes.
    f.record_many(5..7).await;
    f.record_many(2_000..2_001).await;
    assert_eq!(f.trail.unsealed().await.unwrap(), 3);
    let check = f.check(&[]).await;
    assert_eq!((check.waiting, check.fault_count), (3, 0));
    // A request shows that the service runs; it has some minutes to seal.
    let of_a_request = async |second| {
        let mut entry = entry(second);
        entry.origin.request = Some("request-1".to_owned());
        f.audit.record(entry).await.unwrap();
    };
    of_a_request(5 + 300).await;
    assert_eq!(f.check(&[]).await.fault_count, 0);
    of_a_request(5 + 301).await;
    let entry = f.id_of("n5").await;
    let check = f.check(&[]).await;
    assert_eq!((check.whole, check.waiting), (5, 5));
    assert_eq!(check.faults, [Fault::Unsealed { entry }]);
    f.seal().await;
    let check = f.check(&[]).await;
    assert_eq!((check.whole, check.waiting, check.fault_count), (10, 0, 0));
}

pub async fn entries_from_before_the_first_seal_are_left_alone(f: AuditFixture) {
    f.record_many(0..3).await;
    (f.execute)("UPDATE hims_audit SET signature = NULL WHERE subject IN ('n0', 'n1')").await;
    (f.execute)("DELETE FROM hims_audit_unsealed").await;
    (f.execute)("DELETE FROM hims_audit WHERE subject = 'n2'").await;
    f.seal().await;
    f.record_many(3..5).await;
    f.seal().await;
    let check = f.check(&[]).await;
    assert_eq!((check.unsigned, check.whole, check.fault_count), (2, 2, 0));
    // Afterwards nobody passes for one of them.
    let entry = f.id_of("n4").await;
    (f.execute)("UPDATE hims_audit SET signature = NULL WHERE subject = 'n4'").await;
    assert_eq!(f.check(&[]).await.faults, [Fault::Changed { entry }]);
}

pub async fn what_the_rules_removed_was_not_cut(f: AuditFixture) {
    let f = f.with_five().await;
    let [zero, two, three] = [
        f.id_of("n0").await,
        f.id_of("n2").await,
        f.id_of("n3").await,
    ];
    let removed = f.trail.remove(&[two, zero], at(20_000)).await;
    assert_eq!(removed.unwrap(), 2);
    let again = f.trail.remove(&[two, zero], at(20_001)).await;
    assert_eq!(again.unwrap(), 0, "what is gone is not there");
    let check = f.check(&[]).await;
    assert_eq!((check.whole, check.removed, check.fault_count), (3, 2, 0));
    let statements = f.trail.removed(0, 10).await.unwrap();
    assert_eq!(statements.len(), 1);
    assert_eq!(statements[0].at, at(20_000));
    assert!(statements[0].is_genuine(&f.key));
    // What is cut beside it is cut, and what waits for a seal stays.
    (f.execute)("DELETE FROM hims_audit WHERE subject = 'n3'").await;
    let cut = Fault::Cut {
        entry: three,
        sealed: at(9_999),
    };
    assert_eq!(f.check(&[]).await.faults, std::slice::from_ref(&cut));
    f.record_many(5..6).await;
    let waiting = f.id_of("n5").await;
    assert_eq!(f.trail.remove(&[waiting], at(20_002)).await.unwrap(), 0);
    // A statement that was changed explains nothing.
    (f.execute)("UPDATE hims_audit_removed SET number = 7").await;
    let faults = f.check(&[]).await.faults;
    let sealed = at(9_999);
    let expected = [
        Fault::Cut {
            entry: zero,
            sealed,
        },
        Fault::Cut { entry: two, sealed },
        cut,
        Fault::Statement { number: 7 },
    ];
    assert_eq!(faults, expected);
}
