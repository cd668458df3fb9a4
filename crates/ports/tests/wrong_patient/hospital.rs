//! A hospital of invented patients, many of them called like something else.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Doctor, PageSize, Patient, PatientId, PatientRef, PatientWords, Role, Sex, StaffId, StaffMember,
};
use hims_chat_ports::{
    Audit, AuditEntry, DoctorFilter, DoctorPage, DoctorPlaces, Error, PatientDirectory, Patients,
    Result, StaffDirectory, SystemClock, usecase::RoomPatient,
};

const PATIENTS: [(&str, &str, char, &str, &str); 23] = [
    ("LMH-900101", "Odalys Fernwick", 'f', "A2-04", "A2"),
    ("LMH-900102", "Bertrand Ashgrove", 'm', "B1-02", "B1"),
    ("LMH-900103", "Yusra Calloway", 'f', "B3-07", "B3"),
    ("LMH-900104", "Leif Tamsin-Oduya", 'm', "C1-11", "C1"),
    ("LMH-900105", "Henrike Solberg-Aze", 'f', "C4-09", "C4"),
    ("LMH-900106", "Casimir Dunmore", 'm', "A2-06", "A2"),
    ("LMH-900107", "Zenobia Harcastle", 'f', "ED-R2", "ED"),
    ("LMH-900108", "Ignatius Bellweather", 'm', "D2-01", "D2"),
    ("LMH-900109", "Bertram Ashgrove", 'm', "B1-05", "B1"),
    ("LMH-900110", "Fenella Oyarzun", 'f', "OPD", "OPD"),
    ("LMH-900111", "Tobias Quennell", 'm', "ED-M3", "ED"),
    ("LMH-900112", "Amara Vint", 'f', "C1-03", "C1"),
    ("LMH-900201", "Mark Young", 'm', "A2-08", "A2"),
    ("LMH-900202", "Rose Bell", 'f', "B1-07", "B1"),
    ("LMH-900203", "May Green", 'f', "A2-10", "A2"),
    ("LMH-900204", "Will Hand", 'm', "B3-02", "B3"),
    ("LMH-900205", "Zoë O’Brien", 'f', "A2-12", "A2"),
    ("LMH-900206", "Søren Ångström", 'm', "D2-03", "D2"),
    ("LMH-900207", "Moira Brannigan", 'f', "B3-04", "B3"),
    ("LMH-900208", "Иван Петров", 'm', "B1-09", "B1"),
    ("LMH-900209", "Maria van der Berg", 'f', "C4-02", "C4"),
    ("LMH-900210", "Grace Parkinson", 'f', "A2-01", "A2"),
    ("LMH-900211", "Thomas Ward", 'm', "ICU-03", "ICU"),
];

const DOCTORS: [&str; 3] = ["Dr Moira Lisle", "Dr Owen Brannigan", "Dr Pavel Dabrowski"];

pub(crate) struct Hospital {
    pub(crate) patients: Patients,
    pub(crate) staff: Arc<dyn StaffDirectory>,
}

impl Hospital {
    /// The room of the patient of a surname; `nobody` is a room of doctors.
    pub(crate) fn room(&self, surname: &str) -> RoomPatient {
        let found = PATIENTS
            .iter()
            .position(|(_, name, ..)| name.ends_with(surname));
        match found {
            Some(found) => RoomPatient::Known(Box::new(patients().swap_remove(found))),
            None if surname == "left" => RoomPatient::Left,
            None => {
                assert_eq!(surname, "nobody");
                RoomPatient::Nobody
            }
        }
    }
}

pub(crate) fn hospital() -> Hospital {
    let directory = Arc::new(Directory);
    Hospital {
        patients: Patients::new(directory.clone(), directory.clone(), Arc::new(SystemClock)),
        staff: directory,
    }
}

pub(crate) fn doctor() -> Doctor {
    Doctor::admit(member(1, DOCTORS[0])).unwrap()
}

fn member(id: i64, name: &str) -> StaffMember {
    StaffMember {
        id: StaffId::from(id),
        name: name.into(),
        role: Role::Doctor,
        specialty: None,
        grade: None,
        ward: None,
        active: true,
    }
}

fn patients() -> Vec<Patient> {
    let patient =
        |(id, (mrn, name, sex, bed, ward)): (i64, (&str, &str, char, &str, &str))| Patient {
            id: PatientId::from(id),
            reference: PatientRef::parse(format!("{id:040x}")).unwrap(),
            name: name.into(),
            mrn: mrn.into(),
            born: None,
            sex: Some(if sex == 'f' { Sex::Female } else { Sex::Male }),
            bed: Some(bed.into()),
            ward: Some(ward.into()),
            allergies: None,
            former: Vec::new(),
        };
    (1..).zip(PATIENTS).map(patient).collect()
}

/// Finds what the contract of [`PatientDirectory::named`] names, and no more.
struct Directory;

#[async_trait]
impl PatientDirectory for Directory {
    async fn search(&self, _: &Doctor, _: &str, _: PageSize) -> Result<Vec<Patient>> {
        Ok(patients())
    }

    async fn find(&self, _: &Doctor, _: &PatientId) -> Result<Patient> {
        Err(Error::not_found("patient"))
    }

    async fn find_by_reference(&self, _: &Doctor, _: &[PatientRef]) -> Result<Vec<Patient>> {
        Ok(Vec::new())
    }

    async fn named(&self, _: &Doctor, words: &PatientWords) -> Result<Vec<Patient>> {
        let is_found = |patient: &Patient| {
            let (mrn, name) = (
                PatientWords::code(&patient.mrn),
                PatientWords::name(&patient.name),
            );
            let bed = patient.bed.as_deref().map(PatientWords::code);
            let last = name.rsplit(' ').next();
            words
                .codes()
                .any(|code| code == mrn || bed.as_deref() == Some(code))
                || words
                    .numbers()
                    .any(|number| number == PatientWords::number(&patient.mrn))
                || words.names().any(|run| run == name)
                || words
                    .beginnings()
                    .any(|beginning| name.starts_with(beginning))
                || bed.is_some() && words.surnames().any(|surname| Some(surname) == last)
        };
        Ok(patients().into_iter().filter(is_found).collect())
    }

    async fn on_ward(&self, _: &Doctor, ward: &str) -> Result<Vec<Patient>> {
        let is_there = |patient: &Patient| patient.ward.as_deref() == Some(ward);
        Ok(patients().into_iter().filter(is_there).collect())
    }
}

#[async_trait]
impl StaffDirectory for Directory {
    async fn find(&self, _: &StaffId) -> Result<Option<StaffMember>> {
        Ok(None)
    }

    async fn find_many(&self, _: &[StaffId]) -> Result<Vec<StaffMember>> {
        Ok(Vec::new())
    }

    async fn doctors(
        &self,
        filter: &DoctorFilter,
        _: Option<StaffId>,
        size: PageSize,
    ) -> Result<DoctorPage> {
        let found = (1..)
            .zip(DOCTORS)
            .filter(|(_, name)| name.contains(&filter.text));
        let doctors = found.map(|(id, name)| member(id, name)).collect();
        Ok(DoctorPage::of(doctors, size))
    }

    async fn places(&self) -> Result<DoctorPlaces> {
        Ok(DoctorPlaces::default())
    }
}

#[async_trait]
impl Audit for Directory {
    async fn record(&self, _: AuditEntry) -> Result<()> {
        Ok(())
    }
}
