//! Whoever is no doctor any more loses the access at a hosted backend, which is written down once.

#![allow(
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "guard/behind.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod behind;
#[path = "guard/calls.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod calls;
#[path = "guard/samples.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod samples;

use std::sync::{Arc, Mutex};

use domain::{Action, Decision, Denied, Reason, Role, StaffId, StaffMember};
use hims_chat_ports::*;

type Entries = Arc<Mutex<Vec<AuditEntry>>>;

fn member(id: i64, role: Role, active: bool) -> StaffMember {
    StaffMember {
        id: StaffId::from(id),
        name: "Ana Ruiz".into(),
        role,
        specialty: None,
        grade: None,
        ward: None,
        active,
    }
}

/// 1 is a doctor, 2 has left, 3 is a pharmacist now, and of 4 nobody knows any more.
fn staff() -> MockStaffDirectory {
    let mut staff = MockStaffDirectory::new();
    staff.expect_find_many().returning(|_| {
        Ok(vec![
            member(1, Role::Doctor, true),
            member(2, Role::Doctor, false),
            member(3, Role::Pharmacist, true),
        ])
    });
    staff
}

fn chat(tokens: MockClientTokens) -> (Chat, Entries) {
    let entries = Entries::default();
    let mut audit = MockAudit::new();
    let kept = entries.clone();
    audit.expect_record().returning(move |entry| {
        kept.lock().unwrap().push(entry);
        Ok(())
    });
    let (mut backend, ..) = behind::Behind::new().into_ports();
    backend.tokens = Some(Arc::new(tokens));
    let chat = Chat::new(backend, Arc::new(audit), Arc::new(SystemClock));
    (chat, entries)
}

fn holders() -> MockClientTokens {
    let mut tokens = MockClientTokens::new();
    let everybody = || Ok((1..=4).map(StaffId::from).collect());
    tokens.expect_holders().returning(everybody);
    tokens
}

#[tokio::test]
async fn who_is_no_doctor_any_more_loses_access_and_a_doctor_keeps_it() {
    let mut tokens = holders();
    for gone in 2..=4 {
        let withdraw = tokens.expect_withdraw().times(1);
        withdraw
            .withf(move |id, _| *id == StaffId::from(gone))
            .returning(|_, _| Ok(()));
    }
    let (chat, entries) = chat(tokens);
    usecase::withdraw_from_leavers(&chat, &staff())
        .await
        .unwrap();
    let entries = entries.lock().unwrap().clone();
    let written: Vec<_> = entries
        .iter()
        .map(|entry| {
            let actor = entry.actor.as_ref().map_or("", |actor| actor.as_str());
            (actor, entry.action, entry.decision)
        })
        .collect();
    let lost = |id, reason| {
        let denied = Decision::Denied(Denied::because(reason));
        (id, Action::KeepClientAccess, denied)
    };
    let expected = [
        lost("2", Reason::NotActive),
        lost("3", Reason::NotADoctor),
        lost("4", Reason::NotActive),
    ];
    assert_eq!(written, expected);
}

#[tokio::test]
async fn what_could_not_be_done_is_not_written_down_and_is_tried_again() {
    let mut tokens = holders();
    let mut tries = 0;
    tokens.expect_withdraw().times(6).returning(move |_, _| {
        tries += 1;
        match tries {
            1 => Err(Error::unavailable("Stream cannot be reached now")),
            _ => Ok(()),
        }
    });
    let (chat, entries) = chat(tokens);
    let failed = usecase::withdraw_from_leavers(&chat, &staff()).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Unavailable);
    // One who cannot be dealt with does not keep the others.
    assert_eq!(entries.lock().unwrap().len(), 2);
    usecase::withdraw_from_leavers(&chat, &staff())
        .await
        .unwrap();
    assert_eq!(entries.lock().unwrap().len(), 5);
}
