use axum::{
    Extension,
    extract::{FromRequest, Multipart, Request, State, multipart::Field},
    http::StatusCode,
    response::Response,
};
use bytes::Bytes;
use domain::StaffMember;
use jiff::civil::Date;
use people_records::Mapping;
use ports::{Error, OrderedBy, Origin, Visit, usecase::Missing};

use super::{Registers, ReportShown, Seen, Told, asked, is_theirs, listed, refused};
use crate::{
    app::Shell,
    failure::Failure,
    identity::SignedIn,
    registers::{self, RegisterImport, Report},
};

/// Most bytes of a list that comes by the page, with its mapping file. A larger one is for the command.
pub(crate) const MAX_LIST: usize = 32 * 1024 * 1024;

/// A list, and how to take it.
#[derive(Default)]
struct Upload {
    list: String,
    missing: String,
    leavers: String,
    what: String,
    name: String,
    file: Bytes,
    mapping: Bytes,
}

/// `POST /admin/people/import`.
pub(crate) async fn import(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    request: Request,
) -> Result<Response, Failure> {
    let (registers, member) = asked(&shell, signed_in)?;
    // Before a byte of the body is read.
    registers.staff.admit(&member).await.map_err(refused)?;
    let upload = Upload::read(request).await?;
    // A long upload outlives a change of who may do this.
    let member = shell.staff.find(&member.id).await?;
    let member = member.ok_or_else(Failure::not_signed_in)?;
    registers.staff.admit(&member).await.map_err(refused)?;
    let title = match upload.name.as_str() {
        "" => "The list".to_owned(),
        name => domain::one_line(name),
    };
    let today = shell.clock.now().to_zoned(shell.zone.clone()).date();
    // It goes on when the browser hangs up: a list that is taken by half leaves leavers in.
    let (to_write, by) = (registers.clone(), member.clone());
    let visit = Visit::current().unwrap_or_else(|| Visit::new(Origin::default()));
    let options = visit.within(async move { upload.take(&to_write, &by, today).await });
    let options = tokio::spawn(options);
    let taken = options
        .await
        .unwrap_or_else(|_| Err(Error::internal("the import was broken off")));
    let told = match taken {
        Ok(report) => Told {
            report: Some(ReportShown { title, report }),
            ..Told::default()
        },
        Err(error) if is_theirs(&error) => Told {
            problem: Some(format!("Nothing was done. {title}: {}.", error.message())),
            ..Told::default()
        },
        Err(error) => return Err(refused(error)),
    };
    let status = match told.problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    listed(&shell, &registers, &member, status, &Seen::default(), told).await
}

impl Upload {
    async fn read(request: Request) -> Result<Self, Failure> {
        let parts = Multipart::from_request(request, &()).await;
        let mut parts = parts.map_err(|_| Failure::wrong_media_type("multipart/form-data"))?;
        let mut upload = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
            upload.take_part(part).await?;
        }
        Ok(upload)
    }

    async fn take_part(&mut self, part: Field<'_>) -> Result<(), Failure> {
        let field = part.name().unwrap_or_default().to_owned();
        if field == "file" {
            part.file_name()
                .unwrap_or_default()
                .clone_into(&mut self.name);
        }
        let bytes = part.bytes().await.map_err(|_| unreadable())?;
        let text = || String::from_utf8_lossy(&bytes).trim().to_owned();
        match field.as_str() {
            "list" => self.list = text(),
            "missing" => self.missing = text(),
            "leavers" => self.leavers = text(),
            "do" => self.what = text(),
            "file" => self.file = bytes,
            "mapping" => self.mapping = bytes,
            _ => {}
        }
        Ok(())
    }

    async fn take(
        self,
        registers: &Registers,
        member: &StaffMember,
        today: Date,
    ) -> ports::Result<Report> {
        let rehearsal = match self.what.as_str() {
            "take" => false,
            "rehearse" => true,
            _ => return Err(Error::invalid("do", "do must be take or rehearse")),
        };
        let mapping = self.mapping()?;
        let options = RegisterImport {
            rehearsal,
            missing: self.missing()?,
            closing: self.closing()?,
        };
        let by = OrderedBy::Member(member);
        let file = self.file;
        match self.list.as_str() {
            "staff" => {
                let read = move || registers::read_staff(&*file, &mapping, today);
                let read = read_aside(read).await?;
                registers::staff(&registers.staff, by, read, options, |_| {}).await
            }
            "patients" => {
                let read = move || registers::read_patients(&*file, &mapping, today);
                let read = read_aside(read).await?;
                registers::patients(&registers.patients, by, read, rehearsal, |_| {}).await
            }
            _ => Err(Error::invalid("list", "list must be staff or patients")),
        }
    }

    fn mapping(&self) -> ports::Result<Mapping> {
        if self.mapping.is_empty() {
            return Ok(Mapping::default());
        }
        let wrong = |problem: &dyn std::fmt::Display| {
            Error::invalid("mapping", format!("the mapping file: {problem}"))
        };
        let text = std::str::from_utf8(&self.mapping).map_err(|_| wrong(&"is not UTF-8"))?;
        Mapping::parse(text).map_err(|error| wrong(&error))
    }

    fn missing(&self) -> ports::Result<Missing> {
        match self.missing.as_str() {
            "unsaid" => Ok(Missing::Unsaid),
            "left" => Ok(Missing::Left),
            _ => Err(Error::invalid("missing", "missing must be left or unsaid")),
        }
    }

    fn closing(&self) -> ports::Result<Option<usize>> {
        let number = (!self.leavers.is_empty()).then(|| self.leavers.parse());
        let wrong = "the number of people who have left must be a number";
        number
            .transpose()
            .map_err(|_| Error::invalid("leavers", wrong))
    }
}

/// Reads beside the threads that answer doctors.
async fn read_aside<T: Send + 'static>(
    read: impl FnOnce() -> ports::Result<T> + Send + 'static,
) -> ports::Result<T> {
    let read = tokio::task::spawn_blocking(read).await;
    read.unwrap_or_else(|_| Err(Error::internal("the list could not be read")))
}

fn unreadable() -> Failure {
    Failure::too_large(format!(
        "The form must be at most {} MB and arrive whole; a larger list is for the command hims-chat.",
        MAX_LIST / 1024 / 1024
    ))
}
