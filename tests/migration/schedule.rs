//! Posts, straight inserts, moves, rollbacks, kills, outages and restarts in a random order.

use std::{
    env,
    process::{Child, ExitStatus},
};

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;

use super::{
    moving::set_up,
    new::New,
    oracle::Oracle,
    writers::{Words, say_all},
};
use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM},
    on_both_databases,
    server::Server,
    stream::StreamServer,
    wait::until,
};

on_both_databases!(a_random_schedule_loses_doubles_and_reorders_nothing,);

const ROOMS: i64 = 200;
const DOCTORS: [&str; 5] = ["d01", "d02", "d03", "d04", "d05"];

/// All five doctors in each room.
const MADE: &str = "
    INSERT INTO chat_rooms (id, name, type) WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 200)
        SELECT 1000 + n, 'Team ' || n, 'group' FROM n;
    INSERT INTO chat_participants (room_id, user_id) WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 200)
        SELECT 1000 + n, u.id FROM n, users u WHERE u.id <= 5;
";

/// A number that grows whenever a room moves or comes back.
const PROGRESS: &str = "SELECT (SELECT count(*) FROM hims_links)
    + 3 * (SELECT count(*) FROM hims_links WHERE state = 'moved')
    + 5 * (SELECT count(*) FROM hims_links WHERE state = 'returned')";

const LATER: &str = "UPDATE hims_links SET shut_until = EARLY WHERE shut_until IS NOT NULL";

struct Schedule {
    new: New,
    stream: StreamServer,
    engine: Engine,
    server: Option<Server>,
    /// The address that the service listens at, also after a restart.
    address: String,
    doctors: Vec<Device>,
    oracle: Oracle,
    random: StdRng,
}

impl Schedule {
    async fn new(engine: Engine, seed: u64) -> Self {
        let new = New::fresh(engine).await;
        new.database.execute(MADE).await;
        let stream = StreamServer::start();
        set_up(&new.database, &stream).await;
        // Two hundred rooms in a minute, to and fro, are more than Stream allows.
        for endpoint in ["UpdateChannel", "UpdateChannelPartial"] {
            let limit = json!({ "do": "limit", "endpoint": endpoint, "limit": 100_000 });
            stream.tell("orders", &limit).await;
        }
        let server = Server::start_with(&new.database, &stream.environment()).await;
        let mut doctors = Vec::new();
        for doctor in DOCTORS {
            doctors.push(Device::signed_in(&server, doctor).await);
        }
        Self {
            address: server.address().to_owned(),
            server: Some(server),
            new,
            stream,
            engine,
            doctors,
            oracle: Oracle::default(),
            random: StdRng::seed_from_u64(seed),
        }
    }

    async fn serve(&mut self) {
        if self.server.is_none() {
            let listen = [("HIMS_LISTEN", self.address.as_str())];
            let environment = [self.stream.environment().as_slice(), &listen].concat();
            self.server = Some(Server::start_with(&self.new.database, &environment).await);
        }
    }

    /// In the middle of whatever it does.
    fn kill_the_service(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill();
        }
    }

    fn some_rooms(&mut self, most: usize) -> Vec<i64> {
        let rooms: Vec<i64> = (1001..=1000 + ROOMS).collect();
        let count = self.random.random_range(1..=most);
        rooms.sample(&mut self.random, count).copied().collect()
    }

    /// Some words of each doctor, each in some room.
    fn some_words(&mut self, each: usize) -> Vec<Words> {
        let mut words = Vec::new();
        // Few rooms, so that several speak in one.
        let rooms = self.some_rooms(12);
        for (doctor, device) in self.doctors.clone().into_iter().enumerate() {
            for _ in 0..self.random.random_range(1..=each) {
                let room = *rooms.choose(&mut self.random).unwrap();
                let words_of = format!("{} says", DOCTORS[doctor]);
                let text = self.oracle.next(room, &words_of);
                self.oracle.said(room, &words_of, text.clone());
                words.push(Words {
                    device: device.clone(),
                    room,
                    text,
                });
            }
        }
        words
    }

    async fn straight(&mut self) {
        for room in self.some_rooms(8) {
            let text = self.oracle.next(room, "straight");
            let insert = format!(
                "INSERT INTO chat_messages (room_id, user_id, message, created_at, updated_at)
                    VALUES ({room}, 2, '{text}', '2026-01-01 10:00:00', '2026-01-01 10:00:00')"
            );
            self.new.database.execute(&insert).await;
            self.oracle.said(room, "straight", text);
        }
    }

    /// A command of `migrate` for some rooms, perhaps killed; where the service may go on, it does,
    /// and doctors write.
    async fn moving(&mut self, command: &[&str]) {
        let mut arguments: Vec<String> = ["migrate"]
            .iter()
            .chain(command)
            .map(ToString::to_string)
            .collect();
        for room in self.some_rooms(20) {
            arguments.extend(["--room".to_owned(), room.to_string()]);
        }
        let words = self.some_words(4);
        let is_killed = self.random.random_bool(0.4);
        let kill_after = is_killed.then(|| self.random.random_range(0..40));
        if self.engine == Engine::Sqlite {
            // The service is killed while doctors write, who repeat what was not answered later.
            let (say, ()) = tokio::join!(say_all(words, true), async { self.kill_the_service() });
            self.command(&arguments, kill_after).await;
            self.serve().await;
            say_all(say, false).await;
        } else {
            let left = tokio::join!(say_all(words, false), self.command(&arguments, kill_after)).0;
            assert!(left.is_empty());
        }
    }

    async fn command(&self, arguments: &[String], kill_after: Option<i64>) -> ExitStatus {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let environment = self.stream.environment();
        let before = self.new.number(PROGRESS).await;
        let kill_at = kill_after.map(|after| before + after);
        let mut child: Child = Server::begin_with(&self.new.database, &arguments, &environment);
        let mut is_over = false;
        // Longer than one wait lasts, and not for ever.
        for _ in 0..8 {
            let wait = async || {
                is_over = child.try_wait().unwrap().is_some();
                let killed = match kill_at {
                    Some(goal) => self.new.number(PROGRESS).await >= goal,
                    None => false,
                };
                if is_over || killed { Ok(()) } else { Err(()) }
            };
            if crate::support::wait::attempts(wait).await.is_ok() {
                break;
            }
        }
        if !is_over {
            child.kill().unwrap();
        }
        child.wait().unwrap()
    }

    async fn outage(&mut self) {
        let kinds = [
            json!({ "kind": "error", "status": 503 }),
            json!({ "kind": "error", "status": 502, "plain_text": true, "carried_out": true }),
            json!({ "kind": "reset_before" }),
            json!({ "kind": "reset_after" }),
            json!({ "kind": "rate_limited", "reset_in_ms": 1000 }),
        ];
        let misbehaviour = kinds.choose(&mut self.random).unwrap();
        let times = self.random.random_range(1..15);
        let fault = json!({ "misbehaviour": misbehaviour, "times": times });
        self.stream.tell("faults", &fault).await;
    }

    /// Everything that was said is where its room lives.
    async fn check(&mut self) {
        self.stream.heal().await;
        // As if a minute had passed: what broken-off moves left shut is opened.
        let early = self.new.database.words("1", "'2020-01-01'");
        let later = LATER.replace("EARLY", early);
        self.new.database.execute(&later).await;
        self.serve().await;
        until("everything to be carried", async || {
            let behind = "SELECT count(*) FROM hims_links l JOIN chat_rooms r
                ON CAST(r.id AS text) = l.legacy_room WHERE l.state = 'moved' AND r.last_position > l.carried";
            let shut = "SELECT count(*) FROM hims_links WHERE shut_until IS NOT NULL";
            let uncounted = "SELECT count(*) FROM chat_messages WHERE position IS NULL";
            let mut waits = 0;
            for count in [behind, shut, uncounted] {
                waits += self.new.number(count).await;
            }
            (waits == 0).then_some(())
        })
        .await;
        let (legacy, stream) = (&self.doctors[0], self.doctors[0].on(STREAM));
        for room in self.oracle.rooms() {
            let moved = format!(
                "SELECT count(*) FROM hims_links WHERE legacy_room = '{room}' AND state = 'moved'"
            );
            let there = format!("group-legacy-{room}");
            let link = legacy.get(&format!("{CHAT}/rooms/{room}")).await;
            if self.new.number(&moved).await == 1 {
                let now = format!("{STREAM}/rooms/{there}");
                assert_eq!((link.status, link.header("location")), (308, now.as_str()));
                self.oracle.check(room, &there, &stream).await;
            } else {
                assert_eq!(link.status, 200);
                self.oracle.check(room, &room.to_string(), legacy).await;
            }
        }
    }

    async fn verify(&mut self) {
        let folder = tempfile::tempdir().unwrap();
        let receipts = folder.path().join("receipts.jsonl");
        self.migrate(&["verify", "--receipts", receipts.to_str().unwrap()])
            .await;
    }

    async fn migrate(&mut self, arguments: &[&str]) {
        if self.engine == Engine::Sqlite {
            self.kill_the_service();
        }
        let arguments: Vec<String> = ["migrate"]
            .iter()
            .chain(arguments)
            .map(ToString::to_string)
            .collect();
        let status = self.command(&arguments, None).await;
        assert!(status.success(), "{arguments:?}: {status}");
    }
}

/// A setting of whoever repeats a schedule, or wants a longer one.
#[expect(
    clippy::disallowed_methods,
    reason = "a setting of the test, not of the program"
)]
fn given(name: &str) -> Option<u64> {
    env::var(name).ok().and_then(|text| text.parse().ok())
}

#[expect(
    clippy::print_stderr,
    reason = "with it a schedule that failed is repeated"
)]
async fn a_random_schedule_loses_doubles_and_reorders_nothing(engine: Engine) {
    let seed = given("HIMS_SCHEDULE_SEED").unwrap_or_else(rand::random);
    let steps = given("HIMS_SCHEDULE_STEPS").unwrap_or(8);
    eprintln!("HIMS_SCHEDULE_SEED={seed} HIMS_SCHEDULE_STEPS={steps}");
    let mut schedule = Schedule::new(engine, seed).await;
    for _ in 0..steps {
        match schedule.random.random_range(0..10) {
            0..=3 => schedule.moving(&["run", "--as", "12"]).await,
            4..=5 => {
                schedule
                    .moving(&["rollback", "--as", "12", "--settle", "2"])
                    .await
            }
            6 => schedule.straight().await,
            7 => schedule.outage().await,
            8 => {
                schedule.kill_the_service();
                schedule.serve().await;
            }
            _ => {
                let words = schedule.some_words(6);
                say_all(words, false).await;
            }
        }
        schedule.straight().await;
    }
    schedule.check().await;
    schedule.migrate(&["run", "--as", "12"]).await;
    schedule.check().await;
    schedule.verify().await;
    schedule
        .migrate(&["rollback", "--all", "--as", "12", "--settle", "0"])
        .await;
    schedule.verify().await;
    schedule.check().await;
}
