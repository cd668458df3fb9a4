//! The suite that every backend passes, on Stream over the sandbox, plain and behind the guard.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;

use std::sync::Arc;

use app::App;
use ports::{
    Audit, AuditEntry, Backend, Chat, SystemClock,
    conformance::{DisposalFixture, Fixture, RecordsFixture},
};

async fn fixture(backend_of: impl FnOnce(&App) -> Backend) -> Fixture {
    fixture_of(App::with_doctors(Fixture::DOCTORS).await, backend_of)
}

fn fixture_of(app: App, backend_of: impl FnOnce(&App) -> Backend) -> Fixture {
    let stream = app.stream.clone();
    Fixture {
        backend: backend_of(&app),
        doctors: app.doctors.clone(),
        patients: app.patients.clone(),
        sweep_files: Box::new(move |now| {
            let stream = stream.clone();
            Box::pin(async move { stream.sweep_files(now).await })
        }),
        keep: Box::new(app),
    }
}

mod plain {
    use super::*;

    async fn fresh() -> Fixture {
        fixture(|app| app.stream.backend()).await
    }

    ports::conformance!(fresh);
}

mod guarded {
    use super::*;

    struct NoAudit;

    #[async_trait::async_trait]
    impl Audit for NoAudit {
        async fn record(&self, _: AuditEntry) -> ports::Result<()> {
            Ok(())
        }
    }

    async fn fresh() -> Fixture {
        fixture(|app| {
            Chat::new(
                app.stream.backend(),
                Arc::new(NoAudit),
                Arc::new(SystemClock),
            )
            .into_guarded_backend()
        })
        .await
    }

    ports::conformance!(fresh);
}

mod recording {
    use super::*;

    async fn fresh() -> RecordsFixture {
        let app = App::with_doctors(Fixture::DOCTORS).await;
        let records = app.stream.records();
        RecordsFixture {
            store: fixture_of(app, |app| app.stream.backend()),
            records,
        }
    }

    ports::records_conformance!(fresh);
}

mod disposing {
    use super::*;

    async fn fresh() -> DisposalFixture {
        let app = App::with_doctors(Fixture::DOCTORS).await;
        let (disposal, records) = (app.stream.disposal(), app.stream.records());
        DisposalFixture {
            store: fixture_of(app, |app| app.stream.backend()),
            disposal,
            records,
        }
    }

    ports::disposal_conformance!(fresh);
}
