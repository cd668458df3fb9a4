use std::path::PathBuf;

use clap::{Args, ValueEnum};
use domain::{RoomId, StaffId};
use export::{ExportScope, Exported, Failure, Form, Options, Side, Sources};
use migration::Progress;
use ports::PatientName;

use super::{
    CliError,
    compose::{self, Legacy},
    config::Settings,
    migrate::progress::Teller,
    mounts::BackendName,
    say::say,
    serve::asked_to_stop,
};

/// Options of `export`.
#[derive(Clone, Args)]
pub(super) struct Export {
    /// The room, by its id in the address of its page.
    #[arg(long, required_unless_present = "patient", conflicts_with = "patient")]
    room: Option<String>,
    /// All rooms about a patient, of both chats: an MRN or the id in the hospital. Where a number is one
    /// patient's id and another's MRN, say id:… or mrn:….
    #[arg(long)]
    patient: Option<String>,
    /// In which form.
    #[arg(long, value_enum, default_value_t = Format::All)]
    format: Format,
    /// The folder to make. One that exists is not touched.
    #[arg(long)]
    to: PathBuf,
    /// The staff id of the administrator who exports, for the audit.
    #[arg(long = "as", value_name = "STAFF_ID")]
    by: String,
    /// The mount that the room is in, such as /doctor/stream-chat. Without it the room is looked for in
    /// the legacy chat, and then at Stream.
    #[arg(long, conflicts_with = "patient")]
    mount: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// JSON Lines: record.jsonl.
    Jsonl,
    /// A page to read and print: record.html.
    Html,
    /// A Bundle of FHIR R4 Communication resources: record.fhir.json.
    Fhir,
    /// All three.
    All,
}

/// `hims-chat export`.
pub(super) async fn export(settings: &Settings, asked: &Export) -> Result<(), CliError> {
    let by =
        StaffId::parse(&asked.by).map_err(|error| CliError::setting("--as", error.to_string()))?;
    let what = asked.what(settings)?;
    let options = Options {
        forms: asked.format.forms(),
        target: asked.to.clone(),
        hospital: settings.hospital().map(str::to_owned),
        zone: settings.time_zone()?,
    };
    let legacy = compose::legacy_as_it_is(settings).await?;
    let exported = tokio::select! {
        exported = run(settings, &legacy, &by, &what, &options) => exported,
        () = asked_to_stop() => Err(CliError::Start("stopped; nothing was exported".to_owned())),
    };
    legacy.close().await;
    tell(&exported?, asked)
}

async fn run(
    settings: &Settings,
    legacy: &Legacy,
    by: &StaffId,
    what: &ExportScope,
    options: &Options,
) -> Result<Exported, CliError> {
    let sources = Sources {
        legacy: legacy.records.clone(),
        stream: compose::stream_records(settings, legacy).await?,
        moves: legacy.moves.clone(),
        patients: legacy.patient_lookup.clone(),
        staff: legacy.staff.clone(),
        audit: legacy.audit.clone(),
        clock: legacy.clock.clone(),
    };
    let mut progress = Teller::new();
    let exported = export::export(&sources, by, what, options, |messages| {
        progress.tell(Progress {
            doing: "exported messages",
            come_to: messages,
            of: None,
        });
    })
    .await;
    progress.end();
    exported.map_err(|failure| match failure {
        Failure::Scope { option, problem } => CliError::setting(option, problem),
        Failure::Written(error) => {
            let folder = options.target.display();
            CliError::setting("--to", format!("{folder} cannot be written: {error}"))
        }
        failure @ Failure::Read(_) => CliError::Start(failure.to_string()),
    })
}

/// Prints the result to standard output, and fails when the bytes of files are missing.
fn tell(exported: &Exported, asked: &Export) -> Result<(), CliError> {
    for (old, new) in &exported.moved {
        say(format_args!(
            "Room {old} of the legacy chat moved to Stream, where it is room {new}: that one was exported."
        ))?;
    }
    let (rooms, messages, files) = (exported.rooms, exported.messages, exported.files);
    let folder = asked.to.display();
    say(format_args!(
        "Exported to {folder}: rooms {rooms}, messages {messages}, files {files}."
    ))?;
    if exported.missing.is_empty() {
        return Ok(());
    }
    let missing: Vec<&str> = exported.missing.iter().map(|id| id.as_str()).collect();
    let problem = "exported, but the bytes of files are lost; the record says which and where";
    Err(CliError::Incomplete(format!(
        "{problem}: {}",
        missing.join(", ")
    )))
}

impl Export {
    fn what(&self, settings: &Settings) -> Result<ExportScope, CliError> {
        if let Some(patient) = &self.patient {
            return Ok(ExportScope::Patient(PatientName::parse(patient)));
        }
        let room = self.room.as_deref().unwrap_or_default();
        let room =
            RoomId::parse(room).map_err(|error| CliError::setting("--room", error.to_string()))?;
        let side = self.mount.as_deref();
        let side = side.map(|mount| side_of(mount, settings)).transpose()?;
        Ok(ExportScope::Room(room, side))
    }
}

/// Finds the chat behind a mount.
fn side_of(mount: &str, settings: &Settings) -> Result<Side, CliError> {
    let mounts = settings.mounts()?;
    let bound = mounts
        .iter()
        .find(|one| one.prefix.as_str() == mount.trim_end_matches('/'));
    match bound.map(|one| one.backend) {
        Some(BackendName::Legacy) => Ok(Side::Legacy),
        Some(BackendName::Stream) => Ok(Side::Stream),
        None => {
            let names: Vec<&str> = mounts.iter().map(|one| one.prefix.as_str()).collect();
            let problem = format!("must be a mount of HIMS_MOUNTS: {}", names.join(", "));
            Err(CliError::setting("--mount", problem))
        }
    }
}

impl Format {
    fn forms(self) -> Vec<Form> {
        match self {
            Self::Jsonl => vec![Form::JsonLines],
            Self::Html => vec![Form::Page],
            Self::Fhir => vec![Form::Fhir],
            Self::All => vec![Form::JsonLines, Form::Page, Form::Fhir],
        }
    }
}
