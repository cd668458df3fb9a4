//! Stays of patients: the ward and bed that their current encounter names.

use super::{
    locations::{Locations, Spot},
    resources::Encounter,
};
use crate::Remark;

/// States of FHIR R4 in which somebody is here (<https://hl7.org/fhir/R4/valueset-encounter-status.html>).
/// Leave keeps the bed.
const CURRENT: [&str; 4] = ["arrived", "triaged", "in-progress", "onleave"];

impl Encounter {
    pub(super) fn is_current(&self) -> bool {
        CURRENT.contains(&self.status.as_str())
    }

    /// Ward and bed of its locations that are in use. Without a status one counts until its period ends.
    fn spot(&self, locations: &Locations) -> Spot {
        let in_use = self.location.iter().filter(|one| match &one.status {
            Some(status) => status == "active",
            None => one.period.end.is_none(),
        });
        locations.spot(in_use.map(|one| (&one.location, Some(&one.physical_type))))
    }
}

/// Ward and bed of somebody with these current encounters: the first with a bed counts, else the first with a ward.
/// `None` without any.
pub(super) fn spot(current: &[&Encounter], locations: &Locations) -> Option<Spot> {
    let spots: Vec<Spot> = current.iter().map(|one| one.spot(locations)).collect();
    let best = spots
        .iter()
        .find(|spot| spot.has_bed())
        .or_else(|| spots.iter().find(|spot| spot.has_ward()))
        .or(spots.first());
    let mut best = best?.clone();
    if spots.len() > 1 {
        best.remarks.push(Remark::SeveralStays);
    }
    Some(best)
}
