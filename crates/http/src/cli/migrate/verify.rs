use std::{
    fs::File,
    io::{BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::Timestamp;
use migration::{Receipt, Which};
use ports::Error;

use super::{CliError, failed, movers::Both, progress::Teller};
use crate::cli::{config::Settings, say::say};

/// Options of `verify`.
#[derive(Clone, Args)]
pub(in crate::cli) struct Verify {
    /// The receipts, a line of JSON a room, never over a file that exists. Without it a new file each time, named by the
    /// day and time: receipts-20260131T235959Z.jsonl.
    #[arg(long)]
    receipts: Option<PathBuf>,
}

pub(super) async fn verify(settings: &Settings, asked: Verify) -> Result<(), CliError> {
    let (path, file) = new_file(asked.receipts)?;
    let wrong = |error| cannot_write(&path, &error);
    let mut file = BufWriter::new(file);
    let both = Both::open(settings).await?;
    let mut progress = Teller::new();
    let mut first: Option<Receipt> = None;
    let keep = |receipt: &Receipt| {
        if receipt.difference.is_some() && first.is_none() {
            first = Some(receipt.clone());
        }
        let line = serde_json::to_string(receipt).map_err(std::io::Error::from);
        let written = line.and_then(|line| writeln!(file, "{line}"));
        written.map_err(|_| Error::unavailable("the receipts cannot be written"))
    };
    let verified =
        migration::verify(&both.chats, &Which::All, keep, |told| progress.tell(told)).await;
    progress.end();
    both.close().await;
    let verified = verified.map_err(failed)?;
    file.flush().map_err(wrong)?;
    let receipts = path.display();
    say(format_args!("{verified} Receipts: {receipts}"))?;
    let Some((receipt, difference)) = first.and_then(|first| {
        let difference = first.difference.clone()?;
        Some((first, difference))
    }) else {
        return Ok(());
    };
    Err(CliError::Start(format!(
        "{} of {} rooms differ, first in room {}: {difference}",
        verified.different, verified.rooms, receipt.legacy
    )))
}

/// A file for the receipts that was not there before.
fn new_file(asked: Option<PathBuf>) -> Result<(PathBuf, File), CliError> {
    let day = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut names = (1_u32..).map(|number| match number {
        1 => PathBuf::from(format!("receipts-{day}.jsonl")),
        _ => PathBuf::from(format!("receipts-{day}-{number}.jsonl")),
    });
    let is_named = asked.is_some();
    let mut path = asked.unwrap_or_else(|| names.next().unwrap_or_default());
    loop {
        match File::create_new(&path) {
            Ok(file) => return Ok((path, file)),
            // Two of one second.
            Err(error) if error.kind() == ErrorKind::AlreadyExists && !is_named => {
                path = names.next().unwrap_or_default();
            }
            Err(error) => return Err(cannot_write(&path, &error)),
        }
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> CliError {
    let file = path.display();
    CliError::setting("--receipts", format!("{file} cannot be written: {error}"))
}
