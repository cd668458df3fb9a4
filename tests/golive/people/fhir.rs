//! The same people as FHIR R4 resources.

use serde_json::{Value, json};

use super::files::{Member, Patient};

/// Practitioners, their roles and wards.
pub(super) fn of_staff(members: &[Member]) -> Vec<Value> {
    let mut resources = wards();
    for (number, member) in members.iter().enumerate() {
        let id = format!("p{number}");
        resources.push(json!({
            "resourceType": "Practitioner",
            "id": id,
            "active": true,
            "identifier": [{"system": "https://larkmere.example/staff", "value": member.identifier}],
            "name": [{"use": "official", "text": member.name}],
            "telecom": [
                {"system": "email", "use": "work", "value": member.email},
                {"system": "phone", "use": "work", "value": member.phone},
                {"system": "pager", "use": "work", "value": member.bleep},
            ],
        }));
        let mut role = json!({
            "resourceType": "PractitionerRole",
            "id": format!("r{number}"),
            "practitioner": {"reference": format!("Practitioner/{id}")},
            "code": [{"coding": [{"code": member.role}]}],
            "location": [{"reference": format!("Location/{}", member.ward)}],
        });
        if !member.specialty.is_empty() {
            role["specialty"] = json!([{"text": member.specialty}]);
        }
        resources.push(role);
    }
    resources
}

/// Patients, their stays, beds, wards and allergies.
pub(super) fn of_patients(patients: &[Patient]) -> Vec<Value> {
    let mut resources = wards();
    for (number, patient) in patients.iter().enumerate() {
        let id = format!("p{number}");
        let subject = json!({"reference": format!("Patient/{id}")});
        resources.push(json!({
            "resourceType": "Patient",
            "id": id,
            "identifier": [{
                "type": {"coding": [{"code": "MR"}]},
                "system": "https://larkmere.example/mrn",
                "value": patient.mrn,
            }],
            "name": [{"text": patient.name}],
            "gender": patient.sex,
            "birthDate": patient.born,
        }));
        if !patient.bed.is_empty() {
            resources.push(json!({
                "resourceType": "Location",
                "id": format!("bed{number}"),
                "name": patient.bed,
                "physicalType": physical_type("bd"),
                "partOf": {"reference": format!("Location/{}", patient.ward)},
            }));
            resources.push(json!({
                "resourceType": "Encounter",
                "id": format!("e{number}"),
                "status": "in-progress",
                "subject": subject,
                "location": [{"location": {"reference": format!("Location/bed{number}")}, "status": "active"}],
            }));
        }
        for allergy in patient
            .allergies
            .split("; ")
            .filter(|words| !words.is_empty())
        {
            resources.push(json!({
                "resourceType": "AllergyIntolerance",
                "clinicalStatus": {"coding": [{"code": "active"}]},
                "patient": subject,
                "code": {"text": allergy},
            }));
        }
    }
    resources
}

fn physical_type(code: &str) -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/location-physical-type";
    json!({"coding": [{"system": system, "code": code}]})
}

fn wards() -> Vec<Value> {
    let ward = |id| {
        json!({
            "resourceType": "Location",
            "id": id,
            "name": id,
            "physicalType": physical_type("wa"),
        })
    };
    ["A1", "B2", "C3"].map(ward).to_vec()
}

/// A resource a line.
pub(super) fn ndjson(resources: &[Value]) -> String {
    resources.iter().map(|one| format!("{one}\n")).collect()
}

/// A Bundle as a person would look at it.
pub(super) fn bundle(resources: &[Value]) -> String {
    let entry = |resource: &Value| json!({"resource": resource});
    let entries: Vec<Value> = resources.iter().map(entry).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    serde_json::to_string_pretty(&bundle).expect("JSON")
}
