//! The elements that are read of each resource; others are passed over.

use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Practitioner {
    pub(super) identifier: Vec<Identifier>,
    pub(super) active: Option<bool>,
    pub(super) name: Vec<HumanName>,
    pub(super) telecom: Vec<ContactPoint>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PractitionerRole {
    pub(super) active: Option<bool>,
    pub(super) period: Period,
    pub(super) practitioner: Reference,
    pub(super) code: Vec<CodeableConcept>,
    pub(super) specialty: Vec<CodeableConcept>,
    pub(super) location: Vec<Reference>,
    pub(super) telecom: Vec<ContactPoint>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Patient {
    pub(super) identifier: Vec<Identifier>,
    pub(super) active: Option<bool>,
    pub(super) name: Vec<HumanName>,
    pub(super) gender: Option<String>,
    pub(super) birth_date: Option<String>,
    pub(super) link: Vec<PatientLink>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PatientLink {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) other: LinkedPatient,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct LinkedPatient {
    #[serde(flatten)]
    pub(super) reference: Reference,
    pub(super) identifier: Option<Identifier>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Encounter {
    pub(super) status: String,
    pub(super) subject: Reference,
    pub(super) location: Vec<EncounterLocation>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct EncounterLocation {
    pub(super) location: Reference,
    pub(super) status: Option<String>,
    pub(super) physical_type: CodeableConcept,
    pub(super) period: Period,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) name: Option<String>,
    pub(super) physical_type: CodeableConcept,
    pub(super) part_of: Reference,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AllergyIntolerance {
    pub(super) clinical_status: CodeableConcept,
    pub(super) verification_status: CodeableConcept,
    pub(super) code: CodeableConcept,
    pub(super) patient: Reference,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Identifier {
    #[serde(rename = "use")]
    pub(super) usage: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: CodeableConcept,
    pub(super) system: Option<String>,
    pub(super) value: Option<String>,
}

/// A part of a name may be `null`, where only an extension says something of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct HumanName {
    #[serde(rename = "use")]
    pub(super) usage: Option<String>,
    pub(super) text: Option<String>,
    pub(super) family: Option<String>,
    pub(super) given: Vec<Option<String>>,
    pub(super) prefix: Vec<Option<String>>,
    pub(super) suffix: Vec<Option<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactPoint {
    pub(super) system: Option<String>,
    pub(super) value: Option<String>,
    #[serde(rename = "use")]
    pub(super) usage: Option<String>,
    pub(super) rank: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeableConcept {
    pub(super) coding: Vec<Coding>,
    pub(super) text: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Coding {
    pub(super) system: Option<String>,
    pub(super) code: Option<String>,
    pub(super) display: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    pub(super) reference: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Period {
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
}
