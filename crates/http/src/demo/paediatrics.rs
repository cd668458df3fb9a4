//! Paediatrics: asthma on its way home, an observed belly, and a swapped list.

use jiff::Timestamp;
use ports::SeedRoom;

use super::script::{DAY, HOUR, Script};

pub(super) fn rooms(now: Timestamp) -> Vec<SeedRoom> {
    vec![asthma(now), observed_belly(now), thursday_list(now)]
}

fn asthma(now: Timestamp) -> SeedRoom {
    Script::patient(now, DAY + HOUR, "LMH-900104", &["d05", "d08"])
        .says(
            DAY,
            "d08",
            "SignedInBy in with sats 89%, three back-to-back nebulisers, steroid given. Peanut allergy, \
             pen at home.",
        )
        .says(
            DAY - 20,
            "d05",
            "Thanks. C1-11, inhalers hourly, first review in 2 h.",
        )
        .says(240, "d05", "Inhalers now 3-hourly, sats 96% on air.")
        .says(
            120,
            "d05",
            "4-hourly twice running. Home after plan and technique check?",
        )
        .says(101, "d08", "From my side yes. His mother has the spacer.")
        .read(&[("d05", 97)])
        .room()
}

fn observed_belly(now: Timestamp) -> SeedRoom {
    Script::patient(now, 20 * HOUR, "LMH-900112", &["d05", "d06", "d08"])
        .says(
            20 * HOUR - 4,
            "d08",
            "Two days of belly pain, now on the right, 37.9. The desk had registered her twice: \
             LMH-900199 is the same child, records office is merging. Latex allergy.",
        )
        .says(
            19 * HOUR,
            "d06",
            "Seen. Tender, no guarding. Nil by mouth, bloods again in 4 h, ultrasound in the \
             morning.",
        )
        .says(
            19 * HOUR - 7,
            "d05",
            "Agree. Fluids up, paracetamol as needed, parents stay.",
        )
        .says(
            8 * HOUR,
            "d05",
            "White cells 12.1 then 9.4, CRP 18. Ultrasound: nodes, appendix normal.",
        )
        .says(
            7 * HOUR + 10,
            "d06",
            "Then no operation. She may eat, I look once more tonight.",
        )
        .says(
            150,
            "d05",
            "Ate lunch, jumps off the bed. Home tomorrow if quiet.",
        )
        .read(&[("d08", 140)])
        .room()
}

fn thursday_list(now: Timestamp) -> SeedRoom {
    Script::direct(now, 20 * DAY, ["d05", "d06"])
        .says(
            DAY + 5 * HOUR,
            "d05",
            "Could we swap the Thursday list? I have a tongue-tie and two hernias, you have the \
             afternoon.",
        )
        .says(
            DAY + 4 * HOUR,
            "d06",
            "Afternoon suits you better? Then you take mine from 13:00 and I start at 08:00.",
        )
        .says(
            DAY + 4 * HOUR - 8,
            "d05",
            "Yes. Is the small ventilator in theatre 2 by then?",
        )
        .says(
            6 * HOUR + 30,
            "d06",
            "It is. Anaesthetics agree as long as the youngest goes first.",
        )
        .says(
            5 * HOUR + 45,
            "d05",
            "Of course. Shall I tell the list office, or will you?",
        )
        .room()
}
