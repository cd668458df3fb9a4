//! Nothing passes the guard that the policy denies, and nothing is answered that is not written
//! down. The ports behind it are mocks that panic when anything gets through.

#![allow(
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "guard/behind.rs"]
mod behind;
#[path = "guard/calls.rs"]
mod calls;
#[path = "guard/samples.rs"]
mod samples;

use std::sync::{Arc, Mutex};

use domain::{
    Action, Availability, AvailabilityText, Decision, Doctor, Reason, Role, StaffId, StaffMember,
    Standing, policy::decide,
};
use hims_chat_ports::*;

use behind::Behind;
use calls::Call;
use samples::room;

type Entries = Arc<Mutex<Vec<AuditEntry>>>;

fn member(role: Role) -> StaffMember {
    StaffMember {
        id: StaffId::from(1),
        name: "Dr Ana Ruiz".into(),
        role,
        specialty: None,
        grade: None,
        ward: None,
        active: true,
    }
}

fn ana() -> Doctor {
    Doctor::admit(member(Role::Doctor)).unwrap()
}

/// An audit that keeps what it is told, or one that is down.
fn audit(works: bool) -> (Arc<dyn Audit>, Entries) {
    let entries = Entries::default();
    let mut audit = MockAudit::new();
    let kept = entries.clone();
    audit.expect_record().returning(move |entry| {
        kept.lock().unwrap().push(entry);
        if works {
            Ok(())
        } else {
            Err(Error::unavailable("the audit does not answer"))
        }
    });
    (Arc::new(audit), entries)
}

/// Makes the call through the guard; what it answers and what was written down.
async fn through(behind: Behind, call: Call, audit_works: bool) -> (Result<()>, Vec<AuditEntry>) {
    let (audit, entries) = audit(audit_works);
    let (backend, patients, availabilities) = behind.into_ports();
    let clock = Arc::new(SystemClock);
    let chat = Chat::new(backend, audit.clone(), clock.clone());
    let patients = Patients::new(patients, audit.clone(), clock.clone());
    let availabilities = GuardedAvailabilities::new(availabilities, audit, clock);
    let answer = call.make(&chat, &patients, &availabilities, &ana()).await;
    let entries = entries.lock().unwrap().clone();
    (answer, entries)
}

fn every_case() -> impl Iterator<Item = (Call, Standing, Decision)> {
    Call::ALL.iter().flat_map(|call| {
        Standing::ALL.map(|standing| {
            let decision = decide(Role::Doctor, standing, call.action());
            (*call, standing, decision)
        })
    })
}

#[test]
fn every_action_has_a_call() {
    // Coming in is asked before there is a doctor to make a call: see the last test. Keeping access
    // is asked when there is none any more: see the test of leavers. What administrators do is no doctor's, and
    // sign-ins are the login's.
    let is_called = |action: &&Action| {
        !action.is_for_administrators()
            && !action.is_of_the_account()
            && !matches!(action, Action::Enter | Action::KeepClientAccess)
    };
    for action in Action::ALL.iter().filter(is_called) {
        let has_call = Call::ALL.iter().any(|call| call.action() == *action);
        assert!(has_call, "{action}");
    }
}

#[tokio::test]
async fn what_is_denied_never_reaches_the_backend() {
    let mut denied = 0;
    for (call, standing, decision) in every_case() {
        let Decision::Denied(why) = decision else {
            continue;
        };
        denied += 1;
        let (answer, entries) = through(Behind::refusing(call, standing), call, true).await;
        let kind = answer.unwrap_err().kind();
        let expected = match why.reason() {
            Reason::NotAParticipant | Reason::LeftTheRoom => ErrorKind::NotFound,
            _ => ErrorKind::Forbidden,
        };
        assert_eq!(kind, expected, "{call:?} by {standing:?}");
        assert_eq!(entries.len(), 1, "{call:?} by {standing:?}");
        assert_eq!(entries[0].action, call.action());
        assert_eq!(entries[0].decision, decision);
        assert_eq!(
            (entries[0].actor.as_ref(), &entries[0].room),
            (Some(ana().id()), &call.names_a_room().then(room))
        );
    }
    assert!(denied > 40, "the policy denies {denied} of them");
}

#[tokio::test]
async fn a_denial_that_cannot_be_written_down_is_not_answered() {
    for (call, standing, decision) in every_case() {
        if decision != Decision::Allowed {
            let (answer, _) = through(Behind::refusing(call, standing), call, false).await;
            let kind = answer.unwrap_err().kind();
            assert_eq!(kind, ErrorKind::Unavailable, "{call:?} by {standing:?}");
        }
    }
}

#[tokio::test]
async fn what_is_allowed_is_called_once_and_written_down_once() {
    for (call, standing, decision) in every_case() {
        if decision != Decision::Allowed {
            continue;
        }
        let (answer, entries) = through(Behind::allowing(call, standing), call, true).await;
        answer.unwrap();
        let action = call.action();
        let audited = !matches!(
            action,
            Action::SignalTyping
                | Action::KeepDraft
                | Action::MarkDelivered
                | Action::SeePresence
                | Action::SeeThumbnail
        );
        assert_eq!(
            entries.len(),
            usize::from(audited),
            "{call:?} by {standing:?}"
        );
        for entry in entries {
            assert_eq!((entry.action, entry.decision), (action, Decision::Allowed));
            assert_eq!(entry.actor.as_ref(), Some(ana().id()));
            assert_eq!(entry.room, call.names_a_room().then(room));
        }
    }
}

#[tokio::test]
async fn without_its_entry_there_is_no_answer() {
    for (call, standing, decision) in every_case() {
        if decision == Decision::Allowed && call.action().is_audited_when_allowed() {
            let (answer, _) = through(Behind::allowing(call, standing), call, false).await;
            let kind = answer.unwrap_err().kind();
            assert_eq!(kind, ErrorKind::Unavailable, "{call:?} by {standing:?}");
        }
    }
}

#[tokio::test]
async fn a_standing_that_cannot_be_learned_lets_nobody_in() {
    for call in Call::ALL.iter().filter(|call| call.names_a_room()) {
        let (answer, entries) = through(Behind::lost(*call), *call, true).await;
        assert_eq!(
            answer.unwrap_err().kind(),
            ErrorKind::Unavailable,
            "{call:?}"
        );
        assert!(entries.is_empty(), "nothing was decided");
    }
}

#[tokio::test]
async fn a_colleague_who_is_no_doctor_is_refused_and_written_down() {
    let (audit, entries) = audit(true);
    let (backend, ..) = Behind::new().into_ports();
    let chat = Chat::new(backend, audit, Arc::new(SystemClock));
    assert!(
        chat.admit(&ana(), Some(&room()), member(Role::Doctor))
            .await
            .is_ok()
    );
    assert!(entries.lock().unwrap().is_empty());
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Doctor) {
        let refused = chat
            .admit(&ana(), Some(&room()), member(role))
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Forbidden, "{role}");
        let entry = entries.lock().unwrap().pop().unwrap();
        assert_eq!(entry.action, Action::AddParticipant);
        assert!(
            matches!(entry.decision, Decision::Denied(why) if why.reason() == Reason::NotADoctor)
        );
    }
}

#[tokio::test]
async fn whoever_is_no_doctor_is_turned_away_and_written_down() {
    for role in Role::ALL {
        let (audit, entries) = audit(true);
        let (_, patients, _) = Behind::new().into_ports();
        let patients = Patients::new(patients, audit, Arc::new(SystemClock));
        let admitted = patients.admit(member(role)).await;
        assert_eq!(admitted.is_ok(), role == Role::Doctor, "{role}");
        let denied = entries
            .lock()
            .unwrap()
            .iter()
            .filter(|entry| entry.action == Action::Enter)
            .count();
        assert_eq!(denied, usize::from(role != Role::Doctor), "{role}");
    }
}

#[tokio::test]
async fn an_availability_ends_within_a_month_or_is_not_set() {
    let now = SystemClock.now();
    let until = |minutes: i64| Availability {
        text: AvailabilityText::parse("In theatre").unwrap(),
        until: now + jiff::SignedDuration::from_mins(minutes),
    };
    for (minutes, fits) in [(-1, false), (30, true), (31 * 24 * 60 + 1, false)] {
        let (audit, entries) = audit(true);
        let mut inner = MockAvailabilities::new();
        inner
            .expect_set()
            .times(usize::from(fits))
            .returning(|_, _| Ok(()));
        let inner = Arc::new(inner);
        let guarded = GuardedAvailabilities::new(inner, audit, Arc::new(SystemClock));
        let set = guarded.set(&ana(), Some(&until(minutes))).await;
        match set {
            Ok(()) => assert!(fits, "{minutes} minutes"),
            Err(error) => {
                assert!(!fits, "{minutes} minutes");
                assert_eq!(error.kind(), ErrorKind::Invalid { field: "until" });
            }
        }
        assert_eq!(entries.lock().unwrap().len(), usize::from(fits));
    }
}
