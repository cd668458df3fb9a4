use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use clap::Args;
use migration::{Receipt, Which};
use ports::Error;

use super::{Stop, failed, movers::Both, progress::Teller};
use crate::cli::{config::Settings, say::say};

/// What `verify` takes.
#[derive(Clone, Args)]
pub(in crate::cli) struct Verify {
    /// The receipts, a line of JSON a room. Written anew, never over a file that exists.
    #[arg(long, default_value = "receipts.jsonl")]
    receipts: PathBuf,
}

pub(super) async fn verify(settings: &Settings, asked: Verify) -> Result<(), Stop> {
    let wrong = |error: std::io::Error| {
        let file = asked.receipts.display();
        Stop::setting("--receipts", format!("{file} cannot be written: {error}"))
    };
    let file = File::create_new(&asked.receipts).map_err(wrong)?;
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
    let receipts = asked.receipts.display();
    say(format_args!("{verified} Receipts: {receipts}"))?;
    let Some((receipt, difference)) = first.and_then(|first| {
        let difference = first.difference.clone()?;
        Some((first, difference))
    }) else {
        return Ok(());
    };
    Err(Stop::Start(format!(
        "{} of {} rooms differ, first in room {}: {difference}",
        verified.different, verified.rooms, receipt.legacy
    )))
}
