//! FHIR R4 (4.0.1): a Bundle of `Communication` resources, a header a room and one a message that is
//! part of it.

mod communication;
mod names;

use std::io::{self, Write};

use serde_json::{Value, json};

use self::communication::{header, message};
use crate::{
    exported_message::{Chapter, Heading, MessageContext, Tally},
    form::Writing,
};

pub(crate) struct Bundle {
    is_first: bool,
}

impl Bundle {
    pub(crate) fn begin(out: &mut dyn Write, heading: &Heading) -> io::Result<Self> {
        let timestamp = json!(heading.at.to_string());
        write!(
            out,
            "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":{timestamp},\"entry\":["
        )?;
        Ok(Self { is_first: true })
    }

    fn entry(&mut self, out: &mut dyn Write, resource: &Value) -> io::Result<()> {
        out.write_all(if self.is_first { b"\n" } else { b",\n" })?;
        self.is_first = false;
        let url = resource["id"].as_str().unwrap_or_default();
        let entry = json!({ "fullUrl": format!("urn:uuid:{url}"), "resource": resource });
        serde_json::to_writer(out, &entry)?;
        Ok(())
    }
}

impl Writing for Bundle {
    fn room(&mut self, out: &mut dyn Write, chapter: &Chapter) -> io::Result<()> {
        self.entry(out, &header(chapter))
    }

    fn message(&mut self, out: &mut dyn Write, place: &MessageContext<'_>) -> io::Result<()> {
        self.entry(out, &message(place))
    }

    fn room_ends(&mut self, _: &mut dyn Write, _: &Chapter) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, _: Tally) -> io::Result<()> {
        out.write_all(b"\n]}\n")
    }
}
