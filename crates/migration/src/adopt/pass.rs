use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use ports::{
    Adoption, Result,
    adoption::{Batch, Kept, KeptMessage, Note, Renamed},
};

use super::{Adopted, Options, Preparing, members::Members};
use crate::{
    Contradiction, Mapping, Outcome, Part, Progress, Rows, Source, Survey,
    classify::{Classifier, Facts},
    record::{File, Record, Verdict},
    survey::Tally,
};

/// The records that one pass over the rows keeps.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// Users, rooms and messages.
    Rows,
    /// Records that refer to messages already stored: replies, reads, files.
    Relations,
}

/// An adoption in progress.
pub(super) struct Run<'a, P> {
    mapping: &'a Mapping,
    classifier: Classifier,
    pub(super) adoption: &'a dyn Adoption,
    pub(super) preparing: &'a dyn Preparing,
    pub(super) options: Options,
    progress: P,
    tallies: BTreeMap<Part, Tally>,
    members: Members,
    kept: Kept,
    pub(super) files: u64,
    pub(super) files_found: u64,
    pub(super) refused: u64,
    /// Judgement of every row, made before anything was written.
    pub(super) before: Survey,
}

impl<'a, P: FnMut(Progress<'_>) + Send> Run<'a, P> {
    pub(super) fn new(
        mapping: &'a Mapping,
        facts: Facts,
        adoption: &'a dyn Adoption,
        preparing: &'a dyn Preparing,
        options: Options,
        before: Survey,
        progress: P,
    ) -> Self {
        let (files, keys) = (options.files.clone(), options.keys.clone());
        let classifier = Classifier::new(mapping.clone(), files, keys, facts, options.now);
        Self {
            mapping,
            classifier,
            adoption,
            preparing,
            options,
            progress,
            tallies: BTreeMap::new(),
            members: Members::default(),
            kept: Kept::default(),
            files: 0,
            files_found: 0,
            refused: 0,
            before,
        }
    }

    /// The name of the source.
    pub(super) fn source(&self) -> &'a str {
        &self.mapping.source
    }

    /// Compares the first messages with those that were brought before: of another database the ids are the same, and the
    /// times are not.
    pub(super) async fn other_messages(
        &mut self,
        source: &mut Source,
    ) -> Result<Option<Contradiction>> {
        if self.mapping.part(Part::Messages).is_none() {
            return Ok(None);
        }
        self.classifier.begin();
        let rows = {
            let mut rows = source.read(self.mapping, Part::Messages).await?;
            rows.next().await?
        };
        let verdicts = self.classifier.judge(Part::Messages, &rows);
        let records = verdicts.iter().flat_map(|verdict| {
            // An estimated time depends on the messages around it.
            let is_certain = verdict.found.iter().all(|(reason, _)| !reason.is_of_time());
            let records = verdict.records.iter();
            records.filter(move |_| is_certain)
        });
        let times: BTreeMap<String, Timestamp> = records
            .filter_map(|record| match record {
                Record::Message(message) => Some((message.key.clone(), message.sent_at)),
                _ => None,
            })
            .take(1_000)
            .collect();
        let keys: Vec<String> = times.keys().cloned().collect();
        let kept = self.adoption.kept_messages(self.source(), &keys).await?;
        let is_other = |one: &&KeptMessage| times.get(&one.key) != Some(&one.sent_at);
        let (others, known) = (kept.iter().filter(is_other).count(), kept.len());
        let is_taken = others * 2 > known;
        Ok(is_taken.then(|| Contradiction::messages_taken(self.source(), others, known)))
    }

    /// Reads a part and keeps what this pass is about.
    pub(super) async fn read(&mut self, source: &mut Source, part: Part, pass: Pass) -> Result<()> {
        let Some(mapped) = self.mapping.part(part) else {
            return Ok(());
        };
        // Messages are judged in the first pass; the second only needs those that refer to others.
        let is_counted = part != Part::Messages || pass == Pass::Rows;
        let relates = ["reply_to", "read", "read_at", "file_path", "attachment"];
        if !is_counted && relates.iter().all(|field| !mapped.has(field)) {
            return Ok(());
        }
        if is_counted {
            self.tallies.insert(part, Tally::of(&mapped.table));
        }
        self.classifier.begin();
        let doing = if is_counted {
            part.name()
        } else {
            "replies, reads and files of messages"
        };
        let of = Some(source.count(mapped).await?);
        let (mut come_to, mut rows) = (0, source.read(self.mapping, part).await?);
        loop {
            let batch = rows.next().await?;
            if batch.is_empty() {
                return Ok(());
            }
            come_to += batch.len() as u64;
            let verdicts = self.classifier.judge(part, &batch);
            self.keep(part, pass, is_counted, verdicts).await?;
            self.tell(doing, come_to, of);
        }
    }

    async fn keep(
        &mut self,
        part: Part,
        pass: Pass,
        is_counted: bool,
        verdicts: Vec<Verdict>,
    ) -> Result<()> {
        let (mut batch, mut files) = (Batch::default(), Vec::new());
        for verdict in verdicts {
            if is_counted {
                batch.renamed.extend(renamed(part, &verdict));
                batch.notes.extend(notes(part, &verdict));
                if let Some(tally) = self.tallies.get_mut(&part) {
                    tally.add(&verdict);
                }
            }
            for record in verdict.records {
                self.sort(pass, record, &mut batch, &mut files);
            }
        }
        self.write(batch).await?;
        self.store(files).await
    }

    fn sort(&mut self, pass: Pass, record: Record, batch: &mut Batch, files: &mut Vec<File>) {
        match (pass, record) {
            (Pass::Rows, Record::User(user)) => batch.users.push(user),
            (Pass::Rows, Record::Renamed(renamed)) => batch.renamed.push(renamed),
            (Pass::Rows, Record::Room(room)) => batch.rooms.push(room),
            (Pass::Rows, Record::Message(message)) => batch.messages.push(message),
            (Pass::Rows, Record::Unlocked(unlocked)) => batch.unlocked.push(unlocked),
            (Pass::Relations, Record::Reply(reply)) => batch.replies.push(reply),
            (Pass::Relations, Record::Read(read)) => batch.reads.push(read),
            (Pass::Relations, Record::File(file)) => files.push(file),
            (_, Record::Participant(participant)) => self.members.add(participant),
            (_, Record::LikelyMember { room, user }) => self.members.add_likely(room, user),
            // Of the other pass.
            _ => {}
        }
    }

    fn tell(&mut self, doing: &str, come_to: u64, of: Option<u64>) {
        (self.progress)(Progress { doing, come_to, of });
    }

    /// Keeps a batch in one transaction.
    pub(super) async fn write(&mut self, batch: Batch) -> Result<()> {
        if !self.options.is_rehearsal && !batch.is_empty() {
            self.kept += self.adoption.keep(&self.mapping.source, batch).await?;
        }
        Ok(())
    }

    /// Gives messages their places.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let mut rooms = 0;
        while !self.options.is_rehearsal && self.adoption.settle().await? {
            rooms += 1;
            self.tell("rooms in order", rooms, None);
        }
        Ok(())
    }

    /// Lets the participants in.
    pub(super) async fn let_in(&mut self) -> Result<()> {
        let members = std::mem::take(&mut self.members);
        let (participants, notes) = members.settled(self.mapping.add_likely_members);
        let (mut come_to, all) = (0, participants.len() as u64);
        for participants in participants.chunks(Rows::BATCH) {
            let participants = participants.to_vec();
            come_to += participants.len() as u64;
            self.write(Batch {
                participants,
                ..Batch::default()
            })
            .await?;
            self.tell("participants let in", come_to, Some(all));
        }
        for notes in notes.chunks(Rows::BATCH) {
            let notes = notes.to_vec();
            self.write(Batch {
                notes,
                ..Batch::default()
            })
            .await?;
        }
        Ok(())
    }

    pub(super) fn done(mut self, read: Duration, took: Duration) -> Adopted {
        for (part, before) in &self.before.parts {
            if let Some(tally) = self.tallies.get_mut(part) {
                tally.left_out = before.left_out;
            }
        }
        Adopted {
            survey: Survey {
                parts: self.tallies.into_iter().collect(),
                took: read,
                ..self.before
            },
            kept: self.kept,
            files: self.files,
            files_found: self.files_found,
            refused: self.refused,
            is_rehearsal: self.options.is_rehearsal,
            took,
        }
    }
}

/// A row that was noted before under another key.
fn renamed(part: Part, verdict: &Verdict) -> Option<Renamed> {
    Some(Renamed {
        part: part.name(),
        before: verdict.key_before.clone()?,
        key: verdict.key.clone(),
    })
}

fn notes(part: Part, verdict: &Verdict) -> impl Iterator<Item = Note> {
    let is_quarantined = verdict.outcome() == Outcome::Quarantined;
    verdict.found.iter().map(move |(reason, raw)| Note {
        part: part.name(),
        key: verdict.key.clone(),
        reason: reason.code(),
        is_quarantined,
        raw: raw.clone(),
    })
}
