//! Intensive care: a ventilated patient, and the night hand-over as I-PASS.

use jiff::Timestamp;
use ports::SeedRoom;

use super::script::{DAY, HOUR, Script};

pub(super) fn rooms(now: Timestamp) -> Vec<SeedRoom> {
    vec![ventilated_pneumonia(now), night_hand_over(now)]
}

fn ventilated_pneumonia(now: Timestamp) -> SeedRoom {
    Script::patient(now, 4 * DAY, "LMH-900108", &["d07", "d01", "d08"])
        .says(
            3 * DAY,
            "d07",
            "Intubated on arrival. Lung-protective, FiO2 0.7, first prone session from tonight.",
        )
        .says(
            3 * DAY - 45,
            "d01",
            "Antigens back: pneumococcus positive, Legionella negative.",
        )
        .says(
            3 * DAY - 50,
            "d07",
            "Thanks. Narrowing to benzylpenicillin, no known allergies.",
        )
        .says(
            13 * HOUR,
            "d07",
            "Day 4. FiO2 0.55, supine 8 h without loss. Creatinine normal. Family seen, know he \
             may be slow to wake.",
        )
        .read(&[("d08", 12 * HOUR)])
        .says(
            6 * HOUR,
            "d08",
            "Night: one gas with pH 7.29 at 03:00, better after rate 24. No other change.",
        )
        .says(
            5 * HOUR + 20,
            "d07",
            "Good work. Sedation hold at noon if the next gas is as good.",
        )
        .read(&[("d01", 4 * HOUR + 30)])
        .room()
}

/// The third summary is still to come.
fn night_hand_over(now: Timestamp) -> SeedRoom {
    Script::group(
        now,
        30 * DAY,
        "Night hand-over, A2 and D2",
        &["d01", "d07", "d08"],
    )
    .says(
        DAY + 14 * HOUR,
        "d07",
        "Same form as always: one message a patient, worst first, and the night reads each \
         back.",
    )
    .says(
        13 * HOUR - 10,
        "d07",
        "LMH-900108, D2-01: WATCHER\n\
         P: Ventilated pneumonia, day 4. FiO2 0.55, noradrenaline off since noon.\n\
         A: Gas at 22:00 and 03:00 (Wintersong). Turn at 01:00 (nurse in charge).\n\
         S: If FiO2 is over 0.7 or pH under 7.25, ring me at home and prone.",
    )
    .says(
        13 * HOUR - 18,
        "d01",
        "LMH-900106, A2-06: STABLE\n\
         P: Delirium with urinary infection. Penicillin allergy.\n\
         A: Check he drinks, 22:00 (Wintersong). Bladder scan if none by 02:00 (ward).\n\
         S: If agitated, light and glasses first. No sedation without a call.",
    )
    .says(
        13 * HOUR - 24,
        "d01",
        "LMH-900101, A2-04: STABLE\n\
         P: Pneumonia, AKI stage 1 on fluids.\n\
         A: Fluid balance at 00:00 (Wintersong). U+E at 06:00 (ward).\n\
         S: If urine is under 30 ml/h for 2 h, examine before more fluid.",
    )
    .says(
        13 * HOUR - 31,
        "d08",
        "Back to you, D2-01: watcher, two gases mine, 22:00 and 03:00. FiO2 over 0.7 or pH \
         under 7.25: ring and prone.",
    )
    .says(
        13 * HOUR - 34,
        "d08",
        "Back to you, A2-06: stable, no penicillin. Drinks at 22:00, scan at 02:00, call \
         before sedation.",
    )
    .read(&[("d01", 12 * HOUR), ("d07", 12 * HOUR + 5)])
    .room()
}
