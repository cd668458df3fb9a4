use std::{fs::OpenOptions, io::Write, path::Path};

use jiff::Timestamp;

use super::{CliError, Preview, failed, reviewed};
use crate::cli::say::{say, write};

/// Shows some rooms as they will look; a page is for whoever wrote it alone.
pub(super) async fn preview(asked: Preview) -> Result<(), CliError> {
    let (files, keys) = (asked.from.files()?, asked.from.keys()?);
    let mut source = asked.from.open().await?;
    let mapping = reviewed(&asked.mapping, &source)?;
    let is_masked = !asked.unmasked;
    let now = Timestamp::now();
    let preview = migration::preview(&mut source, &mapping, files, keys, now, is_masked).await;
    let preview = preview.map_err(failed)?;
    match &asked.page {
        None => write(preview),
        Some(page) => {
            write_page(page, &preview.to_page())?;
            say(format_args!("The preview is in {}.", page.display()))
        }
    }
}

fn write_page(file: &Path, text: &str) -> Result<(), CliError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options
        .open(file)
        .and_then(|mut page| page.write_all(text.as_bytes()));
    written.map_err(|error| {
        CliError::setting(
            "--page",
            format!("{} cannot be written: {error}", file.display()),
        )
    })
}
