//! The suite that every backend passes, on Stream over the sandbox.

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
