//! Patients, with the ward and bed of their Encounter and the words of their AllergyIntolerances.

use std::collections::HashMap;

use domain::{AllergyText, Given, Identifier, PatientRecord};
use jiff::civil::Date;

use super::{
    document::{self, Resource, Take},
    identifiers::Own,
    locations::{Locations, Spot},
    loose::Loose,
    names,
    periods::days,
    references::Referable,
    resources::{AllergyIntolerance, Encounter, Patient},
    stays,
};
use crate::{
    FileRemark, Mapping, Place, Reason, Refusal, Remark, Row, Rows, Shown, Unreadable,
    lines::Lines, seen::Seen, values,
};

/// The parts of a file that are read.
#[derive(Default)]
struct Parts {
    patients: Referable<(Place, Patient)>,
    encounters: Vec<(Place, Encounter)>,
    locations: Locations,
    allergies: Vec<(Place, AllergyIntolerance)>,
    refused: Vec<Row<PatientRecord>>,
    /// Whether something was refused that may be other than a patient.
    has_gaps: bool,
}

impl Take for Parts {
    fn take(&mut self, resource: &Resource<'_>) -> Result<bool, Reason> {
        let (url, name, place) = (resource.full_url, resource.name.as_deref(), &resource.place);
        match resource.kind {
            "Patient" => self
                .patients
                .add(url, name, (place.clone(), resource.read()?)),
            "Location" => self.locations.add(url, name, resource.read()?),
            "Encounter" => self.encounters.push((place.clone(), resource.read()?)),
            "AllergyIntolerance" => self.allergies.push((place.clone(), resource.read()?)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn refuse(&mut self, place: Place, reason: Reason) {
        self.has_gaps |= !matches!(&reason, Reason::WrongShape { kind } if kind == "Patient");
        self.refused.push(Row::refused(place, Refusal::of(reason)));
    }
}

pub(crate) fn patients<'r>(
    lines: &mut Lines<'_>,
    mapping: &Mapping,
    today: Date,
) -> Result<Rows<'r, PatientRecord>, Unreadable> {
    let mut parts = Parts::default();
    let mut remarks = document::read(lines, &mut parts)?;
    if parts.patients.is_empty() && parts.refused.is_empty() {
        return Err(Unreadable::NoneOfKind { kind: "Patient" });
    }
    let is_whole = !parts.has_gaps && !remarks.contains(&FileRemark::OnePage);
    if parts.has_gaps {
        remarks.push(FileRemark::Gaps);
    }
    let people = People::of(&parts, is_whole, &mut remarks);
    let mut seen = Seen::default();
    let mut rows = Vec::new();
    for (at, (place, patient)) in parts.patients.all().iter().enumerate() {
        rows.push(people.row(at, place, patient, mapping, today, &mut seen));
    }
    rows.append(&mut parts.refused);
    rows.sort_by_key(|row: &Row<PatientRecord>| row.place.order());
    Ok(Rows::new(remarks, rows.into_iter().map(Ok)))
}

/// How a patient's medical record number is recognised.
fn mrn_of<'m>(mapping: &'m Mapping) -> Own<'m> {
    Own {
        system: mapping.patient_system.as_deref(),
        setting: "fhir.patient_identifier_system",
        kind: "MR",
        official: false,
    }
}

/// Resources about patients, by the patient they are about.
struct People<'a> {
    patients: &'a Referable<(Place, Patient)>,
    locations: &'a Locations,
    /// Current encounters by the index of their patient.
    current: HashMap<usize, Vec<&'a Encounter>>,
    allergies: HashMap<usize, Vec<&'a AllergyIntolerance>>,
    /// Whether somebody without a current encounter is in no bed.
    knows_beds: bool,
    /// Whether every allergy of the file is known, with its patient.
    knows_allergies: bool,
}

impl<'a> People<'a> {
    fn of(parts: &'a Parts, is_whole: bool, remarks: &mut Vec<FileRemark>) -> Self {
        let mut current: HashMap<usize, Vec<&Encounter>> = HashMap::new();
        let mut allergies: HashMap<usize, Vec<&AllergyIntolerance>> = HashMap::new();
        let mut loose = Loose::new("Encounter", "Patient");
        let mut any_found = false;
        for (place, encounter) in &parts.encounters {
            let found = parts.patients.find(&encounter.subject);
            any_found |= found.is_some();
            match found {
                Some(at) if encounter.is_current() => {
                    current.entry(at).or_default().push(encounter)
                }
                Some(_) => {}
                None if encounter.is_current()
                    && parts.patients.may_mean_one(&encounter.subject) =>
                {
                    loose.note_gap(place);
                }
                None => loose.note(place),
            }
        }
        // Encounters that are all about others tell nothing of a bed here.
        let knows_beds = is_whole && any_found && !loose.has_gaps();
        remarks.extend(loose.remarks("nobody loses a bed"));
        let mut loose = Loose::new("AllergyIntolerance", "Patient");
        for (place, allergy) in &parts.allergies {
            match parts.patients.find(&allergy.patient) {
                Some(at) => allergies.entry(at).or_default().push(allergy),
                None if allergy.counts() && parts.patients.may_mean_one(&allergy.patient) => {
                    loose.note_gap(place);
                }
                None => loose.note(place),
            }
        }
        let knows_allergies = is_whole && !loose.has_gaps();
        remarks.extend(loose.remarks("allergies are left out"));
        Self {
            patients: &parts.patients,
            locations: &parts.locations,
            current,
            allergies,
            knows_beds,
            knows_allergies,
        }
    }

    fn row(
        &self,
        at: usize,
        place: &Place,
        patient: &Patient,
        mapping: &Mapping,
        today: Date,
        seen: &mut Seen,
    ) -> Row<PatientRecord> {
        let mut reasons = Vec::new();
        let mut remarks = patient.remarks();
        let mut keep = |reason: Reason| reasons.push(reason);
        let own = mrn_of(mapping);
        let mrn = own.of(&patient.identifier);
        let mrn = mrn.and_then(|mrn| values::identifier("identifier", mrn));
        let mrn = mrn.map_err(&mut keep).ok();
        if let Some(mrn) = &mrn {
            let noted = seen.note("identifier", mrn.as_str(), place);
            let _ = noted.map_err(&mut keep);
        }
        let name = names::name(&patient.name).ok_or(Reason::NoName);
        let name = name.and_then(|name| values::text("name", &name));
        let name = name.map_err(&mut keep).ok();
        let born = patient.born(today, &mut remarks);
        let born = born.map_err(&mut keep).unwrap_or_default();
        let sex = match &patient.gender {
            None => Ok(Given::Nothing),
            Some(word) => values::sex("gender", word).map(Given::Is),
        };
        let sex = sex.map_err(&mut keep).unwrap_or_default();
        let allergies = self.allergies(at, &mut remarks);
        let allergies = allergies.map_err(&mut keep).unwrap_or_default();
        let replaced_by = self
            .linked(patient, "replaced-by", &own, &mut remarks)
            .pop();
        let replaces = self.linked(patient, "replaces", &own, &mut remarks);
        let mut spot = self.spot(at);
        remarks.append(&mut spot.remarks);
        let record = match (mrn, name) {
            (Some(mrn), Some(name)) if reasons.is_empty() => {
                let mut record = PatientRecord::new(mrn, name);
                record.born = born;
                record.sex = sex;
                record.ward = spot.ward;
                record.bed = spot.bed;
                record.allergies = allergies;
                record.replaced_by = replaced_by;
                record.replaces = replaces;
                Ok(record)
            }
            (identifier, _) => Err(Refusal {
                identifier,
                email: None,
                reasons,
            }),
        };
        Row {
            place: place.clone(),
            record,
            remarks,
        }
    }

    /// The records that links of a kind lead to: <https://hl7.org/fhir/R4/patient-definitions.html#Patient.link>.
    fn linked(
        &self,
        patient: &Patient,
        kind: &str,
        own: &Own<'_>,
        remarks: &mut Vec<Remark>,
    ) -> Vec<Identifier> {
        let mut found = Vec::new();
        for link in patient.link.iter().filter(|link| link.kind == kind) {
            let other = &link.other;
            let record = self.patients.find(&other.reference);
            let identifiers = match record.and_then(|at| self.patients.get(at)) {
                Some((_, record)) => record.identifier.as_slice(),
                None => other.identifier.as_slice(),
            };
            let mrn = own.of(identifiers).ok();
            match mrn.and_then(|mrn| values::identifier("link", mrn).ok()) {
                Some(mrn) => found.push(mrn),
                None => remarks.push(Remark::OtherRecordUnknown),
            }
        }
        found
    }

    fn spot(&self, at: usize) -> Spot {
        let current = self.current.get(&at).map_or(&[] as &[_], Vec::as_slice);
        match stays::spot(current, self.locations) {
            Some(spot) => spot,
            None if self.knows_beds => Spot::nowhere(),
            None => Spot::default(),
        }
    }

    /// Allergies in words. Nothing is said of who has none in the file: that nobody wrote one down does not
    /// mean that there is none. A list that may have gaps is left out, as it would look whole.
    fn allergies(
        &self,
        at: usize,
        remarks: &mut Vec<Remark>,
    ) -> Result<Given<AllergyText>, Reason> {
        let of_patient = self.allergies.get(&at).map_or(&[] as &[_], Vec::as_slice);
        let counted = of_patient.iter().filter(|allergy| allergy.counts());
        let words: Vec<Option<&str>> = counted
            .map(|allergy| allergy.code.words_or_code())
            .collect();
        if words.is_empty() || !self.knows_allergies {
            return Ok(Given::Nothing);
        }
        let Some(words) = words.into_iter().collect::<Option<Vec<&str>>>() else {
            remarks.push(Remark::AllergyWithoutWords);
            return Ok(Given::Nothing);
        };
        let text = values::allergies("AllergyIntolerance.code", &words.join("; "))?;
        Ok(Given::Is(Some(text)))
    }
}

impl AllergyIntolerance {
    /// Whether it is neither over nor a mistake: <https://hl7.org/fhir/R4/allergyintolerance.html>.
    fn counts(&self) -> bool {
        let is_over = ["inactive", "resolved"]
            .iter()
            .any(|code| self.clinical_status.has(code));
        let is_wrong = ["refuted", "entered-in-error"]
            .iter()
            .any(|code| self.verification_status.has(code));
        !is_over && !is_wrong
    }
}

impl Patient {
    fn remarks(&self) -> Vec<Remark> {
        let inactive = (self.active == Some(false)).then_some(Remark::InactivePatient);
        inactive.into_iter().collect()
    }

    /// The day of birth. A year or a month alone is left out.
    fn born(&self, today: Date, remarks: &mut Vec<Remark>) -> Result<Given<Date>, Reason> {
        let Some(text) = self.birth_date.as_deref() else {
            return Ok(Given::Nothing);
        };
        match days(text) {
            Some((first, last)) if first == last && text.len() == 10 => {
                let born = values::not_later("birthDate", first, today)?;
                Ok(Given::Is(Some(born)))
            }
            Some(_) if text.len() < 10 => {
                let value = Shown::new(text);
                remarks.push(Remark::PartialDate { value });
                Ok(Given::Nothing)
            }
            _ => Err(Reason::Date {
                column: "birthDate".to_owned(),
                value: Shown::new(text),
                format: "1970-12-31".to_owned(),
            }),
        }
    }
}
