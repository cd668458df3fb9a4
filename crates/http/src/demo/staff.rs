//! Staff at Larkmere, and how they sign in.

use domain::{Availability, AvailabilityText, Role};
use jiff::{SignedDuration, Timestamp};
use ports::{PasswordHash, SeedStaff};

/// The password of every demonstration login.
pub(crate) const PASSWORD: &str = "larkmere-demo";

/// The demonstration logins: e-mail address, and who that is.
pub(crate) const LOGINS: &[(&str, &str)] = &[
    (
        "d01@larkmere.example",
        "Dr Imara Okello-Voss, acute medicine, consultant",
    ),
    (
        "d02@larkmere.example",
        "Dr Teodor Brannigan, cardiology, registrar",
    ),
    (
        "d03@larkmere.example",
        "Dr Sunniva Raghel, nephrology, consultant",
    ),
    (
        "d04@larkmere.example",
        "Dr Kwabena Lisle, nephrology, registrar",
    ),
    (
        "d05@larkmere.example",
        "Dr Marisol Etxarte, paediatrics, consultant",
    ),
    (
        "d06@larkmere.example",
        "Dr Anselm Quillfeather, general surgery, registrar",
    ),
    (
        "d07@larkmere.example",
        "Dr Noor Haldane, intensive care, consultant",
    ),
    (
        "d08@larkmere.example",
        "Dr Pavle Wintersong, emergency medicine, resident",
    ),
    ("n01@larkmere.example", "Nurse Ada Fenn, no chat"),
    (
        "ph01@larkmere.example",
        "Corwin Achterley, pharmacist, no chat",
    ),
    (
        "r01@larkmere.example",
        "Delphine Marrable, receptionist, no chat",
    ),
    (
        "a01@larkmere.example",
        "Osric Tannahill-Brae, administrator, checks and no chat",
    ),
    ("p01@larkmere.example", "Fenella Oyarzun, patient, no chat"),
];

/// Key, name, specialty, grade, ward.
const DOCTORS: [(&str, &str, &str, &str, &str); 8] = [
    (
        "d01",
        "Dr Imara Okello-Voss",
        "Acute medicine",
        "consultant",
        "A2",
    ),
    (
        "d02",
        "Dr Teodor Brannigan",
        "Cardiology",
        "registrar",
        "B1",
    ),
    ("d03", "Dr Sunniva Raghel", "Nephrology", "consultant", "B3"),
    ("d04", "Dr Kwabena Lisle", "Nephrology", "registrar", "B3"),
    (
        "d05",
        "Dr Marisol Etxarte",
        "Paediatrics",
        "consultant",
        "C1",
    ),
    (
        "d06",
        "Dr Anselm Quillfeather",
        "General surgery",
        "registrar",
        "C4",
    ),
    (
        "d07",
        "Dr Noor Haldane",
        "Intensive care",
        "consultant",
        "D2",
    ),
    (
        "d08",
        "Dr Pavle Wintersong",
        "Emergency medicine",
        "resident",
        "ED",
    ),
];

/// Key, name, role, ward. The patient is the one in the clinic, with a login of her own.
const OTHERS: [(&str, &str, Role, Option<&str>); 5] = [
    ("n01", "Nurse Ada Fenn", Role::Nurse, Some("A2")),
    ("ph01", "Corwin Achterley", Role::Pharmacist, None),
    ("r01", "Delphine Marrable", Role::Receptionist, Some("OPD")),
    ("a01", "Osric Tannahill-Brae", Role::Administrator, None),
    ("p01", "Fenella Oyarzun", Role::Patient, None),
];

/// Doctors who have set their availability: key, words, and minutes from `now` until it ends.
const AWAY: [(&str, &str, i64); 3] = [
    ("d03", "In clinic, cover Dr Lisle", 195),
    ("d06", "In theatre, urgent only", 105),
    ("d08", "Off duty by day, on nights", 480),
];

fn availability(doctor: &str, now: Timestamp) -> Option<Availability> {
    let (_, text, minutes) = AWAY.into_iter().find(|(key, ..)| *key == doctor)?;
    Some(Availability {
        text: AvailabilityText::stored(text),
        until: now + SignedDuration::from_mins(minutes),
    })
}

/// Everyone, the doctors first and in order, so that an empty store gives them the same ids each
/// time.
pub(super) fn all(now: Timestamp, password: &PasswordHash) -> Vec<SeedStaff> {
    let member = |key, name: &str, role, ward: Option<&str>| SeedStaff {
        key,
        name: name.to_owned(),
        email: format!("{key}@larkmere.example"),
        password: password.clone(),
        role,
        specialty: None,
        grade: None,
        ward: ward.map(str::to_owned),
        availability: availability(key, now),
    };
    let doctors = DOCTORS.map(|(key, name, specialty, grade, ward)| SeedStaff {
        specialty: Some(specialty.to_owned()),
        grade: Some(grade.to_owned()),
        ..member(key, name, Role::Doctor, Some(ward))
    });
    let others = OTHERS.map(|(key, name, role, ward)| member(key, name, role, ward));
    doctors.into_iter().chain(others).collect()
}
