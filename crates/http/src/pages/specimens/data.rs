//! Larkmere District Hospital on 22 November 2026, 13:30.

use crate::pages::{
    AvailabilityView, DoctorChoice, DoctorFacts, LocalTime, ParticipantView, PatientIdentity,
    PersonLabel, RoomRow, UrgentItem, order_rooms,
};
use jiff::{Timestamp, tz::TimeZone};

pub(super) const HOSPITAL: &str = "Larkmere District Hospital";

pub(super) const DOCTORS: [(&str, &str, &str, &str, &str); 8] = [
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

pub(super) const PATIENTS: [(&str, &str, &str, &str, &str); 12] = [
    (
        "LMH-900101",
        "Odalys Fernwick",
        "67, F",
        "A2-04",
        "Acute medicine",
    ),
    (
        "LMH-900102",
        "Bertrand Ashgrove",
        "58, M",
        "B1-02",
        "Cardiology",
    ),
    ("LMH-900103", "Yusra Calloway", "44, F", "B3-07", "Renal"),
    (
        "LMH-900104",
        "Leif Tamsin-Oduya",
        "6, M",
        "C1-11",
        "Paediatrics",
    ),
    (
        "LMH-900105",
        "Henrike Solberg-Aze",
        "73, F",
        "C4-09",
        "Surgery",
    ),
    (
        "LMH-900106",
        "Casimir Dunmore",
        "81, M",
        "A2-06",
        "Acute medicine",
    ),
    (
        "LMH-900107",
        "Zenobia Harcastle",
        "29, F",
        "ED-R2",
        "Emergency department",
    ),
    (
        "LMH-900108",
        "Ignatius Bellweather",
        "52, M",
        "D2-01",
        "Intensive care",
    ),
    (
        "LMH-900109",
        "Bertram Ashgrove",
        "61, M",
        "B1-05",
        "Cardiology",
    ),
    ("LMH-900110", "Fenella Oyarzun", "35, F", "", "Outpatients"),
    (
        "LMH-900111",
        "Tobias Quennell",
        "19, M",
        "ED-M3",
        "Emergency department",
    ),
    ("LMH-900112", "Amara Vint", "9, F", "C1-03", "Paediatrics"),
];

pub(super) fn at(text: &str) -> Timestamp {
    format!("2026-11-{text}:00Z").parse().unwrap()
}

pub(super) fn clock() -> LocalTime {
    LocalTime::new(TimeZone::UTC, at("22T13:30"))
}

pub(super) fn doctor(id: &str) -> DoctorFacts {
    let (id, name, specialty, grade, _) = DOCTORS.iter().find(|d| d.0 == id).unwrap();
    DoctorFacts {
        id: (*id).into(),
        name: (*name).into(),
        specialty: (*specialty).into(),
        grade: (*grade).into(),
    }
}

pub(super) fn person(id: &str) -> PersonLabel {
    let facts = doctor(id);
    PersonLabel::new(&facts.id, &facts.name, &facts.specialty, &facts.grade)
}

pub(super) fn choices() -> Vec<DoctorChoice> {
    DOCTORS
        .iter()
        .filter(|d| d.0 != "d01")
        .map(|d| DoctorChoice {
            person: person(d.0),
            ward: d.4.into(),
            picked: false,
        })
        .collect()
}

pub(super) fn availability(id: &str) -> Option<AvailabilityView> {
    (id == "d03").then(|| AvailabilityView {
        text: "In clinic, cover Dr Lisle".into(),
        until: clock().label(at("22T17:00")),
    })
}

pub(super) fn participants() -> Vec<ParticipantView> {
    [("d01", true), ("d04", true), ("d08", false), ("d03", false)]
        .map(|(id, online)| ParticipantView {
            person: person(id),
            online,
            availability: availability(id),
            last_seen: (id == "d08").then(|| clock().label(at("22T13:02"))),
            me: id == "d01",
        })
        .into()
}

pub(super) fn yusra() -> PatientIdentity {
    PatientIdentity {
        id: "p103".into(),
        href: "/doctor/patients/p103".into(),
        name: "Yusra Calloway".into(),
        age_sex: "44, F".into(),
        mrn: "LMH-900103".into(),
        former: String::new(),
        born: "3 May 1982".into(),
        bed: "B3-07".into(),
        ward: "Renal".into(),
        allergies: None,
    }
}

pub(super) fn casimir() -> PatientIdentity {
    PatientIdentity {
        id: "p106".into(),
        href: "/doctor/patients/p106".into(),
        name: "Casimir Dunmore".into(),
        age_sex: "81, M".into(),
        mrn: "LMH-900106".into(),
        former: String::new(),
        born: "11 February 1945".into(),
        bed: "A2-06".into(),
        ward: "Acute medicine".into(),
        allergies: Some("Penicillin (rash, 2011)".into()),
    }
}

pub(super) fn rooms(current: &str) -> Vec<RoomRow> {
    let row =
        |id: &str, title: &str, bed: &str, author: &str, text: &str, sent: &str, unread, urgent| {
            RoomRow {
                id: id.into(),
                mount: "/doctor/chat".into(),
                place: String::new(),
                active_at: String::new(),
                href: format!("/doctor/chat/rooms/{id}"),
                title: title.into(),
                patient: String::new(),
                bed: bed.into(),
                ward: String::new(),
                preview_author: author.into(),
                preview_text: text.into(),
                time: (!sent.is_empty()).then(|| clock().label(at(sent))),
                unread,
                mentioned: false,
                draft: false,
                urgent,
                current: id == current,
            }
        };
    let mut rooms = vec![
        row(
            "r103",
            "Yusra Calloway",
            "B3-07",
            "Dr Lisle",
            "Good. Slot 19:00, bring to B3-07.",
            "22T13:20",
            2,
            false,
        ),
        row(
            "r105",
            "Henrike Solberg-Aze",
            "C4-09",
            "Dr Quillfeather",
            "HR 122, 38.4, BP 98/60, urine 15 ml/h for 3 h.",
            "22T11:55",
            1,
            true,
        ),
        row(
            "r102",
            "Bertrand Ashgrove",
            "B1-02",
            "Dr Brannigan",
            "Yes, first on the list. Fast from 02:00.",
            "22T10:39",
            0,
            false,
        ),
        row(
            "r109",
            "Bertram Ashgrove",
            "B1-05",
            "You",
            "Troponin 48 then 512 at 3 h, pain-free.",
            "22T12:26",
            0,
            false,
        ),
        row(
            "r201",
            "Night hand-over, acute medicine and intensive care",
            "",
            "Dr Wintersong",
            "Watcher: D2-01. Stable: A2-06, A2-04.",
            "22T07:55",
            14,
            false,
        ),
        row(
            "r104",
            "Leif Tamsin-Oduya",
            "C1-11",
            "Dr Etxarte",
            "Home after plan and technique check?",
            "21T21:30",
            0,
            false,
        ),
        row("r200", "Thursday list", "", "", "", "", 0, false),
    ];
    order_rooms(&mut rooms);
    rooms
}

pub(super) fn urgent() -> Vec<UrgentItem> {
    vec![UrgentItem {
        mount: "/doctor/chat".into(),
        message_id: "m13".into(),
        room_id: "r103".into(),
        room_title: "Yusra Calloway".into(),
        bed: "B3-07".into(),
        author: "Dr Lisle".into(),
        why: "Line access before 14:00".into(),
        age: "4 min ago".into(),
        sent: Some(clock().label(at("22T13:26"))),
        acknowledged: String::new(),
    }]
}
