use domain::{AllergyText, Doctor, Given, Identifier, PageSize, PatientRecord, Role, Sex};

use super::staff_register::{Unlogged, given, person, text};
use crate::{
    conformance::RegisterFixture,
    usecase::{PatientTaken, plan_patients, take_patients},
};

/// A patient with MRN `P` and this number.
pub(super) fn patient(number: usize) -> PatientRecord {
    let mrn = Identifier::parse(&format!("P{number:04}")).unwrap();
    let mut record = PatientRecord::new(mrn, text(&format!("Patient {number}")));
    record.born = Given::Is(Some(jiff::civil::date(1957, 3, 9)));
    record.sex = Given::Is(Some(Sex::Female));
    record.ward = given("A2");
    record.bed = given(&format!("A2-{number:02}"));
    record.allergies = Given::Is(AllergyText::parse("Penicillin; latex").ok());
    record
}

impl RegisterFixture {
    pub(super) async fn take_patients(&self, records: &[PatientRecord]) -> Vec<PatientTaken> {
        let planned = plan_patients(&*self.patients, records).await.unwrap();
        let taken = take_patients(&*self.patients, &Unlogged, records, |_| {})
            .await
            .unwrap();
        assert_eq!(planned, taken, "the rehearsal says what happens");
        taken
    }

    pub(super) async fn patient(&self, mrn: &str) -> domain::Patient {
        let mrn = Identifier::parse(mrn).unwrap();
        let found = self.patients.known(&[mrn]).await.unwrap();
        assert_eq!(found.len(), 1);
        found.into_iter().next().unwrap()
    }

    pub(super) async fn doctor(&self) -> Doctor {
        let doctor = self.staff.add(&person(1, Role::Doctor)).await.unwrap();
        let doctor = self.staff.find(&doctor).await.unwrap().unwrap().member;
        Doctor::admit(doctor).unwrap()
    }
}

pub async fn patients_follow_their_list(f: RegisterFixture) {
    let mut list: Vec<_> = (0..700).map(patient).collect();
    let added = |taken: &PatientTaken| *taken == PatientTaken::Added;
    assert!(f.take_patients(&list).await.iter().all(added));
    let held = f.patient("P0003").await;
    assert_eq!(held.name, "Patient 3");
    assert_eq!(held.born, Some(jiff::civil::date(1957, 3, 9)));
    assert_eq!(held.sex, Some(Sex::Female));
    assert_eq!(held.ward.as_deref(), Some("A2"));
    assert_eq!(held.bed.as_deref(), Some("A2-03"));
    assert_eq!(held.allergies.as_deref(), Some("Penicillin; latex"));
    let unchanged = |taken: &PatientTaken| *taken == PatientTaken::Unchanged;
    assert!(f.take_patients(&list).await.iter().all(unchanged));
    // Of somebody who is moved and of somebody who goes home, beside a record that says no more than a name.
    list[3].bed = given("B3-01");
    list[3].ward = given("B3");
    list[4].ward = Given::Is(None);
    list[4].bed = Given::Is(None);
    list[5] = PatientRecord::new(list[5].mrn.clone(), text("Patient Five"));
    let taken = f.take_patients(&list).await;
    assert_eq!(taken[3..6], [const { PatientTaken::Changed }; 3]);
    assert!(unchanged(&taken[6]));
    let moved = f.patient("P0003").await;
    assert_eq!(
        (moved.id, moved.reference),
        (held.id, held.reference.clone())
    );
    assert_eq!(moved.bed.as_deref(), Some("B3-01"));
    let home = f.patient("P0004").await;
    assert_eq!((home.ward, home.bed), (None, None));
    let renamed = f.patient("P0005").await;
    assert_eq!(renamed.name, "Patient Five");
    assert_eq!(renamed.bed.as_deref(), Some("A2-05"));
    // Found by what they are called now.
    let doctor = f.doctor().await;
    let found = f
        .directory
        .search(&doctor, "patient five", PageSize::DEFAULT);
    assert_eq!(found.await.unwrap().len(), 1);
    let references = [held.reference];
    let found = f.directory.find_by_reference(&doctor, &references);
    assert_eq!(found.await.unwrap().len(), 1);
}

pub async fn a_deleted_patient_is_back_with_the_list(f: RegisterFixture) {
    f.take_patients(&[patient(1)]).await;
    let before = f.patient("P0001").await;
    (f.execute)("UPDATE patients SET deleted_at = '2030-01-01 00:00:00' WHERE mrn = 'P0001'").await;
    let mrn = Identifier::parse("P0001").unwrap();
    assert!(f.patients.known(&[mrn]).await.unwrap().is_empty());
    f.take_patients(&[patient(1)]).await;
    assert_eq!(f.patient("P0001").await, before);
}
