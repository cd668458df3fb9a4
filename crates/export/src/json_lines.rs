//! An object a line: what was exported, then each room, its people and their comings and goings, its
//! messages in their order, and at last what it came to.

mod lines;

use std::io::{self, Write};

use serde::Serialize;

use self::lines::{ChangeLine, EndLine, ExportLine, MessageLine, ParticipantLine, RoomLine};
use crate::{
    exported_message::{Chapter, Heading, MessageContext, Tally},
    form::Writing,
};

pub(crate) struct JsonLines;

impl JsonLines {
    pub(crate) fn begin(out: &mut dyn Write, heading: &Heading) -> io::Result<Self> {
        line(out, &ExportLine::of(heading))?;
        Ok(Self)
    }
}

impl Writing for JsonLines {
    fn room(&mut self, out: &mut dyn Write, chapter: &Chapter) -> io::Result<()> {
        line(out, &RoomLine::of(chapter))?;
        for (participant, through) in &chapter.record.participants {
            line(
                out,
                &ParticipantLine::of(chapter, participant, through.as_ref()),
            )?;
        }
        for change in &chapter.record.changes {
            line(out, &ChangeLine::of(chapter, change))?;
        }
        Ok(())
    }

    fn message(&mut self, out: &mut dyn Write, place: &MessageContext<'_>) -> io::Result<()> {
        line(out, &MessageLine::of(place))
    }

    fn room_ends(&mut self, _: &mut dyn Write, _: &Chapter) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, tally: Tally) -> io::Result<()> {
        line(out, &EndLine::of(tally))
    }
}

fn line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}
