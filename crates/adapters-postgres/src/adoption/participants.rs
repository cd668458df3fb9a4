use diesel::sql_types::{Array, BigInt, Nullable, Text};
use jiff::Timestamp;
use ports::{Result, adoption::Participant};

use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// Participants of source `$1`, by room and user, who left at `$4` since they were kept. A change of a place is one
    /// that somebody made here. Answers a row for each.
    Left(Text, Array<Text>, Array<Text>, Array<Nullable<BigInt>>) -> BigInt
        = "WITH given AS MATERIALIZED (
                SELECT (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'rooms' AND key = g.room) AS room_id,
                    (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'users' AND key = g.participant) AS user_id,
                    hims_laravel(hims_time(left_at)) AS left_at
                FROM unnest($2, $3, $4) AS g (room, participant, left_at) WHERE left_at IS NOT NULL
            )
            UPDATE chat_participants p SET left_at = g.left_at, updated_at = hims_laravel(now())
            FROM given g WHERE p.room_id = g.room_id AND p.user_id = g.user_id AND p.left_at IS NULL
                AND p.changed_position = 0 AND (p.joined_at IS NULL OR p.joined_at <= g.left_at)
                AND NOT EXISTS (SELECT FROM chat_rooms r WHERE r.id = p.room_id AND r.moved_at IS NOT NULL)
            RETURNING p.room_id";

    /// Participants of source `$1`: their rooms, users, and when they joined, left and last read. Who
    /// is or was in a room stays as they are. Answers a row for each that is new.
    NewParticipants(Text, Array<Text>, Array<Text>, Array<Nullable<BigInt>>, Array<Nullable<BigInt>>,
        Array<Nullable<BigInt>>) -> BigInt
        = "WITH given AS MATERIALIZED (
                SELECT (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'rooms' AND key = g.room) AS room_id,
                    (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'users' AND key = g.participant) AS user_id,
                    hims_time(joined_at) AS joined_at, hims_time(left_at) AS left_at,
                    hims_time(last_read_at) AS last_read_at, n
                FROM unnest($2, $3, $4, $5, $6) WITH ORDINALITY
                    AS g (room, participant, joined_at, left_at, last_read_at, n)
            ), fresh AS MATERIALIZED (
                SELECT DISTINCT ON (room_id, user_id) * FROM given g
                WHERE room_id IS NOT NULL AND user_id IS NOT NULL AND NOT EXISTS (SELECT FROM chat_participants p
                    WHERE p.room_id = g.room_id AND p.user_id = g.user_id)
                ORDER BY room_id, user_id, n
            ), marked AS MATERIALIZED (
                SELECT fresh.*, (SELECT m.position FROM chat_messages m
                        WHERE m.room_id = fresh.room_id AND m.position > 0 AND m.sent_at <= fresh.last_read_at
                        ORDER BY m.position DESC LIMIT 1) AS by_time,
                    (SELECT max(c.position) FROM chat_receipts c
                        WHERE c.room_id = fresh.room_id AND c.user_id = fresh.user_id AND c.kind = 'read') AS by_step
                FROM fresh
            ), steps AS (
                INSERT INTO chat_receipts (room_id, user_id, kind, position, at)
                SELECT room_id, user_id, kind, by_time, last_read_at
                FROM marked, (VALUES ('delivered'), ('read')) kinds (kind) WHERE by_time IS NOT NULL
                ON CONFLICT (room_id, user_id, kind, position) DO UPDATE SET at = excluded.at
                    WHERE chat_receipts.at < excluded.at
            )
            INSERT INTO chat_participants (room_id, user_id, joined_at, left_at, last_read_at, created_at, updated_at,
                read_position, delivered_position)
            SELECT room_id, user_id, hims_laravel(joined_at), hims_laravel(left_at), hims_laravel(last_read_at),
                hims_laravel(joined_at), hims_laravel(joined_at),
                greatest(by_time, by_step, 0), greatest(by_time, by_step, 0)
            FROM marked RETURNING room_id";
}

/// How many were new, and how many left.
pub(super) async fn keep(
    transaction: &mut Connection,
    source: &str,
    participants: &[Participant],
) -> Result<(usize, usize)> {
    if participants.is_empty() {
        return Ok((0, 0));
    }
    let time = |of: fn(&Participant) -> Option<Timestamp>| {
        let micros = |participant| of(participant).map(Timestamp::as_microsecond);
        participants.iter().map(micros).collect::<Vec<_>>()
    };
    let texts = |of: fn(&Participant) -> &str| participants.iter().map(of).collect::<Vec<_>>();
    let (rooms, users) = (texts(|one| &one.room), texts(|one| &one.user));
    let left = Left::with((
        source,
        rooms.clone(),
        users.clone(),
        time(|one| one.left_at),
    ));
    let left: Vec<i64> = transaction.all(left).await?;
    let new = NewParticipants::with((
        source,
        rooms,
        users,
        time(|one| one.joined_at),
        time(|one| one.left_at),
        time(|one| one.last_read_at),
    ));
    let new: Vec<i64> = transaction.all(new).await?;
    Ok((new.len(), left.len()))
}
