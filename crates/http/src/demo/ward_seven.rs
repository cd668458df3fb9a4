//! "Ward 7 doctors": the room of a ward that closed three years ago, long enough to page through.

use jiff::Timestamp;
use ports::SeedRoom;

use super::script::{DAY, HOUR, Script};

const DOCTORS: [&str; 5] = ["d01", "d02", "d03", "d04", "d07"];
const DAYS: usize = 36;
const YEARS_AGO: i64 = 3 * 365;

// The lists have 9, 11 and 7 entries: no factor in common, so no two days read the same.
const MORNINGS: [&str; 9] = [
    "Round at 08:30, starting at bed 1.",
    "Two new from the night, both in the far bay.",
    "Full house, no bed until the first discharge.",
    "Round starts with bed 12, the rest as usual.",
    "Lift is out again, X-ray sends the portable.",
    "Quiet night. Four for discharge today.",
    "Pharmacy round is early today, 09:15.",
    "Bloods are late, the lab says 10:00.",
    "Students with us this week, please let them examine.",
];
const QUESTIONS: [(&str, &str); 11] = [
    (
        "Bed 4: INR 4.1, no bleeding. Miss tonight's dose?",
        "Yes, and repeat tomorrow. Restart lower.",
    ),
    (
        "Who has the echo of bed 9?",
        "Booked for 14:00, she goes down in a chair.",
    ),
    (
        "Bed 2 spiked at 38.6. Cultures before I change anything?",
        "Yes, two sets and a chest film. I come by.",
    ),
    (
        "Can bed 7 go home on the old diuretic dose?",
        "Half the dose, weight on Monday with the GP.",
    ),
    (
        "Sodium 128 in bed 11, was 131.",
        "Fluid restriction stays, urine sodium please.",
    ),
    (
        "Bed 3's family would like to meet somebody senior.",
        "I have time at 15:30 in the small office.",
    ),
    (
        "Physio is not happy with the stairs of bed 8.",
        "Then one more night, and occupational therapy tomorrow.",
    ),
    (
        "Is there a plan for bed 6 if she gets worse?",
        "Ward level, agreed with her. It is in the front of the notes.",
    ),
    (
        "Bed 10 refuses the scan.",
        "I will talk to him. Keep the slot until noon.",
    ),
    (
        "Vancomycin level 22 in bed 5.",
        "Hold one dose, level again in the morning.",
    ),
    (
        "Does bed 1 still need telemetry?",
        "No, two days clean. Give it to the new one.",
    ),
];
const EVENINGS: [&str; 7] = [
    "All jobs done, two bloods out for the night.",
    "Discharge letters are written, one waits for the tablets.",
    "For the night: bed 2 to be seen once before midnight.",
    "Nothing to hand over.",
    "Late scan of bed 9 is with radiology, they will ring.",
    "Three beds free, the site team knows.",
    "On call until eight is the usual number.",
];

pub(super) fn rooms(now: Timestamp) -> Vec<SeedRoom> {
    // Whole days back from midnight, so that mornings are in the morning.
    let midnight = now.as_second().rem_euclid(86_400) / 60;
    let ago = |day: usize, hour: i64, minute: i64| {
        let days = YEARS_AGO + (DAYS - day) as i64;
        midnight + days * DAY - hour * HOUR - minute
    };
    let mut script = Script::group(now, ago(0, 6, 0), "Ward 7 doctors", &DOCTORS);
    for day in 0..DAYS {
        let minute = (day * 7 % 20) as i64;
        let doctor = |nth: usize| DOCTORS[(day * 3 + nth) % DOCTORS.len()];
        let (question, answer) = QUESTIONS[day * 4 % QUESTIONS.len()];
        script = script
            .says(
                ago(day, 7, 40 + minute),
                doctor(0),
                MORNINGS[day * 2 % MORNINGS.len()],
            )
            .says(ago(day, 11, minute), doctor(1), question)
            .says(ago(day, 11, 3 + 2 * minute), doctor(2), answer)
            .says(
                ago(day, 17, 20 + minute),
                doctor(3),
                EVENINGS[day * 3 % EVENINGS.len()],
            );
    }
    let room = script
        .says(
            ago(DAYS, 9, 0),
            "d03",
            "Ward 7 closes today and goes to A2 and B3. This room stays as the record.",
        )
        .says(
            ago(DAYS, 9, 12),
            "d01",
            "Thank you, all of you. It was a good ward.",
        )
        .read(&[
            ("d02", ago(DAYS, 9, 30)),
            ("d03", ago(DAYS, 9, 41)),
            ("d04", ago(DAYS, 12, 5)),
            ("d07", ago(DAYS, 18, 15)),
        ])
        .room();
    vec![room]
}
