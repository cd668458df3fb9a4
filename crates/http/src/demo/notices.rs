//! The room of notices that all doctors of the demonstration are in.

use jiff::Timestamp;
use ports::SeedRoom;

use super::script::{DAY, HOUR, Script};

const EVERY_DOCTOR: [&str; 8] = ["d01", "d02", "d03", "d04", "d05", "d06", "d07", "d08"];

pub(super) fn rooms(now: Timestamp) -> Vec<SeedRoom> {
    let room = Script::group(now, 120 * DAY, "Medical staff notices", &EVERY_DOCTOR)
        .says(
            9 * DAY,
            "d03",
            "Dialysis water plant is serviced on Sunday, 06:00 to 10:00. Emergencies only.",
        )
        .read(&[("d05", 8 * DAY), ("d08", 8 * DAY)])
        .says(
            6 * DAY,
            "d07",
            "New gas analyser in D2 from today. Same cartridges, your old code works. @Dr Pavle \
             Wintersong, please show it to your night team.",
        )
        .calling(&["d08"])
        .says(
            3 * DAY,
            "d01",
            "Bed meeting is at 08:10 from tomorrow, same room, ten minutes, standing.",
        )
        .read(&[
            ("d02", 3 * DAY - 20),
            ("d04", 2 * DAY),
            ("d06", 2 * DAY),
            ("d07", 2 * DAY),
        ])
        .says(
            DAY + 6 * HOUR,
            "d05",
            "Bronchiolitis season: C1 takes visitors two at a time.",
        )
        .read(&[("d01", DAY + 5 * HOUR), ("d03", DAY + 4 * HOUR)])
        .says(25, "d03", "Grand round moved to Lecture Room 2, 12:30.")
        .read(&[("d02", 20), ("d05", 18)])
        .room();
    vec![room]
}
