//! View models of the doctors' availability.

use domain::{Availability, AvailabilityText};

use super::{LocalTime, TimeLabel};

/// `In theatre, until 14:30`.
#[derive(Clone, Debug)]
pub(crate) struct AvailabilityView {
    /// The doctor's own words, such as `In theatre`.
    pub(crate) text: String,
    /// The time at which it ends.
    pub(crate) until: TimeLabel,
}

impl AvailabilityView {
    /// As the hospital's clock shows it.
    pub(crate) fn new(availability: &Availability, clock: &LocalTime) -> Self {
        Self {
            text: availability.text.as_str().to_owned(),
            until: clock.label(availability.until),
        }
    }
}

/// View model of the reading doctor's own availability, with a form to change it.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnAvailability {
    /// `None` is simply available.
    pub(crate) said: Option<AvailabilityView>,
}

impl OwnAvailability {
    /// Longest text, in characters.
    pub(crate) const MAX_CHARS: usize = AvailabilityText::MAX_CHARS;

    /// Minutes one can choose from, and how they are called.
    pub(crate) const LENGTHS: &'static [(i64, &'static str)] = &[
        (30, "30 minutes"),
        (60, "1 hour"),
        (120, "2 hours"),
        (240, "4 hours"),
        (480, "8 hours"),
        (720, "12 hours"),
        (1_440, "1 day"),
        (2_880, "2 days"),
        (4_320, "3 days"),
        (10_080, "7 days"),
    ];

    /// The length chosen at first.
    pub(crate) const USUAL: i64 = 60;
}
