use std::io::{self, Write};

use crate::{
    exported_message::{Chapter, Heading, MessageContext, Tally},
    fhir::Bundle,
    folder::{Folder, Written},
    json_lines::JsonLines,
    page::Page,
};

/// In what form a conversation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `record.jsonl`: an object a line.
    JsonLines,
    /// `record.html`: a page to read and to print.
    Page,
    /// `record.fhir.json`: a Bundle of `Communication` resources, FHIR R4.
    Fhir,
}

/// A form being written, in the order of the conversation.
pub(crate) trait Writing: Send {
    fn room(&mut self, out: &mut dyn Write, chapter: &Chapter) -> io::Result<()>;
    fn message(&mut self, out: &mut dyn Write, place: &MessageContext<'_>) -> io::Result<()>;
    fn room_ends(&mut self, out: &mut dyn Write, chapter: &Chapter) -> io::Result<()>;
    fn end(&mut self, out: &mut dyn Write, tally: Tally) -> io::Result<()>;
}

/// All the forms that are asked for, each in a file of its own.
pub(crate) struct Forms {
    files: Vec<(Written, Box<dyn Writing>)>,
}

impl Forms {
    pub(crate) fn begin(folder: &Folder, forms: &[Form], heading: &Heading) -> io::Result<Self> {
        let mut files: Vec<(Written, Box<dyn Writing>)> = Vec::new();
        for form in forms {
            let mut file = folder.create(match form {
                Form::JsonLines => "record.jsonl",
                Form::Page => "record.html",
                Form::Fhir => "record.fhir.json",
            })?;
            let writing: Box<dyn Writing> = match form {
                Form::JsonLines => Box::new(JsonLines::begin(&mut file, heading)?),
                Form::Page => Box::new(Page::begin(&mut file, heading)?),
                Form::Fhir => Box::new(Bundle::begin(&mut file, heading)?),
            };
            files.push((file, writing));
        }
        Ok(Self { files })
    }

    pub(crate) fn room(&mut self, chapter: &Chapter) -> io::Result<()> {
        self.each(|form, out| form.room(out, chapter))
    }

    pub(crate) fn message(&mut self, place: &MessageContext<'_>) -> io::Result<()> {
        self.each(|form, out| form.message(out, place))
    }

    pub(crate) fn room_ends(&mut self, chapter: &Chapter) -> io::Result<()> {
        self.each(|form, out| form.room_ends(out, chapter))
    }

    pub(crate) fn end(mut self, folder: &mut Folder, tally: Tally) -> io::Result<()> {
        self.each(|form, out| form.end(out, tally))?;
        for (file, _) in self.files {
            folder.close(file)?;
        }
        Ok(())
    }

    fn each(
        &mut self,
        mut write: impl FnMut(&mut dyn Writing, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        for (file, form) in &mut self.files {
            write(&mut **form, file)?;
        }
        Ok(())
    }
}
