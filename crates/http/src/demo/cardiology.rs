//! Cardiology: a consult with a corrected answer, and a near miss between two namesakes.

use jiff::Timestamp;
use ports::SeedRoom;

use super::script::{DAY, HOUR, Script};

/// Meant for the second Ashgrove, sent to the first, taken back and sent again.
const SENT_TO_THE_WRONG_ONE: &str = "Chest tightness for 10 min at rest, gone after GTN. \
    ECG as this morning, repeat troponin sent. Telemetry tonight?";

pub(super) fn rooms(now: Timestamp) -> Vec<SeedRoom> {
    vec![
        bertrand_ashgrove(now),
        bertram_ashgrove(now),
        between_colleagues(now),
    ]
}

fn bertrand_ashgrove(now: Timestamp) -> SeedRoom {
    Script::patient(now, 182, "LMH-900102", &["d01", "d02"])
        .says(
            180,
            "d01",
            "Troponin 48 then 512 at 3 h, pain-free, lateral ST depression. Angiography tomorrow?",
        )
        .says_and_edits(
            171,
            "d02",
            "Yes, first on the list. Fast from midnight.",
            ("Yes, first on the list. Fast from 02:00.", 169),
        )
        .says(
            166,
            "d01",
            "Told him and the ward. Second antiplatelet given, eGFR 74.",
        )
        .read(&[("d02", 160)])
        .says_and_recalls(65, "d01", SENT_TO_THE_WRONG_ONE, 64)
        .says(
            58,
            "d02",
            "Saw that you took it back. Nothing was acted on here, list stands.",
        )
        .read(&[("d01", 56)])
        .room()
}

fn bertram_ashgrove(now: Timestamp) -> SeedRoom {
    Script::patient(now, DAY + 5 * HOUR, "LMH-900109", &["d02", "d01"])
        .says(
            DAY + 4 * HOUR,
            "d02",
            "Unstable angina, troponin flat. Mind the name: Bertrand Ashgrove is in B1-02, this \
             is B1-05.",
        )
        .says(
            DAY + 3 * HOUR,
            "d01",
            "Thanks, name alert is on both doors.",
        )
        .says(64, "d01", SENT_TO_THE_WRONG_ONE)
        .says(
            57,
            "d02",
            "Telemetry yes, bed has it. He reacted to contrast once, so premedication before any \
             angiogram.",
        )
        .says(55, "d01", "Noted. Will ring you with the troponin.")
        .read(&[("d02", 49)])
        .room()
}

fn between_colleagues(now: Timestamp) -> SeedRoom {
    Script::direct(now, 90 * DAY, ["d01", "d02"])
        .says(
            4 * DAY,
            "d01",
            "Could you teach the residents rhythm strips on Friday, 20 min?",
        )
        .says(
            4 * DAY - 30,
            "d02",
            "Gladly. I bring ten strips, no names on them.",
        )
        .says(
            DAY + 2 * HOUR,
            "d02",
            "Two for your list tomorrow: heart failure in A2-11, syncope in A2-02. Both stable.",
        )
        .says(DAY + 2 * HOUR - 9, "d01", "Good, I see them on the round.")
        .says(
            54,
            "d01",
            "Sorry about the wrong Ashgrove. Reporting it as a near miss so the list gets a \
             warning.",
        )
        .says(48, "d02", "Right thing to do. No harm done.")
        .read(&[("d01", 46)])
        .room()
}
