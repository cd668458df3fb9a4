//! Measures the whole chat over HTTP, and beside it, in the same run and by turns, what the database
//! alone can do. Only the ratios mean something on another machine.
//!
//! `scripts/bench` builds everything and runs it; `docs/performance.md` has the figures and says how to
//! read them.

mod figures;
mod hospital;
mod listening;
mod memory;
mod pgbench;
mod program;
mod reading;
mod receivers;
mod sending;
mod sqlite;
mod stream;
mod table;
mod wire;

use std::{error::Error, path::PathBuf, time::Duration};

use clap::{Parser, ValueEnum};

use self::table::Table;

/// Any error; a measurement that fails ends the run.
pub type Failure = Box<dyn Error + Send + Sync>;
type Result<T> = std::result::Result<T, Failure>;

/// A part of the measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Messages per second, beside pgbench.
    Sending,
    /// Time until the last of many receivers has a message.
    Receivers,
    /// Pages, lists and searches.
    Reading,
    /// Resident memory.
    Memory,
    /// Messages per second on SQLite, beside a bare loop.
    Sqlite,
    /// The Stream adapter beside a plain call.
    Stream,
}

const PARTS: [Part; 6] = [
    Part::Sending,
    Part::Receivers,
    Part::Reading,
    Part::Memory,
    Part::Sqlite,
    Part::Stream,
];

/// Choice of measurements, and their length.
#[derive(Clone, Debug, Parser)]
#[command(about = "Measures the chat beside what the database alone can do")]
#[non_exhaustive]
pub struct Options {
    /// The program hims-chat.
    #[arg(long, value_name = "PROGRAM")]
    pub server: PathBuf,
    /// A PostgreSQL server whose role may create databases.
    #[arg(long, value_name = "URL", env = "TEST_DATABASE_URL")]
    pub postgres: String,
    /// Proves that everything can be measured, in a minute; the figures mean nothing.
    #[arg(long)]
    pub short: bool,
    /// One part only; may be given several times.
    #[arg(long, value_enum)]
    pub only: Vec<Part>,
    /// Rounds, of which the medians are taken; one more comes first and does not count.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Seconds of each run within a round.
    #[arg(long, default_value_t = 3)]
    pub seconds: u64,
    /// Messages in each of the thousand rooms.
    #[arg(long, default_value_t = 100)]
    pub messages: usize,
    /// Writes the table into this file, between its two marks.
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// How much of everything.
#[derive(Clone, Copy)]
struct Extent {
    rounds: usize,
    run: Duration,
    /// Rooms of the doctor who is in many.
    rooms: usize,
    /// Messages in each of them.
    messages: usize,
    /// Rows of the table that pgbench finds.
    rows: usize,
    receivers: [usize; 2],
    sign_ins: usize,
    listeners: usize,
    /// Calls of which percentiles are taken.
    calls: usize,
}

impl Extent {
    fn of(options: &Options) -> Self {
        if options.short {
            return Self {
                rounds: 1,
                run: Duration::from_millis(300),
                rooms: 40,
                messages: 10,
                rows: 1_000,
                receivers: [12, 20],
                sign_ins: 4,
                listeners: 20,
                calls: 5,
            };
        }
        Self {
            rounds: options.rounds.max(1),
            run: Duration::from_secs(options.seconds.max(1)),
            rooms: 1_000,
            messages: options.messages.max(10),
            rows: 1_000_000,
            receivers: [300, 1_000],
            sign_ins: 100,
            listeners: 1_000,
            calls: 200,
        }
    }
}

/// Measures, prints the table and writes it where the options say.
///
/// # Errors
/// Any error that kept it from measuring, in one line.
pub async fn run(options: &Options) -> Result<()> {
    let extent = Extent::of(options);
    let asked = |part: &Part| options.only.is_empty() || options.only.contains(part);
    let mut table = Table::default();
    for part in PARTS.iter().filter(|part| asked(part)) {
        table::say(&format!("measuring: {part:?}"));
        match part {
            Part::Sending => sending::measure(options, &extent, &mut table).await?,
            Part::Receivers => receivers::measure(options, &extent, &mut table).await?,
            Part::Reading => reading::measure(options, &extent, &mut table).await?,
            Part::Memory => memory::measure(options, &extent, &mut table).await?,
            Part::Sqlite => sqlite::measure(options, &extent, &mut table).await?,
            Part::Stream => stream::measure(&extent, &mut table).await?,
        }
    }
    table::say(&table.markdown());
    match &options.write {
        Some(file) => table.write_into(file, options.short),
        None => Ok(()),
    }
}
