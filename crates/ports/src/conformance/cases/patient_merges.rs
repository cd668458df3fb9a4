use domain::{Doctor, Identifier, PageSize, Patient, PatientId, PatientRecord, PatientWords};

use super::{
    patient_register::patient,
    staff_register::{given, text},
};
use crate::{ErrorKind, Merge, conformance::RegisterFixture, usecase::PatientTaken};

impl RegisterFixture {
    /// Patients `P0001` to `P0004`, and a doctor who asks for them.
    async fn four(&self) -> (Doctor, [Patient; 4]) {
        let mut list: Vec<PatientRecord> = (1..5).map(patient).collect();
        list[0].name = text("Casimir Unknown");
        list[0].ward = given("ED");
        self.take_patients(&list).await;
        let mut held = Vec::new();
        for record in &list {
            held.push(self.patient(record.mrn.as_str()).await);
        }
        (self.doctor().await, held.try_into().unwrap())
    }

    async fn merge(&self, from: &Patient, into: &Patient) -> crate::Result<()> {
        let (from, into) = (from.id.clone(), into.id.clone());
        self.patients.merge(&Merge { from, into }).await
    }

    async fn found(&self, doctor: &Doctor, id: &PatientId) -> Patient {
        self.directory.find(doctor, id).await.unwrap()
    }

    async fn searched(&self, doctor: &Doctor, text: &str) -> Vec<String> {
        let found = self.directory.search(doctor, text, PageSize::DEFAULT).await;
        found.unwrap().into_iter().map(|one| one.mrn).collect()
    }

    async fn named(&self, doctor: &Doctor, text: &str) -> Vec<Patient> {
        let words = PatientWords::of(text);
        self.directory.named(doctor, &words).await.unwrap()
    }
}

fn former(patient: &Patient) -> Vec<&str> {
    let records = patient.former.iter();
    records.map(|record| record.mrn.as_str()).collect()
}

pub async fn merged_records_are_one_patient(f: RegisterFixture) {
    let (doctor, [one, two, three, _]) = f.four().await;
    assert_eq!(f.searched(&doctor, "").await.len(), 4);
    f.merge(&one, &two).await.unwrap();
    f.merge(&one, &two).await.unwrap();

    let now = f.found(&doctor, &one.id).await;
    assert_eq!(now, f.found(&doctor, &two.id).await);
    assert_eq!(
        (&now.id, &now.reference, &now.mrn),
        (&two.id, &two.reference, &two.mrn)
    );
    assert_eq!(former(&now), ["P0001"]);
    let record = &now.former[0];
    assert_eq!((&record.id, &record.reference), (&one.id, &one.reference));
    assert_eq!(record.name, "Casimir Unknown");
    assert_eq!(record.allergies.as_deref(), Some("Penicillin; latex"));
    // Once in every list, and found by what either record says.
    assert_eq!(f.searched(&doctor, "").await.len(), 3);
    for text in ["P0001", "casimir unknown", "P0002", "A2-02"] {
        assert_eq!(f.searched(&doctor, text).await, ["P0002"], "{text}");
    }
    // Where the merged record lay says nothing of today, and where the other lies does.
    assert!(f.searched(&doctor, "ED").await.is_empty());
    assert!(f.named(&doctor, "Mr Unknown is worse").await.contains(&now));
    assert!(f.directory.on_ward(&doctor, "ED").await.unwrap().is_empty());
    for text in [
        "Give P-0001 the potassium",
        "Give Casimir Unknown the potassium",
    ] {
        assert!(f.named(&doctor, text).await.contains(&now), "{text}");
    }
    // Rooms of either are rooms of the one.
    let behind = async |references: &[domain::PatientRef]| {
        let found = f.directory.find_by_reference(&doctor, references);
        found.await.unwrap()
    };
    let both = [one.reference.clone(), two.reference.clone()];
    assert_eq!(behind(&both[..1]).await, std::slice::from_ref(&now));
    assert_eq!(behind(&both).await, std::slice::from_ref(&now));
    // A hospital may take the merged record away.
    (f.execute)("UPDATE patients SET deleted_at = '2030-01-01 00:00:00' WHERE mrn = 'P0001'").await;
    assert_eq!(behind(&both[..1]).await, std::slice::from_ref(&now));
    assert_eq!(f.found(&doctor, &one.id).await.id, two.id);
    (f.execute)("UPDATE patients SET deleted_at = NULL WHERE mrn = 'P0001'").await;

    // Nor does anybody vanish with a record that turns out to be the wrong one to keep.
    (f.execute)("UPDATE patients SET deleted_at = '2030-01-01 00:00:00' WHERE mrn = 'P0002'").await;
    let alone = f.found(&doctor, &one.id).await;
    assert_eq!((&alone.id, alone.former.len()), (&one.id, 0));
    assert_eq!(f.searched(&doctor, "").await.len(), 3);
    assert_eq!(f.directory.on_ward(&doctor, "ED").await.unwrap().len(), 1);
    (f.execute)("UPDATE patients SET deleted_at = NULL WHERE mrn = 'P0002'").await;
    assert_eq!(f.found(&doctor, &one.id).await, now);

    assert!(f.patients.unmerge(&one.id).await.unwrap().is_some());
    assert!(f.patients.unmerge(&one.id).await.unwrap().is_none());
    for patient in [&one, &two, &three] {
        assert_eq!(f.found(&doctor, &patient.id).await, *patient);
        assert_eq!(
            behind(std::slice::from_ref(&patient.reference)).await,
            std::slice::from_ref(patient)
        );
    }
    assert_eq!(f.searched(&doctor, "P0001").await, ["P0001"]);
}

pub async fn merges_end_at_the_last_record(f: RegisterFixture) {
    let (doctor, [one, two, three, four]) = f.four().await;
    f.merge(&one, &two).await.unwrap();
    f.merge(&two, &three).await.unwrap();
    // Into a record that is a former one: into the patient whose it is.
    f.merge(&four, &one).await.unwrap();
    let now = f.found(&doctor, &one.id).await;
    assert_eq!(now.id, three.id);
    assert_eq!(former(&now), ["P0001", "P0002", "P0004"]);
    assert_eq!(f.searched(&doctor, "").await, ["P0003"]);
    let asked = [&one, &two, &three, &four].map(|patient| patient.id.clone());
    let mut merged = f.patients.merged(&asked).await.unwrap();
    merged.sort_by(|one, other| one.from.cmp(&other.from));
    let expected = [(&one, &two), (&two, &three), (&four, &one)].map(|(from, into)| Merge {
        from: from.id.clone(),
        into: into.id.clone(),
    });
    assert_eq!(merged, expected);
    // One link out of the middle: the others hold.
    assert!(f.patients.unmerge(&two.id).await.unwrap().is_some());
    let now = f.found(&doctor, &four.id).await;
    assert_eq!(
        (now.id.clone(), former(&now)),
        (two.id, vec!["P0001", "P0004"])
    );
    assert_eq!(f.found(&doctor, &three.id).await, three);
}

pub async fn a_merge_that_cannot_be_is_refused(f: RegisterFixture) {
    let (doctor, [one, two, three, four]) = f.four().await;
    let nobody = Patient {
        id: PatientId::from(i64::MAX),
        ..three.clone()
    };
    let kind = async |from, into| f.merge(from, into).await.unwrap_err().kind();
    assert_eq!(kind(&one, &one).await, ErrorKind::Invalid { field: "into" });
    assert_eq!(kind(&one, &nobody).await, ErrorKind::NotFound);
    assert_eq!(kind(&nobody, &one).await, ErrorKind::NotFound);
    f.merge(&one, &two).await.unwrap();
    assert_eq!(kind(&one, &three).await, ErrorKind::Conflict);
    assert_eq!(kind(&two, &one).await, ErrorKind::Conflict);
    f.merge(&two, &three).await.unwrap();
    assert_eq!(kind(&three, &one).await, ErrorKind::Conflict);
    assert_eq!(
        former(&f.found(&doctor, &three.id).await),
        ["P0001", "P0002"]
    );
    (f.execute)("UPDATE patients SET deleted_at = '2030-01-01 00:00:00' WHERE mrn = 'P0004'").await;
    assert_eq!(kind(&three, &four).await, ErrorKind::NotFound, "it is gone");
    f.merge(&four, &three).await.unwrap();
    let strange = PatientId::parse("no-number").unwrap();
    assert!(f.patients.unmerge(&strange).await.unwrap().is_none());
}

pub async fn lists_merge_what_they_say_is_replaced(f: RegisterFixture) {
    let mrn = |number: usize| patient(number).mrn;
    let mut list: Vec<PatientRecord> = (1..9).map(patient).collect();
    // The one before the other, the other way round, and both ways at once.
    list[0].replaced_by = Some(mrn(2));
    list[3].replaces = vec![mrn(3), Identifier::parse("never-here").unwrap()];
    list[2].replaced_by = Some(mrn(4));
    // What cannot be is named, and the rest of the record goes in.
    list[4].replaced_by = Some(mrn(5));
    list[5].replaced_by = Identifier::parse("nobody").ok();
    list[6].replaced_by = Some(mrn(8));
    list[7].replaced_by = Some(mrn(7));
    // A record that the hospital has taken away still has rooms.
    f.take_patients(&[patient(9)]).await;
    (f.execute)("UPDATE patients SET deleted_at = '2030-01-01 00:00:00' WHERE mrn = 'P0009'").await;
    list[1].replaces = vec![mrn(9)];
    let taken = f.take_patients(&list).await;
    let merged = |pairs: &[&str]| {
        PatientTaken::Merged(pairs.iter().map(|pair| (*pair).to_owned()).collect())
    };
    let refused = |taken: &PatientTaken| matches!(taken, PatientTaken::Refused(_));
    assert_eq!(taken[0], merged(&["P0001 into P0002"]));
    assert_eq!(taken[1], merged(&["P0009 into P0002"]));
    assert_eq!(taken[2], merged(&["P0003 into P0004"]));
    assert_eq!(taken[6], merged(&["P0007 into P0008"]));
    for at in [4, 5, 7] {
        assert!(refused(&taken[at]), "{at}: {:?}", taken[at]);
    }
    let doctor = f.doctor().await;
    let mut now = f.searched(&doctor, "").await;
    now.sort_unstable();
    assert_eq!(now, ["P0002", "P0004", "P0005", "P0006", "P0008"]);
    // Again it changes nothing, and a merged record is brought up to date all the same.
    list[0].name = text("Patient One");
    let taken = f.take_patients(&list).await;
    assert_eq!(taken[0], PatientTaken::Changed);
    assert_eq!(taken[1..4], [const { PatientTaken::Unchanged }; 3]);
    let id = f.patient("P0001").await.id;
    let former = f.found(&doctor, &id).await.former;
    let one = former.iter().find(|record| record.id == id).unwrap();
    assert_eq!(one.name, "Patient One");
    // The list says another one now, and of two merges of a record one may be wrong.
    list[0].replaced_by = Some(mrn(4));
    list[4].replaces = vec![mrn(6)];
    let taken = f.take_patients(&list).await;
    assert!(refused(&taken[0]), "{:?}", taken[0]);
    assert!(refused(&taken[4]), "{:?}", taken[4]);
    assert_eq!(
        f.found(&doctor, &f.patient("P0006").await.id).await.mrn,
        "P0005"
    );
    // In whatever order it says so.
    list[0].replaced_by = Some(mrn(4));
    list[1].replaced_by = Some(mrn(4));
    let taken = f.take_patients(&list[..4]).await;
    assert!(!taken.iter().any(refused), "{taken:?}");
}
