//! The suite that every backend passes, on SQLite plain and behind the guard.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/hospital.rs"]
mod hospital;
#[path = "support/laravel.rs"]
mod laravel;

use std::sync::Arc;

use hospital::Hospital;
use ports::{
    Backend, Chat, SystemClock,
    conformance::{
        AdoptionFixture, AuditFixture, AvailabilityFixture, DirectoryFixture, DisposalFixture,
        DraftFixture, Fixture, MovesFixture, RecordsFixture, RegisterFixture, RetainingFixture,
        SignInFixture,
    },
};

async fn fixture(backend_of: impl FnOnce(&Hospital) -> Backend) -> Fixture {
    let hospital = Hospital::with_doctors(Fixture::DOCTORS).await;
    fixture_of(hospital, backend_of).await
}

async fn fixture_of(hospital: Hospital, backend_of: impl FnOnce(&Hospital) -> Backend) -> Fixture {
    let patients = hospital.patients().await;
    let sqlite = hospital.sqlite.clone();
    Fixture {
        backend: backend_of(&hospital),
        doctors: hospital.doctors().await,
        patients: patients
            .into_iter()
            .map(|patient| patient.reference)
            .collect(),
        sweep_files: Box::new(move |now| {
            let sqlite = sqlite.clone();
            Box::pin(async move { sqlite.sweep_files(now).await })
        }),
        keep: Box::new(hospital),
    }
}

mod plain {
    use super::*;

    async fn fresh() -> Fixture {
        fixture(|hospital| hospital.sqlite.backend()).await
    }

    ports::conformance!(fresh);
}

mod guarded {
    use super::*;

    async fn fresh() -> Fixture {
        fixture(|hospital| {
            let sqlite = &hospital.sqlite;
            Chat::new(sqlite.backend(), sqlite.audit(), Arc::new(SystemClock))
                .into_guarded_backend()
        })
        .await
    }

    ports::conformance!(fresh);
}

mod hospital_side {
    use super::*;

    async fn fresh() -> AvailabilityFixture {
        let hospital = Hospital::with_doctors(3).await;
        AvailabilityFixture {
            availabilities: hospital.sqlite.availabilities(),
            doctors: hospital.doctors().await.try_into().unwrap(),
            keep: Box::new(hospital),
        }
    }

    ports::conformance!(availabilities fresh);
}

mod unsent_words {
    use super::*;

    async fn fresh() -> DraftFixture {
        let hospital = Hospital::with_doctors(2).await;
        DraftFixture {
            drafts: hospital.sqlite.drafts(),
            doctors: hospital.doctors().await.try_into().unwrap(),
            keep: Box::new(hospital),
        }
    }

    ports::conformance!(drafts fresh);
}

mod signing_in {
    use super::*;

    async fn fresh() -> SignInFixture {
        let hospital = Hospital::with_doctors(2).await;
        let file = hospital.file();
        SignInFixture {
            sessions: hospital.sqlite.sessions(),
            failures: hospital.sqlite.failed_sign_ins(),
            credentials: hospital.sqlite.credentials(),
            sign_ons: hospital.sqlite.sign_ons(),
            doctors: hospital.doctors().await.try_into().unwrap(),
            execute: Box::new(move |sql| {
                let mut other = laravel::Laravel::at(&file);
                other.run(sql);
                Box::pin(async {})
            }),
            keep: Box::new(hospital),
        }
    }

    ports::conformance!(sign_in fresh);
}

mod directory_side {
    use super::*;

    async fn fresh() -> DirectoryFixture {
        let folder = tempfile::tempdir().unwrap();
        let file = hospital::file_in(folder.path());
        let sqlite = hospital::connect(&file).await.unwrap();
        DirectoryFixture {
            staff: sqlite.staff(),
            patients: sqlite.patients(),
            seeding: sqlite.seeding(),
            execute: Box::new(move |sql| {
                laravel::Laravel::at(&file).run(sql);
                Box::pin(async {})
            }),
            keep: Box::new((sqlite, folder)),
        }
    }

    ports::conformance!(directory fresh);
}

mod registered {
    use super::*;

    async fn fresh() -> RegisterFixture {
        let folder = tempfile::tempdir().unwrap();
        let file = hospital::file_in(folder.path());
        let sqlite = hospital::connect(&file).await.unwrap();
        RegisterFixture {
            staff: sqlite.staff_register(),
            patients: sqlite.patient_register(),
            directory: sqlite.patients(),
            credentials: sqlite.credentials(),
            sessions: sqlite.sessions(),
            execute: Box::new(move |sql| {
                laravel::Laravel::at(&file).run(sql);
                Box::pin(async {})
            }),
            keep: Box::new((sqlite, folder)),
        }
    }

    ports::conformance!(registers fresh);
}

mod audited {
    use super::*;

    async fn fresh() -> AuditFixture {
        let hospital = Hospital::with_doctors(1).await;
        let file = hospital.file();
        let written = hospital.file();
        AuditFixture {
            audit: hospital.sqlite.audit(),
            trail: hospital.sqlite.audit_trail(),
            key: hospital.sqlite.audit_key(),
            execute: Box::new(move |sql| {
                let mut other = laravel::Laravel::at(&written);
                other.run(sql);
                Box::pin(async {})
            }),
            count: Box::new(move |sql| {
                let sql = sql.replacen("count(*)", "cast(count(*) AS text)", 1);
                let count = laravel::Laravel::at(&file).ask(&sql);
                let count = count.unwrap().parse().unwrap();
                Box::pin(async move { count })
            }),
            keep: Box::new(hospital),
        }
    }

    ports::conformance!(audit fresh);
}

mod adopting {
    use super::*;

    async fn fresh() -> AdoptionFixture {
        let hospital = Hospital::with_doctors(Fixture::DOCTORS).await;
        // The list is by bed, as the fixture's.
        let mrn = hospital.patients().await.remove(0).mrn;
        let adoption = hospital.sqlite.adoption();
        let emails = [1, 2, 3].map(|number| format!("d{number}@hospital.example"));
        let file = hospital.file();
        AdoptionFixture {
            execute: Box::new(move |sql| {
                laravel::Laravel::at(&file).run(sql);
                Box::pin(async {})
            }),
            store: fixture_of(hospital, |hospital| hospital.sqlite.backend()).await,
            adoption,
            emails,
            mrn,
        }
    }

    ports::adoption_conformance!(fresh);
}

mod moving {
    use super::*;

    async fn fresh() -> MovesFixture {
        let hospital = Hospital::with_doctors(Fixture::DOCTORS).await;
        let (moves, records) = (hospital.sqlite.moves(), hospital.sqlite.records());
        let returns = hospital.sqlite.returns();
        MovesFixture {
            store: fixture_of(hospital, |hospital| hospital.sqlite.backend()).await,
            moves,
            records,
            returns,
        }
    }

    ports::moves_conformance!(fresh);
}

mod recording {
    use super::*;

    async fn fresh() -> RecordsFixture {
        let hospital = Hospital::with_doctors(Fixture::DOCTORS).await;
        let records = hospital.sqlite.records();
        RecordsFixture {
            store: fixture_of(hospital, |hospital| hospital.sqlite.backend()).await,
            records,
        }
    }

    ports::records_conformance!(fresh);
}

mod disposing {
    use super::*;

    async fn fresh() -> DisposalFixture {
        let hospital = Hospital::with_doctors(Fixture::DOCTORS).await;
        let (disposal, records) = (hospital.sqlite.disposal(), hospital.sqlite.records());
        DisposalFixture {
            store: fixture_of(hospital, |hospital| hospital.sqlite.backend()).await,
            disposal,
            records,
        }
    }

    ports::disposal_conformance!(fresh);
}

mod retaining {
    use super::*;

    async fn fresh() -> RetainingFixture {
        let hospital = Hospital::with_doctors(1).await;
        let file = hospital.file();
        RetainingFixture {
            holds: hospital.sqlite.legal_holds(),
            receipts: hospital.sqlite.retention_receipts(),
            key: hospital.sqlite.audit_key(),
            execute: Box::new(move |sql| {
                laravel::Laravel::at(&file).run(sql);
                Box::pin(async {})
            }),
            keep: Box::new(hospital),
        }
    }

    ports::retaining_conformance!(fresh);
}
