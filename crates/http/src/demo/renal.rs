//! Renal: high potassium after a missed dialysis, a clinic question, who covers.

use jiff::Timestamp;
use ports::SeedRoom;

use super::script::{DAY, HOUR, Script};

pub(super) fn rooms(now: Timestamp) -> Vec<SeedRoom> {
    vec![high_potassium(now), clinic_question(now), cover(now)]
}

fn high_potassium(now: Timestamp) -> SeedRoom {
    Script::patient(now, 44, "LMH-900103", &["d08", "d04", "d03", "d01"])
        .urgent(
            42,
            "d08",
            "K+ 6.9 on gas, lab repeat sent. Peaked T waves. Missed dialysis Tuesday. \
             Calcium given per protocol, insulin-dextrose starting.",
            &[("d04", 40)],
        )
        .because("K+ 6.9 with ECG changes")
        .says(
            39,
            "d04",
            "On my way. Keep monitored, repeat gas at 30 min. Ringing dialysis.",
        )
        .read(&[("d01", 34)])
        .says(12, "d08", "Repeat 5.8, T waves settling.")
        .says(10, "d04", "Good. Slot 19:00, bring to B3-07.")
        .read(&[("d08", 9)])
        .room()
}

fn clinic_question(now: Timestamp) -> SeedRoom {
    Script::patient(now, 2 * DAY, "LMH-900110", &["d03", "d01"])
        .says(
            2 * DAY - 10,
            "d03",
            "Saw her in clinic today. IgA nephropathy, creatinine steady at 98, BP 124/76 at home.",
        )
        .says(
            2 * DAY - 95,
            "d01",
            "Thanks. Letter from the last admission is in the record now.",
        )
        .says(
            2 * HOUR + 30,
            "d03",
            "No hurry: she is planning a pregnancy, so ramipril is stopped. \
             Would you see her in the joint clinic next month?",
        )
        .room()
}

fn cover(now: Timestamp) -> SeedRoom {
    Script::direct(now, 30 * DAY, ["d03", "d04"])
        .says(
            3 * DAY,
            "d03",
            "Transplant meeting moved to Monday, 08:15. I present, you take the round.",
        )
        .says(
            3 * DAY - 12,
            "d04",
            "Fine. I start with the two on high-flow lines.",
        )
        .says(
            5 * HOUR,
            "d03",
            "In clinic until 17:00. You hold the renal phone, I answer here between patients.",
        )
        .says(
            5 * HOUR - 4,
            "d04",
            "Have it. Three consults waiting, none urgent.",
        )
        .says(
            37,
            "d04",
            "Urgent one from ED: K+ 6.9 with ECG changes. Going down, dialysis nurse is warned.",
        )
        .read(&[("d03", 31)])
        .says(
            30,
            "d03",
            "Right call. Tell me if the machine is not free by seven.",
        )
        .room()
}
