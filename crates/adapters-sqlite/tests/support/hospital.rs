//! A database of its own for a test, with doctors and patients.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "shared by test files, each of which uses a part"
)]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{Doctor, PageSize, Patient, Role, Sex, StaffId};
use hims_chat_sqlite::{NaiveZone, Options, Schema, Sqlite};
use legacy::Files;
use object_store::memory::InMemory;
use ports::{PasswordHash, Seed, SeedPatient, SeedStaff};
use tempfile::TempDir;

/// A folder with a database in it.
pub struct Hospital {
    folder: TempDir,
    pub sqlite: Sqlite,
}

impl Hospital {
    /// A database with so many doctors and three patients, no rooms.
    pub async fn with_doctors(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = connect(&file_in(folder.path())).await.unwrap();
        sqlite.seeding().fill(&seed(count)).await.unwrap();
        Self { folder, sqlite }
    }

    pub fn file(&self) -> PathBuf {
        file_in(self.folder.path())
    }

    /// The doctors, in the order they were made.
    pub async fn doctors(&self) -> Vec<Doctor> {
        let ids: Vec<StaffId> = (1..=200).map(StaffId::from).collect();
        let mut members = self.sqlite.staff().find_many(&ids).await.unwrap();
        members.sort_by_key(|member| member.id.as_i64());
        members
            .into_iter()
            .map(|member| Doctor::admit(member).unwrap())
            .collect()
    }

    /// The patients, by bed.
    pub async fn patients(&self) -> Vec<Patient> {
        let doctor = self.doctors().await.remove(0);
        let patients = self.sqlite.patients();
        patients
            .search(&doctor, "", PageSize::DEFAULT)
            .await
            .unwrap()
    }
}

pub fn file_in(folder: &Path) -> PathBuf {
    folder.join("hospital.db")
}

pub async fn connect(file: &Path) -> ports::Result<Sqlite> {
    Sqlite::connect(file, options()).await
}

pub fn options() -> Options {
    Options {
        files: Files::new(Arc::new(InMemory::new())),
        patient_ref_key: None,
        audit_key: None,
        legacy_zone: NaiveZone::default(),
        schema: Schema::Migrate,
    }
}

fn seed(doctors: usize) -> Seed {
    let staff = (1..=doctors).map(|number| SeedStaff {
        key: format!("d{number}").leak(),
        name: format!("Dr Number {number:03}"),
        email: format!("D{number}@Hospital.example"),
        password: PasswordHash::stored(
            "$2y$10$abcdefghijklmnopqrstuuJ7pV1b0T1cSPmQ0bF6hU5E1y1mC9b2W".into(),
        ),
        role: Role::Doctor,
        specialty: Some("Nephrology".into()),
        grade: None,
        ward: Some("B3".into()),
        availability: None,
    });
    let patients = (1..=3).map(|number| SeedPatient {
        mrn: format!("MRN-{number}").leak(),
        name: format!("Patient Number {number}"),
        born: "1957-03-09".parse().unwrap(),
        sex: Sex::Female,
        bed: format!("B3-0{number}"),
        ward: "B3".into(),
        allergies: None,
    });
    Seed {
        staff: staff.collect(),
        patients: patients.collect(),
        rooms: Vec::new(),
    }
}
