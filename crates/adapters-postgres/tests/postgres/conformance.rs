//! The suite of every backend, on PostgreSQL.

use crate::support;

use hims_chat_postgres::Postgres;
use ports::{
    PatientRefKey,
    conformance::{
        AdoptionFixture, AvailabilityFixture, DirectoryFixture, Fixture, MovesFixture,
        RecordsFixture,
    },
};

async fn fresh() -> Fixture {
    fixture().await.0
}

async fn fixture() -> (Fixture, Postgres) {
    let database = support::Database::fresh().await;
    hims_chat_postgres::migrations::up(&database.url)
        .await
        .unwrap();
    database.add_doctors(Fixture::DOCTORS).await;
    database.add_patients().await;
    let instance = database.instance().await;
    let key: PatientRefKey = instance.patient_ref_key();
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
        keep: Box::new((kept, database)),
    };
    (fixture, instance)
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

mod directory_side {
    use super::*;

    async fn fresh() -> DirectoryFixture {
        let database = support::Database::fresh().await;
        hims_chat_postgres::migrations::up(&database.url)
            .await
            .unwrap();
        let instance = database.instance().await;
        DirectoryFixture {
            staff: instance.staff(),
            seeding: instance.seeding(),
            keep: Box::new((instance, database)),
        }
    }

    ports::conformance!(directory fresh);
}

mod adopting {
    use super::*;

    async fn fresh() -> AdoptionFixture {
        let (store, instance) = fixture().await;
        AdoptionFixture {
            store,
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
