//! How often the wrong-patient check stops what it should and what it should not, over sentences as
//! doctors write them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that does not get what it needs has failed, and says what it measured"
)]

#[path = "wrong_patient/hospital.rs"]
mod hospital;

use hims_chat_ports::usecase::{RoomPatient, Suspicion, Why, suspicious_patients};
use hospital::{Hospital, doctor, hospital};

const DEVELOPMENT: &str = include_str!("wrong_patient/development.txt");
const HELD_OUT: &str = include_str!("wrong_patient/held_out.txt");
const AGAIN: &str = include_str!("wrong_patient/again.txt");

/// A line of a list: `Fernwick | stop | MRN 900106 needs a bladder scan`.
struct Sentence<'a> {
    room: &'a str,
    should_stop: bool,
    text: &'a str,
}

fn sentences(list: &str) -> Vec<Sentence<'_>> {
    let lines = list
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let sentence = |line| {
        let mut fields = str::splitn(line, 3, " | ");
        let mut field = || fields.next().unwrap();
        let (room, verdict, text) = (field(), field(), field());
        assert!(matches!(verdict, "stop" | "pass"), "{line}");
        Sentence {
            room,
            should_stop: verdict == "stop",
            text,
        }
    };
    lines.map(sentence).collect()
}

/// The patients whom the check asks about, once the question about the namesake was answered.
async fn others(hospital: &Hospital, room: &RoomPatient, text: &str) -> Vec<Suspicion> {
    let doctor = doctor();
    let found = suspicious_patients(&hospital.patients, &*hospital.staff, &doctor, room, text);
    let mut others = found.await.unwrap();
    others.retain(|other| other.why != Why::Namesake);
    others
}

/// Of a list: how many sentences should stop and are missed, and should pass and are stopped.
struct Figures {
    stops: usize,
    missed: usize,
    passes: usize,
    stopped: usize,
}

async fn measure(list: &str) -> Figures {
    let hospital = hospital();
    let mut figures = Figures {
        stops: 0,
        missed: 0,
        passes: 0,
        stopped: 0,
    };
    for sentence in sentences(list) {
        let room = hospital.room(sentence.room);
        let others = others(&hospital, &room, sentence.text).await;
        let is_stopped = !others.is_empty();
        if sentence.should_stop {
            figures.stops += 1;
            figures.missed += usize::from(!is_stopped);
        } else {
            figures.passes += 1;
            figures.stopped += usize::from(is_stopped);
        }
        if is_stopped != sentence.should_stop {
            let verdict = if is_stopped { "stopped" } else { "missed" };
            let who: Vec<_> = others
                .iter()
                .map(|other| (&other.patient.name, other.why))
                .collect();
            println!("{verdict}: {}: {} {who:?}", sentence.room, sentence.text);
        }
    }
    figures
}

#[tokio::test]
async fn few_are_missed_and_hardly_any_stopped_in_vain() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guard.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let mut all = 0;
    for (name, list) in [
        ("development", DEVELOPMENT),
        ("held out", HELD_OUT),
        ("again", AGAIN),
    ] {
        let figures = measure(list).await;
        let Figures {
            stops,
            missed,
            passes,
            stopped,
        } = figures;
        let row = format!("| {name} | {stopped} of {passes} | {missed} of {stops} |");
        println!("{row}");
        assert!(stopped * 100 <= passes, "false stops: {row}");
        assert!(missed * 10 <= stops, "misses: {row}");
        assert!(guide.contains(&row), "docs/guard.md should say: {row}");
        all += stops + passes;
    }
    assert!(all >= 300, "{all}");
}
