//! The people of an invented hospital, and how its system writes them as CSV.

/// A member of staff.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) identifier: String,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) role: &'static str,
    pub(super) specialty: &'static str,
    pub(super) ward: &'static str,
    pub(super) phone: String,
    pub(super) bleep: String,
}

const WARDS: [&str; 3] = ["A1", "B2", "C3"];

/// Two doctors, a nurse, a pharmacist and a receptionist of every five.
pub(super) fn member(number: usize) -> Member {
    let role = ["doctor", "doctor", "nurse", "pharmacist", "receptionist"][number % 5];
    Member {
        identifier: format!("S-{number:04}"),
        email: format!("s{number:04}@larkmere.example"),
        name: format!("Fernwick {number:04}, Odalys"),
        role,
        specialty: if role == "doctor" { "Cardiology" } else { "" },
        ward: WARDS[number % 3],
        phone: format!("020 7946 {number:04}"),
        bleep: format!("{number:04}"),
    }
}

/// All of them.
pub(super) fn staff(count: usize) -> Vec<Member> {
    (0..count).map(member).collect()
}

/// A patient.
pub(super) struct Patient {
    pub(super) mrn: String,
    pub(super) name: String,
    pub(super) born: String,
    pub(super) sex: &'static str,
    pub(super) ward: &'static str,
    pub(super) bed: String,
    pub(super) allergies: &'static str,
}

/// Every seventh is at home, every third has allergies.
pub(super) fn patient(number: usize) -> Patient {
    let at_home = number.is_multiple_of(7);
    Patient {
        mrn: format!("MRN-{number:05}"),
        name: format!("Thistlewood {number:05}, Ansel"),
        born: format!(
            "{}-0{}-1{}",
            1930 + number % 90,
            1 + number % 9,
            number % 10
        ),
        sex: ["female", "male", "other", "unknown"][number % 4],
        ward: if at_home { "" } else { WARDS[number % 3] },
        bed: if at_home {
            String::new()
        } else {
            format!("Bed {}", number % 30)
        },
        allergies: if number.is_multiple_of(3) {
            "Penicillin; Latex"
        } else {
            ""
        },
    }
}

/// All of them.
pub(super) fn patients(count: usize) -> Vec<Patient> {
    (0..count).map(patient).collect()
}

/// A row of a CSV file; a field with a comma is quoted.
pub(super) fn row(fields: &[&str]) -> String {
    let quoted = fields.iter().map(|field| {
        if field.contains(',') {
            format!("\"{field}\"")
        } else {
            (*field).to_owned()
        }
    });
    quoted.collect::<Vec<_>>().join(",")
}

pub(super) const STAFF_HEADER: &str =
    "identifier,email,name,role,specialty,grade,ward,phone,bleep,active";

pub(super) const PATIENT_HEADER: &str = "identifier,name,date_of_birth,sex,ward,bed,allergies";

impl Member {
    pub(super) fn csv(&self) -> String {
        row(&[
            &self.identifier,
            &self.email,
            &self.name,
            self.role,
            self.specialty,
            "",
            self.ward,
            &self.phone,
            &self.bleep,
            "",
        ])
    }
}

impl Patient {
    pub(super) fn csv(&self) -> String {
        row(&[
            &self.mrn,
            &self.name,
            &self.born,
            self.sex,
            self.ward,
            &self.bed,
            self.allergies,
        ])
    }
}

/// A CSV file of staff.
pub(super) fn staff_file<'a>(members: impl IntoIterator<Item = &'a Member>) -> String {
    let rows = members.into_iter().map(Member::csv);
    let lines: Vec<String> = std::iter::once(STAFF_HEADER.to_owned())
        .chain(rows)
        .collect();
    lines.join("\r\n")
}

/// A CSV file of patients.
pub(super) fn patient_file<'a>(patients: impl IntoIterator<Item = &'a Patient>) -> String {
    let rows = patients.into_iter().map(Patient::csv);
    let lines: Vec<String> = std::iter::once(PATIENT_HEADER.to_owned())
        .chain(rows)
        .collect();
    lines.join("\n")
}
