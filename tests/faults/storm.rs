//! A storm of sign-ins takes no more memory than a calm, and shuts nobody out.

use tokio::task::JoinSet;

use crate::support::{
    database::Engine,
    device::{Device, PASSWORD},
    hospital::Hospital,
};

/// Two pieces of 19 MiB that Argon2 works in, and what hundreds of connections at once leave behind.
const MOST_MORE: u64 = 60 * 1024;

/// Signs in so many at once, each under the address that `who` gives; how they were answered.
async fn at_once(
    hospital: &Hospital,
    count: usize,
    who: fn(usize) -> (String, &'static str),
) -> Vec<u16> {
    let mut storm = JoinSet::new();
    for number in 0..count {
        let device = Device::new(&hospital.server);
        storm.spawn(async move {
            let (email, password) = who(number);
            let answer = device.sign_in(&email, password).await;
            if answer.status == 429 {
                assert!(answer.header("retry-after").parse::<u64>().is_ok());
            }
            answer.status
        });
    }
    storm.join_all().await
}

fn stranger(number: usize) -> (String, &'static str) {
    (format!("nobody{number}@larkmere.example"), "guess")
}

fn doctor(number: usize) -> (String, &'static str) {
    (format!("d{:02}@larkmere.example", number % 8 + 1), PASSWORD)
}

#[tokio::test]
async fn a_storm_of_sign_ins_takes_little_memory_and_shuts_no_doctor_out() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    hospital.device("d01").await;
    let calm = hospital.server.memory();

    let (answers, _) = tokio::join!(at_once(&hospital, 50, stranger), async {
        // In the middle of it, on a computer that is new to her.
        hospital.device("d02").await;
    });
    assert!(
        answers.iter().all(|status| [401, 429].contains(status)),
        "{answers:?}"
    );
    let answers = at_once(&hospital, 200, doctor).await;
    let signed_in = answers.iter().filter(|status| **status == 303).count();
    assert!(
        answers.iter().all(|status| [303, 429].contains(status)),
        "{answers:?}"
    );
    assert!(signed_in >= 20, "{signed_in} of 200 signed in");

    let more = hospital.server.memory().saturating_sub(calm);
    println!("calm {calm} KiB, {more} KiB more after the storm");
    assert!(more < MOST_MORE, "{calm} KiB before, {more} more after");
}
