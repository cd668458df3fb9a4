//! Bringing what a source holds into the tables of the chat.

mod files;
mod members;
mod pass;
mod report;
mod tables;

use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use domain::FileName;
use jiff::Timestamp;
use ports::{
    Adoption, Error, NewAttachment, Result,
    adoption::{Batch, Kept},
};

use self::{
    pass::{Pass, Run},
    tables::Tables,
};
use crate::{
    AppKeys, Contradiction, Files, Mapping, Part, Progress, Source, Survey, classify::Facts,
    survey::judged,
};

/// The preparation of a file before it is stored: the same as for a file that a doctor uploads.
#[async_trait]
pub trait Preparing: Send + Sync {
    /// The file as it is to be stored; none when it is of a kind that is not taken.
    async fn prepare(&self, name: FileName, bytes: Bytes) -> Option<NewAttachment>;
}

/// How to adopt.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the old application's files; without one no file is brought.
    pub files: Files,
    /// The keys that decrypt the old application's texts.
    pub keys: AppKeys,
    /// Largest file that is taken, in bytes.
    pub largest_file: u64,
    /// Times after this cannot be true.
    pub now: Timestamp,
    /// Contradictions that somebody knows of, by name.
    pub accepted: Vec<String>,
    /// Judges every row against the users and patients here, and writes nothing.
    pub is_rehearsal: bool,
}

/// The result of an adoption.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// The judgement of every row, the same however often the adoption is run.
    pub survey: Survey,
    /// The records that were created this time.
    pub kept: Kept,
    /// Files that were stored this time, placeholders among them.
    pub files: u64,
    /// Files that were missing before and took the place of their placeholder this time.
    pub files_found: u64,
    /// Files of this time that were not taken, and have a placeholder.
    pub refused: u64,
    /// Whether nothing was written.
    pub is_rehearsal: bool,
    /// How long it took.
    pub took: Duration,
}

/// Adopts everything that was not adopted before, a batch a transaction, and tells `progress` how far
/// it is.
///
/// Broken off anywhere and done again, it ends in the same state: every row is judged again, and
/// what stands under its key is left alone, but for what changed in the source since. Participants come last, so doctors
/// see a room when all of it is there.
///
/// Memory grows as for [`crate::survey`], and with participants.
///
/// # Errors
/// `Invalid` for a mapping that does not fit; `Unavailable` when either database, or the store of
/// files, does not answer.
pub async fn adopt(
    source: &mut Source,
    mapping: &Mapping,
    adoption: &dyn Adoption,
    preparing: &dyn Preparing,
    options: Options,
    mut progress: impl FnMut(Progress<'_>) + Send,
) -> Result<Adopted> {
    let started = Instant::now();
    source.prepare(mapping).await?;
    let mut facts = Facts::gather(source, mapping, options.now).await?;
    facts.meet(adoption).await?;
    let (known, others) = facts.others(&mapping.source, adoption).await?;
    let (files, keys) = (options.files.clone(), options.keys.clone());
    let (mut before, facts) = judged(
        source,
        mapping,
        files,
        keys,
        facts,
        options.now,
        &mut progress,
    )
    .await?;
    // One of many may have another address now.
    if others * 10 > known {
        let taken = Contradiction::source_taken(&mapping.source, others, known);
        before.contradictions.push(taken);
    }
    let tables = Tables::of(source, mapping);
    let kept = adoption.kept_tables(&mapping.source).await?;
    let taken = tables.taken(&mapping.source, &kept);
    before.contradictions.extend(taken);
    let (accepted, is_rehearsal) = (options.accepted.clone(), options.is_rehearsal);
    let mut run = Run::new(
        mapping, facts, adoption, preparing, options, before, progress,
    );
    let others = run.other_messages(source).await?;
    run.before.contradictions.extend(others);
    let is_accepted = |one: &Contradiction| accepted.iter().any(|name| name == one.name);
    if !is_rehearsal && !run.before.contradictions.iter().all(is_accepted) {
        return Err(stopped(&run.before, is_accepted));
    }
    run.read(source, Part::Users, Pass::Rows).await?;
    // Before the first row that is numbered alike in another chat.
    run.write(Batch {
        tables: tables.0,
        ..Batch::default()
    })
    .await?;
    for part in [Part::Rooms, Part::Messages] {
        run.read(source, part, Pass::Rows).await?;
    }
    let read = started.elapsed();
    run.settle().await?;
    for part in [
        Part::Messages,
        Part::Participants,
        Part::Reads,
        Part::Attachments,
    ] {
        run.read(source, part, Pass::Relations).await?;
    }
    run.let_in().await?;
    Ok(run.done(read, started.elapsed()))
}

/// Nothing was written, and why.
fn stopped(before: &Survey, is_accepted: impl Fn(&Contradiction) -> bool) -> Error {
    let open = before.contradictions.iter().filter(|one| !is_accepted(one));
    let lines: Vec<String> = open
        .map(|one| format!("\n  {}: {}", one.name, one.words))
        .collect();
    Error::invalid(
        "adopting",
        format!(
            "was stopped before anything was written; --accept NAME goes on all the same{}",
            lines.concat()
        ),
    )
}
