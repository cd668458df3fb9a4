use domain::Availability;
use serde::Serialize;
use utoipa::ToSchema;

/// The availability of a doctor, in the doctor's own words, and when it ends.
#[derive(Serialize, ToSchema)]
pub(crate) struct AvailabilityJson {
    text: String,
    /// RFC 3339, UTC; from then on nothing is said.
    until: String,
}

impl From<&Availability> for AvailabilityJson {
    fn from(availability: &Availability) -> Self {
        Self {
            text: availability.text.as_str().to_owned(),
            until: availability.until.to_string(),
        }
    }
}
