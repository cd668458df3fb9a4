use std::time::{Duration, Instant};

use crate::{
    Extent, Options, Result,
    figures::Times,
    hospital::{self, notice_room},
    listening::Listeners,
    program::Program,
    sending::post,
    table::{Row, Table},
    wire::Connection,
};

/// Messages to everybody, one after the other.
const NOTICES: usize = 20;

pub(crate) async fn measure(options: &Options, extent: &Extent, table: &mut Table) -> Result<()> {
    let database = hospital::postgres(options, extent).await?;
    let program = Program::start(options, &database).await?;
    let cookies = program.sign_in_all(extent.receivers[1]).await?;
    let limits = [("at most 15 ms", "8 ms"), ("at most 40 ms", "20 ms")];
    for (which, (count, (floor, goal))) in extent.receivers.into_iter().zip(limits).enumerate() {
        let mut listeners = Listeners::open(&program, &cookies[..count]).await?;
        let mut connection = Connection::open(&program.address).await?;
        let mut times = Times::default();
        for round in 0..=NOTICES {
            listeners.forget();
            let began = Instant::now();
            post(&mut connection, &cookies[0], notice_room(which)).await?;
            let last = listeners.last_of_next().await?;
            // The first one loads who takes part.
            if round > 0 {
                times.add(last.saturating_duration_since(began));
            }
            quiet().await;
        }
        table.add(Row {
            what: format!("until the last of {count} receivers has a message"),
            ours: format!(
                "p50 {:.1} ms, longest {:.1} ms",
                times.percentile(50),
                times.percentile(100)
            ),
            beside: String::new(),
            ratio: f64::NAN,
            floor,
            goal,
        });
    }
    Ok(())
}

/// The pause between two notices, in which marks of what was delivered are written.
async fn quiet() {
    let _ = tokio::time::timeout(Duration::from_millis(400), std::future::pending::<()>()).await;
}
