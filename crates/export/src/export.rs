use std::{io, path::PathBuf};

use domain::{AttachmentId, Patient, RoomId, RoomKind, StaffId, StaffMember};
use jiff::tz::TimeZone;
use ports::usecase::note_export;
use thiserror::Error;

use crate::{
    conversation::{Conversation, Read},
    exported_message::{Chapter, ExportedMessage, Heading, MessageContext, Tally},
    files::file,
    folder::Folder,
    form::{Form, Forms},
    people::{People, profile},
    room_location::{self, ExportScope, RoomLocation},
    sources::Sources,
};

/// How to export.
#[derive(Clone, Debug)]
pub struct Options {
    /// In which forms, each once.
    pub forms: Vec<Form>,
    /// The folder to make.
    pub target: PathBuf,
    /// The hospital's name, for the heading.
    pub hospital: Option<String>,
    /// The hospital's time zone, for people to read.
    pub zone: TimeZone,
}

/// The result of an export: counts, and the files and rooms that need attention.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many rooms.
    pub rooms: u64,
    /// How many messages.
    pub messages: u64,
    /// How many files were sent with them, lost ones too.
    pub files: u64,
    /// Files whose bytes are lost.
    pub missing: Vec<AttachmentId>,
    /// Rooms that moved: where each was, and where it lives and was read.
    pub moved: Vec<(RoomId, RoomId)>,
}

/// Why nothing was exported. It holds no word of a conversation.
#[derive(Debug, Error)]
pub enum Failure {
    /// The command was given a wrong option.
    #[error("{option}: {problem}")]
    Scope {
        /// The option of the command.
        option: &'static str,
        /// The fault of the option, and the value that would be right.
        problem: &'static str,
    },
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ports::Error),
    /// It could not be written.
    #[error("the export cannot be written: {0}")]
    Written(#[from] io::Error),
}

impl Failure {
    pub(crate) fn asked(option: &'static str, problem: &'static str) -> Self {
        Self::Scope { option, problem }
    }
}

/// Exports rooms on behalf of somebody, who must be an active administrator, and tells now and then
/// how many messages it has come to. Dropped in the middle it leaves nothing behind.
///
/// # Errors
/// [`Failure`]; then there is no target.
pub async fn export(
    sources: &Sources,
    by: &StaffId,
    asked: &ExportScope,
    options: &Options,
    tell: impl FnMut(u64),
) -> Result<Exported, Failure> {
    let member = sources.staff.find(by).await?;
    let member = member.ok_or(Failure::asked(
        "--as",
        "there is no staff member of this id",
    ))?;
    let (found, patient) = what(sources, &member, asked).await?;
    let heading = Heading {
        at: sources.clock.now(),
        by: profile(member.clone()),
        room: match asked {
            ExportScope::Room(room, _) => Some(room.clone()),
            ExportScope::Patient(_) => None,
        },
        patient,
        hospital: options.hospital.clone(),
        zone: options.zone.clone(),
    };
    let mut folder = Folder::begin(&options.target)?;
    let forms = Forms::begin(&folder, &options.forms, &heading)?;
    let mut run = Run {
        sources,
        by: &member,
        of: heading.patient,
        forms,
        people: People::default(),
        exported: Exported::default(),
        tell,
    };
    for found in found {
        run.room(found, &mut folder).await?;
    }
    let (forms, exported) = (run.forms, run.exported);
    if exported.rooms == 0 {
        return Err(Failure::asked(
            "--patient",
            "there is no room about this patient",
        ));
    }
    forms.end(&mut folder, exported.tally())?;
    folder.finish()?;
    Ok(exported)
}

/// The rooms that are meant. Who wants to know is written down first.
async fn what(
    sources: &Sources,
    by: &StaffMember,
    asked: &ExportScope,
) -> Result<(Vec<RoomLocation>, Option<Patient>), Failure> {
    let (audit, clock) = (&*sources.audit, &*sources.clock);
    match asked {
        ExportScope::Room(room, side) => {
            note_export(audit, clock, by, Some(room), None).await?;
            let found = room_location::room(sources, room, *side).await?;
            if found.is_empty() {
                return Err(Failure::asked("--room", "there is no room of this id"));
            }
            Ok((found, None))
        }
        ExportScope::Patient(name) => {
            let words = name.as_str();
            note_export(audit, clock, by, None, Some(words)).await?;
            let patient = room_location::patient(sources, name).await?;
            let found = room_location::rooms_of(sources, &patient).await?;
            Ok((found, Some(patient)))
        }
    }
}

/// An export on its way.
struct Run<'a, T> {
    sources: &'a Sources,
    by: &'a StaffMember,
    of: Option<Patient>,
    forms: Forms,
    people: People,
    exported: Exported,
    tell: T,
}

impl<T: FnMut(u64)> Run<'_, T> {
    async fn room(&mut self, found: RoomLocation, folder: &mut Folder) -> Result<(), Failure> {
        let sources = self.sources;
        let (audit, clock) = (&*sources.audit, &*sources.clock);
        let subject = self.of.as_ref().map(|patient| patient.id.as_str());
        note_export(audit, clock, self.by, Some(&found.room), subject).await?;
        let here = found.clone();
        let mut conversation = Conversation::open(sources, &here)?;
        let mut page = conversation.next().await?;
        // A room that only holds copies is told where they come from.
        if found.copy_of.is_some() && page.is_empty() {
            return Ok(());
        }
        let chapter = self.chapter(found).await?;
        self.forms.room(&chapter)?;
        while !page.is_empty() {
            let messages = page.iter().map(|read| &read.record.message);
            self.people.learn(&*sources.staff, messages).await?;
            for read in page {
                self.message(&chapter, read, folder).await?;
            }
            (self.tell)(self.exported.messages);
            page = conversation.next().await?;
        }
        self.forms.room_ends(&chapter)?;
        Ok(())
    }

    async fn chapter(&mut self, found: RoomLocation) -> Result<Chapter, Failure> {
        let record = self.sources.records(found.side)?.room(&found.room).await?;
        let patient = match &record.kind {
            RoomKind::Patient(reference) => self.sources.patients.by_reference(reference).await?,
            RoomKind::Direct | RoomKind::Group => None,
        };
        self.exported.rooms += 1;
        if let Some(old) = &found.moved_from {
            let moved = (old.clone(), found.room.clone());
            self.exported.moved.push(moved);
        }
        Ok(Chapter {
            number: usize::try_from(self.exported.rooms).unwrap_or(usize::MAX),
            found,
            record,
            patient,
        })
    }

    async fn message(
        &mut self,
        chapter: &Chapter,
        read: Read,
        folder: &mut Folder,
    ) -> Result<(), Failure> {
        let Read { record, side } = read;
        let mut files = Vec::new();
        let withdrawn = &record.withdrawn;
        for attachment in record.message.attachments().iter().chain(withdrawn) {
            let filed = file(
                self.sources,
                &chapter.found,
                side,
                attachment.clone(),
                folder,
            );
            let filed = filed.await?;
            if filed.kept.is_none() && !filed.attachment.is_removed() {
                self.exported.missing.push(filed.attachment.id.clone());
            }
            self.exported.files += 1;
            files.push(filed);
        }
        self.exported.messages += 1;
        let said = &ExportedMessage { record, files };
        let people = &self.people;
        self.forms.message(&MessageContext {
            chapter,
            said,
            people,
        })?;
        Ok(())
    }
}

impl Exported {
    fn tally(&self) -> Tally {
        Tally {
            rooms: self.rooms,
            messages: self.messages,
            files: self.files,
            missing: u64::try_from(self.missing.len()).unwrap_or(u64::MAX),
        }
    }
}
