//! Patients at Larkmere. Every MRN starts with `LMH-9`, a range no real patient has.

use domain::Sex::{self, Female, Male};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use ports::SeedPatient;

struct Entry {
    mrn: &'static str,
    name: &'static str,
    sex: Sex,
    /// Age in years at first start, and days since the last birthday then.
    age: (i16, i32),
    bed: &'static str,
    ward: &'static str,
    allergies: Option<&'static str>,
}

const NONE_KNOWN: Option<&str> = Some("No known allergies");

#[rustfmt::skip]
const PATIENTS: [Entry; 12] = [
    Entry { mrn: "LMH-900101", name: "Odalys Fernwick", sex: Female, age: (67, 203), bed: "A2-04", ward: "A2", allergies: NONE_KNOWN },
    Entry { mrn: "LMH-900102", name: "Bertrand Ashgrove", sex: Male, age: (58, 88), bed: "B1-02", ward: "B1", allergies: NONE_KNOWN },
    Entry { mrn: "LMH-900103", name: "Yusra Calloway", sex: Female, age: (44, 141), bed: "B3-07", ward: "B3", allergies: Some("Co-trimoxazole (rash)") },
    Entry { mrn: "LMH-900104", name: "Leif Tamsin-Oduya", sex: Male, age: (6, 57), bed: "C1-11", ward: "C1", allergies: Some("Peanut (wheeze)") },
    Entry { mrn: "LMH-900105", name: "Henrike Solberg-Aze", sex: Female, age: (73, 312), bed: "C4-09", ward: "C4", allergies: NONE_KNOWN },
    Entry { mrn: "LMH-900106", name: "Casimir Dunmore", sex: Male, age: (81, 284), bed: "A2-06", ward: "A2", allergies: Some("Penicillin (facial swelling)") },
    Entry { mrn: "LMH-900107", name: "Zenobia Harcastle", sex: Female, age: (29, 119), bed: "ED-R2", ward: "ED", allergies: None },
    Entry { mrn: "LMH-900108", name: "Ignatius Bellweather", sex: Male, age: (52, 34), bed: "D2-01", ward: "D2", allergies: NONE_KNOWN },
    Entry { mrn: "LMH-900109", name: "Bertram Ashgrove", sex: Male, age: (61, 246), bed: "B1-05", ward: "B1", allergies: Some("Iodinated contrast (urticaria)") },
    Entry { mrn: "LMH-900110", name: "Fenella Oyarzun", sex: Female, age: (35, 171), bed: "OPD", ward: "OPD", allergies: NONE_KNOWN },
    Entry { mrn: "LMH-900111", name: "Tobias Quennell", sex: Male, age: (19, 66), bed: "ED-M3", ward: "ED", allergies: None },
    Entry { mrn: "LMH-900112", name: "Amara Vint", sex: Female, age: (9, 225), bed: "C1-03", ward: "C1", allergies: Some("Latex (itch)") },
];

pub(super) fn all(now: Timestamp) -> Vec<SeedPatient> {
    let today = now.to_zoned(TimeZone::UTC).date();
    PATIENTS
        .into_iter()
        .map(|entry| SeedPatient {
            mrn: entry.mrn,
            name: entry.name.to_owned(),
            born: born(today, entry.age),
            sex: entry.sex,
            bed: entry.bed.to_owned(),
            ward: entry.ward.to_owned(),
            allergies: entry.allergies.map(str::to_owned),
        })
        .collect()
}

fn born(today: Date, (years, days): (i16, i32)) -> Date {
    today
        .saturating_sub(years.years())
        .saturating_sub(days.days())
}
