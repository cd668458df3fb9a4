//! Staff: practitioners, with what their role says.

use std::collections::HashMap;

use domain::{Given, RecordText, StaffRecord};
use jiff::civil::Date;

use super::{
    document::{self, Resource, Take},
    identifiers::Own,
    locations::Locations,
    loose::Loose,
    names,
    references::Referable,
    resources::{Practitioner, PractitionerRole},
    roles::{Choice, Chosen},
};
use crate::{
    FileRemark, Mapping, Place, Reason, Refusal, Remark, Row, Rows, Unreadable,
    lines::Lines,
    seen::{Seen, email_key},
    values,
};

/// The parts of a file that are read.
#[derive(Default)]
struct Parts {
    practitioners: Referable<(Place, Practitioner)>,
    roles: Vec<(Place, PractitionerRole)>,
    locations: Locations,
    refused: Vec<Row<StaffRecord>>,
    /// Whether something was refused that may be other than a practitioner.
    has_gaps: bool,
}

impl Take for Parts {
    fn take(&mut self, resource: &Resource<'_>) -> Result<bool, Reason> {
        let (url, name, place) = (resource.full_url, resource.name.as_deref(), &resource.place);
        match resource.kind {
            "Practitioner" => {
                self.practitioners
                    .add(url, name, (place.clone(), resource.read()?));
            }
            "PractitionerRole" => self.roles.push((place.clone(), resource.read()?)),
            "Location" => self.locations.add(url, name, resource.read()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn refuse(&mut self, place: Place, reason: Reason) {
        self.has_gaps |= !matches!(&reason, Reason::WrongShape { kind } if kind == "Practitioner");
        self.refused.push(Row::refused(place, Refusal::of(reason)));
    }
}

pub(crate) fn staff<'r>(
    lines: &mut Lines<'_>,
    mapping: &Mapping,
    today: Date,
) -> Result<Rows<'r, StaffRecord>, Unreadable> {
    let mut parts = Parts::default();
    let mut remarks = document::read(lines, &mut parts)?;
    if parts.practitioners.is_empty() && parts.refused.is_empty() {
        return Err(Unreadable::NoneOfKind {
            kind: "Practitioner",
        });
    }
    let is_whole = !parts.has_gaps && !remarks.contains(&FileRemark::OnePage);
    if parts.has_gaps {
        remarks.push(FileRemark::Gaps);
    }
    let mut roles: HashMap<usize, Vec<&PractitionerRole>> = HashMap::new();
    let mut loose = Loose::new("PractitionerRole", "Practitioner");
    for (place, role) in &parts.roles {
        match parts.practitioners.find(&role.practitioner) {
            Some(at) => roles.entry(at).or_default().push(role),
            None if role.is_current(today)
                && parts.practitioners.may_mean_one(&role.practitioner) =>
            {
                loose.note_gap(place);
            }
            None => loose.note(place),
        }
    }
    let is_whole = is_whole && !loose.has_gaps();
    remarks.extend(loose.remarks("nobody loses a role, and nobody gets the default one"));
    let mut reading = Reading {
        choice: Choice {
            mapping,
            today,
            is_whole,
        },
        locations: &parts.locations,
        identifiers: Seen::default(),
        emails: Seen::default(),
    };
    let mut rows = Vec::new();
    for (at, (place, practitioner)) in parts.practitioners.all().iter().enumerate() {
        let roles = roles.get(&at).map_or(&[] as &[_], Vec::as_slice);
        rows.push(reading.row(place, practitioner, roles));
    }
    rows.append(&mut parts.refused);
    rows.sort_by_key(|row: &Row<StaffRecord>| row.place.order());
    Ok(Rows::new(remarks, rows.into_iter().map(Ok)))
}

struct Reading<'a> {
    choice: Choice<'a>,
    locations: &'a Locations,
    identifiers: Seen,
    emails: Seen,
}

impl Reading<'_> {
    fn row(
        &mut self,
        place: &Place,
        practitioner: &Practitioner,
        roles: &[&PractitionerRole],
    ) -> Row<StaffRecord> {
        let mut reasons = Vec::new();
        let mut keep = |reason: Reason| reasons.push(reason);
        let own = Own {
            system: self.choice.mapping.staff_system.as_deref(),
            setting: "fhir.staff_identifier_system",
            kind: "EI",
            official: true,
        };
        let identifier = own.of(&practitioner.identifier);
        let identifier = identifier.and_then(|one| values::identifier("identifier", one));
        let identifier = identifier.map_err(&mut keep).ok();
        if let Some(identifier) = &identifier {
            let noted = self
                .identifiers
                .note("identifier", identifier.as_str(), place);
            let _ = noted.map_err(&mut keep);
        }
        let chosen = self.choice.of(roles).map_err(&mut keep).unwrap_or_default();
        let name = names::name(&practitioner.name).ok_or(Reason::NoName);
        let name = name.and_then(|name| values::text("name", &name));
        let name = name.map_err(&mut keep).ok();
        // An address may stand with the role alone, and which role counts may not be known.
        let points = match chosen.resource {
            Some(role) => role.telecom.iter().collect(),
            None => roles
                .iter()
                .flat_map(|role| &role.telecom)
                .collect::<Vec<_>>(),
        };
        let points = || practitioner.telecom.iter().chain(points.iter().copied());
        let email = names::telecom(points(), "email").ok_or(Reason::NoEmail);
        let email = email.and_then(|email| values::email("telecom", email));
        let email = email.map_err(&mut keep).ok();
        if let Some(email) = &email {
            let noted = self
                .emails
                .note("telecom (email)", &email_key(email), place);
            let _ = noted.map_err(&mut keep);
        }
        let mut given = |value: Option<&str>, element: &str| match value {
            None => Given::Nothing,
            Some(value) => match values::text(element, value) {
                Ok(text) => Given::Is(Some(text)),
                Err(reason) => {
                    keep(reason);
                    Given::Nothing
                }
            },
        };
        let phone = given(names::telecom(points(), "phone"), "telecom (phone)");
        let bleep = given(names::telecom(points(), "pager"), "telecom (pager)");
        let specialty = chosen.resource.map(|role| role.specialty.iter());
        let specialty = specialty.and_then(|mut codes| codes.find_map(|code| code.words()));
        let specialty = given(specialty, "specialty");
        let (ward, remarks) = self.ward(chosen.resource);
        let Chosen {
            role,
            is_current,
            remarks: mut noted,
            ..
        } = chosen;
        noted.extend(remarks);
        let record = match (email, name, role) {
            (Some(email), Some(name), Some(role)) if reasons.is_empty() => {
                let mut record = StaffRecord::new(email, name, role);
                record.identifier = identifier;
                record.specialty = specialty;
                record.ward = ward;
                record.phone = phone;
                record.bleep = bleep;
                record.active = is_current && practitioner.active != Some(false);
                Ok(record)
            }
            (email, _, _) => Err(Refusal {
                identifier,
                email,
                reasons,
            }),
        };
        Row {
            place: place.clone(),
            record,
            remarks: noted,
        }
    }

    /// The ward of a role's first location, or the location itself where it is part of none.
    fn ward(&self, role: Option<&PractitionerRole>) -> (Given<RecordText>, Vec<Remark>) {
        let Some(location) = role.and_then(|role| role.location.first()) else {
            return (Given::Nothing, Vec::new());
        };
        let spot = self.locations.spot([(location, None)]);
        if spot.has_ward() {
            return (spot.ward, spot.remarks);
        }
        let itself = self.locations.find(location);
        let itself = itself.and_then(|at| self.locations.get(at)?.name.as_deref());
        match itself.and_then(|name| RecordText::parse(&domain::one_line(name)).ok()) {
            Some(name) => (Given::Is(Some(name)), spot.remarks),
            None => (Given::Nothing, spot.remarks),
        }
    }
}
