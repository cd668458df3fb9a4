//! The demonstration hospital: invented people and what they say, always as of today.
//!
//! Every time is so many minutes before `now`, every age is the age at `now`, and nothing is
//! random: the same `now` makes the same hospital.

mod acute_medicine;
mod cardiology;
mod emergency;
mod intensive_care;
mod notices;
mod paediatrics;
mod patients;
mod renal;
mod script;
mod staff;
mod surgery;
#[cfg(test)]
mod tests;
mod ward_seven;

use jiff::Timestamp;
use ports::{PasswordHash, Seed};

pub(crate) use staff::{LOGINS, PASSWORD};

/// Larkmere District Hospital as it stands at `now`. Everyone signs in with `password`, which is
/// the hash of [`PASSWORD`].
pub(crate) fn larkmere(now: Timestamp, password: &PasswordHash) -> Seed {
    let rooms = [
        ward_seven::rooms(now),
        acute_medicine::rooms(now),
        cardiology::rooms(now),
        renal::rooms(now),
        paediatrics::rooms(now),
        surgery::rooms(now),
        intensive_care::rooms(now),
        emergency::rooms(now),
        notices::rooms(now),
    ];
    Seed {
        staff: staff::all(now, password),
        patients: patients::all(now),
        rooms: rooms.into_iter().flatten().collect(),
    }
}
