use diesel::sql_types::{Array, BigInt, Nullable, Text};
use jiff::Timestamp;
use ports::{
    Result,
    adoption::{Kept, Participant},
};

use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// Participants of source `$1`, by room and user, who left at `$4` since they were kept, and were not said to have left
    /// then before. A change of a place is one that somebody made here. Answers a row for each.
    Left(Text, Array<Text>, Array<Text>, Array<Nullable<BigInt>>) -> BigInt
        = "WITH given AS MATERIALIZED (
                SELECT (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'rooms' AND key = g.room) AS room_id,
                    (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'users' AND key = g.participant) AS user_id,
                    hims_laravel(hims_time(left_at)) AS left_at
                FROM unnest($2, $3, $4) AS g (room, participant, left_at)
                WHERE left_at IS NOT NULL AND left_at::text IS DISTINCT FROM (SELECT said FROM hims_adopted_ids
                    WHERE source = $1 AND part = 'participants' AND key = g.room || '/' || g.participant)
            )
            UPDATE chat_participants p SET left_at = g.left_at, updated_at = hims_laravel(now())
            FROM given g WHERE p.room_id = g.room_id AND p.user_id = g.user_id AND p.left_at IS NULL
                AND p.changed_position = 0 AND (p.joined_at IS NULL OR p.joined_at <= g.left_at)
                AND NOT EXISTS (SELECT FROM chat_rooms r WHERE r.id = p.room_id AND r.moved_at IS NOT NULL)
            RETURNING p.room_id";

    /// Participants of source `$1`, by room and user, who had read until `$4`: up to before the first message that came
    /// later, or that somebody else wrote here. Whoever went back here stays there. Answers a row for each mark that moved.
    ReadOn(Text, Array<Text>, Array<Text>, Array<Nullable<BigInt>>) -> BigInt
        = "WITH given AS MATERIALIZED (
                SELECT (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'rooms' AND key = g.room) AS room_id,
                    (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'users' AND key = g.participant) AS user_id,
                    hims_time(last_read_at) AS at
                FROM unnest($2, $3, $4) AS g (room, participant, last_read_at) WHERE last_read_at IS NOT NULL
            ), there AS MATERIALIZED (
                SELECT p.room_id, p.user_id, coalesce(p.read_position, 0) AS read, max(g.at) AS at
                FROM given g JOIN chat_participants p ON p.room_id = g.room_id AND p.user_id = g.user_id
                JOIN chat_rooms r ON r.id = p.room_id AND r.moved_at IS NULL
                WHERE p.left_at IS NULL AND coalesce(p.told_position, 0) <= coalesce(p.read_position, 0)
                GROUP BY p.room_id, p.user_id, p.read_position
            ), goal AS MATERIALIZED (
                SELECT t.*, (SELECT m.position FROM chat_messages m WHERE m.room_id = t.room_id AND m.position > t.read
                        AND m.position < coalesce((SELECT n.position FROM chat_messages n
                            WHERE n.room_id = t.room_id AND n.position > t.read AND (n.sent_at > t.at
                                OR n.user_id IS DISTINCT FROM t.user_id AND NOT EXISTS (SELECT FROM hims_adopted_ids a
                                    WHERE a.part = 'messages' AND a.id = n.id))
                            ORDER BY n.position LIMIT 1), 9223372036854775807)
                        ORDER BY m.position DESC LIMIT 1) AS position
                FROM there t
            ), step AS MATERIALIZED (
                SELECT * FROM goal g WHERE g.position IS NOT NULL AND NOT EXISTS (SELECT FROM chat_receipts c
                    WHERE c.room_id = g.room_id AND c.user_id = g.user_id AND c.kind = 'read' AND c.position = g.position)
            ), kept AS (
                INSERT INTO chat_receipts (room_id, user_id, kind, position, at)
                SELECT room_id, user_id, kind, position, at FROM step, (VALUES ('delivered'), ('read')) kinds (kind)
                ON CONFLICT (room_id, user_id, kind, position) DO NOTHING
            )
            UPDATE chat_participants p SET read_position = s.position,
                delivered_position = greatest(p.delivered_position, s.position)
            FROM step s WHERE p.room_id = s.room_id AND p.user_id = s.user_id RETURNING p.room_id";

    /// Times of leaving of participants of source `$1`, by room and user, as they were said. Whoever is not in the room's list is
    /// left out. They are kept by the room.
    Say(Text, Array<Text>, Array<Text>, Array<Nullable<BigInt>>) -> ()
        = "WITH given AS MATERIALIZED (
                SELECT g.room || '/' || g.participant AS key, coalesce(g.left_at::text, '') AS said,
                    (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'rooms' AND key = g.room) AS room_id,
                    (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'users' AND key = g.participant) AS user_id
                FROM unnest($2, $3, $4) AS g (room, participant, left_at)
            )
            INSERT INTO hims_adopted_ids (source, part, key, id, said)
            SELECT DISTINCT ON (g.key) $1, 'participants', g.key, g.room_id, g.said FROM given g
            JOIN chat_rooms r ON r.id = g.room_id AND r.moved_at IS NULL
            WHERE EXISTS (SELECT FROM chat_participants p WHERE p.room_id = g.room_id AND p.user_id = g.user_id)
            ORDER BY g.key
            ON CONFLICT (source, part, key) DO UPDATE SET id = excluded.id, said = excluded.said
                WHERE hims_adopted_ids.said IS DISTINCT FROM excluded.said";

    /// Participants of source `$1`: their rooms, users, and when they joined, left and last read. Who
    /// is or was in a room stays as they are, and whom the other application took out with their row stays out. Answers a
    /// row for each that is new.
    NewParticipants(Text, Array<Text>, Array<Text>, Array<Nullable<BigInt>>, Array<Nullable<BigInt>>,
        Array<Nullable<BigInt>>) -> BigInt
        = "WITH given AS MATERIALIZED (
                SELECT (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'rooms' AND key = g.room) AS room_id,
                    (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'users' AND key = g.participant) AS user_id,
                    hims_time(joined_at) AS joined_at, hims_time(left_at) AS left_at,
                    hims_time(last_read_at) AS last_read_at, g.room || '/' || g.participant AS key, n
                FROM unnest($2, $3, $4, $5, $6) WITH ORDINALITY
                    AS g (room, participant, joined_at, left_at, last_read_at, n)
            ), fresh AS MATERIALIZED (
                SELECT DISTINCT ON (room_id, user_id) * FROM given g
                WHERE room_id IS NOT NULL AND user_id IS NOT NULL AND NOT EXISTS (SELECT FROM chat_participants p
                        WHERE p.room_id = g.room_id AND p.user_id = g.user_id)
                    AND NOT EXISTS (SELECT FROM hims_adopted_ids k
                        WHERE k.source = $1 AND k.part = 'participants' AND k.key = g.key)
                ORDER BY room_id, user_id, n
            ), own AS MATERIALIZED (
                SELECT room_id, (SELECT m.position FROM chat_messages m
                    WHERE m.room_id = read.room_id AND m.position > 0 AND NOT EXISTS (SELECT FROM hims_adopted_ids a
                        WHERE a.part = 'messages' AND a.id = m.id) ORDER BY m.position LIMIT 1) AS position
                FROM (SELECT DISTINCT room_id FROM fresh WHERE last_read_at IS NOT NULL) read
            ), marked AS MATERIALIZED (
                SELECT fresh.*, (SELECT m.position FROM chat_messages m
                        WHERE m.room_id = fresh.room_id AND m.position > 0 AND m.sent_at <= fresh.last_read_at
                            AND m.position < coalesce((SELECT position FROM own WHERE own.room_id = fresh.room_id),
                                9223372036854775807)
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

pub(super) async fn keep(
    transaction: &mut Connection,
    source: &str,
    participants: &[Participant],
    kept: &mut Kept,
) -> Result<()> {
    if participants.is_empty() {
        return Ok(());
    }
    let time = |of: fn(&Participant) -> Option<Timestamp>| {
        let micros = |participant| of(participant).map(Timestamp::as_microsecond);
        participants.iter().map(micros).collect::<Vec<_>>()
    };
    let texts = |of: fn(&Participant) -> &str| participants.iter().map(of).collect::<Vec<_>>();
    let (rooms, users) = (texts(|one| &one.room), texts(|one| &one.user));
    let (left_at, last_read_at) = (time(|one| one.left_at), time(|one| one.last_read_at));
    let left = Left::with((source, &rooms, &users, &left_at));
    let left: Vec<i64> = transaction.all(left).await?;
    kept.left += left.len();
    let read_on = ReadOn::with((source, &rooms, &users, &last_read_at));
    let read_on: Vec<i64> = transaction.all(read_on).await?;
    kept.read_on += read_on.len();
    let joined_at = time(|one| one.joined_at);
    let new = NewParticipants::with((source, &rooms, &users, joined_at, &left_at, &last_read_at));
    let new: Vec<i64> = transaction.all(new).await?;
    kept.participants += new.len();
    let say = Say::with((source, &rooms, &users, &left_at));
    transaction.run(say).await.map(drop)
}
