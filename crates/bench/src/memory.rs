use crate::{
    Extent, Options, Result,
    hospital::{self, notice_room},
    listening::Listeners,
    program::Program,
    sending::post,
    table::{Row, Table},
    wire::Connection,
};

/// Messages to everybody who listens: the load.
const LOAD: usize = 100;

pub(crate) async fn measure(options: &Options, extent: &Extent, table: &mut Table) -> Result<()> {
    let database = hospital::postgres(options, extent).await?;
    let program = Program::start(options, &database).await?;
    let at_start = program.memory()?;
    let mut cookies = program.sign_in_all(extent.sign_ins).await?;
    let signed_in = program.memory()?;
    for number in cookies.len() + 1..=extent.listeners {
        cookies.push(program.sign_in(number).await?);
    }
    let all_signed_in = program.memory()?;
    let listeners = Listeners::open(&program, &cookies).await?;
    let listening = program.memory()?;
    let mut connection = Connection::open(&program.address).await?;
    for _ in 0..LOAD {
        post(&mut connection, &cookies[0], notice_room(1)).await?;
    }
    listeners.all_heard(LOAD).await?;
    let after = program.memory()?;
    let count = extent.listeners;
    #[expect(clippy::cast_precision_loss, reason = "a thousand")]
    let each = (listening - all_signed_in) * 1024.0 / count as f64;
    let mut add = |what: String, ours: String, floor, goal| {
        table.add(Row {
            what,
            ours,
            beside: String::new(),
            ratio: f64::NAN,
            floor,
            goal,
        });
    };
    let mib = |memory: f64| format!("{memory:.1} MiB");
    add(
        "memory at start".into(),
        mib(at_start),
        "at most 30 MiB",
        "25 MiB",
    );
    add(
        format!("memory after {} sign-ins", extent.sign_ins),
        mib(signed_in),
        "",
        "",
    );
    add(
        format!("memory after {count} sign-ins"),
        mib(all_signed_in),
        "at most 80 MiB",
        "50 MiB",
    );
    add(
        format!("memory with {count} listening"),
        mib(listening),
        "at most 80 MiB",
        "50 MiB",
    );
    add(
        "memory of one who listens".into(),
        format!("{each:.1} KiB"),
        "",
        "",
    );
    add(
        format!("memory after {LOAD} messages to all of them"),
        mib(after),
        "",
        "",
    );
    Ok(())
}
