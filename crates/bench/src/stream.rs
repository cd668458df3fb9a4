use std::time::Instant;

use adapters_stream::{
    Settings,
    client::{Client, NewChannel, NewMessage, NewUser},
};
use stream_sandbox::{Config, Sandbox};

use crate::{
    Extent, Result,
    figures::{Times, median},
    table::{Row, Table},
};

/// Reads a message from the sandbox through the adapter's client and by a plain call, by turns.
pub(crate) async fn measure(extent: &Extent, table: &mut Table) -> Result<()> {
    let mut config = Config::new("4711", "key", "secret");
    config.enforce_rate_limits = false;
    let sandbox = Sandbox::start(config).await?;
    sandbox.faults().limit("GetMessage", Some(10_000_000));
    let mut settings = Settings::new("4711", "key", "secret");
    settings.base_url = sandbox.base_url().to_owned();
    let client = settings.client()?;
    prepare(&client).await?;

    let url = format!("{}/messages/note?api_key=key", sandbox.base_url());
    let token = settings.signer().server_token();
    let http = reqwest::Client::new();
    let (mut ours, mut beside) = (Vec::new(), Vec::new());
    for round in 0..=extent.rounds {
        let (mut adapter, mut plain) = (Times::default(), Times::default());
        for _ in 0..extent.calls {
            let began = Instant::now();
            client.message("note").await?;
            adapter.add(began.elapsed());
            let began = Instant::now();
            let request = http.get(&url).header("authorization", &token);
            let answer = request.header("stream-auth-type", "jwt").send().await?;
            answer.error_for_status()?.bytes().await?;
            plain.add(began.elapsed());
        }
        if round > 0 {
            ours.push(adapter.percentile(50));
            beside.push(plain.percentile(50));
        }
    }
    let ratio = median(
        ours.iter()
            .zip(&beside)
            .map(|(ours, beside)| ours / beside)
            .collect(),
    );
    table.add(Row {
        what: "a message read from Stream's sandbox, p50".to_owned(),
        ours: format!("{:.3} ms", median(ours)),
        beside: format!("plain call: {:.3} ms", median(beside)),
        ratio,
        floor: "at most 1.10",
        goal: "1.05",
    });
    sandbox.stop().await;
    Ok(())
}

async fn prepare(client: &Client) -> Result<()> {
    client
        .upsert_users(&[NewUser::new("lee").named("Dr Lee")])
        .await?;
    let channel = NewChannel::new("lee").members(["lee"]);
    client
        .get_or_create_channel("messaging", "ward", &channel)
        .await?;
    let text = "The dressing was changed and the wound looks clean.";
    let message = NewMessage::new("note", "lee", text);
    client.send_message("messaging", "ward", &message).await?;
    Ok(())
}
