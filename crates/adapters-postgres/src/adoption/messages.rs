use diesel::sql_types::{Array, BigInt, Nullable, Text};
use jiff::Timestamp;
use ports::{
    Result,
    adoption::{Message, Reply, Unlocked},
};

use super::settle;
use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

/// Moves the counters of the rooms of `found`, and gives each message its place among their changes.
macro_rules! placed {
    () => {
        "rooms AS (
                UPDATE chat_rooms r SET last_position = r.last_position + changed.settled, changed_at = clock_timestamp()
                FROM (SELECT room_id, count(*) FILTER (WHERE is_settled) AS settled FROM found GROUP BY room_id) changed
                WHERE r.id = changed.room_id AND r.moved_at IS NULL
                    AND (r.hold_until IS NULL OR r.hold_until < clock_timestamp())
                RETURNING r.id, r.last_position
            ), placed AS (
                SELECT f.*, rooms.last_position + 1
                    - row_number() OVER (PARTITION BY f.room_id, f.is_settled ORDER BY f.id DESC) AS position
                FROM found f JOIN rooms ON rooms.id = f.room_id
            )"
    };
}

statement! {
    /// Messages of source `$1`: their keys, rooms, authors, texts, times, times of deletion. Each
    /// waits for its place with one below 0. Answers their rooms.
    NewMessages(Text, Array<Text>, Array<Text>, Array<Nullable<Text>>, Array<Nullable<Text>>, Array<BigInt>,
        Array<Nullable<BigInt>>) -> BigInt
        = "WITH given AS MATERIALIZED (
                SELECT DISTINCT ON (key) * FROM unnest($2, $3, $4, $5, $6, $7) WITH ORDINALITY
                    AS given (key, room, author, text, at, deleted_at, n) ORDER BY key, n
            ), fresh AS MATERIALIZED (
                SELECT *, nextval((SELECT pg_get_serial_sequence('chat_messages', 'id'))::regclass) AS id FROM (
                    SELECT g.*,
                        (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'rooms' AND key = g.room) AS room_id,
                        (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'users' AND key = g.author) AS user_id,
                        (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'messages' AND key = g.key) AS known
                    FROM given g ORDER BY g.n OFFSET 0) ordered
                WHERE known IS NULL AND room_id IS NOT NULL
            ), ids AS (
                INSERT INTO hims_adopted_ids (source, part, key, id) SELECT $1, 'messages', key, id FROM fresh
            )
            INSERT INTO chat_messages (id, room_id, user_id, message, type, sent_at, created_at, updated_at, deleted_at,
                position, changed_position) OVERRIDING SYSTEM VALUE
            SELECT id, room_id, user_id, text, CASE WHEN author IS NULL THEN 'system' ELSE 'text' END, hims_time(at),
                hims_laravel(hims_time(at)), hims_laravel(hims_time(at)), hims_laravel(hims_time(deleted_at)), -id, -id
            FROM fresh RETURNING room_id";

    /// Messages of source `$1` are deleted at these times, where they were not, if their rooms live here.
    Delete(Text, Array<Text>, Array<BigInt>) -> BigInt
        = concat!("WITH given AS MATERIALIZED (
                SELECT (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'messages' AND key = g.key) AS id, g.at
                FROM unnest($2, $3) AS g (key, at)
            ), found AS MATERIALIZED (
                SELECT m.id, m.room_id, m.position > 0 AS is_settled, given.at
                FROM given JOIN chat_messages m ON m.id = given.id WHERE m.deleted_at IS NULL
            ), ", placed!(), "
            UPDATE chat_messages m SET deleted_at = hims_laravel(hims_time(p.at)),
                changed_position = CASE WHEN p.is_settled THEN p.position ELSE m.changed_position END
            FROM placed p WHERE m.id = p.id RETURNING m.id");

    /// Messages of source `$1` that say something else now, and since when: what they said is kept as a version. Not those
    /// that say `$5` here or there, were sent at another time than `$6`, or were changed by somebody here; and only if
    /// their rooms live here.
    Edit(Text, Array<Text>, Array<Nullable<Text>>, Array<Nullable<BigInt>>, Text, Array<BigInt>) -> BigInt
        = concat!("WITH given AS MATERIALIZED (
                SELECT DISTINCT ON (g.key) g.*,
                    (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'messages' AND key = g.key) AS id,
                    (SELECT versions FROM hims_adopted_ids WHERE source = $1 AND part = 'messages' AND key = g.key) AS versions
                FROM unnest($2, $3, $4, $6) AS g (key, text, at, sent_at) WHERE g.text IS DISTINCT FROM $5 ORDER BY g.key
            ), found AS MATERIALIZED (
                SELECT m.id, m.room_id, m.position > 0 AS is_settled, given.key, given.text, given.versions, m.message AS before,
                    coalesce(hims_time(given.at), clock_timestamp()) AS edited_at
                FROM given JOIN chat_messages m ON m.id = given.id
                WHERE hims_micros(m.sent_at) = given.sent_at AND m.message IS DISTINCT FROM given.text AND m.message IS DISTINCT FROM $5 AND NOT m.has_mentions
                    AND m.deleted_at IS NULL AND m.recalled_at IS NULL AND m.gone_at IS NULL
                    AND given.versions = (SELECT count(*) FROM chat_message_versions v WHERE v.message_id = m.id)
                    AND NOT EXISTS (SELECT FROM hims_changed_messages c WHERE c.room_id = m.room_id AND c.message_id = m.id)
            ), ", placed!(), ", kept AS (
                INSERT INTO chat_message_versions (message_id, version, text, replaced_at)
                SELECT id, versions + 1, before, edited_at FROM placed
            ), counted AS (
                UPDATE hims_adopted_ids a SET versions = a.versions + 1 FROM placed p
                WHERE a.source = $1 AND a.part = 'messages' AND a.key = p.key
            )
            UPDATE chat_messages m SET message = p.text, edited_at = p.edited_at, updated_at = hims_laravel(p.edited_at),
                changed_position = CASE WHEN p.is_settled THEN p.position ELSE m.changed_position END
            FROM placed p WHERE m.id = p.id RETURNING m.id");

    /// Messages of source `$1` that say `$4` get these words, if their rooms live here.
    Unlock(Text, Array<Text>, Array<Text>, Text) -> BigInt
        = concat!("WITH given AS MATERIALIZED (
                SELECT (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'messages' AND key = g.key) AS id, g.text
                FROM unnest($2, $3) AS g (key, text)
            ), found AS MATERIALIZED (
                SELECT m.id, m.room_id, m.position > 0 AS is_settled, given.text
                FROM given JOIN chat_messages m ON m.id = given.id WHERE m.message = $4
            ), ", placed!(), "
            UPDATE chat_messages m SET message = p.text,
                changed_position = CASE WHEN p.is_settled THEN p.position ELSE m.changed_position END
            FROM placed p WHERE m.id = p.id RETURNING m.id");

    /// Messages of source `$1`, and what they answer.
    Link(Text, Array<Text>, Array<Text>) -> ()
        = "WITH given AS MATERIALIZED (
                SELECT (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'messages' AND key = g.message) AS id,
                    (SELECT id FROM hims_adopted_ids WHERE source = $1 AND part = 'messages' AND key = g.target) AS target
                FROM unnest($2, $3) AS g (message, target)
            )
            UPDATE chat_messages m SET reply_to_id = t.id FROM given JOIN chat_messages t ON t.id = given.target
            WHERE m.id = given.id AND m.room_id = t.room_id AND m.reply_to_id IS NULL";
}

/// How many were new.
pub(super) async fn keep(
    transaction: &mut Connection,
    source: &str,
    messages: &[Message],
) -> Result<usize> {
    if messages.is_empty() {
        return Ok(0);
    }
    let text = |of: fn(&Message) -> &str| messages.iter().map(of).collect::<Vec<_>>();
    let some = |of: fn(&Message) -> Option<&str>| messages.iter().map(of).collect::<Vec<_>>();
    let deleted_at = |message: &Message| message.deleted_at.map(Timestamp::as_microsecond);
    let new = NewMessages::with((
        source,
        text(|message| &message.key),
        text(|message| &message.room),
        some(|message| message.author.as_deref()),
        some(|message| message.text.as_deref()),
        messages
            .iter()
            .map(|message| message.sent_at.as_microsecond())
            .collect::<Vec<_>>(),
        messages.iter().map(deleted_at).collect::<Vec<_>>(),
    ));
    let rooms: Vec<i64> = transaction.all(new).await?;
    settle::those_settled(transaction, &rooms).await?;
    Ok(rooms.len())
}

/// Deletes those that were deleted since they were brought; how many.
pub(super) async fn delete(
    transaction: &mut Connection,
    source: &str,
    messages: &[Message],
) -> Result<usize> {
    let deleted =
        |message: &Message| Some((message.key.clone(), message.deleted_at?.as_microsecond()));
    let (keys, times): (Vec<String>, Vec<i64>) = messages.iter().filter_map(deleted).unzip();
    if keys.is_empty() {
        return Ok(0);
    }
    let ids: Vec<i64> = transaction.all(Delete::with((source, keys, times))).await?;
    Ok(ids.len())
}

/// Edits those that were edited since they were brought; how many.
pub(super) async fn edit(
    transaction: &mut Connection,
    source: &str,
    messages: &[Message],
) -> Result<usize> {
    let written = || messages.iter().filter(|one| one.deleted_at.is_none());
    let keys: Vec<&str> = written().map(|one| one.key.as_str()).collect();
    if keys.is_empty() {
        return Ok(0);
    }
    let texts: Vec<Option<&str>> = written().map(|one| one.text.as_deref()).collect();
    let at = |one: &Message| one.changed_at.map(Timestamp::as_microsecond);
    let times: Vec<Option<i64>> = written().map(at).collect();
    let sent: Vec<i64> = written().map(|one| one.sent_at.as_microsecond()).collect();
    let edit = Edit::with((source, keys, texts, times, Message::LOCKED, sent));
    let ids: Vec<i64> = transaction.all(edit).await?;
    Ok(ids.len())
}

/// Gives locked messages their words; how many.
pub(super) async fn unlock(
    transaction: &mut Connection,
    source: &str,
    unlocked: &[Unlocked],
) -> Result<usize> {
    if unlocked.is_empty() {
        return Ok(0);
    }
    let keys: Vec<&str> = unlocked.iter().map(|one| one.key.as_str()).collect();
    let texts: Vec<&str> = unlocked.iter().map(|one| one.text.as_str()).collect();
    let unlock = Unlock::with((source, keys, texts, Message::LOCKED));
    let ids: Vec<i64> = transaction.all(unlock).await?;
    Ok(ids.len())
}

/// Says what answers what.
pub(super) async fn link(
    transaction: &mut Connection,
    source: &str,
    replies: &[Reply],
) -> Result<()> {
    if replies.is_empty() {
        return Ok(());
    }
    let messages: Vec<&str> = replies.iter().map(|reply| reply.message.as_str()).collect();
    let targets: Vec<&str> = replies.iter().map(|reply| reply.to.as_str()).collect();
    let link = Link::with((source, messages, targets));
    transaction.run(link).await.map(drop)
}
