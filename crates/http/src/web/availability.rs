//! The form in the sidebar with which a doctor says how they can be reached or that they are away.

use axum::{
    extract::State,
    http::{HeaderMap, Uri, header},
    response::Redirect,
};
use domain::{Availability, AvailabilityText, Doctor};
use jiff::{SignedDuration, Timestamp};

use super::frame;
use crate::{
    app::Shell,
    availability,
    extract::FormBody,
    failure::Failure,
    fields::Fields,
    identity::CurrentDoctor,
    login::next_address,
    pages::{AvailabilityView, OwnAvailability},
};

/// `POST /doctor/availability`: back to the page it came from.
pub(crate) async fn submit(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
    headers: HeaderMap,
    form: FormBody,
) -> Result<Redirect, Failure> {
    let availabilities = shell
        .availabilities
        .as_ref()
        .ok_or_else(Failure::not_found)?;
    let said = if form.get("clear").is_some() {
        None
    } else {
        Some(parse(&form, shell.clock.now())?)
    };
    availabilities.set(&doctor, said.as_ref()).await?;
    Ok(Redirect::to(&came_from(&headers)))
}

/// Availability of the asking doctor, for the sidebar; `None` where the hospital does not keep it.
pub(crate) async fn own(
    shell: &Shell,
    doctor: &Doctor,
) -> Result<Option<OwnAvailability>, Failure> {
    if shell.availabilities.is_none() {
        return Ok(None);
    }
    let said = availability::of(shell, doctor, std::slice::from_ref(doctor.id())).await?;
    let clock = frame::clock(shell);
    Ok(Some(OwnAvailability {
        said: said
            .get(doctor.id())
            .map(|said| AvailabilityView::new(said, &clock)),
    }))
}

fn parse(form: &FormBody, now: Timestamp) -> Result<Availability, Failure> {
    let mut fields = Fields::default();
    let text = AvailabilityText::parse(form.get("text").unwrap_or_default());
    let text = fields.take("text", text);
    let minutes = form.get("minutes").and_then(|text| text.parse().ok());
    let lengths = OwnAvailability::LENGTHS.iter();
    let minutes = minutes.filter(|minutes| lengths.clone().any(|(length, _)| length == minutes));
    let minutes = fields.take("minutes", minutes.ok_or("must be one of those offered"));
    let (text, minutes) = fields.finish(text.zip(minutes))?;
    let until = now + SignedDuration::from_mins(minutes);
    Ok(Availability { text, until })
}

/// The path of the page that holds the form, as its browser says. Only the path counts, so that it
/// leads nowhere but to us.
fn came_from(headers: &HeaderMap) -> String {
    let referer = headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<Uri>().ok());
    next_address(referer.as_ref().map(Uri::path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_leads_back_to_a_page_of_ours() {
        let led = |referer: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, referer.parse().unwrap());
            came_from(&headers)
        };
        assert_eq!(
            led("http://127.0.0.1:8080/doctor/chat/rooms/7?message=3"),
            "/doctor/chat/rooms/7"
        );
        assert_eq!(led("https://evil.example/doctor/people"), "/doctor/people");
        for nowhere in [
            "https://evil.example//evil.example/",
            "no address",
            "http://a",
        ] {
            assert_eq!(led(nowhere), "/", "{nowhere}");
        }
        assert_eq!(came_from(&HeaderMap::new()), "/");
    }
}
