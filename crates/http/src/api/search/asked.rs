use std::fmt;

use domain::{Doctor, Filter, MessageId, NothingSought, PatientId, Query, RoomId, Search, StaffId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use utoipa::{IntoParams, ToSchema};

use crate::{api::rooms::page_size, app::MountContext, failure::Failure, fields::Fields};

/// A search: words, or anything that narrows, or both.
#[derive(Clone, Default, Deserialize, IntoParams, ToSchema)]
pub(crate) struct SearchQuery {
    /// Words, 2 to 100 characters: all of them in a message, in why it is urgent and in the names of
    /// its files, in any order, whatever the case and accents.
    pub(crate) q: Option<String>,
    /// Only in this room.
    pub(crate) room: Option<String>,
    /// Only in the rooms of this patient of the hospital.
    pub(crate) patient: Option<String>,
    /// Only by this doctor.
    pub(crate) author: Option<String>,
    /// Only sent at or after: RFC 3339, or a date.
    pub(crate) from: Option<String>,
    /// Only sent before: RFC 3339, or a date, whose day is the last.
    pub(crate) to: Option<String>,
    /// Only with a file.
    #[param(value_type = Option<bool>)]
    #[schema(value_type = Option<bool>)]
    pub(crate) has_file: Option<Plain>,
    /// Only urgent messages.
    #[param(value_type = Option<bool>)]
    #[schema(value_type = Option<bool>)]
    pub(crate) urgent: Option<Plain>,
    /// `next` of the page before.
    pub(crate) cursor: Option<String>,
    /// 1 to 100; 50 when left out.
    #[param(value_type = Option<u32>)]
    #[schema(value_type = Option<u32>)]
    pub(crate) limit: Option<Plain>,
}

impl SearchQuery {
    /// Whether it asks for nothing.
    pub(crate) fn is_empty(&self) -> bool {
        let texts = [
            &self.q,
            &self.room,
            &self.patient,
            &self.author,
            &self.from,
            &self.to,
        ];
        let flags = [&self.has_file, &self.urgent];
        texts.iter().all(|text| text.is_none())
            && flags
                .iter()
                .all(|flag| flag.as_ref().is_none_or(|flag| flag.0 == "false"))
    }

    /// The search it stands for.
    ///
    /// # Errors
    /// A 422 that names every wrong field; a 404 for a patient who is none.
    pub(crate) async fn parse(self, at: &MountContext, doctor: &Doctor) -> Result<Search, Failure> {
        let zone = &at.shell.zone;
        let mut fields = Fields::default();
        let query = fields.take_option("q", self.q.as_deref().map(Query::parse));
        let patient = fields.take_option("patient", self.patient.map(PatientId::parse));
        let mut filter = Filter {
            room: fields.take_option("room", self.room.map(RoomId::parse)),
            patient: Vec::new(),
            author: fields.take_option("author", self.author.map(StaffId::parse)),
            from: fields.take_option(
                "from",
                self.from.map(|from| moment(&from, zone, Date::clone)),
            ),
            to: fields.take_option("to", self.to.map(|to| moment(&to, zone, next_day))),
            has_file: flag(&mut fields, "has_file", self.has_file),
            urgent: flag(&mut fields, "urgent", self.urgent),
        };
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && from >= to
        {
            fields.wrong("to", "must be after from");
        }
        let after_hit = fields.take_option("cursor", self.cursor.map(MessageId::parse));
        let limit = self.limit.as_ref().map(|limit| limit.0.as_str());
        let size = fields.take("limit", page_size(limit));
        let size = fields.finish(size)?;
        if let Some(patient) = patient {
            let patient = at.shell.patients.find(doctor, &patient).await?;
            filter.patient = patient.references().cloned().collect();
        }
        let search = Search::new(query, filter);
        let mut search = search
            .map_err(|error: NothingSought| Failure::invalid_field("q", error.to_string()))?;
        search.after_hit = after_hit;
        search.size = size;
        Ok(search)
    }
}

fn flag(fields: &mut Fields, name: &'static str, value: Option<Plain>) -> bool {
    let flag = value.map(|value| value.0.parse().map_err(|_| "must be true or false"));
    fields.take_option(name, flag).unwrap_or(false)
}

/// A moment, or a day in the hospital's zone.
fn moment(
    text: &str,
    zone: &TimeZone,
    bound: impl FnOnce(&Date) -> Date,
) -> Result<Timestamp, &'static str> {
    let day = || {
        let day = bound(&text.parse::<Date>().ok()?);
        let start = day.to_zoned(zone.clone()).ok()?;
        Some(start.timestamp())
    };
    text.parse()
        .ok()
        .or_else(day)
        .ok_or("must be a time like 2026-11-22T13:00:00Z or a date like 2026-11-22")
}

fn next_day(day: &Date) -> Date {
    day.tomorrow().unwrap_or(*day)
}

/// A flag or a number, or the text of one, as an address has it.
#[derive(Clone)]
pub(crate) struct Plain(pub(crate) String);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = Plain;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a flag or a number")
            }

            fn visit_bool<E: Error>(self, flag: bool) -> Result<Plain, E> {
                Ok(Plain(flag.to_string()))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Plain, E> {
                Ok(Plain(number.to_string()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Plain, E> {
                Ok(Plain(number.to_string()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Plain, E> {
                Ok(Plain(text.to_owned()))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}
