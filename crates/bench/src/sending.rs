use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use crate::{
    Extent, Options, Result,
    figures::{Run, Times, ratio},
    hospital::{self, MEMBERS, busy_room},
    listening::Listeners,
    pgbench::{Bare, Script},
    program::{CHAT, Program},
    table::{Row, Table, of_two},
    wire::{Connection, Request},
};

const SENDERS: [usize; 3] = [1, 8, 32];

/// A note of a ward round, of the usual length: 120 characters.
const TEXT: &str = "The dressing was changed and the wound looks clean. Fluids as before, next review in the morning with the \
                    team.";

static MESSAGES: AtomicUsize = AtomicUsize::new(0);

/// The hospital open, with ten doctors who listen.
pub(crate) struct Ward {
    pub(crate) program: Program,
    pub(crate) cookies: Vec<String>,
    listeners: Listeners,
    sent: usize,
}

impl Ward {
    pub(crate) async fn open(options: &Options, database: &str) -> Result<Self> {
        let program = Program::start(options, database).await?;
        let cookies = program.sign_in_all(MEMBERS).await?;
        let listeners = Listeners::open(&program, &cookies).await?;
        Ok(Self {
            program,
            cookies,
            listeners,
            sent: 0,
        })
    }

    /// So many send for a while, to one room or spread over eight; then everybody has heard everything.
    pub(crate) async fn send(
        &mut self,
        senders: usize,
        rooms: usize,
        time: Duration,
    ) -> Result<Run> {
        let began = Instant::now();
        let mut tasks = Vec::new();
        for sender in 0..senders {
            let mut connection = Connection::open(&self.program.address).await?;
            let cookie = self.cookies[sender % MEMBERS].clone();
            let room = busy_room(sender % rooms);
            tasks.push(tokio::spawn(async move {
                let mut times = Times::default();
                while began.elapsed() < time {
                    times.add(post(&mut connection, &cookie, room).await?);
                }
                Ok::<_, crate::Failure>(times)
            }));
        }
        let mut times = Times::default();
        for task in tasks {
            times.extend(task.await??);
        }
        let run = Run::of(&times, began.elapsed());
        self.sent += times.count();
        self.listeners.all_heard(self.sent).await?;
        Ok(run)
    }
}

/// Posts a message: the time until it was acknowledged.
pub(crate) async fn post(
    connection: &mut Connection,
    cookie: &str,
    room: usize,
) -> Result<Duration> {
    let number = MESSAGES.fetch_add(1, Ordering::Relaxed);
    let body = format!("{{\"client_id\":\"message-{number}\",\"text\":\"{TEXT}\"}}");
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let began = Instant::now();
    let answer = connection
        .send(&Request::post(&path, cookie, &body))
        .await?;
    let took = began.elapsed();
    if answer.status != 201 {
        let words = String::from_utf8_lossy(&answer.body).into_owned();
        return Err(format!("a message was answered {}: {words}", answer.status).into());
    }
    Ok(took)
}

pub(crate) async fn measure(options: &Options, extent: &Extent, table: &mut Table) -> Result<()> {
    let bare = Bare::fill(options, extent).await?;
    let database = hospital::postgres(options, extent).await?;
    let mut ward = Ward::open(options, &database).await?;
    // Of each number of senders: one insert, the whole send, ours in one room, ours in eight.
    let mut runs: Vec<[Vec<Run>; 4]> = vec![Default::default(); SENDERS.len()];
    for round in 0..=extent.rounds {
        for (senders, runs) in SENDERS.into_iter().zip(&mut runs) {
            let insert = bare.run(Script::Insert, senders, extent.run).await?;
            let send = bare.run(Script::Send, senders, extent.run).await?;
            let one = ward.send(senders, 1, extent.run).await?;
            let eight = ward.send(senders, 8, extent.run).await?;
            // The first round meets files that have yet to grow.
            if round > 0 {
                for (list, run) in runs.iter_mut().zip([insert, send, one, eight]) {
                    list.push(run);
                }
            }
        }
    }
    let goals = [("0.40", "0.50"), ("0.55", "0.75"), ("1.2", "1.9")];
    for ((senders, runs), (floor, goal)) in SENDERS.into_iter().zip(&runs).zip(goals) {
        let [insert, send, one, eight] = runs;
        let per_second = |runs: &[Run]| of_two(&Run::median(runs));
        table.add(Row {
            what: format!("messages/s, one room, {senders} sending"),
            ours: per_second(one),
            beside: format!("pgbench (ii): {}", per_second(send)),
            ratio: ratio(one, send, |run| run.per_second),
            floor,
            goal,
        });
        table.add(Row {
            what: format!("messages/s, eight rooms, {senders} sending"),
            ours: per_second(eight),
            beside: format!("pgbench (i): {}", per_second(insert)),
            ratio: ratio(eight, insert, |run| run.per_second),
            floor: "",
            goal: "",
        });
        if senders == 32 {
            table.add(Row {
                what: "acknowledged at 32, p99".to_owned(),
                ours: format!("{:.1} ms", Run::median(one).p99),
                beside: format!("pgbench (ii): {:.1} ms", Run::median(send).p99),
                ratio: ratio(one, send, |run| run.p99),
                floor: "at most 0.8",
                goal: "0.5",
            });
        }
    }
    Ok(())
}
