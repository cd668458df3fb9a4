use domain::Availability;
use serde::Serialize;
use utoipa::ToSchema;

/// What a doctor says of being available.
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
