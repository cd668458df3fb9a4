use domain::{PageSize, Role, StaffId, StaffMember};

use crate::{
    DoctorFilter, DoctorPlaces, ErrorKind, PasswordHash, Seed, SeedStaff,
    conformance::DirectoryFixture,
};

/// More than fit on the largest page.
const DOCTORS: usize = 130;

fn member(number: usize, role: Role) -> SeedStaff {
    // Of ten names each stands several times, so that names alone do not tell doctors apart.
    let first = [
        "Ängel", "angela", "Zoë", "Émile", "Bo", "bo", "Ōta", "Nils", "Ada", "Øre",
    ];
    let blank_or = |text: &str| (!number.is_multiple_of(7)).then(|| text.to_owned());
    SeedStaff {
        key: format!("s{number}").leak(),
        name: format!("Dr {} {}", first[number % 10], number % 3),
        email: format!("s{number}@hospital.example"),
        password: PasswordHash::stored("x".to_owned()),
        role,
        specialty: blank_or(["Nephrology", "Cardiology"][number % 2]),
        grade: None,
        ward: blank_or(["A1", "B3", "b3 "][number % 3]),
        availability: None,
    }
}

impl DirectoryFixture {
    async fn fill(&self) {
        let doctors = (0..DOCTORS).map(|number| member(number, Role::Doctor));
        let mut nurse = member(DOCTORS + 1, Role::Nurse);
        nurse.ward = Some("Z9".to_owned());
        nurse.specialty = Some("Nursing".to_owned());
        let seed = Seed {
            staff: doctors.chain([nurse]).collect(),
            ..Seed::default()
        };
        self.seeding.fill(&seed).await.unwrap();
    }

    /// All that fit, page by page.
    async fn read(&self, filter: &DoctorFilter, size: u32) -> Vec<StaffMember> {
        let size = PageSize::new(size).unwrap();
        let mut read = Vec::new();
        let mut after = None;
        loop {
            let page = self.staff.doctors(filter, after, size).await.unwrap();
            assert!(page.doctors.len() <= size.get());
            assert!(read.len() <= DOCTORS, "it comes to an end");
            read.extend(page.doctors);
            match page.next {
                Some(next) => after = Some(next),
                None => return read,
            }
        }
    }
}

pub async fn every_doctor_is_on_one_page(f: DirectoryFixture) {
    f.fill().await;
    let all = f.read(&DoctorFilter::default(), 100).await;
    assert_eq!(all.len(), DOCTORS, "doctors only, each once");
    let names: Vec<String> = all.iter().map(|one| domain::fold(&one.name)).collect();
    assert!(names.is_sorted(), "{names:?}");
    let mut ids: Vec<&StaffId> = all.iter().map(|one| &one.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), DOCTORS);
    for size in [1, 7, 65, 99] {
        let read = f.read(&DoctorFilter::default(), size).await;
        assert_eq!(read, all, "pages of {size}");
    }
}

pub async fn filters_see_every_doctor(f: DirectoryFixture) {
    f.fill().await;
    let all = f.read(&DoctorFilter::default(), 100).await;
    let is = |field: &Option<String>, word: &str| {
        word.is_empty() || field.as_deref().map(str::trim) == Some(word)
    };
    for (text, ward, specialty) in [
        ("", "B3", ""),
        ("", "b3", ""),
        ("", "", "Cardiology"),
        ("ZOE", "", ""),
        ("ange", "A1", "Nephrology"),
        ("", "B3", "Nephrology"),
        ("%", "", ""),
        ("", "B", ""),
        ("ange dr", "", ""),
        ("2 zoë", "", ""),
        ("cardiology, nils", "", ""),
        ("nephro a1 emile", "", ""),
        ("\u{1d7d0} bo", "", ""),
        ("nils emile", "", ""),
    ] {
        let filter = DoctorFilter {
            text: text.to_owned(),
            ward: ward.to_owned(),
            specialty: specialty.to_owned(),
        };
        let holds = |one: &StaffMember| {
            let fields = [Some(&one.name), one.specialty.as_ref(), one.ward.as_ref()];
            let fields: Vec<&str> = fields.into_iter().flatten().map(String::as_str).collect();
            let words = domain::sought_words(text);
            domain::holds(&fields.join("\n"), words.iter().map(String::as_str))
        };
        let expected: Vec<_> = all
            .iter()
            .filter(|one| holds(one) && is(&one.ward, ward) && is(&one.specialty, specialty))
            .cloned()
            .collect();
        for size in [5, 100] {
            let found = f.read(&filter, size).await;
            assert_eq!(found, expected, "{filter:?}");
        }
    }
}

pub async fn wards_and_specialties_are_those_of_all_doctors(f: DirectoryFixture) {
    assert_eq!(f.staff.places().await.unwrap(), DoctorPlaces::default());
    f.fill().await;
    let mut places = f.staff.places().await.unwrap();
    places.wards.sort_unstable();
    places.specialties.sort_unstable();
    assert_eq!(places.wards, ["A1", "B3", "b3"]);
    assert_eq!(places.specialties, ["Cardiology", "Nephrology"]);
}

pub async fn after_nobody_is_invalid(f: DirectoryFixture) {
    f.fill().await;
    for id in ["9223372036854775807", "no-number"] {
        let after = Some(StaffId::parse(id).unwrap());
        let page = f
            .staff
            .doctors(&DoctorFilter::default(), after, PageSize::DEFAULT)
            .await;
        let kind = page.unwrap_err().kind();
        assert_eq!(kind, ErrorKind::Invalid { field: "after" }, "{id}");
    }
}

pub async fn a_member_is_found_also_when_they_have_left(f: DirectoryFixture) {
    f.fill().await;
    let found = async |id: &str| f.staff.find(&StaffId::parse(id).unwrap()).await.unwrap();
    let member = found("1").await.unwrap();
    assert!(member.active);
    for leaving in [
        "UPDATE users SET is_active = false WHERE id = 1",
        "UPDATE users SET is_active = true, deleted_at = '2030-01-01 00:00:00' WHERE id = 1",
    ] {
        (f.execute)(leaving).await;
        let left = found("1").await.unwrap();
        assert!(!left.active, "{leaving}");
        assert_eq!(
            (left.id, left.name),
            (member.id.clone(), member.name.clone())
        );
    }
    for id in ["9223372036854775807", "no-number", "0"] {
        assert_eq!(found(id).await, None, "{id}");
    }
}

pub async fn members_are_found_together_without_those_who_are_unknown(f: DirectoryFixture) {
    f.fill().await;
    let ids = ["3", "no-number", "1", "9223372036854775807", "1"];
    let ids = ids.map(|id| StaffId::parse(id).unwrap());
    let found = f.staff.find_many(&ids).await.unwrap();
    let mut found: Vec<String> = found.iter().map(|one| one.id.to_string()).collect();
    found.sort();
    found.dedup();
    assert_eq!(found, ["1", "3"]);
    assert!(f.staff.find_many(&[]).await.unwrap().is_empty());
}

pub async fn who_has_left_is_no_doctor_to_choose(f: DirectoryFixture) {
    f.fill().await;
    let all = f.read(&DoctorFilter::default(), 100).await;
    let gone = all[..3].iter().map(|one| one.id.clone());
    let gone: Vec<StaffId> = gone.collect();
    let leave = |change: &str, id: &StaffId| {
        let statement = format!("UPDATE users SET {change} WHERE id = {id}");
        (f.execute)(statement.leak())
    };
    leave("is_active = false", &gone[0]).await;
    leave("deleted_at = '2030-01-01 00:00:00'", &gone[1]).await;
    leave("role = 'nurse'", &gone[2]).await;
    assert_eq!(f.read(&DoctorFilter::default(), 100).await, all[3..]);
}
