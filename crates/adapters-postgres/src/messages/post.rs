mod plain;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::{Event, MessageId, NewMessage, Profile};
use legacy::{MessageRow, SentRow, UrgencyRow, held};
use ports::{Error, ErrorKind, Posted, Result};

use super::read;
use crate::{
    audit::sends::SignedEntry,
    error::unavailable,
    live::Announcer,
    pool::{Connection, Pool},
    queue::Work,
    statement::{Statement, statement},
};

/// A message to post, its ids already read as keys.
pub(crate) struct Post {
    pub(crate) room: i64,
    pub(crate) author: i64,
    pub(crate) profile: Profile,
    pub(crate) message: NewMessage,
    pub(crate) reply_to: Option<i64>,
    pub(crate) attachments: BTreeSet<i64>,
    pub(crate) mentions: Vec<i64>,
    /// Its audit entry, where that is stored with it; of a plain one only.
    pub(crate) entry: Option<SignedEntry>,
}

/// Outcome of a post.
pub(crate) struct Done {
    pub(crate) posted: Result<Posted>,
    /// Whether the audit entry that the job carried is stored.
    pub(crate) is_recorded: bool,
}

statement! {
    /// See `post.sql`.
    PostBatch(Array<BigInt>, Array<BigInt>, Array<BigInt>, Array<Text>, Array<Nullable<Text>>,
        Array<Nullable<BigInt>>, Array<Text>, Array<BigInt>, Array<BigInt>, Array<Nullable<Text>>,
        Array<BigInt>, Array<BigInt>)
        -> (BigInt, Text, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Nullable<Text>)
        = include_str!("post.sql");

    HasSequence() -> Bool = "SELECT pg_get_serial_sequence('chat_messages', 'id') IS NOT NULL";

    /// Locks rooms, in the order that everybody locks them in.
    LockRooms(Array<BigInt>) -> BigInt
        = "SELECT id FROM chat_rooms WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE";
}

/// Number of the job, outcome, message id, position, time, attachments.
type Row = (
    i64,
    String,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

/// Writes posts in batches and tells what it wrote.
pub(crate) struct Posts {
    /// One connection of its own, whose plans do not depend on the size of a batch.
    pub(crate) pool: Pool,
    pub(crate) announcer: Announcer,
}

impl Work for Posts {
    type Job = Post;
    type Answer = Done;

    async fn run(&mut self, jobs: &[Post]) -> Result<Vec<Result<Self::Answer>>> {
        let mut connection = self.pool.get().await?;
        let mut answers: Vec<Option<Result<Posted>>> = jobs.iter().map(|_| None).collect();
        // Of the sends of one message only the first goes to the database; see the end.
        let mut first = HashMap::new();
        let mut todo = Vec::with_capacity(jobs.len());
        for (index, job) in jobs.iter().enumerate() {
            let message = (job.room, job.author, &job.message.client_id);
            if *first.entry(message).or_insert(index) == index {
                todo.push(index);
            }
        }
        let plain: Vec<usize> = todo
            .iter()
            .copied()
            .filter(|&i| jobs[i].is_plain())
            .collect();
        if !plain.is_empty() {
            let rows = plain::batch(&mut connection, jobs, &plain).await?;
            self.settle(jobs, &plain, rows, &mut answers)?;
        }
        todo.retain(|&index| answers[index].is_none());
        drop(connection);
        let is_some_stored = answers.iter().any(Option::is_some);
        match self.general(jobs, &todo, &mut answers).await {
            Ok(()) => {}
            Err(error) if !is_some_stored => return Err(error),
            // What is stored is answered; the others are told, or done one by one.
            Err(error) if error.kind() == ErrorKind::Unavailable => {
                for &index in &todo {
                    answers[index].get_or_insert_with(|| Err(unavailable()));
                }
            }
            Err(_) => {
                for index in todo {
                    if answers[index].is_none()
                        && let Err(error) = self.general(jobs, &[index], &mut answers).await
                    {
                        answers[index] = Some(Err(error));
                    }
                }
            }
        }
        let mut connection = self.pool.get().await?;
        let mut done = Vec::with_capacity(jobs.len());
        for (index, (job, answer)) in jobs.iter().zip(answers).enumerate() {
            let posted = match answer {
                Some(answer) => answer,
                // Posted by an earlier call, or by a neighbour in this batch, or not at all.
                None => repeated(&mut connection, job).await,
            };
            let is_recorded = plain.contains(&index);
            done.push(Ok(Done {
                posted,
                is_recorded,
            }));
        }
        Ok(done)
    }
}

impl Posts {
    /// Posts messages of every kind, those of rooms that moved meanwhile under their lock.
    async fn general(
        &self,
        jobs: &[Post],
        todo: &[usize],
        answers: &mut [Option<Result<Posted>>],
    ) -> Result<()> {
        if todo.is_empty() {
            return Ok(());
        }
        let rows = batch(&mut self.pool.get().await?, jobs, todo).await?;
        let again = self.settle(jobs, todo, rows, answers)?;
        if again.is_empty() {
            return Ok(());
        }
        let mut transaction = self.pool.begin().await?;
        let rows = locked_batch(&mut transaction, jobs, &again).await;
        let rows = transaction.end(rows).await?;
        match self.settle(jobs, &again, rows, answers)?.is_empty() {
            true => Ok(()),
            false => Err(Error::internal("a locked room moved")),
        }
    }

    /// Turns rows into answers and announces the messages; the jobs that have to be done again.
    fn settle(
        &self,
        jobs: &[Post],
        indices: &[usize],
        rows: Vec<Row>,
        answers: &mut [Option<Result<Posted>>],
    ) -> Result<Vec<usize>> {
        let mut again = Vec::new();
        let mut told: BTreeMap<i64, (i64, Vec<Event>)> = BTreeMap::new();
        for (n, outcome, id, position, at, attachments) in rows {
            let index = usize::try_from(n - 1).ok().and_then(|i| indices.get(i));
            let Some(&index) = index else {
                return Err(Error::internal("a job that is none was answered"));
            };
            let job = &jobs[index];
            answers[index] = match (outcome.as_str(), id, position, at) {
                ("posted", Some(id), Some(position), Some(at)) => {
                    let message = row(job, id, position, at, attachments).into_message()?;
                    let room = told.entry(job.room).or_insert((position, Vec::new()));
                    room.1.push(Event::MessagePosted(message.clone()));
                    Some(Ok(Posted {
                        message,
                        repeated: false,
                    }))
                }
                // Or the room was moved, and this repeats a send whose answer was lost: it must not be
                // led to where the room is now, to be said there again.
                ("outsider", ..) => None,
                ("held", ..) => Some(Err(held())),
                ("reply", ..) => Some(Err(bad_reply())),
                ("attachment", ..) => Some(Err(bad_attachment())),
                ("mention", ..) => Some(Err(bad_mention())),
                ("again", ..) => {
                    again.push(index);
                    None
                }
                ("repeated", ..) => None,
                _ => {
                    return Err(Error::internal(
                        "a job was answered with what is no outcome",
                    ));
                }
            };
        }
        for (room, (first, events)) in told {
            self.announcer.events(room, first, events);
        }
        Ok(again)
    }
}

/// Whether messages can be given ids as posting does it.
///
/// # Errors
/// `Conflict` when the table's ids come from no sequence of its own, as can be after a dump was
/// restored by hand.
pub(crate) async fn check_sequence(pool: &Pool) -> Result<()> {
    let mut connection = pool.get().await?;
    match connection.first(HasSequence::with(())).await? {
        Some(true) => Ok(()),
        _ => Err(Error::conflict(
            "chat_messages.id has no sequence: ALTER SEQUENCE chat_messages_id_seq OWNED BY chat_messages.id",
        )),
    }
}

/// The error for a `reply_to` that names no message of the room.
pub(super) fn bad_reply() -> Error {
    Error::invalid("reply_to", "must name a message of this room")
}

/// The error for an attachment that cannot be sent.
pub(super) fn bad_attachment() -> Error {
    Error::invalid(
        "attachment_ids",
        "must name files that you uploaded to this room and have not sent yet",
    )
}

/// The error for a mention that names nobody of the room.
pub(super) fn bad_mention() -> Error {
    Error::invalid("mention_ids", "must name participants of this room")
}

async fn batch(connection: &mut Connection, jobs: &[Post], indices: &[usize]) -> Result<Vec<Row>> {
    let mut rooms = Vec::new();
    let (mut of_room, mut authors, mut client_ids, mut texts) = (vec![], vec![], vec![], vec![]);
    let (mut replies, mut urgencies, mut of_job, mut attachments) =
        (vec![], vec![], vec![], vec![]);
    let (mut reasons, mut by_job, mut mentions) = (vec![], vec![], vec![]);
    for (n, &index) in (1_i64..).zip(indices) {
        let job = &jobs[index];
        rooms.push(job.room);
        of_room.push(job.room);
        authors.push(job.author);
        client_ids.push(job.message.client_id.as_str());
        texts.push(job.message.content.text().map(|text| text.as_str()));
        replies.push(job.reply_to);
        urgencies.push(job.message.urgency.as_str());
        for &attachment in &job.attachments {
            of_job.push(n);
            attachments.push(attachment);
        }
        reasons.push(job.message.reason().map(|reason| reason.as_str()));
        for &doctor in &job.mentions {
            by_job.push(n);
            mentions.push(doctor);
        }
    }
    rooms.sort_unstable();
    rooms.dedup();
    let post = PostBatch::with((
        rooms,
        of_room,
        authors,
        client_ids,
        texts,
        replies,
        urgencies,
        of_job,
        attachments,
        reasons,
        by_job,
        mentions,
    ));
    connection.all(post).await
}

/// The same after locking, when nothing that is read can be stale.
async fn locked_batch(
    transaction: &mut Connection,
    jobs: &[Post],
    indices: &[usize],
) -> Result<Vec<Row>> {
    let rooms: Vec<i64> = indices.iter().map(|&index| jobs[index].room).collect();
    let _: Vec<i64> = transaction.all(LockRooms::with((rooms,))).await?;
    batch(transaction, jobs, indices).await
}

async fn repeated(connection: &mut Connection, job: &Post) -> Result<Posted> {
    let client_id = job.message.client_id.as_str();
    let query = read::BySender::with((job.room, job.author, client_id));
    let found = read::messages(connection.all(query).await?)?
        .into_iter()
        .next();
    match found {
        Some(message) => Ok(Posted {
            message,
            repeated: true,
        }),
        None => Err(Error::not_found("room")),
    }
}

fn row(job: &Post, id: i64, position: i64, at: i64, attachments: Option<String>) -> MessageRow {
    MessageRow {
        id,
        room_id: job.room,
        position,
        client_id: Some(job.message.client_id.as_str().to_owned()),
        author_id: Some(job.author),
        author_name: Some(job.profile.name.to_string()),
        author_specialty: job.profile.specialty.as_deref().map(str::to_owned),
        author_grade: job.profile.grade.as_deref().map(str::to_owned),
        text: job
            .message
            .content
            .text()
            .map(|text| text.as_str().to_owned()),
        sent: SentRow {
            at,
            is_estimated: false,
        },
        edited_at: None,
        recalled_at: None,
        reply_to: job.reply_to,
        urgency: UrgencyRow {
            urgency: job.message.urgency.as_str().to_owned(),
            urgent_reason: job
                .message
                .reason()
                .map(|reason| reason.as_str().to_owned()),
            acknowledged: None,
        },
        attachments,
        mentions: serde_json::to_string(&job.mentions).ok(),
    }
}

/// The keys of what a post answers, of what it carries and of whom it mentions.
pub(super) fn keys(message: &NewMessage) -> Result<(Option<i64>, BTreeSet<i64>, Vec<i64>)> {
    let reply_to = message.reply_to.as_ref().map(MessageId::as_i64);
    let reply_to = match reply_to {
        Some(None) => return Err(bad_reply()),
        Some(key) => key,
        None => None,
    };
    let attachments = message.content.attachments().iter();
    let attachments = attachments.map(|id| id.as_i64().ok_or_else(bad_attachment));
    let mentions = message.content.mentions().iter();
    let mentions = mentions.map(|id| id.as_i64().ok_or_else(bad_mention));
    Ok((
        reply_to,
        attachments.collect::<Result<_>>()?,
        mentions.collect::<Result<_>>()?,
    ))
}
