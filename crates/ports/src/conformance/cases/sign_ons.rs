use domain::{Identifier, Role, StaffId};
use jiff::Timestamp;

use crate::{ErrorKind, Subject, conformance::SignInFixture};

/// Subjects and identifiers of the cases.
const ISSUER: &str = "https://sso.hospital.example/realms/hims";

fn subject(issuer: &str, subject: &str) -> Subject {
    Subject::parse(issuer, subject).expect("a subject")
}

fn identifier(text: &str) -> Identifier {
    Identifier::parse(text).expect("an identifier")
}

impl SignInFixture {
    async fn linked(&self, subject: &Subject) -> Option<usize> {
        let account = self.sign_ons.linked(subject).await.unwrap()?;
        let is_they = |doctor: &domain::Doctor| *doctor.id() == account.member.id;
        self.doctors.iter().position(is_they)
    }

    async fn link(&self, subject: &Subject, doctor: usize) -> Result<(), ErrorKind> {
        let staff = self.doctors[doctor].id();
        let linked = self.sign_ons.link(subject, staff, Timestamp::now()).await;
        linked.map_err(|error| error.kind())
    }
}

pub async fn a_subject_is_linked_for_good(f: SignInFixture) {
    let ana = subject(ISSUER, "7f3a");
    assert_eq!(f.linked(&ana).await, None);
    f.link(&ana, 0).await.unwrap();
    f.link(&ana, 0).await.unwrap();
    assert_eq!(f.linked(&ana).await, Some(0));
    assert_eq!(f.link(&ana, 1).await, Err(ErrorKind::Conflict));
    assert_eq!(f.linked(&ana).await, Some(0));
    // One person may come by several ways.
    f.link(&subject("ldap", "7f3a"), 0).await.unwrap();
    assert_eq!(f.linked(&subject("ldap", "7f3a")).await, Some(0));
}

pub async fn one_issuer_has_one_subject_for_a_person(f: SignInFixture) {
    let (first, second) = (subject(ISSUER, "7f3a"), subject(ISSUER, "9c1d"));
    f.link(&first, 0).await.unwrap();
    assert_eq!(f.link(&second, 0).await, Err(ErrorKind::Conflict));
    assert_eq!(f.linked(&second).await, None);
    assert_eq!(f.linked(&first).await, Some(0));
    f.link(&second, 1).await.unwrap();
    // The way out for an account that was replaced.
    (f.execute)("DELETE FROM hims_sign_on WHERE user_id = 1").await;
    let third = subject(ISSUER, "aa01");
    f.link(&third, 0).await.unwrap();
    assert_eq!(f.linked(&third).await, Some(0));
}

pub async fn subjects_are_compared_to_the_letter(f: SignInFixture) {
    f.link(&subject(ISSUER, "Ana"), 0).await.unwrap();
    f.link(&subject(ISSUER, "ana"), 1).await.unwrap();
    assert_eq!(f.linked(&subject(ISSUER, "Ana")).await, Some(0));
    assert_eq!(f.linked(&subject(ISSUER, "ana")).await, Some(1));
    for other in [
        subject(ISSUER, "Ana "),
        subject(ISSUER, "%"),
        subject(ISSUER, "a' OR '1'='1"),
        subject("https://other.example", "Ana"),
        subject(&format!("{ISSUER}/"), "Ana"),
    ] {
        assert_eq!(f.linked(&other).await, None, "{}", other.subject());
    }
}

pub async fn an_account_is_found_by_its_identifier(f: SignInFixture) {
    (f.execute)("UPDATE users SET email = 'ana@hospital.example' WHERE id = 1").await;
    (f.execute)("INSERT INTO hims_staff (user_id, identifier) VALUES (1, 'E-1001')").await;
    let found = f.sign_ons.by_identifier(&identifier("E-1001")).await;
    let account = found.unwrap().expect("the account");
    assert_eq!(account.member, *f.doctors[0].member());
    assert_eq!(account.email, "ana@hospital.example");
    for other in ["e-1001", "E-100", "E-1001x", "1", "ana@hospital.example"] {
        let found = f.sign_ons.by_identifier(&identifier(other)).await.unwrap();
        assert_eq!(found, None, "{other}");
    }
}

pub async fn who_has_left_is_found_by_their_link_and_says_so(f: SignInFixture) {
    let ana = subject(ISSUER, "7f3a");
    (f.execute)("INSERT INTO hims_staff (user_id, identifier) VALUES (1, 'E-1001')").await;
    f.link(&ana, 0).await.unwrap();
    (f.execute)("UPDATE users SET is_active = false, role = 'nurse' WHERE id = 1").await;
    let by_link = f.sign_ons.linked(&ana).await.unwrap().unwrap();
    let by_identifier = f.sign_ons.by_identifier(&identifier("E-1001")).await;
    assert_eq!(by_identifier.unwrap().as_ref(), Some(&by_link));
    assert!(!by_link.member.active);
    assert_eq!(by_link.member.role, Role::Nurse);
    (f.execute)("UPDATE users SET deleted_at = '2030-01-01 00:00:00' WHERE id = 1").await;
    assert_eq!(f.sign_ons.linked(&ana).await.unwrap(), None);
    let found = f.sign_ons.by_identifier(&identifier("E-1001")).await;
    assert_eq!(found.unwrap(), None);
}

pub async fn nobody_is_linked_to_nobody(f: SignInFixture) {
    let ana = subject(ISSUER, "7f3a");
    let nobody = StaffId::from(987_654);
    let linked = f.sign_ons.link(&ana, &nobody, Timestamp::now());
    assert_eq!(linked.await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(f.linked(&ana).await, None);
}

pub async fn a_link_to_a_deleted_account_gives_way(f: SignInFixture) {
    let ana = subject(ISSUER, "7f3a");
    f.link(&ana, 0).await.unwrap();
    (f.execute)("UPDATE users SET is_active = false WHERE id = 1").await;
    assert_eq!(f.link(&ana, 1).await, Err(ErrorKind::Conflict));
    (f.execute)("UPDATE users SET deleted_at = '2030-01-01 00:00:00' WHERE id = 1").await;
    f.link(&ana, 1).await.unwrap();
    assert_eq!(f.linked(&ana).await, Some(1));
}
