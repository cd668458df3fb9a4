//! The suite of every backend, on PostgreSQL.

use crate::support;

use ports::{
    PatientRefKey,
    conformance::{AvailabilityFixture, Fixture},
};

async fn fresh() -> Fixture {
    let database = support::Database::fresh().await;
    hims_chat_postgres::migrations::up(&database.url)
        .await
        .unwrap();
    database.add_doctors(Fixture::DOCTORS).await;
    database.add_patients().await;
    let instance = database.instance().await;
    let key: PatientRefKey = instance.patient_ref_key();
    let swept = instance.clone();
    Fixture {
        doctors: support::doctors(&instance, Fixture::DOCTORS).await,
        patients: [1_i64, 2].map(|id| key.reference(&id.into())).into(),
        backend: instance.backend(),
        sweep_files: Box::new(move |now| {
            let instance = swept.clone();
            Box::pin(async move { instance.sweep_files(now).await })
        }),
        keep: Box::new((instance, database)),
    }
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
