use diesel::sql_types::{Array, BigInt, Nullable, Text};
use jiff::Timestamp;
use ports::{Result, adoption::Read};

use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// Read marks of source `$1`: who read up to which message when. Of two times the later counts. Only a new step
    /// moves a mark: its owner may have gone back since. Nobody at the source saw what others wrote here: a mark that
    /// would go past such a message is none. Answers a row for each mark that moved.
    KeepReads(Text, Array<Text>, Array<Text>, Array<Nullable<BigInt>>) -> BigInt
        = "WITH given AS MATERIALIZED (
                SELECT (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'messages' AND key = g.message) AS id,
                    (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'users' AND key = g.reader) AS user_id, at
                FROM unnest($2, $3, $4) AS g (message, reader, at)
            ), step AS MATERIALIZED (
                SELECT m.room_id, given.user_id, m.position, max(coalesce(hims_time(given.at), m.sent_at)) AS at
                FROM given JOIN chat_messages m ON m.id = given.id AND m.position > 0
                WHERE given.user_id IS NOT NULL AND NOT EXISTS (SELECT FROM chat_participants p
                    JOIN chat_messages n ON n.room_id = p.room_id AND n.position > coalesce(p.read_position, 0)
                        AND n.position < m.position
                    WHERE p.room_id = m.room_id AND p.user_id = given.user_id AND n.user_id IS DISTINCT FROM p.user_id
                        AND NOT EXISTS (SELECT FROM hims_adopted_ids a WHERE a.part = 'messages' AND a.id = n.id))
                GROUP BY m.room_id, given.user_id, m.position
            ), kept AS (
                INSERT INTO chat_receipts (room_id, user_id, kind, position, at)
                SELECT room_id, user_id, kind, position, at FROM step, (VALUES ('delivered'), ('read')) kinds (kind)
                ON CONFLICT (room_id, user_id, kind, position) DO UPDATE SET at = excluded.at
                    WHERE chat_receipts.at < excluded.at
            ), moved AS (
                SELECT room_id, user_id, max(position) AS position FROM step s
                WHERE NOT EXISTS (SELECT FROM chat_receipts r WHERE r.room_id = s.room_id AND r.user_id = s.user_id
                    AND r.kind = 'read' AND r.position = s.position)
                GROUP BY room_id, user_id
            )
            UPDATE chat_participants p SET read_position = greatest(p.read_position, moved.position),
                delivered_position = greatest(p.delivered_position, moved.position)
            FROM moved WHERE p.room_id = moved.room_id AND p.user_id = moved.user_id
                AND (coalesce(p.read_position, 0) < moved.position OR coalesce(p.delivered_position, 0) < moved.position)
            RETURNING p.room_id";
}

/// How many marks moved.
pub(super) async fn keep(
    transaction: &mut Connection,
    source: &str,
    reads: &[Read],
) -> Result<usize> {
    if reads.is_empty() {
        return Ok(0);
    }
    let messages: Vec<&str> = reads.iter().map(|read| read.message.as_str()).collect();
    let readers: Vec<&str> = reads.iter().map(|read| read.user.as_str()).collect();
    let times: Vec<Option<i64>> = reads
        .iter()
        .map(|read| read.at.map(Timestamp::as_microsecond))
        .collect();
    let keep = KeepReads::with((source, messages, readers, times));
    let moved: Vec<i64> = transaction.all(keep).await?;
    Ok(moved.len())
}
