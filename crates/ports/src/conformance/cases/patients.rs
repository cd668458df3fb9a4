use domain::{Doctor, PageSize, Patient, PatientId, PatientRef, PatientWords, Role, Sex};
use jiff::civil::date;

use crate::{ErrorKind, PasswordHash, Seed, SeedPatient, SeedStaff, conformance::DirectoryFixture};

/// MRN, name, ward and bed; in no order.
const PATIENTS: [(&str, &str, &str, &str); 5] = [
    ("LMH-900103", "Yusra Calloway", "B3", "B3-02"),
    ("LMH-900101", "Odalys Fernwick", "A2", "A2-04"),
    ("LMH-900102", "Zoë O'Brien", "A2", "A2-01"),
    ("LMH-900104", "Leif Tamsin-Oduya", "B3", "B3-01"),
    ("LMH-900105", "100% Øre_", "C1", "C1-01"),
];

impl DirectoryFixture {
    /// Fills the store; a doctor who asks.
    async fn treat(&self) -> Doctor {
        let patient = |(mrn, name, ward, bed): (&'static str, &str, &str, &str)| SeedPatient {
            mrn,
            name: name.to_owned(),
            born: date(1950, 2, 3),
            sex: Sex::Female,
            bed: bed.to_owned(),
            ward: ward.to_owned(),
            allergies: Some("penicillin".to_owned()),
        };
        let doctor = SeedStaff {
            key: "d",
            name: "Dr Ana Bru".to_owned(),
            email: "ana@hospital.example".to_owned(),
            password: PasswordHash::stored("x".to_owned()),
            role: Role::Doctor,
            specialty: None,
            grade: None,
            ward: None,
            availability: None,
        };
        let seed = Seed {
            staff: vec![doctor],
            patients: PATIENTS.map(patient).into(),
            ..Seed::default()
        };
        self.seeding.fill(&seed).await.unwrap();
        let member = self.staff.find(&1.into()).await.unwrap().unwrap();
        Doctor::admit(member).unwrap()
    }

    async fn searched(&self, doctor: &Doctor, text: &str, size: u32) -> Vec<Patient> {
        let size = PageSize::new(size).unwrap();
        self.patients.search(doctor, text, size).await.unwrap()
    }
}

/// The last digit of each MRN.
fn numbers(patients: &[Patient]) -> String {
    patients
        .iter()
        .filter_map(|patient| patient.mrn.chars().last())
        .collect()
}

fn sorted(patients: &[Patient]) -> String {
    let mut numbers: Vec<char> = numbers(patients).chars().collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().collect()
}

pub async fn an_empty_search_finds_all_by_ward_and_bed(f: DirectoryFixture) {
    let doctor = f.treat().await;
    let all = f.searched(&doctor, "", 100).await;
    assert_eq!(numbers(&all), "21435");
    assert_eq!(all[1].born, Some(date(1950, 2, 3)));
    assert_eq!(all[1].bed.as_deref(), Some("A2-04"));
    assert_eq!(all[1].allergies.as_deref(), Some("penicillin"));
    assert_eq!(numbers(&f.searched(&doctor, "", 2).await), "21");
}

pub async fn patients_are_searched_by_what_is_written_of_them(f: DirectoryFixture) {
    let doctor = f.treat().await;
    for (text, found) in [
        ("fernwick", "1"),
        ("ZOE", "2"),
        ("lmh-90010", "21435"),
        ("900103", "3"),
        ("a2-0", "21"),
        ("b3", "43"),
        ("%", "5"),
        ("_", "5"),
        ("nobody", ""),
        ("calloway b3", "3"),
    ] {
        let searched = f.searched(&doctor, text, 100).await;
        assert_eq!(numbers(&searched), found, "{text}");
    }
}

pub async fn a_patient_is_found_by_id_until_they_leave(f: DirectoryFixture) {
    let doctor = f.treat().await;
    let all = f.searched(&doctor, "", 100).await;
    let found = async |id: &PatientId| f.patients.find(&doctor, id).await;
    for patient in &all {
        assert_eq!(found(&patient.id).await.unwrap(), *patient);
    }
    for id in ["9223372036854775807", "no-number"] {
        let kind = found(&PatientId::parse(id).unwrap())
            .await
            .unwrap_err()
            .kind();
        assert_eq!(kind, ErrorKind::NotFound, "{id}");
    }
    (f.execute)("UPDATE patients SET deleted_at = '2030-01-01 00:00:00' WHERE mrn = 'LMH-900101'")
        .await;
    assert_eq!(numbers(&f.searched(&doctor, "", 100).await), "2435");
    let gone = all.iter().find(|one| one.mrn == "LMH-900101").unwrap();
    let kind = found(&gone.id).await.unwrap_err().kind();
    assert_eq!(kind, ErrorKind::NotFound);
    let reference = std::slice::from_ref(&gone.reference);
    let behind = f.patients.find_by_reference(&doctor, reference).await;
    assert!(behind.unwrap().is_empty());
    assert_eq!(
        numbers(&f.patients.on_ward(&doctor, "A2").await.unwrap()),
        "2"
    );
    let words = PatientWords::of("LMH-900101");
    let named = f.patients.named(&doctor, &words).await.unwrap();
    assert!(named.iter().all(|one| one.mrn != "LMH-900101"));
}

pub async fn references_find_their_patients(f: DirectoryFixture) {
    let doctor = f.treat().await;
    // One whom the other application adds has a reference as well.
    (f.execute)(
        "INSERT INTO patients (name, mrn, ward, bed) VALUES ('Ines Quary', 'X-6', 'A2', 'A2-09')",
    )
    .await;
    let all = f.searched(&doctor, "", 100).await;
    let mut asked: Vec<PatientRef> = all.iter().map(|one| one.reference.clone()).collect();
    asked.push(PatientRef::parse("0".repeat(40)).unwrap());
    let found = f.patients.find_by_reference(&doctor, &asked).await.unwrap();
    assert_eq!(sorted(&found), "123456");
    for patient in found {
        assert!(all.contains(&patient));
    }
    let none = f.patients.find_by_reference(&doctor, &[]).await.unwrap();
    assert!(none.is_empty());
}

pub async fn the_patients_of_a_ward_are_told_by_bed(f: DirectoryFixture) {
    let doctor = f.treat().await;
    for (ward, found) in [
        ("A2", "21"),
        ("B3", "43"),
        ("C1", "5"),
        ("D9", ""),
        ("", ""),
    ] {
        let on_ward = f.patients.on_ward(&doctor, ward).await.unwrap();
        assert_eq!(numbers(&on_ward), found, "{ward}");
    }
}

pub async fn whom_words_name_is_told(f: DirectoryFixture) {
    let doctor = f.treat().await;
    for (text, named) in [
        ("Repeat for lmh 900 103", "3"),
        ("A2-04 has pain", "1"),
        ("a204 has pain", "1"),
        ("zoe o'brien is fasting", "2"),
        ("CALLOWAY YUSRA", "3"),
        ("Leif Tamsin-Oduya", "4"),
    ] {
        let words = PatientWords::of(text);
        let found = f.patients.named(&doctor, &words).await.unwrap();
        // More than those is no harm.
        assert!(sorted(&found).contains(named), "{text}: {found:?}");
    }
}
