use std::{
    fs::OpenOptions,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use ports::AuditTrail;
use serde_json::{Value, json};

use super::{CliError, shown};
use crate::cli::people::failed;

/// Entries and seals that are read at once.
const AT_ONCE: u32 = 2_000;

/// The audit as a file.
pub(super) struct Export {
    pub(super) to: PathBuf,
    pub(super) from: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
}

impl Export {
    pub(super) async fn run(&self, trail: &dyn AuditTrail) -> Result<(), CliError> {
        let mut out = Out::open(&self.to)?;
        let (from, until) = (
            self.from.map_or(i64::MIN, Timestamp::as_microsecond),
            self.until.map_or(i64::MAX, Timestamp::as_microsecond),
        );
        let (mut entries, mut seals) = (0_u64, 0_u64);
        let mut after = i64::MIN;
        loop {
            let page = trail.entries(after, AT_ONCE).await.map_err(failed)?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for stored in page {
                if (from..until).contains(&stored.entry.at) {
                    entries += 1;
                    out.line(&shown::json(&stored))?;
                }
            }
        }
        let (mut after, mut head) = (-1, None);
        loop {
            let page = trail.seals(after, AT_ONCE.min(100)).await.map_err(failed)?;
            let Some(last) = page.last() else { break };
            after = last.number;
            head = Some(data_encoding::HEXLOWER.encode(&last.hash));
            for seal in &page {
                if (from..until).contains(&seal.at.as_microsecond()) {
                    seals += 1;
                    out.line(&shown::seal(seal))?;
                }
            }
        }
        out.line(&json!({ "end": true, "entries": entries, "seals": seals, "head": head }))?;
        out.finish()
    }
}

struct Out<'a> {
    to: &'a Path,
    writer: BufWriter<Box<dyn Write>>,
}

impl<'a> Out<'a> {
    fn open(to: &'a Path) -> Result<Self, CliError> {
        let out: Box<dyn Write> = if to == Path::new("-") {
            Box::new(std::io::stdout())
        } else {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt;
                options.mode(0o600);
            }
            Box::new(options.open(to).map_err(|error| cannot(to, &error))?)
        };
        let writer = BufWriter::new(out);
        Ok(Self { to, writer })
    }

    fn line(&mut self, line: &Value) -> Result<(), CliError> {
        writeln!(self.writer, "{line}").map_err(|error| cannot(self.to, &error))
    }

    fn finish(mut self) -> Result<(), CliError> {
        self.writer.flush().map_err(|error| cannot(self.to, &error))
    }
}

fn cannot(to: &Path, error: &std::io::Error) -> CliError {
    CliError::Start(format!("{} cannot be written: {error}", to.display()))
}
