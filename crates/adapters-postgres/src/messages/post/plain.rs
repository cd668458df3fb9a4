//! Messages with no file, mention or reply, as nearly all are: small statements, and the audit entry of the
//! send in the same transaction.

use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text};
use ports::{Result, WrittenEntry};

use super::{Post, Row};
use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// See `post_one.sql`.
    PostOne(BigInt, BigInt, Text, Nullable<Text>, Text, Nullable<Text>, Nullable<BigInt>,
        Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Binary>)
        -> (BigInt, BigInt, BigInt) = include_str!("../post_one.sql");

    /// See `post_plain.sql`.
    PostPlain(Array<BigInt>, Array<BigInt>, Array<BigInt>, Array<Text>, Array<Nullable<Text>>, Array<Text>,
        Array<Nullable<Text>>, Array<Nullable<BigInt>>, Array<Nullable<Text>>, Array<Nullable<Text>>,
        Array<Nullable<Text>>, Array<Nullable<Binary>>)
        -> (BigInt, BigInt, BigInt, BigInt) = include_str!("../post_plain.sql");
}

/// Number of the job, id, position, time.
type Posted = (i64, i64, i64, i64);

impl Post {
    pub(crate) fn is_plain(&self) -> bool {
        self.reply_to.is_none() && self.attachments.is_empty() && self.mentions.is_empty()
    }

    fn text(&self) -> Option<&str> {
        self.message.content.text().map(|text| text.as_str())
    }

    fn reason(&self) -> Option<&str> {
        self.message.reason().map(|reason| reason.as_str())
    }

    /// The time of its audit entry, in microseconds since 1970.
    fn allowed_at(&self) -> Option<i64> {
        Some(self.words()?.at)
    }

    fn address(&self) -> Option<&str> {
        self.words()?.address.as_deref()
    }

    fn session(&self) -> Option<&str> {
        self.words()?.session.as_deref()
    }

    fn request(&self) -> Option<&str> {
        self.words()?.request.as_deref()
    }

    fn signature(&self) -> Option<&[u8]> {
        self.entry.as_ref()?.signature.as_deref()
    }

    fn words(&self) -> Option<&WrittenEntry> {
        self.entry.as_ref().map(|entry| &entry.words)
    }
}

/// Posts the jobs that can be posted at once, and stores the audit entries of all; no row for the others.
pub(super) async fn batch(
    connection: &mut Connection,
    jobs: &[Post],
    indices: &[usize],
) -> Result<Vec<Row>> {
    let posted: Vec<Posted> = match indices {
        &[index] => one(connection, &jobs[index]).await?,
        _ => {
            let jobs: Vec<&Post> = indices.iter().map(|&index| &jobs[index]).collect();
            many(connection, &jobs).await?
        }
    };
    let row = |(n, id, position, at)| {
        let outcome = "posted".to_owned();
        (n, outcome, Some(id), Some(position), Some(at), None)
    };
    Ok(posted.into_iter().map(row).collect())
}

async fn one(connection: &mut Connection, job: &Post) -> Result<Vec<Posted>> {
    let post = PostOne::with((
        job.room,
        job.author,
        job.message.client_id.as_str(),
        job.text(),
        job.message.urgency.as_str(),
        job.reason(),
        job.allowed_at(),
        job.address(),
        job.session(),
        job.request(),
        job.signature(),
    ));
    let posted: Option<(i64, i64, i64)> = connection.first(post).await?;
    let posted = posted.map(|(id, position, at)| (1, id, position, at));
    Ok(posted.into_iter().collect())
}

async fn many(connection: &mut Connection, jobs: &[&Post]) -> Result<Vec<Posted>> {
    let of_room: Vec<i64> = jobs.iter().map(|job| job.room).collect();
    let mut rooms = of_room.clone();
    rooms.sort_unstable();
    rooms.dedup();
    let post = PostPlain::with((
        rooms,
        of_room,
        column(jobs, |job| job.author),
        column(jobs, |job| job.message.client_id.as_str()),
        column(jobs, Post::text),
        column(jobs, |job| job.message.urgency.as_str()),
        column(jobs, Post::reason),
        column(jobs, Post::allowed_at),
        column(jobs, Post::address),
        column(jobs, Post::session),
        column(jobs, Post::request),
        column(jobs, Post::signature),
    ));
    connection.all(post).await
}

fn column<'a, T>(jobs: &[&'a Post], of: impl Fn(&'a Post) -> T) -> Vec<T> {
    jobs.iter().map(|job| of(job)).collect()
}
