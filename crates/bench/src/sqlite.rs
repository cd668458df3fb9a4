use std::{
    path::Path,
    time::{Duration, Instant},
};

use diesel::{
    Connection as _, RunQueryDsl, SqliteConnection, connection::SimpleConnection, prelude::*,
};

use crate::{
    Extent, Options, Result,
    figures::{Run, Times, ratio},
    hospital,
    sending::Ward,
    table::{Row, Table, of_two},
};

diesel::table! {
    messages (id) {
        id -> BigInt,
        room_id -> BigInt,
        user_id -> BigInt,
        message -> Text,
        position -> BigInt,
        client_id -> Text,
        sent_at -> BigInt,
    }
}

diesel::table! {
    audit (id) {
        id -> BigInt,
        at -> BigInt,
        actor_id -> Text,
        action -> Text,
        room_id -> Text,
        subject -> Text,
    }
}

/// The least that storing a message with its audit entry takes, with the chat's own settings.
const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE messages (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
        message TEXT NOT NULL, position INTEGER NOT NULL, client_id TEXT NOT NULL, sent_at INTEGER NOT NULL);
    CREATE UNIQUE INDEX messages_position ON messages (room_id, position);
    CREATE UNIQUE INDEX messages_client_id ON messages (room_id, user_id, client_id);
    CREATE TABLE audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor_id TEXT NOT NULL, action TEXT NOT NULL,
        room_id TEXT NOT NULL, subject TEXT NOT NULL);";

pub(crate) async fn measure(options: &Options, extent: &Extent, table: &mut Table) -> Result<()> {
    let (_folder, database) = hospital::sqlite(options, extent).await?;
    let mut ward = Ward::open(options, &database).await?;
    let folder = tempfile::tempdir()?;
    let mut bare = Bare::open(&folder.path().join("bare.db"))?;
    let senders = [1, 8, 32];
    let mut runs: Vec<[Vec<Run>; 2]> = vec![Default::default(); senders.len()];
    for round in 0..=extent.rounds {
        for (senders, [beside, ours]) in senders.into_iter().zip(runs.iter_mut()) {
            let time = extent.run;
            let (again, bare_run) = tokio::task::spawn_blocking(move || {
                let run = bare.run(senders, time);
                (bare, run)
            })
            .await?;
            bare = again;
            let bare_run = bare_run?;
            let our_run = ward.send(senders, 1, time).await?;
            if round > 0 {
                beside.push(bare_run);
                ours.push(our_run);
            }
        }
    }
    for (senders, [beside, ours]) in senders.into_iter().zip(&runs) {
        let (floor, goal) = if senders == 8 {
            ("0.5", "0.8")
        } else {
            ("", "")
        };
        table.add(Row {
            what: format!("SQLite: messages/s, one room, {senders} sending"),
            ours: of_two(&Run::median(ours)),
            beside: format!(
                "bare inserts, {senders} a transaction: {}",
                of_two(&Run::median(beside))
            ),
            ratio: ratio(ours, beside, |run| run.per_second),
            floor,
            goal,
        });
    }
    Ok(())
}

/// A loop of inserts and nothing else.
struct Bare {
    connection: SqliteConnection,
    position: i64,
}

impl Bare {
    fn open(file: &Path) -> Result<Self> {
        let mut connection = SqliteConnection::establish(&file.display().to_string())?;
        connection.batch_execute(TABLES)?;
        Ok(Self {
            connection,
            position: 0,
        })
    }

    /// Transactions of so many messages each; the time of one counts for each of its messages.
    fn run(&mut self, together: usize, time: Duration) -> Result<Run> {
        let began = Instant::now();
        let mut times = Times::default();
        while began.elapsed() < time {
            let begun = Instant::now();
            let mut position = self.position;
            self.connection.immediate_transaction(|connection| {
                for _ in 0..together {
                    position += 1;
                    store(connection, position)?;
                }
                Ok::<_, diesel::result::Error>(())
            })?;
            self.position = position;
            (0..together).for_each(|_| times.add(begun.elapsed()));
        }
        Ok(Run::of(&times, began.elapsed()))
    }
}

fn store(connection: &mut SqliteConnection, place: i64) -> QueryResult<usize> {
    let client_id = format!("message-{place}");
    diesel::insert_into(messages::table)
        .values((
            messages::room_id.eq(1),
            messages::user_id.eq(1),
            messages::message.eq("x".repeat(120)),
            messages::position.eq(place),
            messages::client_id.eq(&client_id),
            messages::sent_at.eq(place),
        ))
        .execute(connection)?;
    diesel::insert_into(audit::table)
        .values((
            audit::at.eq(place),
            audit::actor_id.eq("100001"),
            audit::action.eq("post_message"),
            audit::room_id.eq("100000"),
            audit::subject.eq(&client_id),
        ))
        .execute(connection)
}
