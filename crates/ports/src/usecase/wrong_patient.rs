use domain::{Doctor, NamedBy, PageSize, Patient, PatientWords, is_near_namesake, share_surname};

use crate::{DoctorFilter, Patients, Result, StaffDirectory};

/// The patient of a room, as far as the directory knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomPatient {
    /// This patient.
    Known(Box<Patient>),
    /// A patient whom the directory does not know any more.
    Left,
    /// No patient: a room of doctors.
    Nobody,
}

/// Another patient whom a message may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspicion {
    /// The other patient.
    pub patient: Patient,
    /// The reason to suspect them.
    pub why: Why,
}

/// Why another patient may be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The text names them.
    Named(NamedBy),
    /// Their name is easily taken for that of the room's patient, and they lie on the same ward.
    Namesake,
}

impl Why {
    /// The word in the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Named(NamedBy::Mrn) => "mrn",
            Self::Named(NamedBy::Bed) => "bed",
            Self::Named(NamedBy::Name) => "name",
            Self::Namesake => "namesake",
        }
    }
}

impl RoomPatient {
    /// The patient, where the directory knows them.
    pub fn known(&self) -> Option<&Patient> {
        match self {
            Self::Known(patient) => Some(patient),
            Self::Left | Self::Nobody => None,
        }
    }
}

/// Most other patients that are shown.
const MOST_SHOWN: usize = 20;

/// Finds the patients whom a message may mean other than the patient of its room: patients its words name, and
/// near-namesakes on the ward. Naming the room's own patient is never suspicious. In a room without
/// a patient whoever is named beyond doubt is one. How names are recognised: `docs/guard.md`.
///
/// # Errors
/// `Unavailable`.
pub async fn suspicious_patients(
    patients: &Patients,
    staff: &dyn StaffDirectory,
    doctor: &Doctor,
    room: &RoomPatient,
    words: &str,
) -> Result<Vec<Suspicion>> {
    let mut words = PatientWords::of(words);
    let own = room.known();
    if let Some(own) = own {
        words = words.without(own);
    }
    let ward = own.and_then(|own| own.ward.as_deref());
    let (mut candidates, on_ward) = patients.check(doctor, &words, ward).await?;
    candidates.extend(on_ward);
    words.knowing_wards_of(&candidates);
    let mut found: Vec<Suspicion> = Vec::new();
    for patient in candidates {
        let is_known = found.iter().any(|known| known.patient.id == patient.id);
        if own.is_some_and(|own| own.id == patient.id) || is_known {
            continue;
        }
        let named = named(&words, staff, room, &patient).await?;
        let is_namesake = own.is_some_and(|own| {
            own.ward.is_some() && own.ward == patient.ward && are_near_namesakes(own, &patient)
        });
        let why = match named {
            Named::By(by) => Some(Why::Named(by)),
            // Whoever means a colleague means no namesake of theirs either.
            Named::AsColleague => None,
            Named::No => is_namesake.then_some(Why::Namesake),
        };
        if let Some(why) = why {
            found.push(Suspicion { patient, why });
        }
    }
    found.sort_by_key(|other| other.why == Why::Namesake);
    found.truncate(MOST_SHOWN);
    Ok(found)
}

/// Whether words name a patient.
enum Named {
    By(NamedBy),
    /// By a surname alone that is also a doctor's.
    AsColleague,
    No,
}

/// The surest way in which words name a patient, by any of their records.
async fn named(
    words: &PatientWords,
    staff: &dyn StaffDirectory,
    room: &RoomPatient,
    patient: &Patient,
) -> Result<Named> {
    let mut surest = Named::No;
    for record in patient.as_each_record() {
        let by = match room {
            RoomPatient::Known(_) | RoomPatient::Left => words.name_patient(&record),
            RoomPatient::Nobody => words.name_patient_in_full(&record),
        };
        let Some(by) = by else { continue };
        let is_colleague =
            words.holds_only_surname_of(&record) && is_also_a_doctors(staff, &record.name).await?;
        surest = match surest {
            Named::By(surest) if is_colleague || surest <= by => Named::By(surest),
            _ if is_colleague => Named::AsColleague,
            _ => Named::By(by),
        };
    }
    Ok(surest)
}

fn are_near_namesakes(one: &Patient, other: &Patient) -> bool {
    let names = |patient: &Patient| -> Vec<String> {
        let records = patient.as_each_record();
        records.map(|record| record.name).collect()
    };
    let others = names(other);
    let mut own = names(one).into_iter();
    own.any(|own| others.iter().any(|other| is_near_namesake(&own, other)))
}

/// A doctor of this hospital has the surname too, and is more likely to be meant by it alone.
async fn is_also_a_doctors(staff: &dyn StaffDirectory, name: &str) -> Result<bool> {
    let surname = name.split_whitespace().next_back().unwrap_or_default();
    let filter = DoctorFilter::text(surname);
    let page = staff.doctors(&filter, None, PageSize::DEFAULT).await?;
    Ok(page
        .doctors
        .iter()
        .any(|doctor| share_surname(&doctor.name, name)))
}
