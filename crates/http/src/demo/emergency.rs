//! Emergency: a septic patient on her way to the ward, a restricted record, and a quiet word.

use jiff::Timestamp;
use ports::SeedRoom;

use super::script::{DAY, HOUR, Script};

pub(super) fn rooms(now: Timestamp) -> Vec<SeedRoom> {
    vec![restricted(now), teaching(now), sepsis(now)]
}

/// Ends with the one urgent message that nobody has acknowledged.
fn sepsis(now: Timestamp) -> SeedRoom {
    Script::patient(now, 78, "LMH-900107", &["d08", "d01"])
        .says(
            76,
            "d08",
            "For A2: rigors and right loin pain, 39.2, HR 128, BP 88/50, lactate 4.1. \
             Query pyelonephritis. Cultures taken, antibiotics in, first litre running.",
        )
        .says(
            71,
            "d01",
            "Taking her. Pregnancy test, and ultrasound for obstruction before she moves.",
        )
        .says(
            46,
            "d08",
            "Test negative, no hydronephrosis. BP 102/58 after 2 L, lactate 2.9.",
        )
        .says(
            43,
            "d01",
            "Good. A2-09 when the lactate is under 2.5. Catheter and hourly urine.",
        )
        .says(
            41,
            "d08",
            "Catheter in, 20 ml so far. Allergies still to be asked, her sister is on the way.",
        )
        .read(&[("d01", 38)])
        .urgent(
            6,
            "d08",
            "BP 84/46 again after 2.5 L, lactate 3.8, drowsy. Please come to ED-R2. Shall I call \
             ICU outreach?",
            &[],
        )
        .because("Septic shock not answering to 2.5 L")
        .room()
}

fn restricted(now: Timestamp) -> SeedRoom {
    Script::patient(now, 6 * HOUR, "LMH-900111", &["d08", "d01"])
        .says(
            6 * HOUR - 3,
            "d08",
            "Record is restricted, a relative works here. Please keep it to this room. \
             CK 18,400 after a race in the heat, creatinine 168, dark urine.",
        )
        .says(
            6 * HOUR - 8,
            "d01",
            "Understood. Fluids at 500 ml/h, urine every hour, potassium every 4 h. Ask renal for \
             an opinion.",
        )
        .says(5 * HOUR + 15, "d08", "Renal asked by phone, no name given.")
        .says(
            3 * HOUR,
            "d08",
            "Creatinine 151, K+ 4.6, urine 220 ml/h and clearing.",
        )
        .says(
            3 * HOUR - 6,
            "d01",
            "Good. Same rate, repeat in 4 h. Stays in ED-M3 until then.",
        )
        .read(&[("d08", 2 * HOUR + 40)])
        .room()
}

fn teaching(now: Timestamp) -> SeedRoom {
    Script::direct(now, 40 * DAY, ["d01", "d08"])
        .says(
            2 * DAY,
            "d08",
            "Could we go through the sepsis cases for my portfolio this week?",
        )
        .says(
            2 * DAY - 50,
            "d01",
            "Yes. After your last night, 30 min with coffee.",
        )
        .says(2 * DAY - 52, "d08", "Thank you. I bring two.")
        .says(
            9 * HOUR,
            "d01",
            "Busy one. Eat something before the next three.",
        )
        .says(9 * HOUR - 7, "d08", "Done, toast counts.")
        .read(&[("d01", 8 * HOUR)])
        .room()
}
