//! A page to read and to print: one file without scripts, with the files beside it linked.

mod quotes;
mod view;

use std::{
    collections::VecDeque,
    io::{self, Write},
};

use askama::Template;
use domain::ParticipantChange;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use self::{
    quotes::Quotes,
    view::{ChangeView, Foot, Head, MessageView, Moment, RoomView},
};
use crate::{
    exported_message::{Chapter, Heading, MessageContext, Tally},
    form::Writing,
};

pub(crate) struct Page {
    zone: TimeZone,
    quotes: Quotes,
    /// Comings and goings of this room that were not told yet.
    changes: VecDeque<ParticipantChange>,
    day: Option<Date>,
}

impl Page {
    pub(crate) fn begin(out: &mut dyn Write, heading: &Heading) -> io::Result<Self> {
        render(out, &Head::of(heading))?;
        Ok(Self {
            zone: heading.zone.clone(),
            quotes: Quotes::default(),
            changes: VecDeque::new(),
            day: None,
        })
    }

    /// Tells who came and went up to a moment, all of them without one.
    fn tell_changes(&mut self, out: &mut dyn Write, until: Option<Timestamp>) -> io::Result<()> {
        while let Some(change) = self.changes.pop_front() {
            if until.is_some_and(|until| change.at > until) {
                self.changes.push_front(change);
                break;
            }
            self.tell_day(out, change.at)?;
            render(out, &ChangeView::of(&change, &self.zone))?;
        }
        Ok(())
    }

    fn tell_day(&mut self, out: &mut dyn Write, at: Timestamp) -> io::Result<()> {
        let moment = at.to_zoned(self.zone.clone());
        let day = moment.date();
        if self.day != Some(day) {
            self.day = Some(day);
            let day = moment.strftime("%A %-d %B %Y");
            writeln!(out, "<h3 class=\"day\">{day}</h3>")?;
        }
        Ok(())
    }
}

impl Writing for Page {
    fn room(&mut self, out: &mut dyn Write, chapter: &Chapter) -> io::Result<()> {
        self.quotes = Quotes::default();
        self.day = None;
        self.changes = chapter.record.changes.iter().cloned().collect();
        render(out, &RoomView::of(chapter, &self.zone))
    }

    fn message(&mut self, out: &mut dyn Write, place: &MessageContext<'_>) -> io::Result<()> {
        let message = &place.said.record.message;
        self.tell_changes(out, Some(message.sent_at))?;
        self.tell_day(out, message.sent_at)?;
        render(out, &MessageView::of(place, &self.quotes, &self.zone))?;
        let sent = Moment::of(message.sent_at, &self.zone);
        self.quotes.keep(message, sent.full);
        Ok(())
    }

    fn room_ends(&mut self, out: &mut dyn Write, _: &Chapter) -> io::Result<()> {
        self.tell_changes(out, None)?;
        writeln!(out, "</section>")
    }

    fn end(&mut self, out: &mut dyn Write, tally: Tally) -> io::Result<()> {
        render(out, &Foot { tally })
    }
}

fn render(mut out: &mut dyn Write, template: &impl Template) -> io::Result<()> {
    Template::write_into(template, &mut out)
}
