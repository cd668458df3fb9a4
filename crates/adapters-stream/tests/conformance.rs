//! The suite that every backend passes, on Stream over the sandbox.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;

use app::App;
use ports::conformance::Fixture;

async fn fresh() -> Fixture {
    let app = App::with_doctors(Fixture::DOCTORS).await;
    Fixture {
        backend: app.stream.backend(),
        doctors: app.doctors.clone(),
        patients: app.patients.clone(),
        keep: Box::new(app),
    }
}

ports::conformance!(fresh);
