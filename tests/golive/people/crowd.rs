//! Eight in the morning.

use std::time::Instant;

use reqwest::redirect::Policy;
use tokio::task::JoinSet;

use super::{
    PASSWORD,
    files::{Member, member, staff_file},
    hims, put,
};
use crate::support::{database::Database, device::send, server::Server};

const DOCTORS: usize = 600;

/// [`PASSWORD`] by bcrypt at a cost of 7, about a third of the work of our own hashes: the tests beside this one and a compiler
/// may have the processors. Two idle ones let in as many with our own within seven seconds.
const HASH: &str = "$2b$07$qV8LMJFTaLFoeDFoISwCJuiuJWqdaaPAjcxLLgWoxvfgYg/BGR3l6";

#[tokio::test]
async fn six_hundred_right_passwords_at_once_are_all_let_in() {
    let database = Database::postgres().await;
    let doctors: Vec<Member> = (0..DOCTORS)
        .map(|number| Member {
            role: "doctor",
            ..member(number)
        })
        .collect();
    put(&database, "staff.csv", staff_file(&doctors));
    hims(&database, "staff import staff.csv").await.with(0);
    let same = format!("UPDATE users SET password = '{HASH}' WHERE role = 'doctor'");
    database.execute(&same).await;

    let server = Server::start(&database).await;
    // Each is a browser without cookies, on a connection of its own.
    let browsers = reqwest::Client::builder()
        .redirect(Policy::none())
        .build()
        .expect("a client");
    let started = Instant::now();
    let mut crowd = JoinSet::new();
    for doctor in doctors {
        let fields = [("email", doctor.email.as_str()), ("password", PASSWORD)];
        let body = serde_urlencoded::to_string(fields).expect("plain fields");
        let request = browsers
            .post(server.url("/login"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        crowd.spawn(async move { send(request).await.status });
    }
    let answers = crowd.join_all().await;
    let let_in = answers.iter().filter(|status| **status == 303).count();
    println!(
        "{let_in} of {DOCTORS} were let in within {:?}",
        started.elapsed()
    );
    assert_eq!(let_in, DOCTORS, "{answers:?}");
    let sessions = database
        .number("SELECT count(DISTINCT user_id) FROM hims_sessions")
        .await;
    assert_eq!(sessions, 600);
}
