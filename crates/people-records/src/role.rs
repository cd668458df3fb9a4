//! Words and codes for what a member of staff is.

use std::str::FromStr as _;

use domain::Role;

/// The roles of staff, as a sentence has them.
pub(crate) const STAFF_ROLES: &str = "doctor, nurse, pharmacist, receptionist or administrator";

/// Codes that hospitals use, with the role they stand for.
///
/// They are of SNOMED CT, among the healthcare professionals (223366009) that the value set "Practitioner role" of
/// FHIR R4 draws on (<https://hl7.org/fhir/R4/valueset-practitioner-role.html>). The codes `doctor`, `nurse` and
/// `pharmacist` of HL7's own code system (<http://terminology.hl7.org/CodeSystem/practitioner-role>) are our words.
const USUAL: &[(&str, Role)] = &[
    // Physician.
    ("309343006", Role::Doctor),
    // Medical practitioner.
    ("158965000", Role::Doctor),
    // Professional nurse.
    ("106292003", Role::Nurse),
    // Pharmacist.
    ("46255001", Role::Pharmacist),
];

/// A word as it is compared.
pub(crate) fn key(word: &str) -> String {
    domain::one_line(word).to_lowercase()
}

/// The role that a word stands for without a mapping file. Nobody on the staff is a patient.
pub(crate) fn usual(key: &str) -> Option<Role> {
    let coded = USUAL.iter().find(|(code, _)| *code == key);
    let role = match coded {
        Some((_, role)) => *role,
        None => Role::from_str(key).ok()?,
    };
    (role != Role::Patient).then_some(role)
}
