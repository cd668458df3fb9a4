//! Messages with no file, mention or reply, as nearly all are: small statements, and the audit entry of the
//! send in the same transaction.

use diesel::sql_types::{Array, BigInt, Nullable, Text};
use ports::Result;

use super::{Post, Row};
use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// See `post_one.sql`.
    PostOne(BigInt, BigInt, Text, Nullable<Text>, Text, Nullable<Text>, Nullable<BigInt>)
        -> (BigInt, BigInt, BigInt) = include_str!("../post_one.sql");

    /// See `post_plain.sql`.
    PostPlain(Array<BigInt>, Array<BigInt>, Array<BigInt>, Array<Text>, Array<Nullable<Text>>, Array<Text>,
        Array<Nullable<Text>>, Array<Nullable<BigInt>>)
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
        job.allowed_at,
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
        column(jobs, |job| job.allowed_at),
    ));
    connection.all(post).await
}

fn column<'a, T>(jobs: &[&'a Post], of: impl Fn(&'a Post) -> T) -> Vec<T> {
    jobs.iter().map(|job| of(job)).collect()
}
