//! Acute medicine: pneumonia with injured kidneys, and delirium with an allergy.

use jiff::Timestamp;
use ports::SeedRoom;

use super::script::{DAY, HOUR, Script};

pub(super) fn rooms(now: Timestamp) -> Vec<SeedRoom> {
    vec![pneumonia(now), delirium(now)]
}

fn pneumonia(now: Timestamp) -> SeedRoom {
    Script::patient(now, DAY + 2 * HOUR, "LMH-900101", &["d01", "d04"])
        .says(
            DAY + HOUR,
            "d01",
            "Right lower lobe pneumonia, CURB-65 2. Creatinine 96 on admission, 148 now. \
             Ramipril and ibuprofen stopped. Anything else from you?",
        )
        .says(
            DAY + 40,
            "d04",
            "AKI stage 1, most likely dry. Bladder scan, urine dip, 1 L over 8 h, weigh daily. No \
             gentamicin.",
        )
        .says(
            DAY - HOUR,
            "d01",
            "Bladder scan 60 ml. Dip: trace of protein, no blood.",
        )
        .says(
            DAY - HOUR - 6,
            "d04",
            "Fits. Repeat U+E in the morning, I look at it with you.",
        )
        .says(
            5 * HOUR,
            "d01",
            "Creatinine 127, urine 45 ml/h, sats 94% on 2 L.",
        )
        .says(
            5 * HOUR - 15,
            "d04",
            "Going the right way. Stop the drip once she drinks 1.5 L.",
        )
        .says(
            3 * HOUR + 50,
            "d01",
            "Drinking. Drip is down, tablets from tonight.",
        )
        .says(
            3 * HOUR + 30,
            "d04",
            "Then I sign off. U+E with the GP in a week, ramipril only when creatinine is under \
             110.",
        )
        .read(&[("d01", 3 * HOUR + 20)])
        .room()
}

fn delirium(now: Timestamp) -> SeedRoom {
    Script::patient(now, 15 * HOUR, "LMH-900106", &["d08", "d01"])
        .says(
            15 * HOUR - 5,
            "d08",
            "Coming up to A2-06: new confusion since Friday, urine positive, CT head \
             without bleed. Penicillin allergy, facial swelling.",
        )
        .says(
            15 * HOUR - 14,
            "d01",
            "Noted, and the banner shows it. Trimethoprim per guideline, potassium on day 3.",
        )
        .says(
            15 * HOUR - 20,
            "d08",
            "4AT 9. Daughter has brought his glasses and hearing aids.",
        )
        .says(
            4 * HOUR,
            "d01",
            "Slept five hours without sedation, knows the ward today. Culture: E. coli, \
             trimethoprim sensitive.",
        )
        .says(
            4 * HOUR - 2,
            "d01",
            "Lying and standing BP before physio, please pass on to the night.",
        )
        .read(&[("d08", 3 * HOUR)])
        .room()
}
