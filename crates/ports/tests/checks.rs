//! The checks are for administrators who work here, and who looked is written down first.

#![allow(
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

use std::sync::{Arc, Mutex};

use domain::{Action, Decision, Reason, Role, StaffId, StaffMember};
use hims_chat_ports::*;

type Entries = Arc<Mutex<Vec<AuditEntry>>>;

fn member(role: Role, active: bool) -> StaffMember {
    StaffMember {
        id: StaffId::from(7),
        name: "Osric Tannahill-Brae".into(),
        role,
        specialty: None,
        grade: None,
        ward: None,
        active,
    }
}

fn checks(looks: usize) -> (Checks, Entries) {
    let mut inner = MockChecking::new();
    let found = || vec![Finding::good("app", "the key is that of app 1")];
    inner.expect_surroundings().times(looks).returning(found);
    let entries = Entries::default();
    let mut audit = MockAudit::new();
    let kept = entries.clone();
    audit.expect_record().returning(move |entry| {
        kept.lock().unwrap().push(entry);
        Ok(())
    });
    let checks = Checks::new(Arc::new(inner), Arc::new(audit), Arc::new(SystemClock));
    (checks, entries)
}

#[tokio::test]
async fn an_administrator_is_shown_them() {
    let (checks, entries) = checks(1);
    let administrator = member(Role::Administrator, true);
    assert_eq!(checks.surroundings(&administrator).await.unwrap().len(), 1);
    let entries = entries.lock().unwrap();
    assert_eq!(entries[0].action, Action::ViewChecks);
    assert_eq!(entries[0].decision, Decision::Allowed);
}

#[tokio::test]
async fn nobody_else_is() {
    for role in Role::ALL {
        let is_active = role != Role::Administrator;
        let (checks, entries) = checks(0);
        let refused = checks.surroundings(&member(role, is_active)).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden, "{role}");
        let Decision::Denied(denied) = entries.lock().unwrap()[0].decision else {
            panic!("{role} was let in");
        };
        let expected = match role {
            Role::Administrator => Reason::NotActive,
            _ => Reason::NotAnAdministrator,
        };
        assert_eq!(denied.reason(), expected, "{role}");
    }
}
