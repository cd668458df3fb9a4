//! The suite of every backend, on PostgreSQL.

use crate::support;

use hims_chat_postgres::Postgres;
use ports::{
    PatientRefKey,
    conformance::{
        AdoptionFixture, AuditFixture, AvailabilityFixture, DirectoryFixture, DisposalFixture,
        DraftFixture, Fixture, MovesFixture, RecordsFixture, RegisterFixture, RetainingFixture,
        SignInFixture,
    },
};

async fn fresh() -> Fixture {
    fixture().await.0
}

async fn fixture() -> (Fixture, Postgres) {
    let (fixture, instance, _) = fixture_and_database().await;
    (fixture, instance)
}

async fn fixture_and_database() -> (Fixture, Postgres, std::sync::Arc<support::Database>) {
    let database = support::Database::fresh().await;
    hims_chat_postgres::migrations::up(&database.url)
        .await
        .unwrap();
    database.add_doctors(Fixture::DOCTORS).await;
    database.add_patients().await;
    let instance = database.instance().await;
    let key: PatientRefKey = instance.patient_ref_key();
    let database = std::sync::Arc::new(database);
    let swept = instance.clone();
    let kept = instance.clone();
    let fixture = Fixture {
        doctors: support::doctors(&instance, Fixture::DOCTORS).await,
        patients: [1_i64, 2].map(|id| key.reference(&id.into())).into(),
        backend: instance.backend(),
        sweep_files: Box::new(move |now| {
            let instance = swept.clone();
            Box::pin(async move { instance.sweep_files(now).await })
        }),
        keep: Box::new((kept, database.clone())),
    };
    (fixture, instance, database)
}

ports::conformance!(fresh);

mod hospital_side {
    use super::*;

    async fn fresh() -> AvailabilityFixture {
        let database = support::Database::fresh().await;
        hims_chat_postgres::migrations::up(&database.url)
            .await
            .unwrap();
        database.add_doctors(3).await;
        let instance = database.instance().await;
        AvailabilityFixture {
            availabilities: instance.availabilities(),
            doctors: support::doctors(&instance, 3).await.try_into().unwrap(),
            keep: Box::new((instance, database)),
        }
    }

    ports::conformance!(availabilities fresh);
}

mod unsent_words {
    use super::*;

    async fn fresh() -> DraftFixture {
        let database = support::Database::fresh().await;
        hims_chat_postgres::migrations::up(&database.url)
            .await
            .unwrap();
        database.add_doctors(2).await;
        let instance = database.instance().await;
        DraftFixture {
            drafts: instance.drafts(),
            doctors: support::doctors(&instance, 2).await.try_into().unwrap(),
            keep: Box::new((instance, database)),
        }
    }

    ports::conformance!(drafts fresh);
}

mod signing_in {
    use super::*;

    async fn fresh() -> SignInFixture {
        let database = support::Database::fresh().await;
        hims_chat_postgres::migrations::up(&database.url)
            .await
            .unwrap();
        database.add_doctors(2).await;
        let instance = database.instance().await;
        let other = std::sync::Arc::new(database);
        SignInFixture {
            sessions: instance.sessions(),
            failures: instance.failed_sign_ins(),
            credentials: instance.credentials(),
            sign_ons: instance.sign_ons(),
            doctors: support::doctors(&instance, 2).await.try_into().unwrap(),
            keep: Box::new((instance, other.clone())),
            execute: Box::new(move |sql| {
                let other = other.clone();
                Box::pin(async move { other.client().await.batch_execute(sql).await.unwrap() })
            }),
        }
    }

    ports::conformance!(sign_in fresh);
}

mod registered {
    use super::*;

    async fn fresh() -> RegisterFixture {
        let database = support::Database::fresh().await;
        hims_chat_postgres::migrations::up(&database.url)
            .await
            .unwrap();
        let instance = database.instance().await;
        let other = std::sync::Arc::new(database);
        RegisterFixture {
            staff: instance.staff_register(),
            patients: instance.patient_register(),
            directory: instance.patients(),
            credentials: instance.credentials(),
            sessions: instance.sessions(),
            keep: Box::new((instance, other.clone())),
            execute: Box::new(move |sql| {
                let other = other.clone();
                Box::pin(async move { other.client().await.batch_execute(sql).await.unwrap() })
            }),
        }
    }

    ports::conformance!(registers fresh);
}

mod directory_side {
    use super::*;

    async fn fresh() -> DirectoryFixture {
        let database = support::Database::fresh().await;
        hims_chat_postgres::migrations::up(&database.url)
            .await
            .unwrap();
        let instance = database.instance().await;
        let other = std::sync::Arc::new(database);
        DirectoryFixture {
            staff: instance.staff(),
            patients: instance.patients(),
            seeding: instance.seeding(),
            keep: Box::new((instance, other.clone())),
            execute: Box::new(move |sql| {
                let other = other.clone();
                Box::pin(async move { other.client().await.batch_execute(sql).await.unwrap() })
            }),
        }
    }

    ports::conformance!(directory fresh);
}

mod audited {
    use super::*;

    async fn fresh() -> AuditFixture {
        let database = support::Database::fresh().await;
        let instance = database.instance().await;
        let read = std::sync::Arc::new(database);
        let other = read.clone();
        AuditFixture {
            audit: instance.audit(),
            trail: instance.audit_trail(),
            key: instance.audit_key(),
            execute: Box::new(move |sql| {
                let other = other.clone();
                Box::pin(async move { other.client().await.batch_execute(sql).await.unwrap() })
            }),
            keep: Box::new((instance, read.clone())),
            count: Box::new(move |sql| {
                let read = read.clone();
                Box::pin(async move {
                    let client = read.client().await;
                    client.query_one(&sql, &[]).await.unwrap().get(0)
                })
            }),
        }
    }

    ports::conformance!(audit fresh);
}

mod adopting {
    use super::*;

    async fn fresh() -> AdoptionFixture {
        let (store, instance, other) = fixture_and_database().await;
        AdoptionFixture {
            store,
            execute: Box::new(move |sql| {
                let other = other.clone();
                Box::pin(async move { other.client().await.batch_execute(sql).await.unwrap() })
            }),
            adoption: instance.adoption(),
            emails: [1, 2, 3].map(|number| format!("d{number}@example.org")),
            mrn: "M1".to_owned(),
        }
    }

    ports::adoption_conformance!(fresh);
}

mod moving {
    use super::*;

    async fn fresh() -> MovesFixture {
        let (store, instance) = fixture().await;
        MovesFixture {
            store,
            moves: instance.moves(),
            records: instance.records(),
            returns: instance.returns(),
        }
    }

    ports::moves_conformance!(fresh);
}

mod recording {
    use super::*;

    async fn fresh() -> RecordsFixture {
        let (store, instance) = fixture().await;
        RecordsFixture {
            store,
            records: instance.records(),
        }
    }

    ports::records_conformance!(fresh);
}

mod disposing {
    use super::*;

    async fn fresh() -> DisposalFixture {
        let (store, instance) = fixture().await;
        DisposalFixture {
            store,
            disposal: instance.disposal(),
            records: instance.records(),
        }
    }

    ports::disposal_conformance!(fresh);
}

mod retaining {
    use super::*;

    async fn fresh() -> RetainingFixture {
        let database = std::sync::Arc::new(support::Database::fresh().await);
        let instance = database.instance().await;
        let other = database.clone();
        RetainingFixture {
            holds: instance.legal_holds(),
            receipts: instance.retention_receipts(),
            key: instance.audit_key(),
            execute: Box::new(move |sql| {
                let other = other.clone();
                Box::pin(async move { other.client().await.batch_execute(sql).await.unwrap() })
            }),
            keep: Box::new((instance, database)),
        }
    }

    ports::retaining_conformance!(fresh);
}
