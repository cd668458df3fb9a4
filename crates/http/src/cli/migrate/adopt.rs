use async_trait::async_trait;
use bytes::Bytes;
use domain::FileName;
use jiff::Timestamp;
use migration::{Adopted, Mapping, Options, Part, Preparing, Source};
use ports::NewAttachment;

use super::{Adopt, CliError, failed, progress::Teller, reviewed};
use crate::{
    cli::{
        compose::{self, Legacy},
        config::Settings,
        database::DatabaseUrl,
        say::{say, write},
    },
    upload::Uploads,
};

pub(super) async fn adopt(settings: &Settings, asked: Adopt) -> Result<(), CliError> {
    let (_, is_demonstration) = settings.database()?;
    if is_demonstration {
        let problem = "must name the database of the chat that the old one is brought into";
        return Err(CliError::setting("DATABASE_URL", problem));
    }
    let files = asked.from.files()?;
    let mut source = asked.from.open().await?;
    let mapping = reviewed(&asked.mapping, &source)?;
    is_foreign(settings, &asked, &source, &mapping)?;
    let options = Options {
        files,
        keys: asked.from.keys()?,
        largest_file: settings.files.max_file()?,
        now: Timestamp::now(),
        accepted: asked.accept.clone(),
        is_rehearsal: asked.dry_run,
    };
    let legacy = if asked.dry_run {
        compose::legacy_as_it_is(settings).await?
    } else {
        compose::legacy(settings).await?
    };
    let adopted = run(&mut source, &mapping, &legacy, options).await;
    legacy.close().await;
    let adopted = adopted?;
    let brings_nothing = adopted.brings_nothing();
    if asked.json {
        say(format_args!("{:#}", adopted.to_json()))?;
    } else {
        write(adopted)?;
    }
    if brings_nothing {
        let problem = "no message of the source was brought; is it the right table?";
        return Err(CliError::Start(problem.to_owned()));
    }
    Ok(())
}

async fn run(
    source: &mut Source,
    mapping: &Mapping,
    legacy: &Legacy,
    options: Options,
) -> Result<Adopted, CliError> {
    let mut progress = Teller::new();
    let adopted = migration::adopt(
        source,
        mapping,
        &*legacy.adoption,
        &AsUploaded(Uploads::default()),
        options,
        |told| progress.tell(told),
    )
    .await;
    progress.end();
    adopted.map_err(failed)
}

/// The chat's own tables are no foreign ones: a database that holds them is used as it is.
fn is_foreign(
    settings: &Settings,
    asked: &Adopt,
    source: &Source,
    mapping: &Mapping,
) -> Result<(), CliError> {
    let (database, _) = settings.database()?;
    let is_same = asked
        .from
        .source
        .parse::<DatabaseUrl>()
        .is_ok_and(|from| from == database);
    let messages = mapping
        .part(Part::Messages)
        .map(|messages| messages.table.as_str());
    let is_ours = |table: &migration::Table| {
        Some(table.name.as_str()) == messages
            && table
                .columns
                .iter()
                .any(|column| column.name == "changed_position")
    };
    if is_same && source.tables().iter().any(is_ours) {
        let problem =
            "[messages] is the chat's own table; a database that holds it needs no adopting";
        return Err(CliError::setting("--mapping", problem));
    }
    Ok(())
}

/// Old files go through what a doctor's upload goes through.
struct AsUploaded(Uploads);

#[async_trait]
impl Preparing for AsUploaded {
    async fn prepare(&self, name: FileName, bytes: Bytes) -> Option<NewAttachment> {
        self.0.prepare(name, bytes).await.ok()
    }
}
