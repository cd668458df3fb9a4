use domain::{EmailAddress, Identifier, Role};

use super::staff_register::{Unlogged, people, person};
use crate::{
    DeactivatedBy, ErrorKind, RegisteredStaff,
    conformance::RegisterFixture,
    usecase::{Missing, StaffTaken, take_staff},
};

pub async fn rows_that_close_too_many_do_nothing(f: RegisterFixture) {
    f.take(&people(0..40)).await;
    let mut inverted = people(0..40);
    for record in &mut inverted.records[1..] {
        record.active = false;
    }
    for missing in [Missing::Left, Missing::Unsaid] {
        inverted.missing = missing;
        let taken = take_staff(&*f.staff, &Unlogged, &inverted, |_| {}).await;
        let error = taken.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Conflict), "{error}");
        assert!(error.message().contains("39 of 40"), "{error}");
        assert!(f.of("S5").await.unwrap().member.active);
    }
    inverted.closing = Some(39);
    f.take(&inverted).await;
    assert!(!f.of("S5").await.unwrap().member.active);
}

/// Roles that a HIMS writes in its own words are read and stay as they are written.
pub async fn words_of_the_hims_stay(f: RegisterFixture) {
    f.take(&people(0..3)).await;
    (f.execute)("UPDATE users SET role = 'admin' WHERE email = 's0@hospital.example'").await;
    (f.execute)("UPDATE users SET role = ' Doctor ' WHERE email = 's1@hospital.example'").await;
    let mut list = people(0..3);
    list.records[0].ward = super::staff_register::given("A1");
    list.records[1].ward = super::staff_register::given("A1");
    let taken = f.take(&list).await;
    assert_eq!(taken[..2], [StaffTaken::Changed, StaffTaken::Changed]);
    // What is still there can be found by its own words alone.
    for (written, email) in [("admin", "s0"), (" Doctor ", "s1")] {
        let sql = format!(
            "UPDATE users SET grade = 'kept' WHERE role = '{written}' AND email = '{email}@hospital.example'"
        );
        (f.execute)(sql.leak()).await;
    }
    for identifier in ["S0", "S1"] {
        let held = f.of(identifier).await.unwrap();
        assert_eq!(held.member.grade.as_deref(), Some("kept"), "{identifier}");
        assert_eq!(held.member.ward.as_deref(), Some("A1"));
    }
}

pub async fn accounts_that_the_hims_closes_stay_closed(f: RegisterFixture) {
    f.take(&people(0..40)).await;
    f.take(&people((0..40).filter(|number| *number != 5))).await;
    let five = f.of("S5").await.unwrap();
    assert_eq!(five.deactivated_by, Some(DeactivatedBy::Import));
    // The HIMS deletes them, which is another reason than a list.
    (f.execute)(
        "UPDATE users SET deleted_at = '2030-01-01 00:00:00' WHERE email = 's5@hospital.example'",
    )
    .await;
    assert_eq!(f.take(&people(0..40)).await[5], StaffTaken::KeptClosed);
    // It opens somebody whom a list closed, and closes them again.
    f.take(&people((0..40).filter(|number| ![5, 6].contains(number))))
        .await;
    for is_active in ["true", "false"] {
        let sql =
            format!("UPDATE users SET is_active = {is_active} WHERE email = 's6@hospital.example'");
        (f.execute)(sql.leak()).await;
    }
    assert_eq!(f.take(&people(0..40)).await[6], StaffTaken::KeptClosed);
}

pub async fn the_last_administrator_stays_whoever_asks(f: RegisterFixture) {
    let administrator = f.staff.add(&person(0, Role::Administrator)).await.unwrap();
    f.staff.add(&person(1, Role::Doctor)).await.unwrap();
    let closed = f.staff.deactivate(&administrator, DeactivatedBy::Command);
    assert!(matches!(
        closed.await.unwrap_err().kind(),
        ErrorKind::Conflict
    ));
    let demoted = person(0, Role::Doctor);
    let changed = f.staff.change(&administrator, &demoted);
    assert!(matches!(
        changed.await.unwrap_err().kind(),
        ErrorKind::Conflict
    ));
    // Two who close each other at the same moment: one stays.
    let other = f.staff.add(&person(2, Role::Administrator)).await.unwrap();
    let (first, second) = futures_util::future::join(
        f.staff.deactivate(&administrator, DeactivatedBy::Command),
        f.staff.deactivate(&other, DeactivatedBy::Command),
    )
    .await;
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert_eq!(f.staff.administrators().await.unwrap(), 1);
}

pub async fn a_patients_account_becomes_no_doctors(f: RegisterFixture) {
    let mut patient = person(7, Role::Patient);
    patient.identifier = None;
    f.staff.add(&patient).await.unwrap();
    f.take(&people(0..2)).await;
    let taken = f.take(&people([0, 1, 7])).await;
    assert!(
        matches!(&taken[2], StaffTaken::Refused(reason) if reason.contains("patient")),
        "{taken:?}"
    );
    let page = f.staff.list("", None, domain::PageSize::DEFAULT).await;
    assert_eq!(page.unwrap().staff.len(), 2, "nor is it listed as staff");
}

/// The table of a HIMS may hold one address twice, in another case.
pub async fn who_has_a_double_can_be_changed_and_closed(f: RegisterFixture) {
    f.take(&people(0..4)).await;
    let held = async |email: &str| -> Vec<RegisteredStaff> {
        let email = EmailAddress::parse(email).unwrap();
        f.staff.known(&[], &[email]).await.unwrap()
    };
    (f.execute)(
        "UPDATE users SET email = 'S3@hospital.example' WHERE email = 's2@hospital.example'",
    )
    .await;
    assert_eq!(held("s3@HOSPITAL.example").await.len(), 2);
    let three = f.of("S3").await.unwrap().member.id;
    let mut record = person(3, Role::Doctor);
    record.ward = super::staff_register::given("B3");
    f.staff.change(&three, &record).await.unwrap();
    assert_eq!(f.of("S3").await.unwrap().member.ward.as_deref(), Some("B3"));
    record.email = EmailAddress::parse("s1@hospital.example").unwrap();
    let taken = f.staff.change(&three, &record).await.unwrap_err();
    assert!(matches!(taken.kind(), ErrorKind::Conflict), "{taken}");
    record.identifier = Identifier::parse("S1").ok();
    assert!(f.staff.change(&three, &record).await.is_err());
}
