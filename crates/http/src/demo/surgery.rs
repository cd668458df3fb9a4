//! Surgery: a deteriorating patient as SBAR, and a bed promised.

use jiff::Timestamp;
use ports::SeedRoom;

use super::script::{DAY, HOUR, Script};

pub(super) fn rooms(now: Timestamp) -> Vec<SeedRoom> {
    vec![suspected_leak(now), bed_planning(now)]
}

fn suspected_leak(now: Timestamp) -> SeedRoom {
    Script::patient(now, 2 * DAY, "LMH-900105", &["d06", "d07"])
        .says(
            DAY + 4 * HOUR,
            "d06",
            "Day 1 after right hemicolectomy. Drinking, pain 3/10, urine 40 ml/h. Drain 60 ml, \
             clear.",
        )
        .says(
            DAY + 3 * HOUR,
            "d07",
            "Thanks. Stepped down from my list, ring if that changes.",
        )
        .urgent(
            95,
            "d06",
            "S: HR 122, 38.4, BP 98/60, urine 15 ml/h for 3 h.\n\
             B: Right hemicolectomy 2 days ago, uneventful until today.\n\
             A: Worried about anastomotic leak with sepsis.\n\
             R: Please see within 30 min. Cultures and antibiotics done, CT booked.",
            &[("d07", 92)],
        )
        .because("Possible anastomotic leak, septic")
        .says(88, "d07", "Coming. Lactate please. I'll hold a bed.")
        .says(80, "d06", "Lactate 3.4. CT in 20 min, theatre knows.")
        .says(
            52,
            "d07",
            "Seen with you, agree. Arterial line in, noradrenaline drawn up. D2-04 is hers.",
        )
        .read(&[("d06", 50)])
        .room()
}

fn bed_planning(now: Timestamp) -> SeedRoom {
    Script::direct(now, 60 * DAY, ["d06", "d07"])
        .says(
            6 * DAY,
            "d07",
            "Two beds closed tonight, short of nurses. Which of your electives can wait?",
        )
        .says(
            6 * DAY - 25,
            "d06",
            "The Whipple cannot. The hernia repair goes home from recovery.",
        )
        .says(6 * DAY - 27, "d07", "Then one bed for you from 16:00.")
        .says(
            7 * HOUR,
            "d06",
            "Nothing planned for D2 today. In theatre until 15:30, urgent only please.",
        )
        .read(&[("d07", 6 * HOUR)])
        .says(
            47,
            "d07",
            "For after the CT: consent and group and save before she leaves the scanner.",
        )
        .room()
}
