use std::time::{Duration, Instant};

use crate::{
    Extent, Options, Result,
    figures::{Times, median},
    hospital::{self, doctors_of_many, long_room},
    pgbench::{Bare, Script},
    program::{CHAT, Program},
    table::{Row, Table},
    wire::{Connection, Request},
};

/// A reader, and what they ask again and again.
struct Ask {
    what: String,
    cookie: String,
    path: String,
    body: String,
}

impl Ask {
    fn get(what: &str, cookie: &str, path: String) -> Self {
        Self {
            what: what.to_owned(),
            cookie: cookie.to_owned(),
            path,
            body: String::new(),
        }
    }

    fn search(what: &str, cookie: &str, word: &str) -> Self {
        Self {
            body: format!("{{\"q\":\"{word}\"}}"),
            ..Self::get(what, cookie, format!("{CHAT}/api/search"))
        }
    }

    fn request(&self) -> Request<'_> {
        if self.body.is_empty() {
            Request::get(&self.path, &self.cookie)
        } else {
            Request::post(&self.path, &self.cookie, &self.body)
        }
    }
}

/// Times of each round, and the size of an answer.
struct Asked {
    p50: Vec<f64>,
    p99: Vec<f64>,
    bytes: usize,
}

pub(crate) async fn measure(options: &Options, extent: &Extent, table: &mut Table) -> Result<()> {
    let bare = Bare::fill(options, extent).await?;
    let database = hospital::postgres(options, extent).await?;
    let program = Program::start(options, &database).await?;
    let [many, few] = doctors_of_many(extent);
    let (one, many, few) = (
        program.sign_in(1).await?,
        program.sign_in(many).await?,
        program.sign_in(few).await?,
    );
    let long = long_room();
    let asks = [
        Ask::get(
            "latest 50",
            &one,
            format!("{CHAT}/api/rooms/{long}/messages?limit=50"),
        ),
        Ask::get(
            "list of 20 rooms",
            &few,
            format!("{CHAT}/api/rooms?limit=20"),
        ),
        Ask::get(
            "list of 20 rooms, of 1,000",
            &many,
            format!("{CHAT}/api/rooms?limit=20"),
        ),
        Ask::search("search, a common word", &many, "potassium"),
        Ask::search("search, a rare word", &many, "phaeochromocytoma"),
        Ask::get(
            "page of a conversation",
            &one,
            format!("{CHAT}/rooms/{long}"),
        ),
        Ask::get("page of the inbox, 1,000 rooms", &many, CHAT.to_owned()),
    ];
    let mut asked: Vec<Asked> = asks
        .iter()
        .map(|_| Asked {
            p50: vec![],
            p99: vec![],
            bytes: 0,
        })
        .collect();
    let mut latest = Vec::new();
    let mut connection = Connection::open(&program.address).await?;
    for round in 0..=extent.rounds {
        let beside = bare.run(Script::Latest, 1, extent.run).await?;
        for (ask, asked) in asks.iter().zip(&mut asked) {
            let (times, bytes) = repeat(&mut connection, ask, extent.calls).await?;
            asked.bytes = bytes;
            if round > 0 {
                asked.p50.push(times.percentile(50));
                asked.p99.push(times.percentile(99));
            }
        }
        if round > 0 {
            latest.push(beside.p50);
        }
    }
    tell(&asks, &asked, &latest, table);
    Ok(())
}

fn tell(asks: &[Ask], asked: &[Asked], latest: &[f64], table: &mut Table) {
    let quotient = |ours: &[f64], beside: &[f64]| {
        median(
            ours.iter()
                .zip(beside)
                .map(|(ours, beside)| ours / beside)
                .collect(),
        )
    };
    for (n, (ask, times)) in asks.iter().zip(asked).enumerate() {
        let (beside, ratio, floor, goal) = match n {
            0 => {
                let text = format!("pgbench (iv): {:.2} ms", median(latest.to_vec()));
                (text, quotient(&times.p50, latest), "at most 4", "2.5")
            }
            2 => {
                let text = "with 20 rooms: see above".to_owned();
                (
                    text,
                    quotient(&times.p50, &asked[1].p50),
                    "at most 1.5",
                    "1.1",
                )
            }
            _ => (String::new(), f64::NAN, "", ""),
        };
        let (p50, p99) = (median(times.p50.clone()), median(times.p99.clone()));
        table.add(Row {
            what: ask.what.clone(),
            ours: format!(
                "p50 {p50:.2} ms, p99 {p99:.2} ms, {} KB",
                times.bytes / 1_000
            ),
            beside,
            ratio,
            floor,
            goal,
        });
    }
}

async fn repeat(connection: &mut Connection, ask: &Ask, calls: usize) -> Result<(Times, usize)> {
    let mut times = Times::default();
    let mut bytes = 0;
    let longest = Instant::now() + Duration::from_secs(10);
    for _ in 0..calls {
        let began = Instant::now();
        let answer = connection.send(&ask.request()).await?;
        times.add(began.elapsed());
        if answer.status != 200 || answer.body.is_empty() {
            return Err(format!("{} was answered {}", ask.what, answer.status).into());
        }
        bytes = answer.body.len();
        if Instant::now() > longest {
            break;
        }
    }
    Ok((times, bytes))
}
