//! Answers every message in the bot's channels with the same words: `echo_bot KEY SECRET`.

use std::{env::args, error::Error, future::ready, pin::pin};

use futures_util::StreamExt;
use stream_chat_client::{
    ChannelQuery, Client, EventType, Filter, NewMessage, NewUser, Signer, socket::Listener,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let key = args().nth(1).ok_or("the key is missing")?;
    let secret = args().nth(2).ok_or("the secret is missing")?;
    let client = Client::new(key, &*secret)?;
    let signer = Signer::new(&secret.into());
    let bot = NewUser::new("echo").named("Echo");
    client.upsert_users(std::slice::from_ref(&bot)).await?;
    let token = move || ready(Ok(signer.token("echo").sign()));
    let mine = ChannelQuery::new(Filter::is_in("members", ["echo"]));
    let listener = Listener::of(&client, bot, token).watching(mine).open();
    let mut events = pin!(listener.events());
    while let Some(event) = events.next().await {
        let (EventType::MessageNew, Some(heard)) = (&event.event_type, &event.message) else {
            continue;
        };
        let by_others = heard.user.as_ref().is_some_and(|user| user.id != "echo");
        if let (true, Some((kind, channel))) = (by_others, heard.cid.split_once(':')) {
            let id = format!("echo-{}", heard.id);
            let said = NewMessage::new(id, "echo", &*heard.text);
            client.send_message(kind, channel, &said).await?;
        }
    }
    Ok(())
}
